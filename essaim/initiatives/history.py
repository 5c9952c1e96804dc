"""Who changed what on a card, and when, as the database kept it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from essaim.people.models import User

from . import withdrawn
from .models import (  # type: ignore[attr-defined]  # made by pghistory
    CardAudienceEvent,
    CardTerritoryEvent,
    CardThemeEvent,
    ComponentEvent,
    EconomicLineEvent,
    EvidenceEvent,
    Initiative,
    InitiativeEvent,
    MaterialEvent,
    PartnerEvent,
    RevisionNote,
)

# Columns that say where the card stands, not what it says.
_SILENT = {"version", "updated_at", "published_at", "submitted_at", "created_at", "id", "slug"}
ACTIONS = {
    "create": _("fiche créée"),
    "save_section": _("section enregistrée"),
    "submit": _("fiche soumise"),
    "publish": _("fiche publiée"),
    "send_back": _("fiche renvoyée pour complément"),
    "archive": _("fiche archivée"),
    "restore": _("fiche rétablie"),
    "restore_revision": _("version antérieure reprise"),
    "refuse": _("fiche refusée"),
    "appeal": _("refus contesté"),
    "upheld": _("refus maintenu"),
    "overturned": _("fiche publiée après contestation"),
    "returned": _("fiche renvoyée après contestation"),
    "map_word": _("mot rattaché à la liste"),
    "import": _("import"),
    "accept_proposal": _("proposition acceptée"),
    "merge_organisations": _("organisations réunies"),
    "merge_cards": _("fiches réunies"),
    "harvest": _("moissonnage"),
}
# History tables of what hangs on a card, and what they are called there.
PARTS: list[tuple[Any, Any]] = [
    (ComponentEvent, _("composantes")),
    (PartnerEvent, _("partenaires")),
    (EconomicLineEvent, _("économie")),
    (MaterialEvent, _("matériel réutilisable")),
    (EvidenceEvent, _("preuves")),
    (CardThemeEvent, _("thèmes")),
    (CardAudienceEvent, _("publics")),
    (CardTerritoryEvent, _("territoires")),
]


@dataclass
class Revision:
    at: dt.datetime
    user_id: int | None
    action: Any
    changed: list[Any] = field(default_factory=list)  # names of columns and lists
    user: User | None = None
    # Who wrote what ``user`` accepted, where they are not the same act.
    contributor_id: int | None = None
    contributor: User | None = None
    event: Any = None  # the row of the card's history that stands for the revision
    note: str = ""  # why, in its author's words
    may_be_read: bool = True
    withdrawn: list[Any] = field(default_factory=list)  # withdrawals that cover it
    previous: int | None = None  # the version before it that may be read too


def revisions(card: Initiative, events: list[InitiativeEvent]) -> list[Revision]:
    """What these rows of the card's history changed; newest first, like ``events``.

    One revision for each request, job or command: rows written together are one. ``events``
    ends with the row before the page's last one, for comparison, unless there is none.
    Twelve queries, whatever the number of rows.
    """
    found: dict[Any, Revision] = {}
    for index, event in enumerate(events):
        before = events[index + 1] if index + 1 < len(events) else None
        if before is None and event.pgh_label != "insert":
            continue
        context = event.pgh_context or {}
        key = event.pgh_context_id or f"row {event.pgh_id}"
        revision = found.setdefault(
            key,
            Revision(
                at=event.pgh_created_at,
                user_id=context.get("user"),
                action=ACTIONS.get(context.get("action", ""), _("modification")),
                contributor_id=context.get("contributor"),
                event=event,
            ),
        )
        if before is not None:
            _add_columns(revision, before, event)
    _add_parts(card, found)
    versions = {revision.event.version: revision for revision in found.values()}
    for note in RevisionNote.objects.filter(initiative=card, version__in=versions):
        versions[note.version].note = note.text
    withdrawals = withdrawn.of(card)
    for revision in found.values():
        revision.withdrawn = [row for row in withdrawals if row.covers(revision.event)]
    named = {pk for r in found.values() for pk in (r.user_id, r.contributor_id) if pk}
    people = User.objects.in_bulk(named)
    for revision in found.values():
        revision.user = people.get(revision.user_id or 0)
        revision.contributor = people.get(revision.contributor_id or 0)
    return list(found.values())


def _add_columns(revision: Revision, before: Any, after: Any) -> None:
    tracked = {f.attname: f for f in after._meta.concrete_fields if not f.name.startswith("pgh_")}
    for name, column in tracked.items():
        if column.name in _SILENT or getattr(before, name) == getattr(after, name):
            continue
        if column.verbose_name not in revision.changed:
            revision.changed.append(column.verbose_name)


def _add_parts(card: Initiative, found: dict[Any, Revision]) -> None:
    keys = [key for key in found if not isinstance(key, str)]
    touched: dict[Any, list[Any]] = defaultdict(list)
    for model, label in PARTS:
        rows = model.objects.filter(initiative=card.pk, pgh_context_id__in=keys)
        for key in rows.order_by().values_list("pgh_context_id", flat=True).distinct():
            touched[key].append(label)
    for key, labels in touched.items():
        found[key].changed += labels


def last_editor(card: Initiative) -> User | None:
    """Who wrote the card's latest revision, where a person did."""
    event = InitiativeEvent.objects.filter(pgh_obj=card.pk).order_by("-pgh_id").first()
    user = (event.pgh_context or {}).get("user") if event else None
    return User.objects.filter(pk=user).first() if user else None
