from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "essaim.people"
    verbose_name = _("Personnes")

    def ready(self) -> None:
        from essaim.common.prepare import load_demonstration
        from essaim.people.demonstration import load_people
        from essaim.people.panels import register_panels
        from essaim.people.waiting import register_waiting

        load_demonstration.connect(load_people, dispatch_uid="people.demonstration")
        register_waiting()
        register_panels()

        from essaim.people import audit

        # Those below cannot say it themselves.
        for app in ("people", "territories", "themes"):
            audit.register(app)
