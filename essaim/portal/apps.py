from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "essaim.portal"
    verbose_name = _("Portail")

    def ready(self) -> None:
        from essaim.common.prepare import load_demonstration
        from essaim.portal.demonstration import load_follows
        from essaim.portal.panels import register_panels

        register_panels()
        # Last of all apps: it follows what the others have loaded.
        load_demonstration.connect(load_follows, dispatch_uid="portal.demonstration")
