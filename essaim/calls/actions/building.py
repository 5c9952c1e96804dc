"""The form of a call, block by block and question by question. What is built is a draft of it;
applicants answer the version that is published."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from essaim.calls.content import blocks_now, published_blocks
from essaim.calls.models import SETTING_UP, Call, FormVersion
from essaim.common.errors import DomainError
from essaim.dossiers import blocks as kinds
from essaim.dossiers import definitions

from .setting import begin_change, end_change

Blocks = list[dict[str, Any]]
# Words of ours in addresses beside those of blocks.
RESERVED = ("publier", "abandonner")


def change_form(
    call: Call, change: Callable[[Blocks], Blocks], *, stamp_seen: str | None, strict: bool = True
) -> Call:
    """Apply a change to the blocks as they are now, if nobody changed them since they were read.
    ``strict``: what comes out must be a form that can be answered."""
    with transaction.atomic():
        # A draft of the form is read by no applicant: publishing it is what asks for a reason.
        call, _none = begin_change(call, "form", stamp_seen=stamp_seen, reason=None)
        changed = change(copy.deepcopy(blocks_now(call)))
        if strict:
            problems = list(definitions.problems_of(changed))
            if problems:
                raise definitions.DefinitionError(problems)
        call.form_draft = None if changed == published_blocks(call) else changed
        call.version += 1
        call.save(update_fields=["form_draft", "version"])
    return call


def find(blocks: Blocks, slug: str) -> dict[str, Any]:
    for block in blocks:
        if block["slug"] == slug:
            return block
    raise DomainError(_("Ce bloc n’existe plus : relisez le formulaire."))


def find_field(block: dict[str, Any], name: str) -> dict[str, Any]:
    for field in block.get("fields") or []:
        if field["name"] == name:
            found: dict[str, Any] = field
            return found
    raise DomainError(_("Cette question n’existe plus : relisez le formulaire."))


def add_block(call: Call, block: dict[str, Any], *, stamp_seen: str | None) -> str:
    """At the end; its address is made of its title, free in this form. Returns it."""
    made = copy.deepcopy(block)

    def change(blocks: Blocks) -> Blocks:
        made["slug"] = free_key(
            made.get("slug") or made["title"], [*RESERVED, *(each["slug"] for each in blocks)], "-"
        )
        return [*blocks, made]

    # A block that has no question yet comes before its questions.
    change_form(call, change, stamp_seen=stamp_seen, strict=bool(made.get("fields")))
    return str(made["slug"])


def change_block(call: Call, slug: str, given: dict[str, Any], *, stamp_seen: str | None) -> None:
    """Its words and its condition; its questions have their own pages."""

    def change(blocks: Blocks) -> Blocks:
        block = find(blocks, slug)
        block.update({name: given[name] for name in ("title", "why", "when") if name in given})
        return blocks

    change_form(call, change, stamp_seen=stamp_seen, strict=False)


def move_block(call: Call, slug: str, up: bool, *, stamp_seen: str | None) -> None:
    """One place up or down. A block stays after the one on whose answer it depends."""
    change_form(
        call, lambda blocks: _moved(blocks, blocks.index(find(blocks, slug)), up),
        stamp_seen=stamp_seen, strict=False,
    )  # fmt: skip


def remove_block(call: Call, slug: str, *, reason: str = "", stamp_seen: str | None) -> None:
    """The last block of replication goes only with a reason, read by applicants (§ 6)."""

    def change(blocks: Blocks) -> Blocks:
        block = find(blocks, slug)
        rest = [each for each in blocks if each is not block]
        if block.get("source") == kinds.REPLICATION and not has_replication(rest):
            if not reason.strip() and not call.no_replication_reason:
                raise DomainError(
                    _(
                        "Chaque appel demande comment l’initiative peut être reprise : dites"
                        " pourquoi celui-ci s’en passe."
                    ),
                    field="reason",
                )
            if reason.strip():
                Call.objects.filter(pk=call.pk).update(no_replication_reason=reason.strip()[:500])
        for each in rest:
            if (each.get("when") or {}).get("block") == slug:
                raise DomainError(
                    _("« %(other)s » dépend d’une réponse de ce bloc : changez-le d’abord.")
                    % {"other": each["title"]}
                )
        return rest

    change_form(call, change, stamp_seen=stamp_seen, strict=False)


def has_replication(blocks: Blocks) -> bool:
    return any(each.get("source") == kinds.REPLICATION for each in blocks)


def save_field(
    call: Call, slug: str, name: str, given: dict[str, Any], *, stamp_seen: str | None
) -> str:
    """A question, new where ``name`` is empty. A question that drafts may have answered keeps its
    name, so that nothing typed is lost; asked for an answer of another nature, it takes another
    name, and what was answered stays kept under the old one. Returns the name."""
    kept = name
    asked = _asked_before(call, slug)
    other = {one for one, known in asked.items() if known - {_nature(given["kind"])}}

    def change(blocks: Blocks) -> Blocks:
        nonlocal kept
        block = find(blocks, slug)
        fields = block.setdefault("fields", [])
        if name:
            field = find_field(block, name)
            field.update(given)
            if name in other:
                taken = [each["name"] for each in fields]
                kept = field["name"] = free_key(given["label"], [*taken, *other], "_")
        else:
            taken = [each["name"] for each in fields]
            kept = free_key(given["label"], [*taken, *other], "_")
            fields.append({"name": kept, **given})
        problems = list(definitions.problems_of([{**block, "when": None}]))
        if problems:
            raise definitions.DefinitionError(problems)
        return blocks

    change_form(call, change, stamp_seen=stamp_seen, strict=False)
    return kept


def _nature(kind: str) -> str:
    """Kinds whose answers read as each other's are one."""
    return kinds.TEXT if kind == kinds.LONG else kind


def _asked_before(call: Call, slug: str) -> dict[str, set[str]]:
    """{question: natures of answer} of a block, in every version that applicants could answer."""
    found: dict[str, set[str]] = {}
    for blocks in FormVersion.objects.filter(call=call).values_list("blocks", flat=True):
        for block in blocks:
            for each in (block.get("fields") or []) if block["slug"] == slug else []:
                found.setdefault(each["name"], set()).add(_nature(each["kind"]))
    return found


def move_field(call: Call, slug: str, name: str, up: bool, *, stamp_seen: str | None) -> None:
    def change(blocks: Blocks) -> Blocks:
        block = find(blocks, slug)
        fields = block["fields"]
        block["fields"] = _moved(fields, fields.index(find_field(block, name)), up)
        return blocks

    change_form(call, change, stamp_seen=stamp_seen, strict=False)


def remove_field(call: Call, slug: str, name: str, *, stamp_seen: str | None) -> None:
    def change(blocks: Blocks) -> Blocks:
        block = find(blocks, slug)
        block["fields"].remove(find_field(block, name))
        for each in blocks:
            when = each.get("when") or {}
            if when.get("block") == slug and when.get("field") == name:
                raise DomainError(
                    _("« %(other)s » dépend de cette réponse : changez-le d’abord.")
                    % {"other": each["title"]}
                )
        return blocks

    change_form(call, change, stamp_seen=stamp_seen, strict=False)


def _moved(rows: list[Any], at: int, up: bool) -> list[Any]:
    to = at - 1 if up else at + 1
    if 0 <= to < len(rows):
        rows[at], rows[to] = rows[to], rows[at]
    return rows


def free_key(text: str, taken: list[str], joint: str) -> str:
    """A short key made of words, not one of those taken."""
    base = re.sub(r"[^a-z0-9]+", joint, slugify(text))[:30].strip(joint)
    if not base or not base[0].isalpha():
        base = f"q{joint if base else ''}{base}"
    # Names that the page of a block keeps for itself.
    alone = {"name": base.replace("-", "_"), "label": "?", "kind": kinds.TEXT}
    if any(definitions.problems_of([{"slug": "x", "title": "x", "fields": [alone]}])):
        base = f"{base}{joint}1"
    key, n = base, 1
    while key in taken:
        n += 1
        key = f"{base}{joint}{n}"
    return key


@transaction.atomic
def publish_form(call: Call, *, by: Any, reason: str = "") -> FormVersion | None:
    """The draft of the form becomes the next version: drafts of applications keep every answer,
    what is new is asked beside. Nothing to publish: None."""
    call, reason = begin_change(call, "form", stamp_seen=None, reason=reason)
    if call.form_draft is None:
        return None
    made = write_version(call, by=by, reason=reason)
    if call.state not in SETTING_UP:
        end_change(call, reason=reason, by=by)
    return made


def write_version(call: Call, *, by: Any, reason: str = "") -> FormVersion | None:
    """The draft as a version; the caller holds the lock. Raises DefinitionError."""
    if call.form_draft is None:
        return None
    definitions.from_data(call.form_draft)
    if not has_replication(call.form_draft) and not call.no_replication_reason:
        raise DomainError(
            _("Le bloc de la reprise manque : ajoutez-le, ou dites pourquoi l’appel s’en passe.")
        )
    number = call.form_number + 1
    made = FormVersion.objects.create(
        call=call, number=number, blocks=call.form_draft, reason=reason, by=by
    )
    call.form_number, call.form_draft = number, None
    call.save(update_fields=["form_number", "form_draft"])
    return made


@transaction.atomic
def give_up_form(call: Call, *, stamp_seen: str | None) -> None:
    """Back to the version that applicants answer."""
    call, _none = begin_change(call, "form", stamp_seen=stamp_seen, reason=None)
    if call.form_number:
        call.form_draft = None
        call.version += 1
        call.save(update_fields=["form_draft", "version"])
