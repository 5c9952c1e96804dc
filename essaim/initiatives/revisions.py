"""A card as it was: any of its revisions read again, compared, ready to be restored.

A revision is a row of the card's own history. What hangs on the card (components, themes…) has
histories of its own; a row there belongs to the revision written in the same request or job.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from essaim.people.models import FormerOrganisation, Organisation

from . import withdrawn
from .comparison import Difference, differences
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
    Publication,
)
from .sections import PART_LISTS, SECTIONS, Content, Section

_LISTS: dict[str, Any] = {
    "components": ComponentEvent,
    "partners": PartnerEvent,
    "economics": EconomicLineEvent,
    "materials": MaterialEvent,
    "evidence": EvidenceEvent,
}
# Relation: its history, and the column of the other side there.
_RELATIONS: dict[str, tuple[Any, str]] = {
    "themes": (CardThemeEvent, "theme_id"),
    "audiences": (CardAudienceEvent, "audience_id"),
    "territories": (CardTerritoryEvent, "territory_id"),
}
# Columns that history does not keep, because they may hold personal data.
UNKEPT = {"contact"}


def events_of(card: Initiative, *, by_team: bool) -> Any:
    """The card's revisions that may be read again, newest first: all of them by its team,
    by others only those that the public could read."""
    events = InitiativeEvent.objects.filter(pgh_obj=card.pk).order_by("-pgh_id")
    return events if by_team else events.filter(publication=Publication.PUBLISHED)


def content_at(card: Initiative, event: Any) -> dict[str, Content]:
    """Every section as it stood after that revision; what history does not keep is left out, and
    so are the sections whose text is withdrawn.

    Eleven queries at most and as many rows as the card had parts, whatever the number of
    revisions.
    """
    gone = withdrawn.sections_of(withdrawn.of(card), event)
    earlier = _until(card, event)
    return {
        slug: _section_at(card, section, event, earlier)
        for slug, section in SECTIONS.items()
        if slug not in gone
    }


def said_at(card: Initiative, slug: str, event: Any) -> Content:
    """One section as it stood then, withdrawn or not: to compare, never to be shown."""
    return _section_at(card, SECTIONS[slug], event, _until(card, event))


def _until(card: Initiative, event: Any) -> Q:
    """Rows of the card’s parts written by then."""
    contexts = InitiativeEvent.objects.filter(pgh_obj=card.pk, pgh_context_id__isnull=False)
    until = contexts.filter(pgh_id__lte=event.pgh_id)
    # Written without a revision of the card (a word that managers map gives it a theme): by date.
    alone = Q(pgh_context_id__isnull=True) | ~Q(
        pgh_context_id__in=contexts.values("pgh_context_id")
    )
    return Q(pgh_context_id__in=until.values("pgh_context_id")) | alone & Q(
        pgh_created_at__lte=event.pgh_created_at
    )


def _section_at(card: Initiative, section: Section, event: Any, earlier: Q) -> Content:
    content: Content = {}
    for name in section.columns:
        if name not in UNKEPT:
            content[name] = getattr(event, "holder_id" if name == "holder" else name)
    for name in section.relations:
        model, column = _RELATIONS[name]
        content[name] = sorted(
            {getattr(row, column) for row in _standing(model, card, earlier).values()}
        )
    for name in section.lists:
        rows = _standing(_LISTS[name], card, earlier)
        content[name] = [
            {"id": pk} | {field: getattr(row, field) for field in PART_LISTS[name].fields}
            for pk, row in sorted(rows.items(), key=lambda item: (item[1].position, item[0]))
        ]
    return content


def _standing(model: Any, card: Initiative, earlier: Q) -> dict[int, Any]:
    """The rows that existed then, by key, each as it was."""
    latest = (
        model.objects.filter(earlier, initiative=card.pk).order_by("id", "-pgh_id").distinct("id")
    )
    return {row.id: row for row in latest if row.pgh_label != "delete"}


def compare(
    before: dict[str, Content], after: dict[str, Content]
) -> list[tuple[Section, list[Difference]]]:
    """The sections that differ, field by field; only what both sides know is compared."""
    found = []
    for slug, section in SECTIONS.items():
        if slug not in before or slug not in after:
            continue
        known = {name: after[slug][name] for name in after[slug] if name in before[slug]}
        if changed := differences(before[slug], known):
            found.append((section, changed))
    return found


def existing(content: Content, section: Section, card: Initiative) -> Content:
    """The same without what has been deleted since: terms, territories, the holder."""
    kept = dict(content)
    for name in section.relations:
        model = Initiative._meta.get_field(name).related_model
        kept[name] = sorted(
            model._default_manager.filter(pk__in=kept[name]).values_list("pk", flat=True)  # type: ignore[union-attr]
        )
    if kept.get("holder") and not Organisation.objects.filter(pk=kept["holder"]).exists():
        # Put together with another since, it is that one; else today's.
        former = FormerOrganisation.objects.filter(number=kept["holder"]).first()
        kept["holder"] = former.into_id if former else card.holder_id
    return kept


def unread(*contents: dict[str, Content]) -> list[Section]:
    """The sections whose text is withdrawn from one of them at least."""
    return [section for slug, section in SECTIONS.items() if any(slug not in c for c in contents)]
