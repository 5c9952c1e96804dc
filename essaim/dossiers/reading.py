"""What a file holds and lacks, as pages, exports and actions read it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import formats, timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from essaim.common.money import show_euros

from . import blocks
from .accounts import MOST_CENTS, account_label, in_order, totals
from .blocks import Block, Field, blocks_of
from .models import Application, Attachment, DocumentKind, Statement, SubmittedVersion
from .models.documents import EXPECTED
from .statements import TEXTS


@dataclass(frozen=True)
class Costs:
    lines: list[dict[str, Any]]

    @property
    def total(self) -> int:
        return sum(line["amount_cents"] for line in self.lines)

    @property
    def requested(self) -> int:
        return sum(line["requested_cents"] for line in self.lines)

    @property
    def own(self) -> int:
        """What others than the call bring."""
        return self.total - self.requested


@dataclass(frozen=True)
class Row:
    """A field and what it says, as text; ``lines`` instead where it is the budget, ``costs`` where
    it is a table of costs, ``files`` where files are joined."""

    label: str
    text: str
    lines: list[dict[str, Any]] | None = None
    costs: Costs | None = None
    files: list[dict[str, Any]] | None = None
    lang: str = ""  # of the label, where who built the form typed it: that of the sources


@dataclass(frozen=True)
class Section:
    block: Block
    content: dict[str, Any]
    version: int
    is_checked: bool
    missing: list[str]

    @property
    def rows(self) -> list[Row]:
        return rows_of(self.block, self.content)

    @property
    def is_done(self) -> bool:
        return self.is_checked and not self.missing


def is_given(value: Any) -> bool:
    return value not in (None, "", [])


def shown(field: Field, value: Any) -> str:
    if not is_given(value):
        return ""
    if field.kind == blocks.MONEY:
        return show_euros(int(value))
    if field.kind == blocks.DATE:
        day = parse_date(str(value))
        return formats.date_format(day, "DATE_FORMAT") if day else str(value)
    if field.kind == blocks.CHOICE:
        return str(dict(field.choices).get(value, value))
    if field.kind == blocks.CHECKS:
        return " ; ".join(str(dict(field.choices).get(key, key)) for key in value)
    if field.kind == blocks.ORGANISATION:
        return " ".join(part for part in (value.get("label"), f"({value['siren']})") if part)
    if field.kind in (blocks.TERRITORY, blocks.INITIATIVE):
        return str(value.get("label", ""))
    if field.kind in (blocks.COMPONENTS, blocks.FILE):
        return "\n".join(str(row.get("label") or row.get("name")) for row in value)
    return str(value)


def rows_of(block: Block, content: Mapping[str, Any]) -> list[Row]:
    found = []
    for field in block.fields:
        value, lang = content.get(field.name), _lang(field.label)
        if field.kind == blocks.BUDGET:
            lines = [
                {**line, "account_label": account_label(line)} for line in in_order(value or [])
            ]
            found.append(Row(str(field.label), "", lines))
        elif field.kind == blocks.COSTS:
            found.append(Row(str(field.label), "", costs=Costs(list(value or [])), lang=lang))
        elif field.kind == blocks.FILE:
            files = list(value or [])
            found.append(Row(str(field.label), shown(field, value), files=files, lang=lang))
        else:
            found.append(Row(str(field.label), shown(field, value), lang=lang))
    return found


def _lang(label: Any) -> str:
    """Ours are translated when they are shown; those of a call are as its manager typed them."""
    return "fr" if isinstance(label, str) else ""


def sections_of(application: Application) -> list[Section]:
    """Every block of the form with its answer; reads those that ``for_detail`` fetched."""
    answers = {answer.block: answer for answer in application.answers.all()}
    found = []
    for block in blocks_of(application.form):
        answer = answers.get(block.slug)
        content = answer.content if answer else {}
        found.append(
            Section(
                block, content, answer.version if answer else 0,
                bool(answer and answer.is_checked), missing_in(block, content, application.organisation.siren),
            )
        )  # fmt: skip
    return found


def _lacks(field: Field, value: Any) -> bool:
    """An amount that must be given is not zero: nobody asks for nothing."""
    return not is_given(value) or (field.kind == blocks.MONEY and not value)


def missing_in(block: Block, content: Mapping[str, Any], siren: str = "") -> list[str]:
    """Labels of what is still to be given, and what does not agree: a budget, or a SIRET with the
    organisation's SIREN where it is known."""
    found = [
        str(field.label)
        for field in block.fields
        if field.required and _lacks(field, content.get(field.name))
    ]
    for field in block.fields:
        number = str(content.get(field.name) or "")
        if field.kind == blocks.SIRET and siren and number and not number.startswith(siren):
            found.append(_("un SIRET qui commence par le SIREN de l’organisation"))
    # By its kind: a form of a call may give any name to its own table.
    budget = next((field.name for field in block.fields if field.kind == blocks.BUDGET), "")
    if lines := content.get(budget):
        sums = totals(lines)
        if sums.gap:
            found.append(
                _("%(amount)s de produits en moins que de charges")
                % {"amount": show_euros(sums.gap)}
                if sums.gap > 0
                else _("%(amount)s de produits en trop") % {"amount": show_euros(-sums.gap)}
            )
        if sums.in_kind_gap:
            found.append(_("les comptes 86 et 87 ne s’équilibrent pas"))
        if not sums.charges:
            found.append(_("aucune charge"))
        if max(sums.charges, sums.products) > MOST_CENTS:
            found.append(_("un total hors de mesure"))
        asked = content.get("requested_cents") or 0
        if asked > sums.grants:
            found.append(_("la subvention demandée ne figure pas au compte 74"))
    return found


@dataclass(frozen=True)
class Lacks:
    """What keeps a file from being submitted; nothing else does."""

    blocks: list[Section]
    statements: list[Any]
    documents: list[Any]  # advised: the Cerfa asks to join them, a funder may do without

    @property
    def stops(self) -> bool:
        return bool(self.blocks or self.statements)


def lacks(application: Application) -> Lacks:
    given = {row.key for row in statements_of(application)}
    joined = {row.document.kind for row in attached(application)}
    return Lacks(
        [section for section in sections_of(application) if not section.is_done],
        [text for key, text in TEXTS.items() if key not in given],
        [kind for kind in EXPECTED if kind not in joined],
    )


def statements_of(application: Application) -> list[Statement]:
    """Of the organisation, those that stand: the latest of each."""
    found: dict[str, Statement] = {}
    rows = Statement.objects.filter(organisation=application.organisation_id).standing()
    for row in rows.select_related("by").order_by("pk"):
        found[row.key] = row
    return list(found.values())


def attached(application: Application) -> list[Attachment]:
    rows = Attachment.objects.filter(application=application, left_at=None)
    return list(rows.select_related("document", "request__organisation"))


# --- what is frozen -----------------------------------------------------------------------------
def frozen(application: Application) -> dict[str, Any]:
    """The content of a version: everything but persons."""
    sections = sections_of(application)
    return {
        "form": application.form,
        "blocks": {
            section.block.slug: section.content
            for section in sections
            if not section.block.of_persons
        },
        "documents": [
            {
                "id": row.document_id,
                "kind": row.document.kind,
                "title": row.document.title,
                "sha256": row.document.sha256,
                "valid_until": row.document.valid_until.isoformat()
                if row.document.valid_until else None,
            }
            for row in attached(application)
        ],
        "statements": [
            {
                "key": row.key,
                "text_version": row.text_version,
                "given_on": timezone.localdate(row.at).isoformat(),
                "amount_cents": row.amount_cents,
            }
            for row in statements_of(application)
        ],
    }  # fmt: skip


def persons(application: Application) -> dict[str, Any]:
    return {
        section.block.slug: section.content
        for section in sections_of(application)
        if section.block.of_persons
    }


def fingerprint(content: Mapping[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def sections_of_version(version: SubmittedVersion, form: str) -> list[Section]:
    kept = getattr(version, "persons", None)
    people = kept.content if kept else {}
    return [
        Section(
            block,
            (people if block.of_persons else version.content["blocks"]).get(block.slug, {}),
            version.number, True, [],
        )
        for block in blocks_of(form)
    ]  # fmt: skip


def documents_of_version(version: SubmittedVersion) -> list[dict[str, Any]]:
    kinds = dict(DocumentKind.choices)
    return [
        {**row, "kind_label": str(kinds.get(row["kind"], row["kind"]))}
        for row in version.content["documents"]
    ]


def statements_of_version(version: SubmittedVersion) -> list[dict[str, Any]]:
    """In today's words where they are the same version; else the version's number says which."""
    found = []
    for row in version.content["statements"]:
        text = TEXTS.get(row["key"])
        same = text is not None and text.version == row["text_version"]
        found.append(
            {
                **row,
                "label": str(text.label) if text else row["key"],
                "text": str(text.text) if text and same else "",
                "given_on": parse_date(row["given_on"]),
                "amount": show_euros(row["amount_cents"])
                if row["amount_cents"] is not None
                else "",
            }
        )
    return found


def texts_of(content: Mapping[str, Any]) -> Iterable[str]:
    """Every text typed in a block, its budget's labels included."""
    for value in content.values():
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            yield from (str(line.get("label", "")) for line in value if isinstance(line, dict))
