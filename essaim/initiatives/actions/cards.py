"""Creating a card and saving its sections."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

import pghistory
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.initiatives import derived, following, rules
from essaim.initiatives.actions.facts import facts_from_evidence
from essaim.initiatives.models import Initiative, Publication, RevisionNote
from essaim.initiatives.sections import (
    PART_LISTS,
    ROWS_AT_MOST,
    SECTIONS,
    Content,
    PartList,
    Section,
    changed_names,
    digest,
    plain,
    read_section,
)
from essaim.initiatives.signals import card_saved
from essaim.initiatives.slugs import free_slugs
from essaim.people.actions.organisations import (
    add_member,
    find_or_create_organisation,
    one_at_a_time,
)
from essaim.people.models import Membership
from essaim.themes.actions import record_unmapped
from essaim.themes.matching import Vocabulary

_SLUG_TRIES = 5


class EditConflict(DomainError):
    """Someone saved the same section after this form was opened. Nothing was written.

    ``card`` is the card as it stands, ``current`` its section; the form keeps what was typed.
    """

    def __init__(self, card: Initiative, current: Content):
        super().__init__(
            _(
                "Quelqu’un a enregistré cette section pendant que vous l’écriviez. "
                "Rien n’a été écrasé : comparez, puis enregistrez."
            )
        )
        self.card = card
        self.current = current


def create_card(*, key: str, title: str, summary: str, track: str = "", by: Any) -> Initiative:
    """A new draft. ``key`` is the form's own: sent twice, it gives the same card.

    Side effect: ``card_saved``. Raises DomainError when the key belongs to someone else's card.
    """
    external_id = f"essaim-{uuid.UUID(key)}"
    for attempt in range(_SLUG_TRIES):
        known = Initiative.objects.filter(external_id=external_id).first()
        if known is not None:
            if known.author_id != by.pk:
                raise DomainError(_("Ce formulaire a déjà servi : rouvrez-le."))
            return known
        try:
            return _insert_card(external_id, title, summary, track, by)
        except IntegrityError:
            # Another writer took the slug, or the same form arrived twice at once.
            if attempt == _SLUG_TRIES - 1:
                raise
    raise AssertionError("unreachable")


@transaction.atomic
def _insert_card(external_id: str, title: str, summary: str, track: str, by: Any) -> Initiative:
    with pghistory.context(user=by.pk, action="create"):
        card = Initiative.objects.create(
            external_id=external_id,
            slug=free_slugs([title])[0],
            title=plain(title),
            summary=plain(summary),
            track=track,
            author=by,
        )
        card_saved.send(sender=Initiative, initiatives=[card.pk])
    return card


@transaction.atomic
def save_section(
    card: Initiative,
    slug: str,
    content: Content,
    *,
    by: Any,
    version: int,
    seen: str,
    new_holder: dict[str, Any] | None = None,
    origin: dict[str, Any] | None = None,
    reason: str = "",
) -> Initiative:
    """Write one section, whole; returns the card, its ``version`` grown if anything changed.

    ``version`` and ``seen`` (digest of the section) are those the form was opened on. Raises
    EditConflict when the section changed since; a change elsewhere on the card is no conflict.
    ``new_holder`` ({name, kind, is_mine}) names an organisation that the list did not have;
    ``reason`` says why, for those who read the history; ``origin`` where the text comes from,
    when ``by`` did not write it: {action, contributor: id of a user, …}, identifiers only.
    Side effects: history with the changed fields, facts from evidence, derived columns,
    ``card_saved``, unknown words for managers to map; followers of a published card are told.
    """
    section = SECTIONS[slug]
    if new_holder or content.get("holder", card.holder_id) != card.holder_id:
        one_at_a_time()
    card = lock_card(card)
    if card.publication == Publication.ARCHIVED:
        raise DomainError(_("Cette fiche est archivée : elle ne se modifie plus."))
    current = read_section(card, section)
    changed = changed_names(current, content)
    if not changed and not new_holder:
        return card
    if ("holder" in changed or new_holder) and not rules.can_change_holder(by, card):
        raise DomainError(
            _(
                "Qui coédite une fiche n’en change pas le porteur : son auteur ou son porteur le peut."
            )
        )
    if version != card.version and seen != digest(current):
        raise EditConflict(card, current)
    for name in section.lists:
        if len(content[name]) > ROWS_AT_MOST:
            raise DomainError(_("Trop de lignes : %(n)s au plus.") % {"n": ROWS_AT_MOST})
    content = {name: content[name] for name in changed}
    if new_holder:
        content["holder"] = _named_holder(new_holder, by)
        changed = sorted({*changed, "holder"})
    kept = {"action": "save_section", "section": slug, "fields": changed, **(origin or {})}
    with pghistory.context(user=by.pk, **kept):
        columns = write_section(card, section, content, current)
        touch(card, *columns, by=by)
        note_reason(card, reason, by=by)
    if card.publication == Publication.PUBLISHED:
        following.changed([card.pk], by=by)
    return card


def lock_card(card: Initiative) -> Initiative:
    """The card as it stands, locked until the end of the transaction.

    Who may also write organisations, or a card's holder, waits for them first
    (``people.actions.organisations.one_at_a_time``): merging two takes them in that order.
    """
    return Initiative.objects.select_for_update().get(pk=card.pk)


def note_reason(card: Initiative, reason: str, *, by: Any) -> None:
    """Keep why the version just written was written, if anything was said."""
    text = " ".join(reason.split())[:500]
    if text:
        RevisionNote.objects.create(initiative=card, version=card.version, text=text, by=by)


def touch(card: Initiative, *columns: str, by: Any) -> None:
    """Last step of every change of a card: version, derived columns, those who listen."""
    card.version += 1
    card.updated_at = timezone.now()
    card.save(update_fields=[*columns, "version", "updated_at"])
    derived.refresh([card.pk], by=by)
    card_saved.send(sender=Initiative, initiatives=[card.pk])


def write_section(
    card: Initiative, section: Section, content: Content, current: Content
) -> list[str]:
    """Write relations and lists; returns the columns set, for the card's one update."""
    columns = [name for name in section.columns if name in content]
    for name in columns:
        setattr(card, "holder_id" if name == "holder" else name, _clean(content[name]))
    for name in section.relations:
        if name in content:
            getattr(card, name).set(content[name])
    for name in section.lists:
        if name in content:
            write_rows(card, PART_LISTS[name], content[name], current[name])
    if "evidence" in content:
        facts_from_evidence([card.pk])
    _map_words(card, content, current)
    return columns


def _clean(value: Any) -> Any:
    return plain(value) if isinstance(value, str | list) else value


def write_rows(
    card: Initiative, parts: PartList, rows: Iterable[dict[str, Any]], current: list[dict[str, Any]]
) -> None:
    """Make the list be these rows, in this order.

    A row is the one whose ``id`` it carries, else the free one of the same name, else new;
    rows that nothing claims go. Each row is told its ``id``.
    """
    model, free = parts.model, {row["id"]: row for row in current}
    rows = list(rows)
    claimed = {row["id"] for row in rows if row.get("id") in free}
    by_name = {
        row[parts.key]: pk for pk, row in free.items() if pk not in claimed and row[parts.key]
    }
    new: list[tuple[dict[str, Any], Any]] = []
    changed = []
    kept = set()
    for position, row in enumerate(rows):
        values = {field: _clean(row[field]) for field in parts.fields}
        pk = row["id"] if row.get("id") in free else by_name.pop(values[parts.key], None)
        if pk is None or pk in kept:
            new.append((row, model(initiative=card, position=position, **values)))  # type: ignore[misc]
        else:
            kept.add(pk)
            row["id"] = pk
            changed.append(model(pk=pk, initiative=card, position=position, **values))  # type: ignore[misc]
    manager = model._default_manager
    gone = set(free) - kept
    if gone:
        manager.filter(pk__in=gone).delete()
    manager.bulk_update(changed, ["position", *parts.fields])  # type: ignore[arg-type]
    for (row, _unsaved), saved in zip(new, manager.bulk_create(o for _r, o in new), strict=True):
        row["id"] = saved.pk


def _named_holder(new_holder: dict[str, Any], by: Any) -> int:
    """Naming an organisation gives no right in it, unless it is new and one's own."""
    organisation, is_new = find_or_create_organisation(
        name=new_holder["name"], kind=new_holder.get("kind", ""), named_by=by
    )
    if is_new and new_holder.get("is_mine"):
        add_member(organisation, by, role=Membership.Role.REPRESENTATIVE)
    return organisation.pk


def _map_words(card: Initiative, content: Content, current: Content) -> None:
    """Words just added give the card the terms they name; unknown ones wait for managers."""
    for column, vocabulary, relation in [
        ("tags", "theme", card.themes),
        ("beneficiaries", "audience", card.audiences),
    ]:
        added = [word for word in content.get(column, []) if word not in current.get(column, [])]
        if added:
            terms, unknown = Vocabulary.load().index(vocabulary).find_all(added)
            relation.add(*terms)  # type: ignore[attr-defined]
            record_unmapped(unknown, vocabulary)
