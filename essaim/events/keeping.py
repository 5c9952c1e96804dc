"""What events hold about a person, and what goes when they leave."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from essaim.events.actions.keeping import forget_person, forget_registrations, join_organisations
from essaim.events.models import (
    Challenge,
    Event,
    FollowUp,
    Idea,
    PersonalFeed,
    Registration,
    Seat,
    ThirdPlace,
    Vote,
)
from essaim.people import personal_data, retention
from essaim.people.models import User
from essaim.people.signals import account_deleted, organisations_merged


def register_keeping() -> None:
    personal_data.register(
        "events",
        events_of,
        label=_("Événements"),
        labels={
            "registrations": _("Mes inscriptions"),
            "meetings": _("Rencontres proposées, ou faites par hasard"),
            "follow_ups": _("Ce que j’ai dit des suites"),
            "ideas": _("Idées et défis que j’ai notés"),
            "made": _("Événements et lieux que j’ai créés"),
        },
    )
    retention.register(
        retention.Rule(
            "event_registrations",
            _("Réponses, profils et rencontres sans suite d’un événement"),
            _("Le temps de demander ce qui en est sorti ; les nombres restent."),
            forget_registrations,
        )
    )
    account_deleted.connect(on_account_deleted, dispatch_uid="events.account_deleted")
    organisations_merged.connect(on_organisations_merged, dispatch_uid="events.merged")


def events_of(user: User) -> dict[str, Any]:
    return {
        "registrations": [
            {
                "event": row.event.title,
                "state": row.state,
                "since": row.since,
                "attended": row.attended,
                "listed": row.is_listed,
                "profile": row.profile,
                "brings": row.brings,
                "seeks": row.seeks,
                "answers": list(row.answers.values()),
                "themes_brought": [each.slug for each in row.themes_brought.all()],
                "themes_sought": [each.slug for each in row.themes_sought.all()],
            }
            for row in Registration.objects.filter(user=user)
            .select_related("event").prefetch_related("themes_brought", "themes_sought")
        ],
        "meetings": Seat.objects.filter(registration__user=user).values(
                "encounter__event__title", "slot__starts_at", "met"
            ),
        "follow_ups": FollowUp.objects.filter(registration__user=user).values(
                "registration__event__title", "months", "came", "note", "answered_on"
            ),
        "ideas": [
            *Idea.objects.filter(by=user).values("title", "text", "at"),
            *Challenge.objects.filter(by=user).values("title", "text", "at"),
        ],
        "votes": Vote.objects.filter(user=user).values("idea__title"),
        "made": [
            *Event.objects.filter(created_by=user).values("title", "created_at"),
            *ThirdPlace.objects.filter(created_by=user).values("name", "created_at"),
        ],
        "calendar": PersonalFeed.objects.filter(user=user).values("since"),
    }  # fmt: skip


def on_account_deleted(sender: Any, user: User, **kwargs: Any) -> None:
    forget_person(user)


def on_organisations_merged(sender: Any, kept: Any, other: Any, **kwargs: Any) -> None:
    join_organisations(kept, other)
