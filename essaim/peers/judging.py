"""What readings by peers know of who may judge a card from outside (``initiatives.judges``)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings

from essaim.initiatives import judges
from essaim.initiatives.models import Initiative

from .conflicts import conflicts_with_cards
from .models import PeerProfile, Reading, State


def links(user: Any, cards: Sequence[Initiative]) -> dict[int, list[Any]]:
    """Without the words of who declared them."""
    return {
        card: [reason.label for reason in why]
        for (card, _person), why in conflicts_with_cards(cards, [user.pk]).items()
    }


def open_to(user: Any, cards: Iterable[Initiative]) -> set[int]:
    """A peer: who accepts to be invited, was chosen by a manager and submitted readings in rounds
    that were concluded (``PEERS["confirming_record"]`` of them), and knows one of the card's
    themes. Saying « je suis pair » of oneself is not enough: it costs nothing."""
    profile = PeerProfile.objects.consenting().filter(user=user).first()
    if profile is None:
        return set()
    record = Reading.objects.of(user).submitted().filter(item__round__state=State.CONCLUDED)
    if record.count() < settings.PEERS["confirming_record"]:
        return set()
    cards = list(cards)
    known = Initiative.themes.through.objects.filter(
        initiative__in=[card.pk for card in cards], theme__in=profile.themes.values("pk")
    )
    subjects = set(known.values_list("initiative", flat=True))
    barred = links(user, [card for card in cards if card.pk in subjects]) if subjects else {}
    return {pk for pk in subjects if pk not in barred}


def register() -> None:
    judges.register("peers", judges.Judges(links, open_to))
