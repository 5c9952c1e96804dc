from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "essaim.search"
    verbose_name = _("Recherche")

    def ready(self) -> None:
        from essaim.common.prepare import load_reference
        from essaim.initiatives.signals import card_published, card_removed, card_saved
        from essaim.needs.signals import need_saved, needs_searched
        from essaim.schemes.signals import scheme_saved, schemes_searched
        from essaim.search import followed, needs, receivers, schemes
        from essaim.search.bench import neighbours
        from essaim.search.bench import schemes as many_schemes
        from essaim.search.panels import register_panels

        load_reference.connect(receivers.load_synonyms, dispatch_uid="search.synonyms")
        card_saved.connect(receivers.index_cards, dispatch_uid="search.saved")
        card_removed.connect(receivers.remove_cards, dispatch_uid="search.removed")
        card_published.connect(receivers.match_searches, dispatch_uid="search.published")
        scheme_saved.connect(schemes.index_schemes, dispatch_uid="search.schemes_saved")
        schemes_searched.connect(schemes.answer, dispatch_uid="search.schemes_searched")
        need_saved.connect(needs.index_needs, dispatch_uid="search.needs_saved")
        needs_searched.connect(needs.answer, dispatch_uid="search.needs_searched")
        followed.register_kind()
        register_panels()
        neighbours.register_bench()
        many_schemes.register_bench()
