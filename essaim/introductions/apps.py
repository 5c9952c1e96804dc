from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntroductionsConfig(AppConfig):
    name = "essaim.introductions"
    verbose_name = _("Mises en relation")

    def ready(self) -> None:
        from essaim.common.prepare import load_demonstration
        from essaim.contributions.signals import interest_called, interest_closed, interest_said
        from essaim.initiatives.signals import cards_merged
        from essaim.introductions import following, panels, receivers, waiting
        from essaim.introductions.bench import register_bench
        from essaim.introductions.demonstration import load_introductions
        from essaim.introductions.keeping import register_keeping
        from essaim.people import audit

        interest_said.connect(receivers.on_interest_said, dispatch_uid="introductions.said")
        interest_called.connect(receivers.on_interest_called, dispatch_uid="introductions.called")
        interest_closed.connect(receivers.on_interest_closed, dispatch_uid="introductions.closed")
        cards_merged.connect(receivers.on_cards_merged, dispatch_uid="introductions.cards_merged")
        following.register()
        waiting.register()
        panels.register_panels()
        register_keeping()
        register_bench()
        load_demonstration.connect(load_introductions, dispatch_uid="introductions.demonstration")
        audit.register(
            "introductions",
            {"Introduction": "who is in touch with whom is between the two sides"},
        )
