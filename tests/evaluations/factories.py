"""Evaluations at each step, valid by default.

``EvaluationFactory()`` is an empty plan. Traits bring it further: ``complete`` (every part of the
plan said), ``frozen``, ``collecting`` (with what protects the people). ``with_data`` and
``analysed`` go through the actions, since they read a file.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import factory
from django.utils import timezone

from essaim.evaluations import plan
from essaim.evaluations.actions import analyses, conclusions, data
from essaim.evaluations.mapping import Mapping
from essaim.evaluations.models import DataStatement, Evaluation, Member
from essaim.initiatives.rules import is_of_the_team
from tests.contributions.factories import CoEditorFactory
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import UserFactory

# A pre-test and a post-test in two classes, as a teacher writes them.
ROWS = [
    *[("A", pre, post) for pre, post in zip(
        [10, 12, 9, 14, 11, 13, 8, 12, 10, 11, 12, 9], [14, 15, 13, 17, 15, 16, 12, 16, 13, 14, 17, 12],
        strict=True)],
    *[("B", pre, post) for pre, post in zip(
        [11, 10, 12, 13, 9, 14, 8, 11, 12, 10, 13, 9], [12, 10, 13, 13, 10, 15, 8, 12, 12, 11, 14, 9],
        strict=True)],
]  # fmt: skip
HEADINGS = ("élève", "groupe", "test de septembre", "test de janvier")
CSV = "\n".join(
    [";".join(HEADINGS)]
    + [f"E{n:02};{group};{pre};{post}" for n, (group, pre, post) in enumerate(ROWS, start=1)]
)
ROLES = {"unit": HEADINGS[0], "group": HEADINGS[1], "pre": HEADINGS[2], "post": HEADINGS[3]}


def mapping(**fields: Any) -> Mapping:
    return Mapping(**({"roles": dict(ROLES), "treated": "A", "control": "B"} | fields))


class EvaluationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Evaluation
        skip_postgeneration_save = True

    initiative = factory.SubFactory(
        InitiativeFactory, published=True, author=factory.SubFactory(UserFactory)
    )
    title = factory.Sequence(lambda n: f"Évaluation {n}")

    class Params:
        complete = factory.Trait(
            who="les élèves de sixième",
            what="un tutorat de lecture",
            compared_with="l’étude habituelle",
            outcome="la compréhension",
            period="d’octobre à janvier",
            indicator="score au test",
            unit="points sur 20",
            collected_by="une collègue",
            design="comparison",
            analysis="prepost_control",
            why_comparable="deux classes de même niveau",
            per_group=12,
            pretest_on=dt.date(2026, 9, 20),
            starts_on=dt.date(2026, 10, 1),
            posttest_on=dt.date(2027, 1, 20),
        )
        frozen = factory.Trait(
            complete=True,
            state="planned",
            frozen_at=factory.LazyFunction(timezone.now),
            frozen_plan=factory.LazyFunction(lambda: {"sha256": "0" * 64}),
        )
        collecting = factory.Trait(
            frozen=True,
            state="collecting",
            opened_at=factory.LazyFunction(timezone.now),
        )

    @factory.post_generation
    def statement(self, create: bool, given: Any, **fields: Any) -> None:
        if create and self.state == "collecting":
            StatementFactory(evaluation=self, **fields)


class StatementFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = DataStatement

    evaluation = factory.SubFactory(EvaluationFactory, frozen=True)
    controller = "Collège Jean-Moulin"
    legal_basis = "public_task"
    notice = "Une note aux familles, le 10 septembre."
    sensitive = True
    impact = "done"
    impact_note = "AIPD 2026-12"
    deletion_on = factory.LazyFunction(lambda: timezone.localdate() + dt.timedelta(days=200))


class MemberFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Member
        skip_postgeneration_save = True

    evaluation = factory.SubFactory(EvaluationFactory)
    user = factory.SubFactory(UserFactory)

    @factory.post_generation
    def of_the_card(self, create: bool, given: Any, **fields: Any) -> None:
        """Nobody works on an evaluation who does not answer for its card."""
        card = self.evaluation.initiative
        if create and not is_of_the_team(self.user, card):
            CoEditorFactory(card=card, user=self.user)


def with_data(
    evaluation: Evaluation | None = None, *, text: str = CSV, **fields: Any
) -> Evaluation:
    """Data deposited and described by a member of the team."""
    evaluation = evaluation or EvaluationFactory(collecting=True)
    by = member_of(evaluation)
    dataset = data.deposit(evaluation, by=by, origin="paste", text=text)
    ready = data.map_columns(dataset, mapping(**fields), by=by)
    assert ready.ready_at is not None, ready.issues
    return Evaluation.objects.get(pk=evaluation.pk)


def analysed(evaluation: Evaluation | None = None, **fields: Any) -> Evaluation:
    evaluation = with_data(evaluation, **fields)
    analysis = analyses.ask(evaluation, by=member_of(evaluation))
    analyses.make(analysis.pk)
    analysis.refresh_from_db()
    assert analysis.state == "done", analysis.message
    return Evaluation.objects.get(pk=evaluation.pk)


def concluded(evaluation: Evaluation | None = None, **fields: Any) -> Evaluation:
    evaluation = analysed(evaluation, **fields)
    return conclusions.conclude(
        evaluation, by=member_of(evaluation), learnt="Ils lisent mieux.", limits="Deux classes."
    )


def member_of(evaluation: Evaluation) -> Any:
    row = evaluation.members.first() or MemberFactory(evaluation=evaluation)
    return row.user


__all__ = [
    "CSV",
    "EvaluationFactory",
    "MemberFactory",
    "StatementFactory",
    "analysed",
    "concluded",
    "mapping",
    "member_of",
    "plan",
    "with_data",
]
