"""Calls, valid by default. ``CallFactory()`` is open, with a simple form; ``draft=True`` is one
being prepared. Other parts of the room have their own factories beside this one."""

from __future__ import annotations

import datetime as dt
from typing import Any

import factory
from django.utils import timezone

from essaim.calls.models import (
    Call,
    CollegeKind,
    Criterion,
    FormVersion,
    Kind,
    Officer,
    Series,
    State,
)
from essaim.people.models import User
from tests.people.factories import MembershipFactory, OrganisationFactory

LEVELS = ["rien n’en est dit", "une intention", "prévu", "prévu, avec qui et comment"]
# One required long text, one amount: enough to apply with.
BLOCKS: list[dict[str, Any]] = [
    {
        "slug": "projet", "title": "Le projet", "why": "",
        "fields": [
            {"name": "what", "label": "Que ferez-vous ?", "kind": "long", "longest": 3000},
            {
                "name": "requested_cents", "label": "Montant demandé (€)", "kind": "money",
                "required": False,
            },
        ],
    },
    {
        "slug": "essaimage", "title": "Reprise ailleurs", "why": "",
        "fields": [
            {"name": "transfer", "label": "Qui pourrait reprendre ?", "kind": "long",
             "longest": 2000, "required": False},
        ],
    },
]  # fmt: skip


def now(**delta: float) -> dt.datetime:
    return timezone.now() + dt.timedelta(**delta)


class SeriesFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Series

    title = factory.Sequence(lambda n: f"Appel permanent {n}")
    slug = factory.Sequence(lambda n: f"appel-permanent-{n}")


class CallFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Call
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"appel-{n}")
    title = factory.Sequence(lambda n: f"Appel {n}")
    summary = "Pour ceux qui veulent reprendre ce qui a fait ses preuves."
    sections = [{"title": "Pourquoi cet appel", "text": "Ce qui marche se reprend."}]
    kind = Kind.PROJECTS
    organiser = factory.SubFactory(OrganisationFactory, kind="central_service")
    state = State.OPEN
    opens_at = factory.LazyFunction(lambda: now(days=-10))
    closes_at = factory.LazyFunction(lambda: now(days=20))
    service = "Service de l’innovation"
    contact_email = "appels@exemple.fr"
    appeal = "Recours gracieux ou contentieux dans les deux mois."
    form_number = 1
    edition_number = 1
    no_replication_reason = "La reprise est jugée par ailleurs."

    class Params:
        draft = factory.Trait(state=State.DRAFT, edition_number=0)
        announced = factory.Trait(
            state=State.ANNOUNCED,
            opens_at=factory.LazyFunction(lambda: now(days=5)),
        )
        closed = factory.Trait(
            state=State.CLOSED, closes_at=factory.LazyFunction(lambda: now(days=-1))
        )
        empty = factory.Trait(
            state=State.DRAFT, opens_at=None, closes_at=None, form_number=0, edition_number=0
        )

    @factory.post_generation
    def content(self: Call, create: bool, extracted: Any, **kwargs: Any) -> None:
        """A form and two criteria, one of them of transfer."""
        if not create or not self.form_number:
            return
        FormVersion.objects.create(call=self, number=self.form_number, blocks=extracted or BLOCKS)
        for position, (title, transfer) in enumerate([("Utilité", False), ("Reprise", True)]):
            Criterion.objects.create(
                call=self, position=position, college=CollegeKind.JURY, title=title,
                question=f"{title} ?", levels=LEVELS, is_transfer=transfer,
            )  # fmt: skip


def officer(call: Call, user: User | None = None) -> User:
    """A member of the organiser who runs this call."""
    person = user or MembershipFactory(organisation=call.organiser).user
    Officer.objects.create(call=call, user=person)
    return person


def open_call(**fields: Any) -> Call:
    """An open call as its pages read it."""
    return Call.objects.for_detail().get(pk=CallFactory(**fields).pk)
