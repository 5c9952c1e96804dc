"""Who gets the action first: by lot, so that nobody chose, and so that anyone can redo it.

The generator is ours so that a seed gives the same lots for ever, whatever the version of any
library: SHA-256 of « essaim-1:<seed>:<counter> », its first eight bytes as a whole number, drawn
again when it would favour some outcomes; shuffles are Fisher–Yates (Durstenfeld 1964). Units are
sorted by name before drawing: the order in which they were typed changes nothing.
"""

from __future__ import annotations

import hashlib
import math
import unicodedata
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from essaim.statistics.notices import Notice, Refused
from essaim.statistics.results import CONTROL, TREATED

GENERATOR = "essaim-1"
MOST_UNITS = 100_000
T = TypeVar("T", bound=Hashable)


class Lots:
    """Random whole numbers from a seed (any text or number)."""

    def __init__(self, seed: str | int) -> None:
        self._seed = unicodedata.normalize("NFC", str(seed))
        self._counter = 0

    def below(self, limit: int) -> int:
        """A whole number from 0 to ``limit`` − 1, each equally likely."""
        fair = (1 << 64) - (1 << 64) % limit
        while True:
            text = f"{GENERATOR}:{self._seed}:{self._counter}".encode()
            self._counter += 1
            drawn = int.from_bytes(hashlib.sha256(text).digest()[:8], "big")
            if drawn < fair:
                return drawn % limit

    def shuffled(self, items: Sequence[T]) -> list[T]:
        order = list(items)
        for last in range(len(order) - 1, 0, -1):
            place = self.below(last + 1)
            order[last], order[place] = order[place], order[last]
        return order


@dataclass(frozen=True)
class Assigned:
    """``block``: the pair, cluster or stratum the unit was drawn in (empty: none)."""

    unit: str
    group: str  # "treated" or "control"
    block: str = ""


@dataclass(frozen=True)
class Allocation:
    """Kept with its seed, an allocation can be made again and compared (``fingerprint``)."""

    method: str
    seed: str
    generator: str
    assigned: tuple[Assigned, ...]  # sorted by unit
    warnings: tuple[Notice, ...] = ()

    @property
    def n(self) -> dict[str, int]:
        treated = sum(a.group == TREATED for a in self.assigned)
        return {TREATED: treated, CONTROL: len(self.assigned) - treated}

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the lots, 64 hexadecimal digits."""
        lines = "\n".join(f"{a.unit}\t{a.group}\t{a.block}" for a in self.assigned)
        text = f"{self.generator}\n{self.method}\n{self.seed}\n{lines}"
        return hashlib.sha256(text.encode()).hexdigest()

    def to_dict(self) -> dict[str, Any]:
        record = asdict(self)
        record["warnings"] = [notice.to_dict() for notice in self.warnings]
        return {**record, "n": self.n, "fingerprint": self.fingerprint}


def _checked(units: Sequence[str]) -> list[str]:
    named = [unicodedata.normalize("NFC", str(unit).strip()) for unit in units]
    if not all(named):
        raise Refused("unnamed", _("Chaque unité doit avoir un nom ou un code."))
    if len(set(named)) < len(named):
        twice = next(unit for i, unit in enumerate(named) if unit in named[:i])
        raise Refused("duplicate", _("L’unité « %(unit)s » figure deux fois.") % {"unit": twice})
    if len(named) < 2:
        raise Refused("too_few", _("Il faut au moins deux unités pour tirer au sort."))
    if len(named) > MOST_UNITS:
        raise Refused("too_many", _("Trop d’unités pour un tirage."))
    return sorted(named)


def _made(
    method: str, seed: str | int, assigned: list[Assigned], notices: list[Notice]
) -> Allocation:
    return Allocation(
        method, str(seed), GENERATOR, tuple(sorted(assigned, key=lambda a: a.unit)), tuple(notices)
    )


def _share(share: float) -> float:
    if not 0 < share < 1:
        raise Refused("share", _("La part des bénéficiaires est entre 0 et 1, exclus."))
    return share


def _size(count: int, share: float, lots: Lots) -> int:
    """How many of ``count`` are treated: a fraction left over is settled by lot."""
    exact = round(count * share, 9)
    whole = int(exact)
    left = exact - whole
    return whole + (left > 0 and lots.below(1_000_000) < round(left * 1_000_000))


def simple(units: Sequence[str], seed: str | int, *, share: float = 0.5) -> Allocation:
    """Lots among all units; groups as equal as ``share`` allows (an odd one out by lot)."""
    named, lots = _checked(units), Lots(seed)
    order = lots.shuffled(named)
    size = min(max(_size(len(named), _share(share), lots), 1), len(named) - 1)
    assigned = [Assigned(u, TREATED if i < size else CONTROL) for i, u in enumerate(order)]
    return _made("simple", seed, assigned, [])


def pairs(values: Mapping[str, float], seed: str | int) -> Allocation:
    """Units sorted by a measure taken before, paired with the next, one of each pair by lot.

    An odd unit left over at the end is drawn alone, with a warning. Ties keep the order of names.
    """
    named, lots = _checked(list(values)), Lots(seed)
    known = {unicodedata.normalize("NFC", str(k).strip()): float(v) for k, v in values.items()}
    if not all(map(math.isfinite, known.values())):
        raise Refused("not_finite", _("Chaque unité doit avoir une mesure avant l’action."))
    order = sorted(named, key=lambda unit: (known[unit], unit))
    assigned, notices = [], []
    for number, place in enumerate(range(0, len(order), 2), start=1):
        pair = order[place : place + 2]
        first = lots.below(2)
        if len(pair) == 1:
            notices.append(Notice("unpaired", {"unit": pair[0]}))
        for i, unit in enumerate(pair):
            assigned.append(Assigned(unit, TREATED if i == first else CONTROL, str(number)))
    return _made("pairs", seed, assigned, notices)


def clusters(membership: Mapping[str, str], seed: str | int, *, share: float = 0.5) -> Allocation:
    """Whole clusters drawn: unit → cluster. At least two clusters; four to analyse honestly."""
    named = _checked(list(membership))
    known = {unicodedata.normalize("NFC", str(k).strip()): str(v) for k, v in membership.items()}
    groups = sorted(set(known.values()))
    if len(groups) < 2:
        raise Refused("one_cluster", _("Il faut au moins deux grappes pour tirer au sort."))
    drawn = {a.unit: a.group for a in simple(groups, seed, share=share).assigned}
    notices = [Notice("few_clusters_drawn", {"count": len(groups)})] if len(groups) < 4 else []
    key = {group: unicodedata.normalize("NFC", group.strip()) for group in groups}
    assigned = [Assigned(unit, drawn[key[known[unit]]], known[unit]) for unit in named]
    return _made("clusters", seed, assigned, notices)


def stratified(membership: Mapping[str, str], seed: str | int, *, share: float = 0.5) -> Allocation:
    """Lots within each stratum: unit → stratum. A stratum of one is drawn alone, with a warning."""
    named, lots = _checked(list(membership)), Lots(seed)
    _share(share)
    known = {unicodedata.normalize("NFC", str(k).strip()): str(v) for k, v in membership.items()}
    assigned, notices = [], []
    for stratum in sorted(set(known.values())):
        order = lots.shuffled([unit for unit in named if known[unit] == stratum])
        size = _size(len(order), share, lots)
        if len(order) == 1:
            notices.append(Notice("stratum_of_one", {"stratum": stratum}))
        assigned += [
            Assigned(unit, TREATED if i < size else CONTROL, stratum)
            for i, unit in enumerate(order)
        ]
    return _made("stratified", seed, assigned, notices)
