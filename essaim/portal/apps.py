from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "essaim.portal"
    verbose_name = _("Portail")

    def ready(self) -> None:
        from essaim.portal.panels import register_panels

        register_panels()
