"""What readings by peers hold about a person, and what goes when they leave."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from essaim.peers.actions.leaving import forget_ended_rounds, forget_person
from essaim.peers.models import (
    Conclusion,
    Conflict,
    Declaration,
    Message,
    PeerProfile,
    Reading,
    Seat,
)
from essaim.people import personal_data, retention
from essaim.people.models import User
from essaim.people.signals import account_deleted


def register_keeping() -> None:
    personal_data.register(
        "peers",
        peer_of,
        label=_("Évaluation par les pairs"),
        labels={
            "profile": _("Profil de pair"),
            "links": _("Liens que j’ai déclarés"),
            "seats": _("Lectures auxquelles j’ai été invité"),
            "readings": _("Lectures que j’ai faites"),
            "messages": _("Messages que j’ai écrits"),
            "replies": _("Réponses que j’ai faites à des pairs"),
        },
    )
    retention.register(
        retention.Rule(
            "ended_rounds",
            _("Adresses invitées, raisons, conflits et échanges des lectures terminées"),
            _("Le temps des recours ; les lectures rendues et les conclusions restent."),
            forget_ended_rounds,
        )
    )
    account_deleted.connect(on_account_deleted, dispatch_uid="peers.account_deleted")


def peer_of(user: User) -> dict[str, Any]:
    """One's own words, drafts included; of others nothing."""
    profiles = PeerProfile.objects.filter(user=user)
    return {
        "profile": [
            {
                "consented_at": profile.consented_at,
                "is_available": profile.is_available,
                "max_load": profile.max_load,
                "profession": profile.profession,
                "presentation": profile.presentation,
                "themes": [str(theme) for theme in profile.themes.all()],
                "territories": [place.address for place in profile.territories.all()],
                "practices": [card.title for card in profile.practices.all()],
            }
            for profile in profiles
        ],
        "links": Declaration.objects.filter(user=user).values(
            "organisation__name", "kind", "reason", "at"
        ),
        "seats": Seat.objects.filter(user=user).values(
            "round__title", "college__kind", "state", "invited_at", "answered_at", "reason"
        ),
        "readings": [
            {
                **values,
                "earlier": list(
                    Reading(pk=values["id"]).earlier.values(
                        "answers", "comment", "private_comment", "submitted_at"
                    )
                ),
            }
            for values in Reading.objects.filter(seat__user=user).values(
                "id", "item__title", "state", "answers", "comment", "private_comment",
                "submitted_at", "decline_reason",
            )
        ],
        "messages": Message.objects.filter(author=user).values("text", "at"),
        "conflicts": Conflict.objects.filter(declared_by=user).values(
            "item__title", "kind", "reason", "at"
        ),
        "replies": Conclusion.objects.filter(replied_by=user).values(
            "item__title", "reply", "reply_is_public", "replied_at"
        ),
    }  # fmt: skip


def on_account_deleted(sender: Any, user: User, **kwargs: Any) -> None:
    forget_person(user)
