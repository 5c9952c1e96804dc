from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvaluationsConfig(AppConfig):
    name = "essaim.evaluations"
    verbose_name = _("Évaluations")

    def ready(self) -> None:
        from essaim.common.prepare import load_demonstration
        from essaim.evaluations import following, waiting
        from essaim.evaluations.demonstration import load_evaluation
        from essaim.evaluations.keeping import register_keeping
        from essaim.evaluations.panels import register_panels

        register_panels()
        waiting.register()
        following.register()
        register_keeping()
        load_demonstration.connect(load_evaluation, dispatch_uid="evaluations.demonstration")
