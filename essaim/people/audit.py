"""What the database kept of every write, for those who must account for it.

Each app says at start-up which of its histories managers read here, which they do not, and why:
an innovator who stops is nobody's business.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db.models import ForeignKey, Model, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _
from pghistory.models import Event

from essaim.common.typography import in_series
from essaim.people.models import User

LONGEST = 300  # characters of a value shown
CHUNK = 500
WITHDRAWN = _("[texte retiré]")
LABELS = {"insert": _("création"), "update": _("modification"), "delete": _("suppression")}


@dataclass(frozen=True)
class Kind:
    key: str  # of the history, in addresses: "initiatives.initiativeevent"
    label: Any
    model: type[Model]

    @property
    def follows_objects(self) -> bool:
        """Whether rows tell which object they are about (not so for links between two)."""
        return any(f.name == "pgh_obj" for f in self.model._meta.fields)


@dataclass
class Change:
    name: Any
    before: Any
    after: Any


@dataclass
class Entry:
    number: int
    at: dt.datetime
    what: Any  # creation, modification, deletion
    action: str  # the action of the code, where it said so
    who: User | None
    who_id: int | None
    subject: str
    changes: list[Change] = field(default_factory=list)


_kinds: dict[str, Kind] = {}
_private: dict[str, str] = {}
# Of these rows of one history, the columns that nobody reads any more, by ``pgh_id``.
Withheld = Callable[[Iterable[Any]], dict[int, set[str]]]
_withheld: dict[type[Model], Withheld] = {}


def register(app: str, private: dict[str, str] | None = None) -> None:
    """Let managers read the histories of an app, those named in ``private`` excepted
    ({name of the tracked model: why}). Called by the app itself, once all models are known."""
    for model in histories(app):
        tracked = model.pgh_tracked_model  # type: ignore[attr-defined]
        key = model._meta.label_lower
        if tracked.__name__ in (private or {}):
            _private[key] = (private or {})[tracked.__name__]
        else:
            _kinds[key] = Kind(key, tracked._meta.verbose_name_plural, model)


def withhold(tracked: type[Model], which: Withheld) -> None:
    """Let an app say which words of a model's history are withdrawn."""
    _withheld[tracked] = which


def histories(app: str) -> list[type[Model]]:
    """The history tables of an app."""
    return [model for model in apps.get_app_config(app).get_models() if issubclass(model, Event)]


def kinds() -> list[Kind]:
    return sorted(_kinds.values(), key=lambda kind: str(kind.label))


def kind(key: str) -> Kind | None:
    return _kinds.get(key)


def is_declared(model: type[Model]) -> bool:
    return model._meta.label_lower in _kinds or model._meta.label_lower in _private


def rows(
    kind: Kind,
    *,
    person: User | None = None,
    action: str = "",
    number: int | None = None,
    since: dt.date | None = None,
    until: dt.date | None = None,
) -> QuerySet[Any]:
    """The rows of this history that the filters keep, newest first. Days are whole."""
    found = kind.model._default_manager.order_by("-pgh_id")
    if person is not None:
        found = found.filter(pgh_context__user=person.pk)
    if action:
        found = found.filter(pgh_context__action=action)
    if number is not None:
        found = found.filter(**{"pgh_obj" if kind.follows_objects else "id": number})
    if since is not None:
        found = found.filter(pgh_created_at__date__gte=since)
    if until is not None:
        found = found.filter(pgh_created_at__date__lte=until)
    return found


def entries(kind: Kind, found: Iterable[Any]) -> list[Entry]:
    """These rows as people read them: names for keys, before and after.

    Three queries, one for what is withdrawn, and one for each column that points elsewhere,
    whatever the number of rows.
    """
    shown = list(found)
    before = _before(kind, shown)
    names = _names(kind, [*shown, *before.values()])
    people = User.objects.in_bulk({_user_id(row) for row in shown} - {None})
    which = _withheld.get(kind.model.pgh_tracked_model)  # type: ignore[attr-defined]
    withheld = which([*shown, *before.values()]) if which else {}
    return [
        _entry(kind, row, before.get(row.pgh_id), names, people, withheld=withheld) for row in shown
    ]


def all_entries(kind: Kind, found: QuerySet[Any]) -> Iterator[Entry]:
    """Every row, a few hundred at a time: memory does not grow with the history."""
    last: int | None = None
    while True:
        chunk = list((found if last is None else found.filter(pgh_id__lt=last))[:CHUNK])
        if not chunk:
            return
        yield from entries(kind, chunk)
        last = chunk[-1].pgh_id


def _entry(
    kind: Kind,
    row: Any,
    before: Any,
    names: dict[str, dict[Any, str]],
    people: dict[int, User],
    *,
    withheld: dict[int, set[str]],
) -> Entry:
    context = row.pgh_context or {}
    hidden = withheld.get(row.pgh_id, set())
    hidden_before = withheld.get(before.pgh_id, set()) if before is not None else set()
    user_id = _user_id(row)
    entry = Entry(
        number=row.pgh_id,
        at=row.pgh_created_at,
        what=LABELS.get(row.pgh_label, row.pgh_label),
        action=str(context.get("action", "")),
        who=people.get(user_id) if user_id is not None else None,
        who_id=user_id,
        subject=_subject(kind, row, hidden),
    )
    for column in _columns(kind):
        old: Any = _text(column, before, names) if before is not None else ""
        new: Any = _text(column, row, names)
        if row.pgh_label == "delete":
            old, new = new, ""
        if old != new:
            if column.name in hidden:
                old, new = (WITHDRAWN, "") if row.pgh_label == "delete" else (old, WITHDRAWN)
            if column.name in hidden_before:
                old = WITHDRAWN
            entry.changes.append(Change(column.verbose_name, old, new))
    return entry


def _subject(kind: Kind, row: Any, hidden: set[str]) -> str:
    number = row.pgh_obj_id if kind.follows_objects else row.id
    for name in ("title", "name", "label"):
        if name not in hidden and (text := getattr(row, name, "")):
            return f"{text} (n° {number})"
    return f"n° {number}"


def _user_id(row: Any) -> int | None:
    value = (row.pgh_context or {}).get("user")
    return value if isinstance(value, int) else None


def _columns(kind: Kind) -> list[Any]:
    return [
        column
        for column in kind.model._meta.concrete_fields
        if not column.name.startswith("pgh_") and column.name != "id"
    ]


def _before(kind: Kind, shown: list[Any]) -> dict[int, Any]:
    """The row before each of these, for the same object."""
    if not kind.follows_objects or not shown:
        return {}
    manager = kind.model._default_manager
    earlier = (
        manager.filter(pgh_obj=OuterRef("pgh_obj"), pgh_id__lt=OuterRef("pgh_id"))
        .order_by("-pgh_id")
        .values("pgh_id")[:1]
    )
    pairs = dict(
        manager.filter(pgh_id__in=[row.pgh_id for row in shown if row.pgh_label == "update"])
        .annotate(before=Subquery(earlier))
        .values_list("pgh_id", "before")
    )
    known = manager.in_bulk([pk for pk in pairs.values() if pk])
    return {pk: known[old] for pk, old in pairs.items() if old in known}


def _names(kind: Kind, found: list[Any]) -> dict[str, dict[Any, str]]:
    """For each column that points elsewhere, the name of what these rows point to."""
    wanted: dict[str, set[Any]] = defaultdict(set)
    keys = [c for c in _columns(kind) if isinstance(c, ForeignKey)]
    for column in keys:
        wanted[column.name] = {getattr(row, column.attname) for row in found} - {None}
    return {
        column.name: {
            pk: str(row)
            for pk, row in column.related_model._default_manager.in_bulk(  # type: ignore[union-attr]
                wanted[column.name]
            ).items()
        }
        for column in keys
        if wanted[column.name]
    }


def _text(column: Any, row: Any, names: dict[str, dict[Any, str]]) -> str:
    value = getattr(row, column.attname)
    if value in (None, "", [], {}):
        return ""
    if isinstance(column, ForeignKey):
        return names.get(column.name, {}).get(value, f"n° {value}")
    if column.choices:
        value = dict(column.flatchoices).get(value, value)
    if isinstance(value, bool):
        value = _("oui") if value else _("non")
    if isinstance(value, list):
        value = in_series(value)
    text = str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
