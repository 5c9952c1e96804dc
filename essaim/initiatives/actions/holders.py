"""Cards when two organisations become one."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from essaim.initiatives.models import Initiative
from essaim.initiatives.signals import card_saved
from essaim.people.models import Organisation


@transaction.atomic
def move_cards(other: Organisation, kept: Organisation) -> int:
    """The cards that one carried are carried by the other: a revision of each. A form open on one
    of them is told. Side effect: ``card_saved``. Returns how many."""
    cards = Initiative.objects.select_for_update().filter(holder=other).order_by("pk")
    moved = list(cards.values_list("pk", flat=True))
    if moved:
        Initiative.objects.filter(pk__in=moved).update(
            holder=kept, version=F("version") + 1, updated_at=timezone.now()
        )
        card_saved.send(sender=Initiative, initiatives=moved)
    return len(moved)


def on_organisations_merged(
    sender: Any, kept: Organisation, other: Organisation, **kwargs: Any
) -> None:
    move_cards(other, kept)
