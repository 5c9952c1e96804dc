from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NeedsConfig(AppConfig):
    name = "essaim.needs"
    verbose_name = _("Besoins")

    def ready(self) -> None:
        from essaim.needs import following
        from essaim.needs.panels import register_panels

        following.register()
        register_panels()
