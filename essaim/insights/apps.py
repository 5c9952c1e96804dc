from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InsightsConfig(AppConfig):
    name = "essaim.insights"
    verbose_name = _("Tableau de bord")

    def ready(self) -> None:
        from essaim.common.prepare import demonstration_loaded, load_demonstration
        from essaim.insights.bench import register_bench
        from essaim.insights.demonstration import compute_figures, load_spread
        from essaim.insights.panels import register_panels

        register_panels()
        register_bench()
        load_demonstration.connect(load_spread, dispatch_uid="insights.demonstration")
        # The rooms above load after this one, and are counted too.
        demonstration_loaded.connect(compute_figures, dispatch_uid="insights.demonstration")
