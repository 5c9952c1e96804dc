from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "essaim.people"
    verbose_name = _("Personnes")

    def ready(self) -> None:
        from allauth.socialaccount.providers import registry
        from django.contrib.auth.signals import user_logged_in

        from essaim.common.prepare import load_demonstration
        from essaim.people import signing_in
        from essaim.people.demonstration import load_people
        from essaim.people.keeping import register_keeping
        from essaim.people.panels import register_panels
        from essaim.people.waiting import register_waiting

        load_demonstration.connect(load_people, dispatch_uid="people.demonstration")
        register_waiting()
        register_panels()
        if settings.OPENID["server"]:
            # Its libraries take half a second to load.
            from essaim.people.openid_provider import OpenIDProvider

            registry.register(OpenIDProvider)
        user_logged_in.connect(signing_in.ask_for_consent, dispatch_uid="people.consent")
        user_logged_in.connect(signing_in.note_session, dispatch_uid="people.session")
        register_keeping()

        from essaim.people import audit

        # Those below cannot say it themselves.
        for app in ("people", "territories", "themes"):
            audit.register(app)
