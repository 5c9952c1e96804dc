"""Saying what the six lines do not."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Any

import pghistory
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.initiatives.actions.cards import lock_card
from essaim.initiatives.models import EconomicLine, Initiative, Publication
from essaim.modelling.models import EconomicAssumptions, SharedLine


@transaction.atomic
def save_assumptions(
    card: Initiative,
    *,
    beneficiaries: tuple[int, int, int] | None,
    day_cost: Decimal | None,
    fte_cost: Decimal | None,
    years: int,
    source: str,
    shared: Collection[int],
    version: int,
    by: Any,
) -> EconomicAssumptions:
    """Write them whole; ``shared``: keys of the lines paid once for all sites.

    Raises DomainError when someone saved since the form was opened (``version``), or when the
    figures make no sense; nothing is written then.
    """
    card = lock_card(card)
    if card.publication == Publication.ARCHIVED:
        raise DomainError(_("Cette fiche est archivée : elle ne se modifie plus."))
    kept = EconomicAssumptions.objects.filter(initiative=card).first()
    if (kept.version if kept else 0) != version:
        raise DomainError(
            _(
                "Quelqu’un a enregistré ces hypothèses pendant que vous les écriviez. Rien n’a été "
                "écrasé : rouvrez la page dans un autre onglet, comparez, puis enregistrez."
            )
        )
    low, central, high = beneficiaries or (None, None, None)
    with pghistory.context(user=by.pk, action="save_assumptions"):
        kept = kept or EconomicAssumptions(initiative=card, version=0)
        kept.beneficiaries_low, kept.beneficiaries, kept.beneficiaries_high = low, central, high
        kept.day_cost, kept.fte_cost, kept.years = day_cost, fte_cost, years
        kept.source, kept.by, kept.at = source.strip(), by, timezone.now()
        kept.version += 1
        kept.save()
        _share(card, shared)
    return kept


@transaction.atomic
def keep_imported(
    card: Initiative, values: dict[str, Any] | None, *, shared: Collection[int], by: Any
) -> None:
    """What a file says, its figures checked already; ``shared``: positions of the lines. Called
    by the import, in its transaction and its history."""
    card = lock_card(card)
    kept = EconomicAssumptions.objects.filter(initiative=card).first()
    if values is None:
        if kept is not None:
            kept.delete()
    else:
        kept = kept or EconomicAssumptions(initiative=card, version=0)
        if kept.pk is None or any(getattr(kept, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(kept, name, value)
            kept.by, kept.at = by, timezone.now()
            kept.version += 1
            kept.save()
    lines = EconomicLine.objects.filter(initiative=card).values_list("pk", flat=True)
    _share(card, [pk for n, pk in enumerate(lines) if n in shared])


def _share(card: Initiative, shared: Collection[int]) -> None:
    """These lines of the card, and no others, are paid once for all sites."""
    lines = EconomicLine.objects.filter(initiative=card)
    wanted = set(lines.filter(pk__in=shared).values_list("pk", flat=True))
    known = SharedLine.objects.filter(line__in=lines)
    known.exclude(line__in=wanted).delete()
    there = set(known.values_list("line", flat=True))
    SharedLine.objects.bulk_create(SharedLine(line_id=pk) for pk in sorted(wanted - there))
