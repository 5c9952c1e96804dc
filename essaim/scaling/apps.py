from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScalingConfig(AppConfig):
    name = "essaim.scaling"
    verbose_name = _("Changement d’échelle")

    def ready(self) -> None:
        from essaim.people import audit
        from essaim.scaling.keeping import register_keeping
        from essaim.scaling.panels import register_panels

        register_panels()
        register_keeping()
        why = "a diagnosis that says « consolidate » is the team's business"
        audit.register("scaling", {"Diagnosis": why, "Answer": why})
