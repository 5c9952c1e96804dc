"""The three sites of Enerterre, alive: who learnt from whom, what each adapts, what it tells of
people, costs and need. Everything is invented (« fictif »)."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from django.utils import timezone

from essaim.initiatives.models import Component, EconomicLine, Initiative
from essaim.people.models import User
from essaim.replications.actions import adapting, life, network, reporting
from essaim.replications.models import Replication

from .models import Option

Line = EconomicLine.Line
# In the order of the confirmations: days since the opening, people served, costs of a quarter.
OPENED = (300, 12, 6)
TOLD: tuple[list[tuple[int, dict[str, int]]], ...] = (
    [
        (34, {Line.RUNNING_STAFF: 6_900, Line.RUNNING_COSTS: 2_400, Line.AVOIDED_COSTS: 3_100}),
        (27, {Line.RUNNING_STAFF: 7_100, Line.RUNNING_COSTS: 2_250, Line.AVOIDED_COSTS: 2_400}),
        (15, {Line.RUNNING_STAFF: 6_400, Line.RUNNING_COSTS: 1_900}),
    ],
    [(6, {Line.SETUP_STAFF: 9_800, Line.INVESTMENT: 18_400})],
    [(3, {Line.SETUP_STAFF: 12_600, Line.INVESTMENT: 16_250})],
)
SETUP: dict[str, int] = {
    Line.SETUP_STAFF: 11_500,
    Line.INVESTMENT: 19_700,
    Line.EXCEPTIONAL_FUNDING: 60_000,
}


def _key(name: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"essaim:funding:{name}")


def _ago(days: int) -> dt.date:
    return timezone.localdate() - dt.timedelta(days=days)


def bring_to_life(card: Initiative, confirmed: list[Option], by: User, holder: User) -> None:
    """``by`` answers for the adopters; the pilot's adaptation goes back to the card."""
    sites = {each.origin_reference: each for each in Replication.objects.filter(initiative=card)}
    alive = []
    for option, days in zip(confirmed, OPENED, strict=True):
        site = sites[option.reference]
        life.advance(site, "preparing", by=by, on=site.committed_on or _ago(days))
        alive.append(life.advance(site, "live", by=by, on=_ago(days)))
    first, second, third = alive
    core = list(Component.objects.filter(initiative=card, kind=Component.Kind.CORE))
    margin = list(Component.objects.filter(initiative=card, kind=Component.Kind.MARGIN))
    adapting.state_deliveries(first, {each.pk: 100 for each in core}, on=_ago(200))
    kept = _adapts(
        first, "adaptation", by, margin[-1:], days=250, effect="better",
        what="Torchis et chaux, au lieu de la terre crue (fictif)",
        why="Les maisons du bocage sont à pans de bois (fictif).",
        effect_note="Deux jours de moins par mur (fictif).",
    )  # fmt: skip
    adapting.propose_variant(kept, by=holder)
    _adapts(
        second, "adaptation:saturday", by, margin[:1], days=10,
        what="Chantiers le samedi seulement (fictif)",
        why="Les habitants volontaires travaillent en semaine (fictif).",
    )  # fmt: skip
    adapting.state_deliveries(second, {each.pk: 100 for each in core[:1]}, on=_ago(5))
    _adapts(
        third, "adaptation:apprentices", by, core[:1], days=5, share=50, nature="reactive",
        what="Des apprentis du bâtiment à la place d’une partie des habitants (fictif)",
        why="Trop peu de volontaires la première semaine (fictif).",
    )  # fmt: skip
    for site, told in zip(alive, TOLD, strict=True):
        _tells(site, told, by)
    opening = list(reporting.quarters_of(first))[-1]
    reporting.save_report(
        first, opening, by=by, beneficiaries=None, confirmed=True, costs=_euros(SETUP),
        done="Équipe formée, matériel acheté (fictif).",
    )  # fmt: skip
    _needs(card, confirmed, holder)


def _adapts(
    site: Replication, name: str, by: User, components: list[Component], *, days: int,
    nature: str = "planned", **said: Any,
) -> Any:  # fmt: skip
    """On the first of these components, or on none where the sheet has none."""
    share = said.pop("share", None)
    component = components[0].pk if components else None
    return adapting.record_adaptation(
        site, submission=_key(name), component=component, by=by, on=_ago(days), nature=nature,
        decided_by="comité des chantiers (fictif)", share=share if component else None, **said,
    )  # fmt: skip


def _euros(costs: dict[str, int]) -> dict[str, Decimal]:
    return {line: Decimal(euros) for line, euros in costs.items()}


def _tells(site: Replication, told: list[tuple[int, dict[str, int]]], by: User) -> None:
    """The latest quarter first, as far as the site goes back."""
    for quarter, (people, costs) in zip(reporting.quarters_of(site), told, strict=False):
        reporting.save_report(
            site, quarter, by=by, beneficiaries=people, costs=_euros(costs), confirmed=True,
            done="Chantiers ouverts avec les habitants (fictif).",
        )  # fmt: skip


def _needs(card: Initiative, confirmed: list[Option], holder: User) -> None:
    for option, shares in zip(confirmed, ((2, 3, 5), (1, 2, 4), (2, 4, 6)), strict=True):
        low, central, high = (Decimal(each) for each in shares)
        network.estimate_need(
            card, territory=option.territory, population=12_000,
            prevalence=(low, central, high), by=holder,
            source="Ménages modestes en maison de terre, part inventée (fictif)",
        )  # fmt: skip
