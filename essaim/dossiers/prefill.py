"""What is known already: the organisation, the card, its economics. Nothing is asked twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils import timezone

from essaim.common.text import without_marks
from essaim.dossiers.accounts import CHARGE
from essaim.initiatives.models import Initiative
from essaim.modelling.lines import Assumptions, Range, read_lines
from essaim.modelling.models import EconomicAssumptions
from essaim.people.models import Organisation

from .models import Answer

# Where each line of the economic grid stands in the accounts; investments of a small amount are
# purchases, and the holder corrects what is not.
ACCOUNT_OF = {
    "setup_staff": "64",
    "running_staff": "64",
    "investment": "60",
    "running_costs": "62",
}


def prefilled(organisation: Organisation, card: Initiative) -> dict[str, dict[str, Any]]:
    """Content by block. What the organisation said in its latest file comes before all else:
    it was read again there."""
    found: dict[str, dict[str, Any]] = {
        "identite": _identity(organisation),
        "personnes": {},
        "relations": {},
        "moyens": {},
        "projet": _project(card),
        "budget": _budget(card),
    }
    for block in ("identite", "personnes", "relations", "moyens"):
        before = (
            Answer.objects.filter(
                application__organisation=organisation, block=block, is_checked=True
            ).order_by("-at").first()
        )  # fmt: skip
        if before is not None:
            found[block] = {**found[block], **before.content}
    return found


def card_known(card: Initiative) -> dict[str, Any]:
    """What a card says of a project, by name of field."""
    return _project(card)


def organisation_known(organisation: Organisation) -> dict[str, Any]:
    """What an organisation said of itself in its latest file, and what its page says; persons and
    their addresses left out."""
    found = _identity(organisation)
    for block in ("identite", "relations", "moyens"):
        said = Answer.objects.filter(
            application__organisation=organisation, block=block, is_checked=True
        )
        if (before := said.order_by("-at").first()) is not None:
            found |= before.content
    return found


def rna_of(organisations: Collection[int]) -> dict[int, str]:
    """The RNA number, a public one, that each of these gave in its latest file; one query."""
    said = (
        Answer.objects.filter(
            application__organisation__in=organisations, block="identite", is_checked=True
        ).order_by("at").values_list("application__organisation", "content__rna")
    )  # fmt: skip
    return {organisation: rna for organisation, rna in said if rna}


def _identity(organisation: Organisation) -> dict[str, Any]:
    return {"name": organisation.name, "siret": organisation.siret}


def _project(card: Initiative) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "title": card.title,
        "objectives": without_marks(card.objectives, bullets=True),
        "need": without_marks(card.need, bullets=True),
        "description": without_marks(card.description or card.summary, bullets=True),
        "beneficiaries": "\n".join(
            [str(each) for each in card.audiences.all()] or card.beneficiaries
        ),
        "territory": "\n".join(place.label for place in card.territories.all()),
        "resources": "\n".join(card.prerequisites),
        "starts_on": dt.date(today.year + 1, 1, 1).isoformat(),
    }


def _budget(card: Initiative) -> dict[str, Any]:
    """One site, its installation and a year of running: the central values of the grid."""
    assumptions = EconomicAssumptions.objects.filter(initiative=card).first()
    known = Assumptions()
    if assumptions is not None:
        people = assumptions.beneficiaries
        known = Assumptions(
            Range(*[Decimal(people)] * 3) if people else None,
            assumptions.day_cost, assumptions.fte_cost, assumptions.years,
        )  # fmt: skip
    lines, _left = read_lines(card.economics.all(), known)
    rows = [
        {
            "side": CHARGE,
            "account": ACCOUNT_OF[line.kind],
            "label": line.label[:200],
            "amount_cents": int((line.amount.central * 100).quantize(Decimal(1), ROUND_HALF_UP)),
        }
        for line in lines
        if line.is_cost and line.kind in ACCOUNT_OF and line.amount.central > 0
    ]
    return {"year": timezone.localdate().year + 1, "lines": rows}
