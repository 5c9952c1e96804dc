"""Two cards become one: proposals that nobody decided go on with the one that stays."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from essaim.contributions import notifications
from essaim.contributions.content import freeze, merge, thaw
from essaim.contributions.models import Proposal
from essaim.initiatives.following import tell_merged
from essaim.initiatives.models import Initiative, Publication
from essaim.initiatives.sections import (
    PART_LISTS,
    SECTIONS,
    Content,
    changed_names,
    digest,
    plain,
    read_section,
)

Rows = list[dict[str, Any]]


def join_proposals(kept: Initiative, other: Initiative, *, by: Any, occasion: str) -> None:
    """Sent ones and drafts, of what their author changed and nothing else: what they saw of
    ``other`` is left there. One that would change nothing any more is closed with a word to its
    author; decided ones stay with the card that they were decided for."""
    if kept.publication != Publication.PUBLISHED:
        return  # it takes no proposal
    rows = Proposal.objects.select_for_update(of=("self",)).select_related("author", "sent_by")
    going = [Proposal.State.DRAFT, Proposal.State.PROPOSED]
    for proposal in rows.filter(card=other, state__in=going).order_by("pk"):
        changes = _move(proposal, kept)
        if proposal.state == Proposal.State.DRAFT:
            continue
        if changes:
            tell_merged(kept, _people(proposal), by=by, occasion=occasion)
            if proposal.hidden_at is None:
                notifications.proposal_sent(proposal)
            continue
        proposal.decline(by)
        proposal.decision = _(
            "La fiche « %(other)s » est réunie avec « %(kept)s », qui dit déjà ce que vous proposiez."
        ) % {"other": other.title, "kept": kept.title}
        proposal.save(update_fields=["state", "decided_by", "decided_at", "decision"])
        notifications.proposal_decided(proposal)


def _people(proposal: Proposal) -> set[Any]:
    return {who for who in (proposal.author, proposal.sent_by) if who is not None}


def _move(proposal: Proposal, kept: Initiative) -> bool:
    """Whether it would change something there."""
    section = SECTIONS[proposal.section]
    now = read_section(kept, section)
    before, wanted = thaw(section, proposal.before), thaw(section, proposal.content)
    for name in section.lists:
        before[name], wanted[name] = _rows_there(
            PART_LISTS[name].key, before[name], wanted[name], now[name]
        )
    content: Content = merge(before, wanted, now)
    proposal.card, proposal.base_version, proposal.seen = kept, kept.version, digest(now)
    proposal.before, proposal.content = freeze(now), freeze(content)
    proposal.save(update_fields=["card", "base_version", "seen", "before", "content"])
    return bool(changed_names(now, content))


def _rows_there(key: str, before: Rows, wanted: Rows, now: Rows) -> tuple[Rows, Rows]:
    """The rows of a list, each by the number that the row of its name has in ``now``; those that
    were not touched and are not there are left out."""
    numbers = {row[key]: row["id"] for row in now if row[key]}
    was = {row["id"]: row for row in before if row.get("id")}
    old = [row | {"id": numbers.get(row[key])} for row in before]
    new = []
    for row in wanted:
        seen = was.get(row.get("id"))
        number = numbers.get((seen or row)[key])
        if seen is None and number is not None:
            old.append(next(each for each in now if each["id"] == number))
        elif seen is not None and number is None and plain(seen) == plain(row):
            continue
        new.append(row | {"id": number})
    return old, new
