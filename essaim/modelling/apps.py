from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ModellingConfig(AppConfig):
    name = "essaim.modelling"
    verbose_name = _("Modélisation")

    def ready(self) -> None:
        from essaim.common.prepare import load_demonstration
        from essaim.common.waiting import register
        from essaim.modelling import interchange, notifications
        from essaim.modelling.demonstration import load_model
        from essaim.modelling.keeping import register_keeping
        from essaim.modelling.panels import register_panels
        from essaim.modelling.waiting import waiting

        load_demonstration.connect(load_model, dispatch_uid="modelling.demonstration")
        register("modelling", waiting)
        register_panels()
        notifications.register()
        interchange.register()
        register_keeping()

        from essaim.people import audit

        audit.register("modelling")
