"""What a pool that stopped has taught goes back to the card."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.contributions.actions.proposals import save_proposal
from essaim.contributions.models import Proposal
from essaim.funding.models import Pool, State
from essaim.initiatives.sections import SECTIONS, digest, read_section
from essaim.people.models import Organisation

from .common import lock_pool


@transaction.atomic
def propose_lesson(pool: Pool, *, by: Any) -> Proposal:
    """Propose it for « ce qui n’a pas marché », once; the card's team decides."""
    pool = lock_pool(pool.pk)
    if pool.state != State.ABANDONED:
        raise DomainError(_("Une leçon se propose quand une subvention d’essaimage s’arrête."))
    key = uuid.uuid5(pool.submission, "lesson")
    known = Proposal.objects.filter(submission=key, card=pool.initiative).first()
    if known is not None:
        return known
    section = SECTIONS["preuves"]
    content = read_section(pool.initiative, section)
    told = _("Subvention d’essaimage arrêtée : %(lesson)s") % {"lesson": pool.lesson}
    lead = Organisation.objects.filter(pk=pool.lead_id, memberships__user=by).first()
    return save_proposal(
        pool.initiative,
        section.slug,
        {**content, "what_failed": f"{content['what_failed']}\n\n{told}".strip()},
        by=by,
        key=key,
        seen=digest(content),
        reason=pool.abandon_reason,
        organisation=lead,
        kind=Proposal.Kind.FAILURE,
    )
