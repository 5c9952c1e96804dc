from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OpenDataConfig(AppConfig):
    name = "essaim.open_data"
    verbose_name = _("Données ouvertes")

    def ready(self) -> None:
        from essaim.open_data import notifications, receivers
        from essaim.open_data.bench import register_bench
        from essaim.open_data.keeping import register_keeping
        from essaim.open_data.panels import register_panels
        from essaim.people import audit

        receivers.connect()
        notifications.register_verbs()
        register_keeping()
        register_panels()
        register_bench()
        audit.register("open_data")
