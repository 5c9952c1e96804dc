"""What the pages read: the list, numbers that count, networks and their people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from essaim.contributions.models import Question
from essaim.events.models import (
    Encounter,
    Event,
    FollowUp,
    Partnership,
    Registration,
    State,
    ThirdPlace,
)
from essaim.events.models.event import EventQuerySet
from essaim.events.models.place import ThirdPlaceQuerySet
from essaim.initiatives.models import Initiative
from essaim.people.models import NetworkMembership, Organisation
from essaim.territories.models import Territory


def found(user: Any, clean: dict[str, Any]) -> EventQuerySet:
    """The events that this reader sees and the filters keep: those to come, nearest first, or
    those past, latest first."""
    rows = Event.objects.visible_to(user)
    for word in (clean.get("q") or "").split()[:10]:
        rows = rows.filter(
            Q(title__unaccent__icontains=word) | Q(summary__unaccent__icontains=word)
        )
    if kind := clean.get("kind"):
        rows = rows.filter(kind=kind)
    if theme := clean.get("theme"):
        rows = rows.filter(themes=theme)
    if territory := clean.get("territory"):
        rows = rows.near(territory)
    if since := clean.get("since"):
        rows = rows.filter(ends_at__date__gte=since)
    if until := clean.get("until"):
        rows = rows.filter(starts_at__date__lte=until)
    if clean.get("past"):
        return rows.filter(ends_at__lte=timezone.now()).order_by("-starts_at", "-pk")
    return rows.filter(ends_at__gt=timezone.now()).order_by("starts_at", "pk")


def places(user: Any, clean: dict[str, Any]) -> ThirdPlaceQuerySet:
    """The third places of the directory that the filters keep; with « waiting », those that a
    manager has yet to publish."""
    state = "proposed" if clean.get("waiting") else "published"
    rows = ThirdPlace.objects.visible_to(user).filter(state=state)
    for word in (clean.get("q") or "").split()[:10]:
        rows = rows.filter(
            Q(name__unaccent__icontains=word) | Q(summary__unaccent__icontains=word)
            | Q(services__unaccent__icontains=word)
        )  # fmt: skip
    if territory := clean.get("territory"):
        rows = rows.filter(territory__in=Territory.objects.keys_touching(territory))
    if theme := clean.get("theme"):
        rows = rows.filter(themes=theme)
    return rows


@dataclass(frozen=True)
class Numbers:
    """What came of an event. Introductions and partnerships are counted once both sides said so."""

    registered: int
    attended: int | None  # nobody noted it
    organisations: int
    encounters: int
    introductions: int
    replications: int
    partnerships: int
    answers: int
    lasting: int  # of the answers, those that tell of something


def numbers(event: Event) -> Numbers:
    rows = Registration.objects.filter(event=event, state="registered").aggregate(
        registered=Count("pk"),
        noted=Count("pk", filter=Q(attended__isnull=False)),
        attended=Count("pk", filter=Q(attended=True)),
        organisations=Count("organisation", distinct=True),
    )
    met = Encounter.objects.filter(event=event)
    begun = met.filter(introduction__isnull=False).aggregate(
        all=Count("introduction", distinct=True),
        taken=Count("introduction", distinct=True, filter=Q(introduction__outcome="replication")),
    )
    said = FollowUp.objects.filter(registration__event=event, answered_on__isnull=False)
    told = said.aggregate(all=Count("pk"), lasting=Count("pk", filter=~Q(came="nothing")))
    return Numbers(
        registered=rows["registered"],
        attended=rows["attended"] if rows["noted"] else None,
        organisations=rows["organisations"],
        encounters=len(met.happened().values_list("pk", flat=True)),
        introductions=begun["all"],
        replications=begun["taken"],
        partnerships=Partnership.objects.confirmed().filter(event=event).count(),
        answers=told["all"],
        lasting=told["lasting"],
    )


@dataclass(frozen=True)
class Told:
    """What people said came of an event, without their names; nothing below the least number of
    answers, lest one be known by theirs."""

    answers: int
    least: int
    kinds: list[tuple[str, int]]
    notes: list[str]

    @property
    def shown(self) -> bool:
        return self.answers >= self.least


def told_after(event: Event) -> Told:
    """For who runs it. Notes by their words, not by when or by whom they were written."""
    least = settings.EVENTS["follow_ups_shown"]
    said = FollowUp.objects.filter(registration__event=event, answered_on__isnull=False)
    people = said.values("registration").distinct().count()
    if people < least:
        return Told(people, least, [], [])
    counts = dict(said.order_by().values_list("came").annotate(n=Count("pk")))
    notes = list(said.exclude(note="").order_by("note").values_list("note", flat=True))
    return Told(
        people, least,
        [(str(kind.label), counts.get(kind, 0)) for kind in FollowUp.Came],
        notes if len(notes) >= least else [],
    )  # fmt: skip


def networks(words: str = "") -> QuerySet[Organisation]:
    rows = Organisation.objects.filter(kind="network")
    for word in words.split()[:10]:
        rows = rows.filter(name__unaccent__icontains=word)
    current = Q(member_organisations__since__isnull=False, member_organisations__until=None)
    return (
        rows.select_related("territory")
        .annotate(members=Count("member_organisations", filter=current, distinct=True))
        .order_by("name", "pk")
    )


@dataclass(frozen=True)
class Gathered:
    members: list[Any]
    events: list[Event]
    cards: list[Initiative]
    discussions: list[Any]
    members_count: int
    cards_count: int


SHOWN = 12


def gathered(network: Organisation, user: Any) -> Gathered:
    """A network with its members: who they are, when they meet, what they carry and what is asked
    about it. Existing communities first (§ 11)."""
    rows = NetworkMembership.objects.current().filter(network=network)
    keys = [*rows.values_list("organisation", flat=True), network.pk]
    cards = Initiative.objects.published().filter(holder__in=keys)
    events = (
        Event.objects.visible_to(user)
        .filter(organisers__organisation__in=keys)
        .exclude(state__in=[State.DRAFT, State.CANCELLED])
        .distinct().for_list().order_by("-starts_at", "-pk")
    )  # fmt: skip
    discussions = (
        Question.objects.visible_to(user).listed()
        .filter(card__in=cards.values("pk"), is_private=False, hidden_at=None)
        .select_related("card")
    )  # fmt: skip
    return Gathered(
        members=list(rows.select_related("organisation").order_by("organisation__name")[:100]),
        events=list(events[:SHOWN]),
        cards=list(cards.for_list().order_by("-published_at", "-pk")[:SHOWN]),
        discussions=list(discussions[:SHOWN]),
        members_count=rows.count(),
        cards_count=cards.count(),
    )
