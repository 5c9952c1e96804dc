"""Derived columns of cards, recomputed by actions after any change of sheet or facts.

They exist so that lists and filters read one row; nothing else writes them.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils import timezone

from .models import EconomicLine, Fact, Initiative, Material, PhaseChange
from .phase import derive_phase
from .proof import derive_proof

EUROS = {"€", "eur", "euro", "euros"}
# How many times a year a line is paid, by period; set-up lines are paid once.
TIMES_A_YEAR = {"": 1, "once": 1, "year": 1, "month": 12, "quarter": 4, "week": 52}
SETUP = {EconomicLine.Line.SETUP_STAFF, EconomicLine.Line.INVESTMENT}
RUNNING = {EconomicLine.Line.RUNNING_STAFF, EconomicLine.Line.RUNNING_COSTS}


def first_year_cost(lines: Iterable[EconomicLine]) -> Decimal | None:
    """Euros to set up and run for one year: central values (else the middle of low and high).

    Lines in another unit (days, full-time equivalents) are left out; None when no line in
    euros is known. Exceptional funding and avoided costs never enter it.
    """
    total: Decimal | None = None
    for line in lines:
        if line.line not in SETUP | RUNNING or line.unit.strip().lower() not in EUROS:
            continue
        known = [v for v in (line.low, line.high) if v is not None]
        value = (
            line.central if line.central is not None else sum(known) / len(known) if known else None
        )
        times = TIMES_A_YEAR.get(line.period) if line.line in RUNNING else 1
        if value is None or times is None:
            continue
        total = (total or Decimal(0)) + Decimal(value) * times
    return total.quantize(Decimal("0.01")) if total is not None else None


def refresh(initiatives: Sequence[int], *, by: Any = None) -> None:
    """Recompute the derived columns of these cards (primary keys) and note phase changes.

    Four reads and at most two writes, however many cards. Call inside the action's
    transaction, after facts and sheet are written.
    """
    cards = Initiative.objects.filter(pk__in=initiatives).only(
        "pk", "publication", "published_at", "phase", "phase_reason", "proof_level",
        "first_year_cost", "has_materials",
    )  # fmt: skip
    facts: dict[int, list[Fact]] = defaultdict(list)
    for fact in Fact.objects.filter(initiative__in=initiatives):
        facts[fact.initiative_id].append(fact)
    lines: dict[int, list[EconomicLine]] = defaultdict(list)
    for line in EconomicLine.objects.filter(initiative__in=initiatives):
        lines[line.initiative_id].append(line)
    with_materials = set(
        Material.objects.filter(initiative__in=initiatives).values_list("initiative", flat=True)
    )
    changed, moves = [], []
    for card in cards:
        published = card.publication == "published" and card.published_at
        day = timezone.localtime(card.published_at).date().isoformat() if published else None
        derived = derive_phase(day, facts[card.pk])
        kits = any(fact.kind == Fact.Kind.KIT for fact in facts[card.pk])
        materials = kits or card.pk in with_materials
        new = {
            "phase": derived.phase,
            "phase_reason": derived.reason,
            "proof_level": derive_proof(facts[card.pk], has_materials=materials).level,
            "first_year_cost": first_year_cost(lines[card.pk]),
            "has_materials": materials,
        }
        if any(getattr(card, field) != value for field, value in new.items()):
            if card.phase != derived.phase:
                user = by if by is not None and by.is_authenticated else None
                moves.append(
                    PhaseChange(
                        initiative_id=card.pk,
                        phase=derived.phase,
                        previous=card.phase,
                        reason=derived.reason,
                        by=user,
                    )
                )
            for field, value in new.items():
                setattr(card, field, value)
            changed.append(card)
    _write(changed)
    PhaseChange.objects.bulk_create(moves)


def _write(cards: Sequence[Initiative]) -> None:
    """One statement: an import derives hundreds of cards at a time, where ``bulk_update`` would
    spend more time on its CASE expressions than PostgreSQL on the rows."""
    if not cards:
        return
    columns: list[Any] = [
        [card.pk for card in cards],
        [card.phase for card in cards],
        [json.dumps(card.phase_reason) for card in cards],
        [card.proof_level for card in cards],
        [card.first_year_cost for card in cards],
        [card.has_materials for card in cards],
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE initiatives_initiative AS card SET phase = new.phase,
                phase_reason = new.reason::jsonb, proof_level = new.level,
                first_year_cost = new.cost, has_materials = new.materials
            FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::int[], %s::numeric[], %s::bool[])
                AS new (id, phase, reason, level, cost, materials)
            WHERE card.id = new.id
            """,
            columns,
        )
