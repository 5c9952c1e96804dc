from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MatchingConfig(AppConfig):
    name = "essaim.matching"
    verbose_name = _("Réponses aux besoins")

    def ready(self) -> None:
        from essaim.calls.signals import call_saved
        from essaim.common.prepare import load_demonstration
        from essaim.funding.signals import pool_opened
        from essaim.initiatives import carried
        from essaim.initiatives.signals import card_saved
        from essaim.matching import bench, notifications, receivers
        from essaim.matching.demonstration import load_needs
        from essaim.matching.keeping import register_keeping
        from essaim.matching.models import Dismissal, Match
        from essaim.matching.openings import register_openings
        from essaim.matching.panels import register_panels
        from essaim.matching.sources import register_sources
        from essaim.needs.signals import need_saved, needs_without_answer
        from essaim.schemes.signals import scheme_saved
        from essaim.sponsorship.signals import sponsor_listed

        card_saved.connect(receivers.note_cards, dispatch_uid="matching.cards")
        scheme_saved.connect(receivers.note_schemes, dispatch_uid="matching.schemes")
        call_saved.connect(receivers.note_call, dispatch_uid="matching.calls")
        pool_opened.connect(receivers.note_pool, dispatch_uid="matching.pools")
        sponsor_listed.connect(receivers.note_sponsor, dispatch_uid="matching.sponsors")
        need_saved.connect(receivers.note_needs, dispatch_uid="matching.needs")
        carried.register(carried.Column(Match, "initiative", once="need"))
        of_cards = {"kind": "initiative"}
        carried.register(carried.Column(Dismissal, "object_id", once="need", where=of_cards))
        needs_without_answer.connect(receivers.narrow_to_unmet, dispatch_uid="matching.unmet")
        register_sources()
        register_panels()
        register_openings()
        notifications.register_verbs()
        register_keeping()
        bench.register_bench()
        load_demonstration.connect(load_needs, dispatch_uid="matching.demonstration")
