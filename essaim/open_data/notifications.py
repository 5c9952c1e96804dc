"""Telling those who listen by webhook that nobody listens any more."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from essaim.following.actions import tell
from essaim.following.subjects import Shown, Subject
from essaim.following.subjects import register as register_subject
from essaim.following.verbs import Verb
from essaim.following.verbs import register as register_verb
from essaim.open_data.models import Subscription
from essaim.people.models import Membership, User

KIND, PAUSED = "webhook", "webhook_paused"


def paused(subscription: Subscription) -> int:
    """Who made it, and the representatives of the organisation it was made for; how many."""
    representing = Membership.objects.filter(
        organisation=subscription.organisation_id, role=Membership.Role.REPRESENTATIVE
    )
    people = User.objects.filter(
        Q(pk=subscription.user_id) | Q(pk__in=representing.values("user")), is_active=True
    )
    assert subscription.paused_at is not None
    once = f"paused:{subscription.paused_at.isoformat()}"
    return sum(
        tell(person, PAUSED, KIND, str(subscription.pk), once=once, waits=True) is not None
        for person in people.distinct().order_by("pk")
    )


def _numbers(keys: Collection[str]) -> list[int]:
    return [int(key) for key in keys if key.isdecimal() and len(key) < 18]


def _load(keys: Collection[str], user: Any) -> dict[str, Shown]:
    """The name of the server alone: an address may hold a secret."""
    found = Subscription.objects.visible_to(user).filter(pk__in=_numbers(keys)).only("url")
    return {
        str(each.pk): Shown(
            each.server or _("une adresse illisible"),
            reverse("open_data:subscription", args=[each.pk]),
            lang="",
        )
        for each in found
    }


def _still(keys: Collection[str], user: Any) -> set[str]:
    found = Subscription.objects.filter(pk__in=_numbers(keys), paused_at__isnull=False)
    return {str(pk) for pk in found.values_list("pk", flat=True)}


def register_verbs() -> None:
    register_subject(Subject(KIND, gettext_lazy("abonnement par webhook"), _load))
    register_verb(
        Verb(
            PAUSED,
            gettext_lazy(
                "Votre webhook vers %(title)s est suspendu : trop d’envois ont échoué. Réparez"
                " l’adresse, puis reprenez-le"
            ),
            still=_still,
            done=gettext_lazy("Votre webhook vers %(title)s a repris"),
        )
    )
