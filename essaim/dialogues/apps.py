from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DialoguesConfig(AppConfig):
    name = "essaim.dialogues"
    verbose_name = _("Dialogue de gestion")

    def ready(self) -> None:
        from essaim.common.prepare import load_demonstration
        from essaim.dialogues import following, panels, waiting
        from essaim.dialogues.demonstration import load_dialogues
        from essaim.dialogues.keeping import register_keeping
        from essaim.dialogues.models import Module
        from essaim.initiatives import carried
        from essaim.people import audit

        carried.register(carried.Column(Module, "initiative"))
        following.register()
        waiting.register()
        panels.register_panels()
        register_keeping()
        load_demonstration.connect(load_dialogues, dispatch_uid="dialogues.demonstration")
        between = "a management dialogue is between a centre and a territory"
        audit.register("dialogues", {"Campaign": between, "Dialogue": between, "Proposal": between})
