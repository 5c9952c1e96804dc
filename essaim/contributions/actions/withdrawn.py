"""Words withdrawn from a card's history leave the proposals that quote them."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from essaim.contributions.content import freeze, without_withdrawn
from essaim.contributions.models import Proposal
from essaim.initiatives.models import (  # type: ignore[attr-defined]
    Initiative,
    InitiativeEvent,
    Withdrawal,
)
from essaim.initiatives.sections import SECTIONS, read_section


@transaction.atomic
def on_text_withdrawn(
    sender: Any,
    withdrawal: Withdrawal,
    versions: tuple[int, int],
    with_reasons: bool,
    **kwargs: Any,
) -> None:
    """Erased, not hidden: a proposal is no history (docs/decisions/0010-withdrawn-text.md). Who
    brought it, when and what became of it stay, with what the withdrawal does not concern."""
    first, last = versions
    # Whatever version they were written on: a card changes between a proposal and its acceptance.
    brought = InitiativeEvent.objects.filter(
        pgh_obj=withdrawal.initiative_id,
        pgh_id__range=(withdrawal.first, withdrawal.last),
        pgh_context__action="accept_proposal",
    )
    keys = brought.order_by().values_list("pgh_context__proposal", flat=True)
    found = (
        Proposal.objects.select_for_update(no_key=True)
        .filter(card=withdrawal.initiative_id, section=withdrawal.section)
        # Seen on one of these versions, or become one of them.
        .filter(
            Q(base_version__range=(first, last))
            | Q(state__in=Proposal.TAKEN, pk__in=[pk for pk in keys if pk is not None])
        )
    )
    card = Initiative.objects.get(pk=withdrawal.initiative_id)
    today = freeze(read_section(card, SECTIONS[withdrawal.section]))
    for proposal in found.order_by("pk"):
        was_taken = proposal.state in Proposal.TAKEN
        proposal.before, proposal.content, proposal.taken = without_withdrawn(
            proposal.before, proposal.content, proposal.taken, today, was_taken=was_taken
        )
        if with_reasons:
            proposal.reason = ""
        proposal.words_withdrawn_at = timezone.now()
        proposal.save(update_fields=["before", "content", "taken", "reason", "words_withdrawn_at"])
