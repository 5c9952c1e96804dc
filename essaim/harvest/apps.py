from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HarvestConfig(AppConfig):
    name = "essaim.harvest"
    verbose_name = _("Moissonnage")

    def ready(self) -> None:
        from essaim.harvest import following, waiting
        from essaim.harvest.bench import register_bench
        from essaim.harvest.keeping import register_keeping
        from essaim.harvest.panels import register_panels
        from essaim.harvest.receivers import on_card_published, on_cards_merged
        from essaim.initiatives.signals import card_published, cards_merged
        from essaim.people import audit

        audit.register("harvest")
        register_bench()
        register_keeping()
        register_panels()
        following.register()
        waiting.register()
        cards_merged.connect(on_cards_merged, dispatch_uid="harvest.cards_merged")
        card_published.connect(on_card_published, dispatch_uid="harvest.card_published")
