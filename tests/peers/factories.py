"""Rounds at each step, through the same actions as people: nothing here knows a state by hand.

``Cast()`` is a card, its holder, a manager and as many peers as wished; ``cast.reading()``,
``cast.discussing()``… bring its round that far.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from essaim.peers.actions import conclusions, invitations, planning, profiles, readings, rounds
from essaim.peers.actions.items import add_card
from essaim.peers.models import CollegeKind, Reading, Round, Seat, State
from essaim.search import encoder
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory

INNOVATORS, USERS = CollegeKind.INNOVATORS, CollegeKind.USERS


def peer(**profile: Any) -> Any:
    """Someone who said « je suis pair »."""
    user = UserFactory()
    profiles.save_profile(user, is_peer=True, **({"max_load": 10} | profile))
    return user


def answers(reading: Reading, level: int = 3) -> dict[str, Any]:
    """A whole reading."""
    return {
        "answers": {
            str(criterion.pk): {"level": level, "why": "C’est écrit."}
            for criterion in reading.seat.college.criteria.all()
        },
        "comment": "Le besoin est clair ; il manque le coût.",
        "private_comment": "",
    }


def submit(reading: Reading, level: int = 3) -> Reading:
    fresh = Reading.objects.get(pk=reading.pk)
    return readings.submit(fresh, answers(fresh, level), by=fresh.seat.user, version=fresh.version)


class Cast:
    """One card, its round, and everyone around it. No encoder: themes alone."""

    def __init__(self, innovators: int = 3, users: int = 2, cards: int = 1, **fields: Any):
        self.organisation = OrganisationFactory()
        self.holder = UserFactory()
        MembershipFactory(user=self.holder, organisation=self.organisation)
        self.cards = [
            InitiativeFactory(published=True, author=self.holder, holder=self.organisation)
            for _n in range(cards)
        ]
        self.card = self.cards[0]
        self.manager = UserFactory(manager=True)
        self.round: Round = rounds.create_round(title="Lecture d’essai", by=self.manager, **fields)
        self.items = [add_card(self.round, card) for card in self.cards]
        self.item = self.items[0]
        now = timezone.now()
        rounds.change_settings(
            self.round,
            {
                "answer_by": now + dt.timedelta(days=5),
                "read_by": now + dt.timedelta(days=20),
                "discuss_by": now + dt.timedelta(days=30),
                "reply_days": 10,
            },
            by=self.manager,
        )
        self.sizes = {INNOVATORS: innovators, USERS: users}
        for college in self.round.colleges.all():
            size = self.sizes[CollegeKind(college.kind)]
            rounds.set_college(college, size=size, per_item=size, max_load=cards, by=self.manager)
        self.refresh()

    def refresh(self) -> Round:
        self.round = Round.objects.get(pk=self.round.pk)
        return self.round

    def college(self, kind: str) -> Any:
        return self.round.colleges.get(kind=kind)

    def inviting(self) -> Cast:
        rounds.open_invitations(self.round, by=self.manager)
        self.refresh()
        return self

    def invite(self, user: Any, kind: str = INNOVATORS) -> Seat:
        return invitations.invite_peer(self.college(kind), user, by=self.manager)

    def take(self, user: Any, kind: str = INNOVATORS) -> Seat:
        return invitations.accept(self.invite(user, kind), by=user)

    def assigning(self, extra: int = 0) -> Cast:
        self.inviting()
        for kind, size in self.sizes.items():
            for _n in range(size + extra):
                self.take(peer(), kind)
        rounds.close_invitations(self.round, by=self.manager)
        self.refresh()
        return self

    def plan(self) -> Any:
        with encoder.use(None):
            return planning.request_plan(self.round, by=self.manager)

    def reading(self, extra: int = 0) -> Cast:
        self.assigning(extra)
        planning.confirm_plan(self.plan(), by=self.manager)
        self.refresh()
        return self

    @property
    def readings(self) -> list[Reading]:
        return list(Reading.objects.filter(item__round=self.round).order_by("pk"))

    def discussing(self, level: int = 3) -> Cast:
        self.reading()
        for one in self.readings:
            submit(one, level)
        rounds.open_discussion(self.round, by=self.manager)
        self.refresh()
        return self

    def shared(self) -> Cast:
        self.discussing()
        conclusions.save_feedback(
            self.item, "Les pairs voient un besoin clair.", by=self.manager, version=0
        )
        conclusions.share_feedback(self.item, by=self.manager)
        return self

    def replied(self) -> Cast:
        self.shared()
        conclusions.reply(self.item, "Le coût suit.", by=self.holder, is_public=True)
        return self

    def concluded(self) -> Cast:
        self.replied()
        conclusions.conclude_item(
            self.item,
            level=2,
            statement="Les deux collèges reconnaissent un changement mesuré.",
            reasons="Données vues par les innovateurs ; utilité confirmée.",
            by=self.manager,
        )
        self.refresh()
        assert self.round.state == State.CONCLUDED
        return self
