from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InitiativesConfig(AppConfig):
    name = "essaim.initiatives"
    verbose_name = _("Initiatives")

    def ready(self) -> None:
        from essaim.common.prepare import load_demonstration
        from essaim.initiatives import following, waiting, withdrawn
        from essaim.initiatives.demonstration import load_cards
        from essaim.initiatives.keeping import register_keeping
        from essaim.initiatives.panels import register_panels

        load_demonstration.connect(load_cards, dispatch_uid="initiatives.demonstration")
        register_panels()
        following.register()
        waiting.register()

        from essaim.people import audit

        audit.register("initiatives")
        withdrawn.register()
        register_keeping()

        from essaim.initiatives.actions.holders import on_organisations_merged
        from essaim.initiatives.actions.terms import on_count_words, on_term_mapped
        from essaim.people.signals import organisations_merged
        from essaim.themes.signals import count_words, term_mapped

        organisations_merged.connect(on_organisations_merged, dispatch_uid="initiatives.merged")
        term_mapped.connect(on_term_mapped, dispatch_uid="initiatives.term_mapped")
        count_words.connect(on_count_words, dispatch_uid="initiatives.count_words")
