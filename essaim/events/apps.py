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
        from essaim.events.models import Challenge, Event, Partnership, Registration, Task
        from essaim.initiatives import carried
        from essaim.people import audit

        for model in (Challenge, Partnership, Task):
            carried.register(carried.Column(model, "initiative"))
        for named, once in (
            (Event.initiatives.through, "event"),
            (Registration.initiatives.through, "registration"),
        ):
            carried.register(carried.Column(named, "initiative", once=once))
        following.register()
        waiting.register()
        panels.register_panels()
        register_keeping()
        register_bench()
        load_demonstration.connect(load_events, dispatch_uid="events.demonstration")
        audit.register("events")
