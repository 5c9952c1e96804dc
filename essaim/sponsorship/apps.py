from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SponsorshipConfig(AppConfig):
    name = "essaim.sponsorship"
    verbose_name = _("Parrains")

    def ready(self) -> None:
        from essaim.common.prepare import load_demonstration
        from essaim.initiatives import carried
        from essaim.people import audit
        from essaim.sponsorship import following, panels, waiting
        from essaim.sponsorship.demonstration import load_sponsors
        from essaim.sponsorship.keeping import register_keeping
        from essaim.sponsorship.models import HelpRequest

        carried.register(carried.Column(HelpRequest, "card"))
        following.register()
        waiting.register()
        panels.register_panels()
        register_keeping()
        load_demonstration.connect(load_sponsors, dispatch_uid="sponsorship.demonstration")
        audit.register("sponsorship")
