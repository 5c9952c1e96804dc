from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NeedsConfig(AppConfig):
    name = "essaim.needs"
    verbose_name = _("Besoins")

    def ready(self) -> None:
        from essaim.common.prepare import load_demonstration
        from essaim.needs import following, waiting
        from essaim.needs.demonstration import load_needs
        from essaim.needs.keeping import register_keeping
        from essaim.needs.panels import register_panels
        from essaim.people import audit

        following.register()
        register_panels()
        audit.register(
            "needs",
            {
                "Need": "a need belongs to who stated it, who may show it to nobody",
                "Joining": "says which needs there are, those shown to nobody included",
            },
        )
        register_keeping()
        waiting.register()
        load_demonstration.connect(load_needs, dispatch_uid="needs.demonstration")
