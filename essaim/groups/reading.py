"""What pages of groups show: members with their state, who may run it, indicators side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from essaim.groups.models import Group, GroupQuerySet, Member
from essaim.people.models import Membership, Organisation, User
from essaim.territories.models import Indicator, Territory


def possible_stewards(group: Group, asking: User) -> QuerySet[User]:
    """Active people who may run it: who represents a member, colleagues of who asks and of the
    stewards. Never anyone else, so that nobody is drawn into what they do not know."""
    territories = group.members.accepted().values("territory")
    bodies = Organisation.objects.filter(
        territory__in=territories, kind__in=settings.GROUPS["answering_kinds"]
    )
    stewards = group.stewards.values("user")
    ours = Membership.objects.filter(Q(user=asking) | Q(user__in=stewards)).values("organisation")
    return (
        User.objects.filter(is_active=True)
        .filter(
            Q(
                pk__in=Membership.objects.representing()
                .filter(organisation__in=bodies)
                .values("user")
            )
            | Q(pk__in=Membership.objects.filter(organisation__in=ours).values("user"))
            # Who runs a group that nobody runs any more.
            | Q(pk=asking.pk)
        )
        .exclude(pk__in=stewards)
        .exclude(name="")
        .order_by("name", "pk")
    )


def found(user: Any, clean: dict[str, Any]) -> GroupQuerySet:
    """The groups that this reader sees and the filters keep."""
    rows = Group.objects.visible_to(user)
    if text := clean.get("q"):
        rows = rows.named(text)
    if territory := clean.get("territory"):
        rows = rows.concerning(territory)
    if clean.get("mine"):
        rows = rows.run_by(user)
    if clean.get("alone"):
        rows = rows.without_steward()
    if not clean.get("ended"):
        rows = rows.active()
    return rows


@dataclass(frozen=True)
class Cell:
    value: float | None
    year: int | None


@dataclass(frozen=True)
class Line:
    """A territory and its figure for each indicator of the table, in its order."""

    territory: Territory
    cells: list[Cell]


@dataclass(frozen=True)
class Comparison:
    indicators: list[Indicator]  # population first (not saved)
    lines: list[Line]
    #: Indicators chosen that no member has, by name; members without any figure, by label.
    absent: list[str]
    without: list[str]


def compare(territories: Sequence[Territory], indicators: Sequence[Indicator]) -> Comparison:
    """The members side by side: of several years, each territory's latest. Two queries.

    Nothing is imputed: a figure that is not known is a cell without a value.
    """
    figures: dict[tuple[int, int], Cell] = {}
    saved = [each.pk for each in indicators if each.pk]
    if saved and territories:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT DISTINCT ON (indicator_id, territory_id)"
                " indicator_id, territory_id, value, year FROM territories_indicatorvalue"
                " WHERE indicator_id = ANY(%s) AND territory_id = ANY(%s)"
                " ORDER BY indicator_id, territory_id, year DESC",
                [saved, [each.pk for each in territories]],
            )
            for indicator, territory, value, year in cursor.fetchall():
                figures[indicator, territory] = Cell(value, year or None)
    nothing = Cell(None, None)

    def cell(indicator: Indicator, territory: Territory) -> Cell:
        if indicator.pk is None:
            return Cell(territory.population, None)
        return figures.get((indicator.pk, territory.pk), nothing)

    known = [
        each
        for each in indicators
        if any(cell(each, territory).value is not None for territory in territories)
    ]
    lines = [Line(t, [cell(each, t) for each in known]) for t in territories]
    return Comparison(
        indicators=known,
        lines=lines,
        absent=[each.name for each in indicators if each not in known],
        without=[
            line.territory.label for line in lines if all(c.value is None for c in line.cells)
        ],
    )


def comparable(kinds: Sequence[str]) -> list[Indicator]:
    """Population, then the series that some territory of these kinds has."""
    found = [Indicator(code="population", name=_("Population"), unit=_("habitants"))]
    if not kinds:
        return found
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.id FROM territories_indicator i WHERE EXISTS ("
            " SELECT FROM territories_indicatorvalue f"
            " JOIN territories_territory t ON t.id = f.territory_id"
            " WHERE f.indicator_id = i.id AND t.kind = ANY(%s) AND t.gone_on IS NULL)",
            [sorted(set(kinds))],
        )
        keys = [pk for (pk,) in cursor.fetchall()]
    return found + list(
        Indicator.objects.filter(pk__in=keys).exclude(code__iexact="population").order_by("name")
    )


@dataclass(frozen=True)
class Shown:
    """A member as a reader sees it: who answered, whom it waits for, what the reader may do."""

    member: Member
    waits_for: str
    may_answer: bool
    may_leave: bool


def shown_members(group: Group, reader: Any, *, may_run: bool) -> list[Shown]:
    """Those present; for who runs the group, those who declined or left too. Four queries."""
    from essaim.groups.models import represented_by
    from essaim.people.rules import can_manage

    rows = group.members.for_list()
    found = list(rows if may_run else rows.present())
    order = list(Member.State.values)
    found.sort(key=lambda each: order.index(each.state) if each.state != "accepted" else -1)
    mine: set[int] = set()
    if reader.is_authenticated:
        mine = set(represented_by(reader).values_list("organisation__territory", flat=True))
    invited = [each.territory_id for each in found if each.state == Member.State.INVITED]
    bodies = _bodies(invited)
    manager = can_manage(reader)
    # Whoever manages the platform answers only where nobody here can.
    alone = _unrepresented([each.territory_id for each in found]) if manager else set()
    open_ = group.is_active
    return [
        Shown(
            member=each,
            waits_for=", ".join(bodies.get(each.territory_id, [])),
            may_answer=open_
            and each.state == Member.State.INVITED
            and (each.territory_id in mine or each.territory_id in alone),
            may_leave=open_
            and each.state == Member.State.ACCEPTED
            and (each.territory_id in mine or each.territory_id in alone),
        )
        for each in found
    ]


def _bodies(territories: Sequence[int]) -> dict[int, list[str]]:
    """Of each territory, the public bodies that someone here represents."""
    found: dict[int, list[str]] = {}
    rows = (
        Organisation.objects.filter(
            territory__in=territories,
            kind__in=settings.GROUPS["answering_kinds"],
            memberships__in=Membership.objects.representing(),
        )
        .distinct()
        .order_by("name")
    )
    for territory, name in rows.values_list("territory", "name"):
        found.setdefault(territory, []).append(name)
    return found


def _unrepresented(territories: Sequence[int]) -> set[int]:
    return set(territories) - set(_bodies(territories))
