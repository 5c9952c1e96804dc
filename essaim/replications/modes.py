"""What each mode asks of the two sides (§ 4 of the domain: more control, more to agree on).

What franchise, supple and dissemination ask is the issue's; that a centralised diffusion asks for
the reference of its decision or convention is ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from essaim.initiatives.models import Fact, Initiative

from .models import Mode


@dataclass(frozen=True)
class Asked:
    terms: tuple[str, ...]  # fields of the replication that must be filled in to commit
    needs_holder: bool
    says: Any  # to both sides, before they begin


ASKED: dict[str, Asked] = {
    Mode.CENTRALISED: Asked(
        ("contract_reference", "contract_on"),
        True,
        _(
            "Le porteur ouvre le site ou en confie la charge : la décision ou la convention est"
            " demandée."
        ),
    ),
    Mode.FRANCHISE: Asked(
        ("contract_reference", "contract_on", "brand_terms"),
        True,
        _("Un contrat, et ce que le repreneur a le droit de faire de la marque."),
    ),
    Mode.SUPPLE: Asked(("charter_on",), True, _("Une charte commune, que le repreneur accepte.")),
    Mode.DISSEMINATION: Asked(
        (),
        False,
        _("Chacun reprend librement ; il est seulement demandé de donner des nouvelles."),
    ),
}
TERMS = ("contract_reference", "contract_on", "brand_terms", "charter_on")


def mode_of(card: Initiative) -> str:
    """The mode that the card's strategy chose; the supple one, where it says none."""
    chosen = Fact.objects.filter(initiative=card, kind=Fact.Kind.STRATEGY_CHOSEN)
    fact = chosen.order_by("on").last()
    mode = fact.value.get("mode") if fact else ""
    return mode if mode in Mode.values else str(Mode.SUPPLE)


def missing_terms(replication: Any) -> list[str]:
    """Names of the terms that the mode asks and that are not known yet."""
    return [name for name in ASKED[replication.mode].terms if not getattr(replication, name)]


def lacking_q() -> Q:
    """Replications to which a term of their mode is missing; says what ``missing_terms`` does."""
    found = Q(pk__in=[])
    for mode, asked in ASKED.items():
        for name in asked.terms:
            empty = {f"{name}__isnull": True} if name.endswith("_on") else {name: ""}
            found |= Q(mode=mode, **empty)
    return found


def needs_holder(replication: Any) -> bool:
    return ASKED[replication.mode].needs_holder
