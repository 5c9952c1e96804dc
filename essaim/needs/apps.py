from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NeedsConfig(AppConfig):
    name = "essaim.needs"
    verbose_name = _("Besoins")

    def ready(self) -> None:
        from essaim.needs.keeping import register_keeping
        from essaim.needs.panels import register_panels

        register_panels()
        register_keeping()
