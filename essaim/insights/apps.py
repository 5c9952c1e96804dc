from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InsightsConfig(AppConfig):
    name = "essaim.insights"
    verbose_name = _("Tableau de bord")

    def ready(self) -> None:
        from essaim.common.prepare import load_demonstration
        from essaim.insights.bench import register_bench
        from essaim.insights.demonstration import load_figures
        from essaim.insights.panels import register_panels

        register_panels()
        register_bench()
        # Connected after the rooms below, whose demonstration it counts.
        load_demonstration.connect(load_figures, dispatch_uid="insights.demonstration")
