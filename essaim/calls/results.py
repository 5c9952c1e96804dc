"""Laureates as everybody reads them: published decisions alone, and only the names that may be
said; what follows for each.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from .models import (
    RESULTS,
    Application,
    ApplicationState,
    Call,
    Lesson,
    Partner,
    Support,
    SupportState,
)

PARTS = (Partner.Role.PARTNER, Partner.Role.SITE, Partner.Role.FOLLOWER)


@dataclass(frozen=True)
class Laureate:
    application: Application
    name: str  # who is named; a person only where they chose so
    organisation: Any
    partners: list[Partner]
    support: Support | None

    @property
    def cards(self) -> list[Any]:
        """Published cards it is about, or takes up."""
        both = {self.application.initiative, self.application.adopts}
        return sorted(
            (card for card in both if card is not None and card.publication == "published"),
            key=lambda card: card.pk,
        )


def published() -> QuerySet[Application]:
    """Laureates of calls whose results are public: nothing prepared shows before."""
    return Application.objects.filter(
        state=ApplicationState.LAUREATE, call__state__in=RESULTS, call__is_template=False
    )


def laureates(found: QuerySet[Application]) -> list[Laureate]:
    """A constant number of queries."""
    rows = list(
        found.select_related(
            "call", "organisation", "person", "credit", "territory", "initiative", "adopts"
        ).order_by("title", "pk")
    )
    keys = [row.pk for row in rows]
    partners: dict[int, list[Partner]] = {}
    signed = Partner.objects.filter(
        application__in=keys, state=Partner.State.SIGNED, role__in=PARTS
    )
    for partner in signed.select_related("organisation", "territory").order_by("pk"):
        partners.setdefault(partner.application_id, []).append(partner)
    plans = {
        plan.application_id: plan
        for plan in Support.objects.filter(application__in=keys)
        .exclude(state=SupportState.PLANNED)
        .prefetch_related("milestones")
    }
    return [
        Laureate(row, name_of(row), row.organisation, partners.get(row.pk, []), plans.get(row.pk))
        for row in rows
    ]


def name_of(application: Application) -> str:
    """In public: the organisation; a person by their name if they chose so, else in no name."""
    if application.organisation is not None:
        return application.organisation.name
    credit = getattr(application, "credit", None)
    if credit is not None and credit.is_named and application.person is not None:
        return application.person.name or _("un agent public")
    return _("une personne qui n’a pas souhaité être nommée")


@dataclass(frozen=True)
class Totals:
    submitted: int
    laureates: int
    waiting: int


def totals(call: Call) -> Totals:
    counts = Application.objects.filter(call=call).aggregate(
        submitted=Count("pk", filter=Q(last_number__gt=0)),
        laureates=Count("pk", filter=Q(state=ApplicationState.LAUREATE)),
        waiting=Count("pk", filter=Q(state=ApplicationState.WAITING)),
    )
    return Totals(**counts)


def mentions(call: Call) -> list[Lesson]:
    """« Droit à l’erreur »: those whose authors agreed to be read, and that received it."""
    found = Lesson.objects.shown().filter(application__call=call, mentioned_at__isnull=False)
    return list(
        found.select_related(
            "application__organisation", "application__person", "application__credit"
        ).order_by("-mentioned_at", "-pk")
    )


def credited(lessons: Iterable[Lesson]) -> list[tuple[Lesson, str]]:
    return [(lesson, name_of(lesson.application)) for lesson in lessons]
