"""How a territory is named so that nobody takes it for another, and found by its words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from essaim.common.text import fold

from .reference import Reference, ReferenceTerritory


def reference_labels(territories: Mapping[Reference, ReferenceTerritory]) -> dict[Reference, str]:
    """A label for each: « Saint-Denis (93) », « Isère (38) », « CC des Quatre Rivières (70) ».

    Labels are unique once folded, except those of an overseas collectivity kept as a region,
    which is never offered (``TerritoryQuerySet.offered``).
    """
    homes = _departments_of_epci(territories.values())
    epci_names = Counter(t.name for t in territories.values() if t.kind == "epci")
    labels = {}
    for territory in territories.values():
        code = ""
        if territory.kind == "commune":
            code = territory.parents[0].code
        elif territory.kind == "department":
            code = territory.code
        elif territory.kind == "epci" and epci_names[territory.name] > 1:
            code = homes[territory.reference]
        labels[territory.reference] = f"{territory.name} ({code})" if code else territory.name
    # Seven departments have a commune of the same name: Paris, Doubs, Mayenne, Saint-Martin…
    taken = Counter(labels.values())
    for reference, label in labels.items():
        territory = territories[reference]
        if territory.kind == "department" and taken[label] > 1:
            word = "collectivité" if territory.nature == "com" else "département"
            labels[reference] = f"{territory.name} ({word} {territory.code})"
    return labels


def _departments_of_epci(territories: Iterable[ReferenceTerritory]) -> dict[Reference, str]:
    """For each EPCI, the department where most of its inhabitants live."""
    people: dict[Reference, Counter[str]] = defaultdict(Counter)
    for territory in territories:
        if territory.kind == "commune":
            department, *epci = territory.parents
            for reference in epci:
                people[reference][department.code] += territory.population or 0
    return {reference: counts.most_common(1)[0][0] for reference, counts in people.items()}


def search_text(name: str, others: Iterable[str], codes: Iterable[str]) -> str:
    """« | saint denis | pierrefitte sur seine | 93066 93200 | ».

    Each name stands between bars, so that a whole name can be told from a part of one; each
    word follows a space, so that a word can be found by how it starts.
    """
    names = dict.fromkeys(fold(each) for each in (name, *others))
    words = dict.fromkeys(code.lower() for code in codes if code)
    return f"| {' | '.join(names)} | {' '.join(words)} |"
