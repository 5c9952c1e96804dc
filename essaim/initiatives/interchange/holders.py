"""Which organisation a line names, among those of the bank and those of its batch.

A SIREN decides; else the name (case put aside) with what the line says of nature and territory.
What an organisation lacks is completed; what contradicts it is left to the card, word for word.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import Func, Q
from django.db.models.functions import Lower

from essaim.people.models import Organisation
from essaim.people.siren import luhn
from essaim.territories.models import Territory

from .issues import Notes

Given = dict[str, Any]
NAME = 200  # characters of an organisation's name


def read_siren(given: str, where: str, notes: Notes) -> str:
    """Nine digits that a register may have given, from a SIREN or a SIRET; "" otherwise."""
    digits = "".join(c for c in given if c not in " .\u00a0\u202f-")
    if not (digits.isascii() and digits.isdigit()) or len(digits) not in {9, 14}:
        notes.warn(where, "siren", value=given)
        return ""
    siren = digits[:9]
    if not luhn(siren):
        notes.warn(where, "siren", value=given)
        return ""
    if siren != given:
        notes.warn(where, "siren_mended", value=given, kept=siren)
    return siren


class Holders:
    """The organisations that a batch may name; two queries to load, none to find."""

    def __init__(self, given: Iterable[tuple[Given, Territory | None]]) -> None:
        names, sirens = set(), set()
        for holder, territory in given:
            names |= {holder["name"], _of_its_place(holder["name"], territory)}
            sirens.add("".join(c for c in holder["siren"] if c.isdigit())[:9])
        # PostgreSQL alone says which names are the same: its lower case is not Python's.
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT name, lower(unaccent(name)) FROM unnest(%s::text[]) AS name",
                [sorted(names - {""})],
            )
            self._keys: dict[str, str] = dict(cursor.fetchall())
        self.new: list[Organisation] = []
        self.completed: dict[int, Organisation] = {}
        self._by_siren: dict[str, Organisation] = {}
        self._by_name: dict[str, list[Organisation]] = defaultdict(list)
        rows = Organisation.objects.annotate(key=Lower(Func("name", function="unaccent")))
        named = Q(key__in=set(self._keys.values())) | Q(siren__in=sirens - {""})
        for row in rows.filter(named).select_related("territory").order_by("pk"):
            self._keys[row.name] = row.key
            self._add(row)

    def _key(self, name: str) -> str:
        return self._keys.get(name, name)

    def _rows(self, name: str) -> list[Organisation]:
        return self._by_name.get(self._key(name), [])

    def _add(self, row: Organisation) -> None:
        if row.siren:
            self._by_siren[row.siren] = row
        self._by_name[self._key(row.name)].append(row)

    def find(
        self, holder: Given, territory: Territory | None, notes: Notes
    ) -> tuple[Organisation, Given]:
        """The organisation (unsaved when new) and what the card keeps of the line's own words."""
        kind, where = holder["kind"], "holder"
        aside: Given = dict(holder.get("", {}))
        siren = read_siren(holder["siren"], "holder.siren", notes) if holder["siren"] else ""
        if holder["siren"] and not siren:
            aside["siren"] = holder["siren"]
        name = holder["name"] or siren or holder["siren"]
        row = self._by_siren.get(siren) if siren else None
        if row is None:
            row = self._named(name, kind, siren, territory, notes)
        if row is None:
            row = Organisation(name=name, kind=kind, siren=siren, territory=territory)
            self.new.append(row)
            self._add(row)
        else:
            self._complete(row, kind, siren, territory)
        if holder["name"] and self._key(row.name) != self._key(holder["name"]):
            aside["name"] = holder["name"]
            if row.siren and row.siren == siren:
                notes.warn(f"{where}.name", "holder_differs", kept=row.name)
        if kind and row.kind != kind:
            aside["kind"] = kind
            notes.warn(f"{where}.kind", "holder_differs", kept=row.kind)
        if territory is not None and row.territory_id != territory.pk:
            aside["territory"] = territory.address
            notes.warn(f"{where}.territory", "holder_differs", kept=row.territory)
        return row, aside

    def _named(
        self, name: str, kind: str, siren: str, territory: Territory | None, notes: Notes
    ) -> Organisation | None:
        for asked in (name, _of_its_place(name, territory)):
            fits = [
                row
                for row in self._rows(asked)
                if (not kind or not row.kind or row.kind == kind)
                and (not siren or not row.siren)
                and (asked != name or territory is None or row.territory_id in (None, territory.pk))
            ]
            if fits:
                exact = [
                    row
                    for row in fits
                    if row.kind == kind
                    and row.territory_id == (territory.pk if territory else None)
                ]
                if len(fits) > 1 and not exact:
                    notes.warn("holder.name", "holder_ambiguous")
                return (exact or fits)[0]
        if any(not row.siren and row.kind == kind for row in self._rows(name)) and not siren:
            # The name is taken by the same kind of organisation, of another place.
            row = Organisation(name=_of_its_place(name, territory), kind=kind, territory=territory)
            self.new.append(row)
            self._add(row)
            return row
        return None

    def _complete(
        self, row: Organisation, kind: str, siren: str, territory: Territory | None
    ) -> None:
        changed = False
        if kind and not row.kind and not self._taken(row, row.name, kind, row.siren or siren):
            row.kind, changed = kind, True
        if siren and not row.siren:
            row.siren, changed = siren, True
            self._by_siren[siren] = row
        if territory is not None and row.territory_id is None:
            row.territory, changed = territory, True
        if changed and row.pk:
            self.completed[row.pk] = row

    def _taken(self, row: Organisation, name: str, kind: str, siren: str) -> bool:
        """Without SIREN, name and kind together are one organisation's."""
        return not siren and any(
            other is not row and not other.siren and other.kind == kind
            for other in self._rows(name)
        )


def _of_its_place(name: str, territory: Territory | None) -> str:
    """« Mairie » of two communes: « Mairie – Saint-Denis (93) »."""
    if territory is None:
        return name
    return f"{name[: NAME - len(territory.label) - 3]} – {territory.label}"
