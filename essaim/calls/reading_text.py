"""What readers are given of an application: the version submitted, in Markdown; names covered
where the call is blind.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from essaim.common.money import show_euros
from essaim.dossiers import blocks as kinds
from essaim.peers.content import without_names

from .models import Application, FormVersion, Partner, Submission

# Kinds of questions whose answer tells who applies: a file by its name, a place where it is small.
NAMING = {
    kinds.FILE, kinds.ORGANISATION, kinds.SIREN, kinds.SIRET, kinds.RNA, kinds.EMAIL,
    kinds.PHONE, kinds.TERRITORY,
}  # fmt: skip
LONGEST = 50_000  # characters of an item's text

Rows = list[tuple[str, str]]


def shown_blocks(
    content: Mapping[str, Any], blocks: Iterable[Mapping[str, Any]]
) -> list[tuple[str, Rows]]:
    """(title, [(label, value in words)]) of what was answered, in the order of the form."""
    given = content.get("blocks") or {}
    shown = []
    for block in blocks:
        answers = given.get(block["slug"]) or {}
        rows = [
            (str(field["label"]), words)
            for field in block.get("fields", ())
            if (words := in_words(answers.get(field["name"]), field))
        ]
        # What the card of the initiative said that day, where the block is answered by it.
        rows += [
            (str(row["label"]), str(row["text"]))
            for row in (content.get("cards") or {}).get(block["slug"], ())
            if row.get("text")
        ]
        if rows:
            shown.append((str(block["title"]), rows))
    return shown


def in_words(value: Any, field: Mapping[str, Any]) -> str:
    """An answer as it is read: no key, code or number of cents."""
    if value in (None, "", [], {}):
        return ""
    kind = field.get("kind", kinds.TEXT)
    if kind == kinds.MONEY and isinstance(value, int):
        return show_euros(value)
    if kind == kinds.DATE and (day := parse_date(str(value))):
        return date_format(day)
    if kind == kinds.FILE:
        return ", ".join(str(each.get("name", "")) for each in value if isinstance(each, dict))
    if isinstance(value, bool):
        return str(_("oui") if value else _("non"))
    if isinstance(value, list):
        lines = (in_words(each, {**field, "kind": kinds.TEXT}) for each in value)
        return "\n".join(f"- {line}" for line in lines if line)
    if isinstance(value, dict):
        return _thing(value)
    choices = {
        str(pair[0]): str(pair[1])
        for pair in field.get("choices") or ()
        if isinstance(pair, list | tuple) and len(pair) == 2
    }
    return choices.get(str(value), str(value)).strip()


def _thing(value: Mapping[str, Any]) -> str:
    """A place, an initiative, a component, an organisation: by its name; an expense with what it
    costs and what is asked of it."""
    name = str(value.get("label") or value.get("name") or value.get("siren") or "")
    if "amount_cents" in value:
        cost = show_euros(value["amount_cents"] or 0)
        asked = value.get("requested_cents") or 0
        told = _("dont %(sum)s demandés") % {"sum": show_euros(asked)} if asked else ""
        return ", ".join(part for part in (f"{name} : {cost}", told) if part)
    if value.get("siren") and name != value["siren"]:
        return f"{name} ({value['siren']})"
    return name


def text_of(
    submission: Submission, blocks: Iterable[Mapping[str, Any]], names: Iterable[str] = ()
) -> str:
    """Covered where ``names`` are given: then neither partners, files nor places are told. In the
    language of the forms, whoever opens the reading."""
    with translation.override(settings.LANGUAGE_CODE):
        return _text_of(submission, blocks, names)


def _text_of(
    submission: Submission, blocks: Iterable[Mapping[str, Any]], names: Iterable[str]
) -> str:
    names = list(names)
    parts = []
    told = [
        {**block, "fields": [f for f in block.get("fields", ()) if f.get("kind") not in NAMING]}
        if names
        else block
        for block in blocks
    ]
    for title, rows in shown_blocks(submission.content, told):
        parts.append(f"## {title}")
        parts += [f"**{label}**\n\n{value}" for label, value in rows]
    if not names:
        partners = [
            str(each.get("name") or each.get("organisation") or "")
            for each in submission.content.get("partners") or ()
            if isinstance(each, dict)
        ]
        if any(partners):
            parts.append(f"## {_('Partenaires')}")
            parts.append("\n".join(f"- {name}" for name in partners if name))
    return without_names("\n\n".join(parts), names)[:LONGEST]


def names_of(application: Application) -> list[str]:
    """Of the organisations and persons that a blind reader must not meet. Wants the application
    with ``partners__organisation`` and ``editors__user``."""
    organisations = [
        each.organisation for each in application.partners.all() if each.state not in Partner.GONE
    ]
    if application.organisation is not None:
        organisations.append(application.organisation)
    found = [each.name for each in organisations]
    people = [application.person, application.created_by]
    people += [each.user for each in application.editors.all()]
    found += [person.name for person in people if person is not None]
    return [name for name in found if name]


def forms_of(call_id: int) -> dict[int, list[dict[str, Any]]]:
    """The blocks of each version of the form."""
    return dict(FormVersion.objects.filter(call=call_id).values_list("number", "blocks"))


def last_submissions(pks: Iterable[int]) -> dict[int, Submission]:
    """The version in force of each, one query."""
    rows = Submission.objects.filter(application__in=list(pks)).order_by(
        "application_id", "-number"
    )
    return {row.application_id: row for row in rows.distinct("application_id")}
