"""The applications of a call as a table, or all their files in one archive.

What was submitted, never what is being rewritten; in batches, so that memory does not grow with
the number of applications.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice
from typing import IO, Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from essaim.common.spreadsheets import Cell, as_csv, as_xlsx, safe
from essaim.people.models import OrganisationKind
from essaim.territories.models import Containment

from .clock import name as clock_name
from .models import Application, ApplicationState, Call, FormVersion, Partner, Submission

BATCH = 100
CHUNK = 65_536  # bytes read at a time
ANSWER = "answer:"  # before « block.field » in the name of a column


@dataclass(frozen=True)
class Row:
    """What the columns of one application read."""

    application: Application
    blocks: Mapping[str, Mapping[str, Any]]
    files: Sequence[Mapping[str, Any]]  # {"id", "block", "name", "size", "sha256"}
    partners: Sequence[Partner]
    department: str
    site: str
    clock: ZoneInfo


@dataclass(frozen=True)
class Column:
    name: str
    label: Any
    read: Callable[[Row], Cell]
    by_default: bool = True
    group: Any = ""


def _moment(value: Any, clock: ZoneInfo) -> str:
    """By the clock of the call, which the heading of the column names."""
    return date_format(value.astimezone(clock), "Y-m-d H:i") if value else ""


def euros(cents: Any) -> Decimal | None:
    return Decimal(int(cents)) / 100 if cents not in (None, "") else None


def applicant_of(row: Row) -> Cell:
    found = row.application
    if found.organisation is not None:
        return found.organisation.name
    return found.person.name if found.person else _("une personne")


def _kind(row: Row) -> Cell:
    found = row.application
    if found.organisation is None:
        return _("une personne")
    return str(dict(OrganisationKind.choices).get(found.organisation.kind, ""))


def _named(*roles: str) -> Callable[[Row], Cell]:
    def read(row: Row) -> Cell:
        return " | ".join(each.organisation.name for each in row.partners if each.role in roles)

    return read


def _address(row: Row) -> Cell:
    return row.site + reverse("calls:application", args=[row.application.pk])


_G = gettext_lazy("La candidature")
FIXED = [
    Column("number", gettext_lazy("numéro"), lambda row: row.application.number, group=_G),
    Column("title", gettext_lazy("titre"), lambda row: row.application.title, group=_G),
    Column(
        "state", gettext_lazy("état"),
        lambda row: str(ApplicationState(row.application.state).label), group=_G,
    ),
    Column("applicant", gettext_lazy("candidat"), applicant_of, group=_G),
    Column("kind", gettext_lazy("nature du candidat"), _kind, group=_G),
    Column(
        "siren", gettext_lazy("SIREN"),
        lambda row: row.application.organisation.siren if row.application.organisation else "",
        by_default=False, group=_G,
    ),
    Column(
        "territory", gettext_lazy("territoire"),
        lambda row: row.application.territory.label if row.application.territory else "", group=_G,
    ),
    Column(
        "territory_code", gettext_lazy("code du territoire"),
        lambda row: row.application.territory.address if row.application.territory else "",
        by_default=False, group=_G,
    ),
    Column("department", gettext_lazy("département"), lambda row: row.department, group=_G),
    Column(
        "card", gettext_lazy("fiche"),
        lambda row: row.application.initiative.title if row.application.initiative else "",
        group=_G,
    ),
    Column(
        "adopts", gettext_lazy("initiative à reprendre"),
        lambda row: row.application.adopts.title if row.application.adopts else "", group=_G,
    ),
    Column(
        "requested", gettext_lazy("montant demandé (€)"),
        lambda row: euros(row.application.requested_cents), group=_G,
    ),
    Column(
        "submitted_at", gettext_lazy("déposée le"),
        lambda row: _moment(row.application.submitted_at, row.clock), group=_G,
    ),
    Column(
        "version", gettext_lazy("version déposée"), lambda row: row.application.last_number,
        by_default=False, group=_G,
    ),
    Column(
        "partners", gettext_lazy("partenaires"),
        _named(Partner.Role.PARTNER, Partner.Role.SITE, Partner.Role.EVALUATOR), group=_G,
    ),
    Column(
        "followers", gettext_lazy("sites suiveurs"), _named(Partner.Role.FOLLOWER), group=_G
    ),
    Column("address", gettext_lazy("adresse de la page"), _address, by_default=False, group=_G),
]  # fmt: skip


def told(kind: str, value: Any, choices: Mapping[str, str]) -> Cell:
    """One answer as a cell. Whatever its kind, an older version of the form may have kept
    something else under the same name: it is shown as text."""
    if value in (None, "", []):
        return None
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if kind == "money" and isinstance(value, int):
        return euros(value)
    if isinstance(value, int):
        return value
    if isinstance(value, str):
        return choices.get(value, value)
    if isinstance(value, Mapping):
        return str(value.get("label") or value.get("siren") or value.get("slug") or "")
    if isinstance(value, list):
        if kind in {"costs", "budget"}:
            sums = [each.get("amount_cents") or 0 for each in value if isinstance(each, Mapping)]
            return euros(sum(each for each in sums if isinstance(each, int)))
        return " | ".join(
            choices.get(each, each)
            if isinstance(each, str)
            else str(each.get("label") or each.get("name") or "")
            if isinstance(each, Mapping)
            else str(each)
            for each in value
        )
    return str(value)


def _answer(block: str, field: Mapping[str, Any]) -> Callable[[Row], Cell]:
    choices = {str(each[0]): str(each[1]) for each in field.get("choices") or [] if len(each) == 2}

    def read(row: Row) -> Cell:
        content = row.blocks.get(block, {})
        return told(field.get("kind", "text"), content.get(field["name"]), choices)

    return read


def columns_of(call: Call) -> list[Column]:
    """Those of every application, then each question of every version of the form: what an older
    one asked was answered, and can be taken away."""
    found = {column.name: column for column in FIXED}
    submitted = found["submitted_at"]
    label = format_lazy("{} ({})", submitted.label, clock_name(call))
    found["submitted_at"] = replace(submitted, label=label)
    for form in FormVersion.objects.filter(call=call).order_by("-number"):
        for block in form.blocks:
            for field in block.get("fields") or []:
                name = f"{ANSWER}{block['slug']}.{field['name']}"
                if name not in found:
                    found[name] = Column(
                        name, field.get("label") or field["name"], _answer(block["slug"], field),
                        by_default=False, group=block.get("title") or block["slug"],
                    )  # fmt: skip
    return list(found.values())


def default_columns() -> list[str]:
    return [column.name for column in FIXED if column.by_default]


# --- reading in batches -------------------------------------------------------------------------
def rows(keys: Sequence[int], site: str) -> Iterator[Row]:
    """In the order of the keys; six queries a batch. One that is gone since is passed over."""
    remaining = iter(keys)
    while batch := list(islice(remaining, BATCH)):
        yield from _batch(batch, site)


def _batch(keys: list[int], site: str) -> Iterator[Row]:
    known = {
        each.pk: each
        for each in Application.objects.filter(pk__in=keys).select_related(
            "call", "organisation", "person", "initiative", "adopts", "territory"
        )
    }
    versions = latest_versions(known.values())
    partners: dict[int, list[Partner]] = {}
    living = Partner.objects.filter(application__in=keys).exclude(state__in=Partner.GONE)
    for partner in living.select_related("organisation").order_by("pk"):
        partners.setdefault(partner.application_id, []).append(partner)
    places = _departments(known.values())
    for key in keys:
        if application := known.get(key):
            version = versions.get(key)
            yield Row(
                application, _blocks(version) if version else {},
                version.content.get("files", []) if version else [], partners.get(key, []),
                places.get(application.territory_id, ""), site, application.call.clock,
            )  # fmt: skip


def latest_versions(applications: Iterable[Application]) -> dict[int, Submission]:
    """What was last submitted, by application; two queries."""
    numbers = {each.pk: each.last_number for each in applications}
    found = Submission.objects.filter(application__in=numbers).select_related("persons")
    return {
        each.application_id: each for each in found if each.number == numbers[each.application_id]
    }


def _blocks(version: Submission) -> dict[str, Any]:
    people = getattr(version, "persons", None)
    kept = people.content if people is not None else {}
    found = version.content.get("blocks", {})
    # A block may have a part of each: contacts are kept apart from the rest of it.
    return {
        slug: {**found.get(slug, {}), **kept.get(slug, {})} for slug in found.keys() | kept.keys()
    }


def _departments(applications: Iterable[Application]) -> dict[int | None, str]:
    places = {each.territory_id for each in applications if each.territory_id}
    found: dict[int | None, list[str]] = {}
    above = Containment.objects.of(places).filter(ancestor__kind="department")
    for place, label in above.values_list("descendant_id", "ancestor__label"):
        found.setdefault(place, []).append(label)
    return {place: " | ".join(sorted(labels)) for place, labels in found.items()}


# --- tables -------------------------------------------------------------------------------------
def table(
    columns: Sequence[Column], keys: Sequence[int], site: str, *, tell: Callable[[int], None]
) -> Iterator[list[Cell]]:
    """The heading, then one row an application; nothing in it is read as a formula."""
    yield [safe(str(column.label)) for column in columns]
    done = 0
    for done, row in enumerate(rows(keys, site), 1):
        yield [safe(column.read(row)) for column in columns]
        if done % BATCH == 0:
            tell(done)
    tell(done)


def write_table(
    out: IO[bytes], columns: Sequence[Column], keys: Sequence[int], site: str, *,
    format: str, name: str, tell: Callable[[int], None],
) -> None:  # fmt: skip
    lines = table(columns, keys, site, tell=tell)
    for part in as_csv(lines) if format == "csv" else as_xlsx(lines, name):
        out.write(part)
