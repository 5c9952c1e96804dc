"""What sponsorship holds about a person, and what goes when they leave."""

from __future__ import annotations

from typing import Any

from django.forms.models import model_to_dict
from django.utils.translation import gettext_lazy as _

from essaim.people import personal_data, retention
from essaim.people.models import User
from essaim.people.signals import account_deleted
from essaim.sponsorship.actions.keeping import forget_ended_requests, forget_person
from essaim.sponsorship.models import Advice, Coordinator, HelpRequest, Sponsor


def register_keeping() -> None:
    personal_data.register(
        "sponsorship",
        sponsorship_of,
        label=_("Parrains"),
        labels={
            "profile": _("Mon profil de parrain"),
            "requests": _("Demandes d’aide que j’ai faites"),
            "coordination": _("Territoires dont je coordonne les parrains"),
            "advice": _("Conseils que j’ai donnés"),
        },
    )
    retention.register(
        retention.Rule(
            "ended_help_requests",
            _("Questions, notes et interlocuteurs des demandes aux parrains, une fois closes"),
            _("Le temps de s’en servir ; dates, états et ce qui a été partagé restent."),
            forget_ended_requests,
        )
    )
    account_deleted.connect(on_account_deleted, dispatch_uid="sponsorship.account_deleted")


def sponsorship_of(user: User) -> dict[str, Any]:
    profiles = Sponsor.objects.filter(user=user)
    return {
        "profile": [
            {
                **model_to_dict(each, exclude=["user", "agreed_by", "themes"]),
                "themes": [theme.slug for theme in each.themes.all()],
            }
            for each in profiles
        ],
        "requests": HelpRequest.objects.filter(asker=user).values(
            "id", "question", "state", "outcome_note", "created_at", "ended_on"
        ),
        "coordination": Coordinator.objects.filter(user=user).values(
            "territory__label", "named_at"
        ),
        "advice": Advice.objects.filter(by=user).values(
            "contact", "procedure", "shared_title", "shared", "created_at"
        ),
    }


def on_account_deleted(sender: Any, user: User, keep_name: bool, **kwargs: Any) -> None:
    forget_person(user)
