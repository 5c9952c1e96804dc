from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReplicationsConfig(AppConfig):
    name = "essaim.replications"
    verbose_name = _("Reprises")

    def ready(self) -> None:
        from essaim.common.prepare import load_demonstration
        from essaim.common.waiting import register
        from essaim.people import audit
        from essaim.replications import notifications
        from essaim.replications.demonstration import load_replications
        from essaim.replications.keeping import register_keeping
        from essaim.replications.panels import register_panels
        from essaim.replications.waiting import waiting

        register("replications", waiting)
        register_panels()
        notifications.register()
        register_keeping()
        load_demonstration.connect(load_replications, dispatch_uid="replications.demonstration")
        audit.register("replications")
