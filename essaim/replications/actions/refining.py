"""Real costs back to the card: what sites told, proposed to its economic grid."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.common.errors import DomainError
from essaim.contributions.actions.proposals import save_proposal
from essaim.contributions.models import Proposal
from essaim.initiatives.models import Initiative
from essaim.initiatives.sections import SECTIONS, Content, digest, read_section
from essaim.people.models import Organisation
from essaim.replications.costs import GridLine, Real, grid, with_costs
from essaim.replications.models import Replication

from .common import lock_card

LONGEST = 250  # characters of a label


@transaction.atomic
def propose_costs(card: Initiative, *, by: Any) -> Proposal:
    """Propose to the card, line by line, the least, the middle and the most that its sites told,
    with their number as the source; the holder decides. The same figures are proposed once by a
    person. Lines that no site told stay as they are."""
    card = lock_card(card.pk)
    told = with_costs(Replication.objects.filter(initiative=card).committed())
    lines = {line.kind: line for line in grid(card, told) if line.real is not None}
    if not lines:
        raise DomainError(_("Aucun site n’a encore dit ce que cela lui coûte."))
    section = SECTIONS["economie"]
    content = read_section(card, section)
    refined = _refined(content, lines)
    sites = max(line.real.sites for line in lines.values() if line.real)
    figures = "|".join(f"{line.kind}:{line.real}" for line in lines.values())
    key = uuid.uuid5(uuid.NAMESPACE_OID, f"costs:{card.pk}:{by.pk}:{digest(content)}:{figures}")
    return save_proposal(
        card, section.slug, refined, by=by, key=key, seen=digest(content),
        reason=ngettext(
            "Coûts réels de %(n)s site, tels que ses nouvelles les disent.",
            "Coûts réels de %(n)s sites, tels que leurs nouvelles les disent.",
            sites,
        )
        % {"n": sites},
        organisation=Organisation.objects.filter(
            memberships__user=by, replications__initiative=card
        ).order_by("pk").first(),
    )  # fmt: skip


def _refined(content: Content, lines: dict[str, GridLine]) -> Content:
    """The card's lines of a kind become one, since sites tell one sum for each: their labels and
    their first payer are kept."""
    rows, seen = [], set()
    for row in content["economics"]:
        line = lines.get(row["line"])
        if line is None:
            rows.append(dict(row))
        elif line.kind not in seen:
            seen.add(line.kind)
            same = [each for each in content["economics"] if each["line"] == line.kind]
            labels = " + ".join(dict.fromkeys(each["label"] for each in same if each["label"]))
            rows.append({**row, "label": labels[:LONGEST], **_figures(line)})
    rows += [
        {"line": kind, "label": "", "payer": "", **_figures(line)}
        for kind, line in lines.items()
        if kind not in seen
    ]
    return {**content, "economics": rows}


def _figures(line: GridLine) -> dict[str, Any]:
    real = line.real
    assert isinstance(real, Real)
    return {
        "low": real.low, "central": real.central, "high": real.high, "unit": "€",
        "period": "year" if line.is_yearly else "once",
        "source": ngettext(
            "Coûts réels de %(n)s site, au %(day)s", "Coûts réels de %(n)s sites, au %(day)s",
            real.sites,
        )
        % {"n": real.sites, "day": date_format(timezone.localdate(), "DATE_FORMAT")},
    }  # fmt: skip
