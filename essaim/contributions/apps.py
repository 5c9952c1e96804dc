from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContributionsConfig(AppConfig):
    name = "essaim.contributions"
    verbose_name = _("Contributions")

    def ready(self) -> None:
        from essaim.common.prepare import load_demonstration
        from essaim.common.waiting import register
        from essaim.contributions import following
        from essaim.contributions.actions.interest import on_organisations_merged
        from essaim.contributions.actions.merged import on_cards_merged
        from essaim.contributions.actions.withdrawn import on_text_withdrawn
        from essaim.contributions.demonstration import load_contributions
        from essaim.contributions.keeping import register_keeping
        from essaim.contributions.panels import register_panels
        from essaim.contributions.waiting import waiting
        from essaim.initiatives.signals import cards_merged, text_withdrawn
        from essaim.people.signals import organisations_merged

        load_demonstration.connect(load_contributions, dispatch_uid="contributions.demonstration")
        register("contributions", waiting)
        register_panels()
        following.register()
        register_keeping()
        organisations_merged.connect(on_organisations_merged, dispatch_uid="contributions.merged")

        cards_merged.connect(on_cards_merged, dispatch_uid="contributions.cards_merged")
        text_withdrawn.connect(on_text_withdrawn, dispatch_uid="contributions.withdrawn")

        from essaim.people import audit

        audit.register("contributions")
