"""How close a reader is to an item: four parts between 0 and 1, weighted by the manager.

themes      share of the item's themes that the reader knows (declared, or of practices shared)
text        cosine of the item's text with what the reader says they know (encoder of the search)
profession  cosine of the trades concerned with the reader's; 1 where a word is the same
territory   1 in the same place (or one within the other), 0.5 in the same département, 0.25 region

A part that nothing is known of counts as 0 and is said so; where there is no encoder the text
has no weight. All these scales are ours: they order readers, they measure nothing else.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from essaim.common.text import fold
from essaim.search.encoder import get_encoder
from essaim.search.models import DIMENSIONS, Passage
from essaim.territories.models import Containment

from .models import Item, PeerProfile

PARTS = ("themes", "text", "profession", "territory")
NEAR = {"department": 0.5, "region": 0.25}  # by kind of the territory that holds both
CHUNK = 256  # items compared at a time: bounds memory
LONGEST = 1500  # characters of a text that are encoded
_WORD = re.compile(r"\w{4,}")


@dataclass
class Side:
    """What is known of items, or of readers, row by row."""

    themes: list[set[int]]
    vectors: Any  # unit vectors, or zeros; None without an encoder
    trades: Any  # the same for professions
    words: list[set[str]]  # of professions
    places: list[set[int]]


class Affinity:
    """Similarities of items and readers; built once, read for any weights."""

    def __init__(self, items: Sequence[Item], profiles: Sequence[PeerProfile | None]):
        self.items = _of_items(items)
        self.readers = _of_readers(profiles)
        self.above = _above(self.items.places + self.readers.places)

    def matrix(self, weights: Mapping[str, int], progress: Any = None) -> Any:
        """Items × readers, float32, each between 0 and 1. ``progress(share)`` is called as the
        rows are filled in."""
        import numpy as np

        shares = self._shares(weights)
        themes = _incidence(self.items.themes, self.readers.themes)
        number = np.maximum(1, [len(own) for own in self.items.themes]).astype(np.float32)
        levels = {
            name: _incidence(*self._grounds(kind))
            for name, kind in (("place", ""), *((kind, kind) for kind in NEAR))
        }
        rows, columns = len(self.items.themes), len(self.readers.themes)
        out = np.zeros((rows, columns), dtype=np.float32)
        for start in range(0, rows, CHUNK):
            part = slice(start, min(start + CHUNK, rows))
            block = out[part]
            if shares["themes"]:
                a, b = themes
                block += shares["themes"] * (a[part] @ b.T) / number[part, None]
            if shares["text"]:
                block += shares["text"] * _cosines(self.items.vectors[part], self.readers.vectors)
            if shares["profession"]:
                block += shares["profession"] * self._trades(part)
            if shares["territory"]:
                near = np.zeros_like(block)
                for name, value in (("region", 0.25), ("department", 0.5), ("place", 1.0)):
                    a, b = levels[name]
                    near[(a[part] @ b.T) > 0] = value
                if "place" in levels:  # a reader's place may also hold the item's
                    a, b = self._reverse
                    near[(a[part] @ b.T) > 0] = 1.0
                block += shares["territory"] * near
            if progress is not None:
                progress(part.stop / rows)
        return np.clip(out, 0.0, 1.0)

    def parts(self, item: int, reader: int) -> dict[str, Any]:
        """Why this pair: each part, the shared themes, and how near."""
        shared = self.items.themes[item] & self.readers.themes[reader]
        known = len(self.items.themes[item])
        text = None
        if self.items.vectors is not None:
            text = float(_cosines(self.items.vectors[[item]], self.readers.vectors[[reader]])[0, 0])
        near, kind = self._nearness(item, reader)
        return {
            "themes": round(len(shared) / known, 3) if known else 0.0,
            "shared": sorted(shared),
            "text": None if text is None else round(text, 3),
            "profession": round(float(self._trades(slice(item, item + 1))[0, reader]), 3),
            "territory": near,
            "near": kind,
        }

    # --- inside --------------------------------------------------------------------------
    def _shares(self, weights: Mapping[str, int]) -> dict[str, float]:
        counted = {part: float(weights.get(part, 0)) for part in PARTS}
        if self.items.vectors is None:
            counted["text"] = 0.0
        total = sum(counted.values())
        if not total:
            return {**dict.fromkeys(PARTS, 0.0), "themes": 1.0}
        return {part: value / total for part, value in counted.items()}

    def _trades(self, part: slice) -> Any:
        import numpy as np

        items, readers = self.items, self.readers
        rows = range(*part.indices(len(items.words)))
        if items.trades is not None:
            block = _cosines(items.trades[part], readers.trades)
        else:
            block = np.zeros((len(rows), len(readers.words)), dtype=np.float32)
        holders: dict[str, list[int]] = defaultdict(list)
        for column, words in enumerate(readers.words):
            for word in words:
                holders[word].append(column)
        for line, row in enumerate(rows):
            for word in items.words[row]:
                block[line, holders.get(word, [])] = 1.0
        return block

    def _grounds(self, kind: str) -> tuple[list[set[int]], list[set[int]]]:
        """Places of items and readers at this level. ``""``: those of the item against all that
        hold the reader's."""
        if not kind:
            holding = [self._all_above(places) for places in self.readers.places]
            within = [self._all_above(places) for places in self.items.places]
            self._reverse = _incidence(within, self.readers.places)
            return self.items.places, holding
        return (
            [self._of_kind(places, kind) for places in self.items.places],
            [self._of_kind(places, kind) for places in self.readers.places],
        )

    def _all_above(self, places: set[int]) -> set[int]:
        return {above for place in places for above, _kind in self.above.get(place, ())}

    def _of_kind(self, places: set[int], kind: str) -> set[int]:
        return {a for place in places for a, k in self.above.get(place, ()) if k == kind}

    def _nearness(self, item: int, reader: int) -> tuple[float, str]:
        mine, theirs = self.items.places[item], self.readers.places[reader]
        if mine & self._all_above(theirs) or theirs & self._all_above(mine):
            return 1.0, "place"
        for kind, value in NEAR.items():
            if self._of_kind(mine, kind) & self._of_kind(theirs, kind):
                return value, kind
        return 0.0, ""


def _of_items(items: Sequence[Item]) -> Side:
    """Three queries, and one for the passages of cards."""
    pks = [item.pk for item in items]
    themes, places = defaultdict(set), defaultdict(set)
    for item, theme in Item.themes.through.objects.filter(item__in=pks).values_list(
        "item", "theme"
    ):
        themes[item].add(theme)
    for item, place in Item.territories.through.objects.filter(item__in=pks).values_list(
        "item", "territory"
    ):
        places[item].add(place)
    texts = [f"{item.title}. {item.text}"[:LONGEST] for item in items]
    return Side(
        [themes[pk] for pk in pks],
        _with_passages(items, _encode(texts)),
        _encode([item.professions for item in items]),
        [_words(item.professions) for item in items],
        [places[pk] for pk in pks],
    )


def _of_readers(profiles: Sequence[PeerProfile | None]) -> Side:
    pks = [profile.pk for profile in profiles if profile is not None]
    themes, places, titles = defaultdict(set), defaultdict(set), defaultdict(list)
    for profile, theme in PeerProfile.themes.through.objects.filter(
        peerprofile__in=pks
    ).values_list("peerprofile", "theme"):
        themes[profile].add(theme)
    for profile, place in PeerProfile.territories.through.objects.filter(
        peerprofile__in=pks
    ).values_list("peerprofile", "territory"):
        places[profile].add(place)
    shared = PeerProfile.practices.through.objects.filter(peerprofile__in=pks)
    for profile, title, theme in shared.values_list(
        "peerprofile", "initiative__title", "initiative__themes"
    ):
        if title not in titles[profile]:
            titles[profile].append(title)
        if theme is not None:
            themes[profile].add(theme)
    keys = [profile.pk if profile is not None else 0 for profile in profiles]
    texts = [
        "" if profile is None else ". ".join([profile.presentation, *titles[profile.pk]])[:LONGEST]
        for profile in profiles
    ]
    trades = ["" if profile is None else profile.profession for profile in profiles]
    return Side(
        [themes[key] for key in keys],
        _encode([text.strip(" .") for text in texts]),
        _encode(trades),
        [_words(trade) for trade in trades],
        [places[key] for key in keys],
    )


def _encode(texts: Sequence[str]) -> Any:
    """Unit vectors, zeros where there is no text; None where there is no encoder."""
    import numpy as np

    encoder = get_encoder()
    if encoder is None:
        return None
    vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
    # The same words are encoded once: professions repeat.
    known = sorted({text for text in texts if text.strip()})
    if known:
        made = dict(zip(known, encoder.encode(known), strict=True))
        for row, text in enumerate(texts):
            if text in made:
                vectors[row] = made[text]
    return vectors


def _with_passages(items: Sequence[Item], vectors: Any) -> Any:
    """A card's meaning is that of its passages, which the search has computed already."""
    import numpy as np

    if vectors is None:
        return None
    rows = {item.initiative_id: row for row, item in enumerate(items) if item.initiative_id}
    found: dict[int, list[Any]] = defaultdict(list)
    passages = Passage.objects.filter(
        kind="initiative", object_id__in=list(rows), embedding__isnull=False
    )
    for card, embedding in passages.values_list("object_id", "embedding"):
        found[card].append(np.asarray(embedding.to_list(), dtype=np.float32))
    for card, several in found.items():
        mean = np.mean(several, axis=0)
        length = float(np.linalg.norm(mean))
        if length:
            vectors[rows[card]] = mean / length
    return vectors


def _cosines(items: Any, readers: Any) -> Any:
    import numpy as np

    return np.clip(items @ readers.T, 0.0, 1.0)


def _incidence(items: Sequence[set[int]], readers: Sequence[set[int]]) -> tuple[Any, Any]:
    """Two tables of 0 and 1 over the same columns: what both sides may share."""
    import numpy as np

    columns = {key: n for n, key in enumerate(sorted(set().union(*items, *readers)))}

    def table(rows: Sequence[set[int]]) -> Any:
        made = np.zeros((len(rows), max(1, len(columns))), dtype=np.float32)
        for row, keys in enumerate(rows):
            for key in keys:
                made[row, columns[key]] = 1.0
        return made

    return table(items), table(readers)


def _above(places: Sequence[set[int]]) -> dict[int, set[tuple[int, str]]]:
    """What contains each place, itself included, with its kind. One query."""
    found: dict[int, set[tuple[int, str]]] = defaultdict(set)
    every = set().union(*places) if places else set()
    rows = Containment.objects.filter(descendant__in=every).values_list(
        "descendant", "ancestor", "ancestor__kind"
    )
    for place, above, kind in rows:
        found[place].add((above, kind))
    return found


def _words(text: str) -> set[str]:
    return set(_WORD.findall(fold(text)))
