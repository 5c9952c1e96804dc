from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DossiersConfig(AppConfig):
    name = "essaim.dossiers"
    verbose_name = _("Dossiers de demande")

    def ready(self) -> None:
        from essaim.common.waiting import register
        from essaim.dossiers import merging, notifications
        from essaim.dossiers.keeping import register_keeping
        from essaim.dossiers.panels import register_panels
        from essaim.dossiers.waiting import waiting
        from essaim.people import audit

        register("dossiers", waiting)
        register_panels()
        notifications.register()
        merging.register()
        register_keeping()
        audit.register("dossiers", {"Statement": "what a person stated on honour, and when"})
