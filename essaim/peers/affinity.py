"""What is known of items and readers, for the similarity of ``assignment.similarity``.

themes      those of the item; those the reader declares, or of practices they shared
text        meaning of the item's text and of what the reader says they know (search's encoder);
            a card's is that of its passages, computed already
profession  words of the trades concerned, and of the reader's
territory   places with all that holds them: the nearer the common ground, the more it counts

A part that one side has not filled in is left out of the pair's mean rather than counted as zero.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from essaim.common.text import fold
from essaim.peers.assignment.similarity import Profiles, Similarity
from essaim.search.encoder import get_encoder
from essaim.search.models import DIMENSIONS, Passage
from essaim.territories.models import Containment

from .models import Item, PeerProfile

# The manager's words, and those of ``assignment.similarity``.
PARTS = {
    "themes": "themes", "text": "text", "profession": "professions", "territory": "territories",
}  # fmt: skip
# Sharing a commune says more than sharing a region; other kinds count as a département. (ours)
NEARNESS = {"commune": 4.0, "epci": 2.0, "region": 0.5, "country": 0.1}
LONGEST = 1500  # characters of a text that are encoded
_WORD = re.compile(r"\w{4,}")


class Affinity:
    """Similarities of items and readers; built once, read for any weights."""

    def __init__(self, items: Sequence[Item], profiles: Sequence[PeerProfile | None]):
        places = _places(items, profiles)
        self.kinds = places.kinds
        self.items = _of_items(items, places)
        self.readers = _of_readers(profiles, places)
        self.near = {place: NEARNESS.get(kind, 1.0) for place, kind in self.kinds.items()}

    def matrix(
        self, weights: Mapping[str, int], tell: Callable[[float], None] = lambda share: None
    ) -> Any:
        """Items × readers, float32, from 0 to 1."""
        given = {PARTS[part]: float(weights.get(part, 0)) for part in PARTS}
        return Similarity(self.items, self.readers, given, {"territories": self.near}).matrix(tell)

    def parts(self, item: int, reader: int) -> dict[str, Any]:
        """Why this pair: each part (None: not known on one side), and what is shared."""
        mine, theirs = self.items, self.readers
        return {
            "themes": _jaccard(mine.themes, theirs.themes, item, reader),
            "text": _cosine(mine.text, theirs.text, item, reader),
            "profession": _jaccard(mine.professions, theirs.professions, item, reader),
            "territory": _jaccard(mine.territories, theirs.territories, item, reader, self.near),
            "shared": sorted((mine.themes or [])[item] & (theirs.themes or [])[reader]),
            "near": self._nearest(item, reader),
        }

    def _nearest(self, item: int, reader: int) -> int | None:
        """The smallest place that holds something of both."""
        common = (self.items.territories or [])[item] & (self.readers.territories or [])[reader]
        return max(sorted(common), key=lambda place: self.near[place], default=None)


def _jaccard(
    mine: Any, theirs: Any, item: int, reader: int, weights: Mapping[int, float] | None = None
) -> float | None:
    a, b = mine[item], theirs[reader]
    if not a or not b:
        return None
    weigh = (weights or {}).get
    shared = sum(weigh(term, 1.0) for term in a & b)
    return round(shared / sum(weigh(term, 1.0) for term in a | b), 3)


def _cosine(mine: Any, theirs: Any, item: int, reader: int) -> float | None:
    if mine is None or theirs is None or not mine[item].any() or not theirs[reader].any():
        return None
    return round(max(0.0, float(mine[item] @ theirs[reader])), 3)


# --- what is known ------------------------------------------------------------------------------
class _Places:
    """What holds each place, itself included; two queries."""

    def __init__(self, of_items: Mapping[int, set[int]], of_readers: Mapping[int, set[int]]):
        self.of_items, self.of_readers = of_items, of_readers
        every = set().union(*of_items.values(), *of_readers.values())
        self.above: dict[int, set[int]] = defaultdict(set)
        self.kinds: dict[int, str] = {}
        rows = Containment.objects.filter(descendant__in=every).values_list(
            "descendant", "ancestor", "ancestor__kind"
        )
        for place, above, kind in rows:
            self.above[place].add(above)
            self.kinds[above] = kind

    def grounds(self, places: Collection[int]) -> frozenset[int]:
        return frozenset(above for place in places for above in self.above.get(place, ()))


def _places(items: Sequence[Item], profiles: Sequence[PeerProfile | None]) -> _Places:
    of_items = _linked(Item.territories.through, "item", "territory", [i.pk for i in items])
    readers = [profile.pk for profile in profiles if profile is not None]
    of_readers = _linked(PeerProfile.territories.through, "peerprofile", "territory", readers)
    return _Places(of_items, of_readers)


def _linked(through: Any, owner: str, other: str, pks: Sequence[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    rows = through.objects.filter(**{f"{owner}__in": pks})
    for pk, key in rows.values_list(owner, other):
        found[pk].add(key)
    return found


def _of_items(items: Sequence[Item], places: _Places) -> Profiles:
    pks = [item.pk for item in items]
    themes = _linked(Item.themes.through, "item", "theme", pks)
    vectors = _encode([f"{item.title}. {item.text}"[:LONGEST] for item in items])
    return Profiles(
        themes=[frozenset(themes[pk]) for pk in pks],
        professions=[_words(item.professions) for item in items],
        territories=[places.grounds(places.of_items[pk]) for pk in pks],
        text=_with_passages(items, vectors),
    )


def _of_readers(profiles: Sequence[PeerProfile | None], places: _Places) -> Profiles:
    pks = [profile.pk for profile in profiles if profile is not None]
    themes = _linked(PeerProfile.themes.through, "peerprofile", "theme", pks)
    titles: dict[int, list[str]] = defaultdict(list)
    shared = PeerProfile.practices.through.objects.filter(peerprofile__in=pks)
    for pk, title, theme in shared.values_list(
        "peerprofile", "initiative__title", "initiative__themes"
    ):
        if title not in titles[pk]:
            titles[pk].append(title)
        if theme is not None:
            themes[pk].add(theme)
    keys = [profile.pk if profile is not None else 0 for profile in profiles]
    texts = [
        "" if profile is None else ". ".join([profile.presentation, *titles[profile.pk]])[:LONGEST]
        for profile in profiles
    ]
    return Profiles(
        themes=[frozenset(themes.get(key, ())) for key in keys],
        professions=[_words(p.profession if p is not None else "") for p in profiles],
        territories=[places.grounds(places.of_readers.get(key, ())) for key in keys],
        text=_encode([text.strip(" .") for text in texts]),
    )


def _encode(texts: Sequence[str]) -> Any:
    """Unit vectors, zeros where there is no text; None where there is no encoder."""
    import numpy as np

    encoder = get_encoder()
    if encoder is None:
        return None
    vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
    known = sorted({text for text in texts if text.strip()})
    if known:
        made = dict(zip(known, encoder.encode(known), strict=True))
        for row, text in enumerate(texts):
            if text in made:
                vectors[row] = made[text]
    return vectors


def _with_passages(items: Sequence[Item], vectors: Any) -> Any:
    """The mean of a card's passages says more than the beginning of its text."""
    import numpy as np

    if vectors is None:
        return None
    rows = {item.initiative_id: row for row, item in enumerate(items) if item.initiative_id}
    found: dict[int, list[Any]] = defaultdict(list)
    passages = Passage.objects.filter(
        kind="initiative", object_id__in=list(rows), embedding__isnull=False
    )
    vector: Any
    for card, vector in passages.values_list("object_id", "embedding"):
        found[card].append(np.asarray(vector, dtype=np.float32))
    for card, several in found.items():
        mean = np.mean(several, axis=0)
        length = float(np.linalg.norm(mean))
        if length:
            vectors[rows[card]] = mean / length
    return vectors


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(fold(text)))
