"""Third step: what counts for adoption, read for all candidates together.

A dozen queries whatever their number. A feature is left out for every candidate where the
question does not allow to ask it. Nothing here is about a person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone

from essaim.common.errors import DomainError
from essaim.initiatives.models import Fact
from essaim.innovators.models import StatusCard
from essaim.people.models import Membership
from essaim.schemes.models import Scheme
from essaim.search.reasons import relations
from essaim.territories.models import Containment, Territory
from essaim.territories.similar import neighbours

from .candidates import Candidate
from .competences import competence
from .question import Question
from .scoring import Value, meaning

Values = dict[str, Value]
ALIVE = {"live", "sustained"}
MODES = {"supple": 1.0, "dissemination": 1.0, "franchise": 0.75, "centralised": 0.5}
COMPETENCE = {"own": 1.0, "shared": 0.6, "none": 0.2}
NEAR = {"here": 1.0, "near": 0.6, "covers": 0.5}


@dataclass(frozen=True)
class Surroundings:
    """What is like the territory of the question; empty where it has none."""

    nearest: list[tuple[Territory, float]] = field(default_factory=list)
    # Why there is none, in words for the page ("" where there are).
    why_not: str = ""


def surroundings(question: Question) -> Surroundings:
    if question.territory is None:
        return Surroundings()
    try:
        found = neighbours(question.territory, k=settings.MATCHING["similar"])
    except DomainError as error:
        return Surroundings(why_not=str(error.message))
    return Surroundings([(each.territory, each.distance) for each in found.neighbours])


# --- initiatives ------------------------------------------------------------------------------
def of_cards(
    question: Question, candidates: Sequence[Candidate], around: Surroundings
) -> dict[int, Values]:
    cards = [each.obj for each in candidates]
    facts: dict[int, list[Fact]] = defaultdict(list)
    for fact in Fact.objects.filter(initiative__in=cards):
        facts[fact.initiative_id].append(fact)
    found = {each.key: said(each, question) for each in candidates}
    for card in cards:
        values = found[card.pk]
        values["proof"] = Value(card.proof_level / 5, {"level": card.proof_level})
        values["readiness"] = _readiness(facts[card.pk])
        values["consent"] = _consent(card.consent_to_scale)
        values["mode"] = _mode(facts[card.pk])
        if question.means is not None:
            values["cost"] = _cost(card.first_year_cost, question.means)
    _places(question, cards, facts, around, found)
    _legal(question, cards, found)
    _capacity(cards, found)
    return found


def said(candidate: Candidate, question: Question) -> Values:
    """What every kind of answer has: closeness, words and theme."""
    found = candidate.found
    values = {
        "meaning": Value(meaning(found.cosine), {"cosine": round(found.cosine or 0.0, 4)}),
        "words": Value(found.share, {"words": list(found.words)}),
    }
    if question.theme is not None:
        held = question.theme.pk in {theme.pk for theme in candidate.obj.themes.all()}
        values["theme"] = Value(float(held), {"theme": question.theme.slug})
    return values


def _readiness(facts: Iterable[Fact]) -> Value:
    said = [bool(fact.value.get("ready")) for fact in facts if fact.kind == Fact.Kind.READINESS]
    if not said:
        return Value(0.0, {"ready": None})
    return Value(1.0 if any(said) else 0.3, {"ready": any(said)})


def _consent(given: bool | None) -> Value:
    return Value({True: 1.0, None: 0.5, False: 0.0}[given], {"consent": given})


def _mode(facts: Iterable[Fact]) -> Value:
    modes = {
        str(fact.value.get("mode", "")) for fact in facts if fact.kind == Fact.Kind.STRATEGY_CHOSEN
    }
    known = sorted(modes & MODES.keys(), key=lambda mode: (-MODES[mode], mode))
    return Value(MODES[known[0]], {"mode": known[0]}) if known else Value(0.25, {"mode": ""})


def _cost(cost: Decimal | None, means: Decimal) -> Value:
    if cost is None:
        return Value(0.5, {"cost": None, "means": str(means)})
    enough = 1.0 if cost <= means else float(means / cost)
    return Value(enough, {"cost": str(cost), "means": str(means)})


def sites(cards: Sequence[Any], facts: dict[int, list[Fact]]) -> dict[int, set[Any]]:
    """Where each runs today: its territories, unless it stopped, and its replications alive."""
    addresses: dict[str, set[int]] = defaultdict(set)
    places: dict[int, set[Any]] = {card.pk: set(card.territories.all()) for card in cards}
    for card in cards:
        for fact in facts[card.pk]:
            if fact.kind == Fact.Kind.REPLICATION and fact.value.get("status") in ALIVE:
                addresses[str(fact.value.get("territory", ""))].add(card.pk)
    if addresses:
        pairs = [address.partition(":") for address in addresses]
        rows = Territory.objects.filter(
            kind__in={kind for kind, _sep, _code in pairs},
            code__in={code for _kind, _sep, code in pairs},
        ).for_list()
        for row in rows:
            for pk in addresses.get(row.address, ()):
                places[pk].add(row)
    return places


def _places(
    question: Question,
    cards: Sequence[Any],
    facts: dict[int, list[Fact]],
    around: Surroundings,
    found: dict[int, Values],
) -> None:
    territory = question.territory
    if territory is None:
        return
    where = sites(cards, facts)
    every = {place.pk for places in where.values() for place in places}
    nearest = {place.pk: place for place, _distance in around.nearest}
    inside: dict[int, set[int]] = defaultdict(set)  # site → similar territories that hold it
    rows = Containment.objects.filter(ancestor__in=nearest, descendant__in=every)
    for ancestor, descendant in rows.values_list("ancestor", "descendant"):
        inside[descendant].add(ancestor)
    related = relations(territory, {pk: list(places) for pk, places in where.items()})
    for card in cards:
        like = {key for place in where[card.pk] for key in inside.get(place.pk, ())}
        like.discard(territory.pk)
        same = any(
            place.kind == territory.kind and place.pk != territory.pk for place in where[card.pk]
        )
        found[card.pk]["alive"] = Value(
            1.0 if like else 0.5 if same else 0.0,
            {
                # In the order of likeness, by address and name.
                "sites": [
                    [place.address, place.label]
                    for place, _distance in around.nearest
                    if place.pk in like
                ],
                "same_kind": same,
            },
        )
        relation = related.get(card.pk)
        found[card.pk]["near"] = Value(
            NEAR.get(relation.kind, 0.0) if relation else 0.0,
            {
                "relation": relation.kind if relation else "",
                "places": sorted(place.label for place in where[card.pk])[:3],
            },
        )


def _legal(question: Question, cards: Sequence[Any], found: dict[int, Values]) -> None:
    """Of the need's theme where the card has it too, else the best of the card's own."""
    territory = question.territory
    if territory is None or competence("", territory.kind) is None:
        return
    for card in cards:
        slugs = {theme.slug for theme in card.themes.all()}
        if question.theme is not None and question.theme.slug in slugs:
            slugs = {question.theme.slug}
        levels = [(str(competence(slug, territory.kind)), slug) for slug in slugs]
        if not levels:
            found[card.pk]["competence"] = Value(0.5, {"level": ""})
            continue
        level, slug = max(levels, key=lambda pair: (COMPETENCE[pair[0]], pair[1]))
        found[card.pk]["competence"] = Value(COMPETENCE[level], {"level": level, "theme": slug})


def _capacity(cards: Sequence[Any], found: dict[int, Values]) -> None:
    """Whether the holder can advise: by organisation, nobody is named, and only what the people
    concerned have made public counts."""
    holders = {card.holder_id for card in cards if card.holder_id}
    today = timezone.localdate()
    advising = set(
        StatusCard.objects.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=today),
            user__memberships__organisation=F("employer"),  # still there
            employer__in=holders,
            is_public=True,
            show_employer=True,
            show_time=True,
            advice_days__gt=0,
            agreement__in=StatusCard.HOLDS,
            starts_on__lte=today,
        ).values_list("employer_id", flat=True)
    )
    answering = set(
        Membership.objects.filter(organisation__in=holders)
        .order_by()
        .values_list("organisation_id", flat=True)
        .distinct()
    )
    for card in cards:
        advises, answers = card.holder_id in advising, card.holder_id in answering
        found[card.pk]["capacity"] = Value(
            1.0 if advises else 0.5 if answers else 0.0, {"advises": advises, "answers": answers}
        )


# --- schemes ----------------------------------------------------------------------------------
def of_schemes(question: Question, candidates: Sequence[Candidate]) -> dict[int, Values]:
    """Those of another place are left out: they have no values."""
    keys = [each.key for each in candidates]
    now = set(
        Scheme.objects.open_on(timezone.localdate())
        .filter(pk__in=keys)
        .values_list("pk", flat=True)
    )
    here: set[int] | None = None
    if question.territory is not None:
        applying = Scheme.objects.applying_to(question.territory).filter(pk__in=keys)
        here = set(applying.values_list("pk", flat=True))
    found = {}
    for each in candidates:
        values = said(each, question)
        placed = bool(each.obj.territories.all())
        if here is not None:
            if placed and each.key not in here:
                continue
            values["applies"] = Value(1.0 if placed else 0.5, {"known": placed})
        known = bool(each.obj.recurrence) or bool(each.obj.windows.all())
        values["open"] = Value(
            1.0 if each.key in now else 0.0 if known else 0.5,
            {"open": True if each.key in now else False if known else None},
        )
        found[each.key] = values
    return found
