from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    name = "essaim.events"
    verbose_name = _("Événements")

    def ready(self) -> None:
        from essaim.common.prepare import load_demonstration
        from essaim.events import following, panels, waiting
        from essaim.events.bench import register_bench
        from essaim.events.demonstration import load_events
        from essaim.events.keeping import register_keeping
        from essaim.people import audit

        following.register()
        waiting.register()
        panels.register_panels()
        register_keeping()
        register_bench()
        load_demonstration.connect(load_events, dispatch_uid="events.demonstration")
        audit.register("events")
