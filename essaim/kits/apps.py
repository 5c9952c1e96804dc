from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KitsConfig(AppConfig):
    name = "essaim.kits"
    verbose_name = _("Kits de reprise")

    def ready(self) -> None:
        from essaim.common.prepare import load_demonstration
        from essaim.common.waiting import register
        from essaim.kits import notifications
        from essaim.kits.demonstration import load_kit
        from essaim.kits.keeping import register_keeping
        from essaim.kits.panels import register_panels
        from essaim.kits.waiting import waiting

        load_demonstration.connect(load_kit, dispatch_uid="kits.demonstration")
        register("kits", waiting)
        register_panels()
        notifications.register()
        register_keeping()

        from essaim.people import audit

        audit.register("kits")
