from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CallsConfig(AppConfig):
    name = "essaim.calls"
    verbose_name = _("Appels et prix")

    def ready(self) -> None:
        from essaim.calls.after import register_after
        from essaim.calls.applying import register_applying
        from essaim.calls.deciding import register_deciding
        from essaim.calls.setting import register_setting
        from essaim.people import audit

        register_setting()
        register_applying()
        register_after()
        register_deciding()
        audit.register("calls")
