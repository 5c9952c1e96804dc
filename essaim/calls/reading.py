"""What an application holds and lacks, as pages, exports and actions read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.personal_data import find_personal_data
from essaim.dossiers import blocks
from essaim.dossiers.blocks import Block, Field
from essaim.dossiers.definitions import read
from essaim.dossiers.reading import Row, fingerprint, missing_in, rows_of, texts_of

from .cards import card_lacks, card_of, card_rows
from .models import (
    Application,
    ApplicationFile,
    Call,
    FormVersion,
    Partner,
    PartnerInvitation,
    Submission,
)

__all__ = ["fingerprint"]


@dataclass(frozen=True)
class Section:
    block: Block
    content: dict[str, Any]  # files included, as what is frozen holds them
    version: int
    is_checked: bool
    missing: list[str]
    card: list[Row] = field(default_factory=list)  # what the card says already

    @property
    def rows(self) -> list[Row]:
        return [*self.card, *rows_of(self.block, self.content)]

    @property
    def is_done(self) -> bool:
        return self.is_checked and not self.missing

    @property
    def is_begun(self) -> bool:
        return self.is_checked or any(
            value not in ("", None, []) for value in self.content.values()
        )


# --- the form -----------------------------------------------------------------------------------
def form_numbered(call: Call, number: int) -> tuple[Block, ...]:
    found = FormVersion.objects.filter(call=call, number=number).first()
    return read(found.blocks, as_written=True) if found else ()


def form_of(application: Application) -> tuple[Block, ...]:
    """The form of today: what was written on an older one is kept, and asked anew only where
    something is new."""
    return form_numbered(application.call, application.call.form_number)


@dataclass(frozen=True)
class Change:
    """What a new version of the form asks otherwise, for who has a draft."""

    added: list[str]
    removed: list[tuple[str, str]]  # (question, the answer kept)
    reason: str

    def __bool__(self) -> bool:
        return bool(self.added or self.removed)


def form_change(application: Application) -> Change | None:
    """None where the draft was last seen on today's form."""
    call = application.call
    if application.form_number >= call.form_number:
        return None
    old = form_numbered(call, application.form_number)
    new = form_numbered(call, call.form_number)
    before = {(block.slug, each.name): (block, each) for block in old for each in block.fields}
    after = {(block.slug, each.name): (block, each) for block in new for each in block.fields}
    answers = {row.block: row.content for row in application.answers.all()}
    removed = []
    for key, (block, asked) in before.items():
        if key not in after:
            rows = {row.label: row for row in rows_of(block, answers.get(block.slug, {}))}
            row = rows.get(str(asked.label))
            removed.append((f"{block.title} – {asked.label}", row.text if row else ""))
    reasons = FormVersion.objects.filter(
        call=call, number__gt=application.form_number, number__lte=call.form_number
    ).exclude(reason="")
    return Change(
        [f"{block.title} – {each.label}" for key, (block, each) in after.items() if key not in before]
        + [str(b.title) for b in new if not b.fields and b.slug not in {o.slug for o in old}],
        removed,
        " ".join(reasons.order_by("number").values_list("reason", flat=True)),
    )  # fmt: skip


# --- the draft ----------------------------------------------------------------------------------
def files_of(application: Application) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """{block: {field: files joined}}, those that stand."""
    found: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for row in ApplicationFile.objects.filter(application=application, removed_at=None):
        said = {"id": row.pk, "name": row.file_name, "size": row.size, "sha256": row.sha256}
        found.setdefault(row.block, {}).setdefault(row.field, []).append(said)
    return found


def sections_of(application: Application, form: tuple[Block, ...] | None = None) -> list[Section]:
    """Every block that is asked, with its answer; reads those that ``for_detail`` fetched."""
    form = form_of(application) if form is None else form
    answers = {row.block: row for row in application.answers.all()}
    files = files_of(application)
    contents = {
        block.slug: {
            **(answers[block.slug].content if block.slug in answers else {}),
            **{
                each.name: files.get(block.slug, {}).get(each.name, [])
                for each in block.fields
                if each.kind == blocks.FILE
            },
        }
        for block in form
    }
    found = []
    for block in blocks.asked(form, contents):
        answer = answers.get(block.slug)
        content = contents[block.slug]
        card = card_rows(application, block)
        missing = _missing(application, block, content, card)
        found.append(
            Section(
                block, content, answer.version if answer else 0,
                bool(answer and answer.is_checked), missing, card,
            )
        )  # fmt: skip
    return found


def _missing(
    application: Application, block: Block, content: Mapping[str, Any], card: list[Row]
) -> list[str]:
    organisation = application.organisation
    # Nothing can be kept where the initiative has no component of its core.
    asked = _without_empty_choices(application, block)
    found = missing_in(asked, content, organisation.siren if organisation else "")
    if lack := card_lacks(application, block, card):
        found.append(lack)
    if block.source == blocks.CONSORTIUM:
        found += partners_lack(application)
    for each in block.fields:
        value = content.get(each.name)
        if isinstance(value, str) and len(value) > each.longest and each.kind in _TEXTS:
            found.append(_("« %(field)s » : %(n)s caractères de trop") % {
                "field": each.label, "n": len(value) - each.longest,
            })  # fmt: skip
    if not block.of_persons and any(
        find_personal_data(text) for text in texts_of(without_persons(block, content))
    ):
        found.append(_("une adresse ou un numéro personnels à retirer du texte"))
    return found


_TEXTS = (blocks.TEXT, blocks.LONG)
_OF_PERSONS = (blocks.EMAIL, blocks.PHONE)


def _without_empty_choices(application: Application, block: Block) -> Block:
    card = application.adopts or card_of(application)
    if card is not None and card.components.filter(kind="core").exists():
        return block
    if not any(each.kind == blocks.COMPONENTS for each in block.fields):
        return block
    fields = tuple(each for each in block.fields if each.kind != blocks.COMPONENTS)
    return Block(block.slug, block.title, block.part, block.why, fields, block.of_persons)


def without_persons(block: Block, content: Mapping[str, Any]) -> dict[str, Any]:
    """What may be frozen for ever: neither addresses nor telephones, nor a block of persons."""
    if block.of_persons:
        return {}
    apart = {each.name for each in block.fields if each.kind in _OF_PERSONS}
    return {name: value for name, value in content.items() if name not in apart}


def partners_lack(application: Application) -> list[str]:
    """What is still expected of those who apply along; an evaluator, where the call wants one."""
    living = [row for row in application.partners.all() if row.state not in Partner.GONE]
    found = [
        _("la signature de %(name)s") % {"name": row.organisation.name}
        for row in living
        if row.state == Partner.State.INVITED
    ]
    by_mail = asked_by_mail(application)
    found += [
        _("la réponse de %(name)s, invitée par courriel") % {"name": each.name} for each in by_mail
    ]
    if application.call.needs_evaluator:
        roles: list[Partner | PartnerInvitation] = [*living, *by_mail]
        evaluators = [row for row in roles if row.role == Partner.Role.EVALUATOR]
        if not evaluators:
            found.append(_("un évaluateur indépendant, nommé"))
        elif not any(row.amount_cents for row in evaluators):
            found.append(_("le budget de l’évaluation indépendante"))
    return found


def asked_by_mail(application: Application) -> list[PartnerInvitation]:
    """Partners that have nobody here yet, and have not answered; asked of what is being written
    alone."""
    return list(application.partner_invitations.pending()) if application.is_writable else []


@dataclass(frozen=True)
class Lacks:
    """What keeps an application from being submitted; nothing else does."""

    essentials: list[str]
    sections: list[Section]
    partners: list[str]
    changed: Change | None

    @property
    def stops(self) -> bool:
        return bool(self.essentials or self.sections or self.partners)


def lacks(application: Application, sections: list[Section]) -> Lacks:
    from .models import Kind

    essentials = []
    if application.call.kind == Kind.REPLICATION and application.adopts_id is None:
        essentials.append(_("l’initiative à reprendre, parmi celles de l’appel"))
    told = any(section.block.source == blocks.CONSORTIUM for section in sections)
    return Lacks(
        essentials,
        [section for section in sections if not section.is_done],
        [] if told else partners_lack(application),
        form_change(application),
    )


def progress(sections: list[Section]) -> int:
    """Percent of the blocks that are done."""
    return 100 * sum(section.is_done for section in sections) // len(sections) if sections else 0


# --- what is frozen -----------------------------------------------------------------------------
def frozen(application: Application, sections: list[Section]) -> dict[str, Any]:
    """The content of a version: everything but persons."""
    organisation, card = application.organisation, card_of(application)
    return {
        "title": application.title,
        "applicant": {
            "name": organisation.name if organisation else "",
            "siren": organisation.siren if organisation else "",
            "kind": organisation.kind if organisation else "person",
        },
        "initiative": card and {"slug": card.slug, "title": card.title},
        "adopts": application.adopts
        and {"slug": application.adopts.slug, "title": application.adopts.title},
        "territory": application.territory
        and {"key": application.territory.address, "label": application.territory.label},
        "requested_cents": application.requested_cents,
        "blocks": {
            section.block.slug: without_persons(section.block, section.content)
            for section in sections
        },
        "cards": {
            section.block.slug: [{"label": row.label, "text": row.text} for row in section.card]
            for section in sections
            if section.card
        },
        "partners": [
            {
                "organisation": row.organisation.name,
                "siren": row.organisation.siren,
                "role": row.role,
                "territory": row.territory.label if row.territory else "",
                "part": row.part,
                "amount_cents": row.amount_cents,
                "signed_on": timezone.localdate(row.signed_at).isoformat() if row.signed_at else "",
            }
            for row in application.partners.all()
            if row.state == Partner.State.SIGNED
        ],
        "files": [
            {**each, "block": section.block.slug, "field": asked.name}
            for section in sections
            for asked in section.block.fields
            if asked.kind == blocks.FILE
            for each in section.content.get(asked.name) or []
        ],
    }


def persons(application: Application, sections: list[Section]) -> dict[str, Any]:
    found = {}
    for section in sections:
        kept = without_persons(section.block, section.content)
        apart = {name: each for name, each in section.content.items() if name not in kept}
        if apart:
            found[section.block.slug] = apart
    if application.person is not None:
        found[APPLICANT] = {"name": application.person.name}
    return found


APPLICANT = "_applicant"  # no block is so named


def sections_of_version(version: Submission, *, persons_too: bool = True) -> list[Section]:
    """As submitted, on the form of that day. ``persons_too``: with names and addresses, which
    partners are not given."""
    kept = getattr(version, "persons", None) if persons_too else None
    people = kept.content if kept else {}
    said = version.content["blocks"]
    form = form_numbered(version.application.call, version.form_number)
    return [
        Section(
            block, {**said[block.slug], **people.get(block.slug, {})}, version.number, True, [],
            [
                Row(row["label"], row["text"])
                for row in version.content.get("cards", {}).get(block.slug, [])
            ],
        )
        for block in form
        if block.slug in said and (persons_too or not block.of_persons)
    ]  # fmt: skip


def applicant_name(application: Application) -> str:
    """For its own side and for who may know it."""
    if application.organisation is not None:
        return str(application.organisation.name)
    if application.person is None:
        return _("une personne dont le compte est fermé")
    return application.person.name or _("une personne sans nom affiché")


def options_of(application: Application, block: Block) -> dict[str, list[tuple[str, Any]]]:
    """What an initiative, or the components of its core, are chosen among."""
    found: dict[str, list[tuple[str, Any]]] = {}
    for each in block.fields:
        if each.kind == blocks.INITIATIVE:
            found[each.name] = [
                (card.slug, card.title) for card in application.call.initiatives.published()
            ]
        elif each.kind == blocks.COMPONENTS:
            card = application.adopts or card_of(application)
            cores = card.components.filter(kind="core") if card else []
            found[each.name] = [(str(row.pk), row.name) for row in cores]
    return found


def asked_cents(form: tuple[Block, ...], contents: Mapping[str, Mapping[str, Any]]) -> int | None:
    """What is asked of the call: the tables of costs, else an amount named « requested_cents »."""
    costs: list[Field] = []
    total, said = 0, None
    for block in form:
        for each in block.fields:
            value = contents.get(block.slug, {}).get(each.name)
            if each.kind == blocks.COSTS and value:
                costs.append(each)
                total += sum(int(line.get("requested_cents") or 0) for line in value)
            elif each.kind == blocks.MONEY and each.name == "requested_cents" and value:
                said = int(value)
    return total if costs else said


def limit(name: str) -> int:
    return int(settings.CALLS_APPLYING[name])
