"""The plan: written in steps, frozen with its date, changed in the open."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from essaim.common.errors import DomainError
from essaim.evaluations import plan, rules, sizes
from essaim.evaluations.actions import allocations, plans, teams
from essaim.evaluations.models import Evaluation, JournalEntry, State
from essaim.initiatives.models import CoEditor
from tests.at_once import at_once
from tests.evaluations.factories import EvaluationFactory, MemberFactory, member_of
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_a_form_sent_twice_begins_one_evaluation() -> None:
    card, by = InitiativeFactory(), UserFactory()
    first = plans.create(card, by=by, title="Une")
    again = plans.create(card, by=by, title="Une", submission=first.submission)
    assert again.pk == first.pk and first.members.get().user == by


def test_a_plan_is_frozen_once_it_says_everything() -> None:
    evaluation = EvaluationFactory()
    by = member_of(evaluation)
    with pytest.raises(DomainError, match="dites encore"):
        plans.freeze(evaluation, by=by)
    whole = EvaluationFactory(complete=True)
    frozen = plans.freeze(whole, by=by)
    assert frozen.state == State.PLANNED and len(frozen.frozen_plan["sha256"]) == 64
    assert frozen.frozen_plan["who"] == "les élèves de sixième"
    entry = frozen.journal.get(kind="frozen")
    assert entry.details["sha256"] == frozen.frozen_plan["sha256"]
    assert plans.freeze(whole, by=by).frozen_at == frozen.frozen_at


def test_a_draw_by_lot_is_part_of_a_random_plan() -> None:
    evaluation = EvaluationFactory(complete=True, design="random", analysis="posttest")
    by = member_of(evaluation)
    assert "le tirage au sort" in plan.missing(evaluation)
    units = "\n".join(f"E{n:02}" for n in range(10))
    drawn = allocations.draw(evaluation, by=by, method="simple", units=units, seed="42")
    again = allocations.draw(evaluation, by=by, method="simple", units=units, seed="42")
    assert (drawn.sha256, drawn.assigned) == (again.sha256, again.assigned)
    assert again.draws == 2 and again.counts == {"treated": 5, "control": 5}
    plans.freeze(Evaluation.objects.for_detail().get(pk=evaluation.pk), by=by)
    with pytest.raises(DomainError):
        allocations.draw(evaluation, by=by, method="simple", units=units, seed="43")


@pytest.mark.parametrize(
    ("method", "units", "words"),
    [
        ("simple", "A\nA\nB", "deux fois"),
        ("pairs", "A ; 12\nB", "Ligne 2"),
        ("pairs", "A ; 12\nB ; bien", "n’est pas un nombre"),
        ("clusters", "A ; 6e A\nB ; 6e A", "deux grappes"),
        ("simple", "claire.martin@exemple.fr\nB", "désignent des personnes"),
        ("simple", "1 85 05 78 006 084 91\nB", "désignent des personnes"),
    ],
)
def test_a_draw_says_what_is_wrong(method: str, units: str, words: str) -> None:
    evaluation = EvaluationFactory()
    with pytest.raises(DomainError) as refused:
        allocations.draw(evaluation, by=member_of(evaluation), method=method, units=units)
    assert words in str(refused.value.message)


def test_once_frozen_every_change_is_dated_with_its_reason() -> None:
    evaluation = EvaluationFactory(frozen=True)
    by = member_of(evaluation)
    with pytest.raises(DomainError, match="dites pourquoi"):
        plans.save_section(evaluation, "question", {"who": "les cinquièmes"}, by=by)
    plans.save_section(
        evaluation, "question", {"who": "les cinquièmes"}, by=by, reason="Une classe a fermé."
    )
    entry = evaluation.journal.get(kind="amended")
    assert (entry.field, entry.before, entry.after) == (
        "who", "les élèves de sixième", "les cinquièmes",
    )  # fmt: skip
    assert entry.reason == "Une classe a fermé."
    # Saved without a change, nothing is written.
    plans.save_section(evaluation, "question", {"who": "les cinquièmes"}, by=by)
    assert evaluation.journal.filter(kind="amended").count() == 1


def test_two_tabs_overwrite_nothing() -> None:
    evaluation = EvaluationFactory()
    by = member_of(evaluation)
    plans.save_section(evaluation, "question", {"who": "A"}, by=by, version=1)
    with pytest.raises(DomainError, match="enregistré ailleurs"):
        plans.save_section(evaluation, "question", {"who": "B"}, by=by, version=1)
    evaluation.refresh_from_db()
    assert evaluation.who == "A"


def test_a_plan_that_changed_is_not_frozen_unread() -> None:
    evaluation = EvaluationFactory(complete=True)
    by = member_of(evaluation)
    plans.save_section(evaluation, "question", {"who": "A"}, by=by)
    with pytest.raises(DomainError, match="enregistré ailleurs"):
        plans.freeze(evaluation, by=by, version=1)


def test_the_journal_cannot_be_rewritten() -> None:
    evaluation = EvaluationFactory(frozen=True)
    plans.save_section(evaluation, "question", {"who": "B"}, by=member_of(evaluation), reason="x")
    for statement in (
        "UPDATE evaluations_journalentry SET reason = ''",
        "DELETE FROM evaluations_journalentry",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert JournalEntry.objects.filter(reason="x").exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "planned"},
        {"state": "collecting"},
        {"state": "concluded"},
        {"level": 4},
        {"state": "elsewhere"},
    ],
)
def test_the_database_refuses_impossible_states(wrong: dict[str, Any]) -> None:
    evaluation = EvaluationFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Evaluation.objects.filter(pk=evaluation.pk).update(**wrong)


def test_the_size_is_said_in_plain_words() -> None:
    evaluation = EvaluationFactory(complete=True)
    found = sizes.compute(
        evaluation, {"per_group": 64, "expected_effect": 0.5, "cluster_size": None, "icc": None}
    )
    assert round(found["power"], 2) == 0.8
    assert any("écart-type" in sentence for sentence in sizes.explain(found))
    single = EvaluationFactory(complete=True, design="before_after", analysis="paired")
    assert "ce qui l’a causé" in sizes.explain(sizes.compute(single, {"per_group": 20}))[0]


def test_a_team_keeps_someone() -> None:
    evaluation = EvaluationFactory()
    claire, louis = member_of(evaluation), UserFactory()
    with pytest.raises(DomainError, match="au moins une personne"):
        teams.remove_member(evaluation, user=claire, by=claire)
    teams.add_member(evaluation, user=louis, by=claire)
    teams.add_member(evaluation, user=louis, by=claire)
    teams.remove_member(evaluation, user=claire, by=louis)
    assert evaluation.members.get().user == louis


@pytest.mark.django_db(transaction=True)
def test_two_people_freeze_at_once() -> None:
    evaluation = EvaluationFactory(complete=True)
    by = member_of(evaluation)
    ends = at_once(*[lambda: plans.freeze(evaluation, by=by, version=1)] * 2)
    assert ends == ["done", "done"]
    assert JournalEntry.objects.filter(evaluation=evaluation, kind="frozen").count() == 1


def test_abandoning_is_permitted_until_it_is_published() -> None:
    evaluation = EvaluationFactory(collecting=True)
    by = member_of(evaluation)
    plans.abandon(evaluation, by=by, reason="Plus le temps.")
    plans.abandon(evaluation, by=by)
    evaluation.refresh_from_db()
    assert evaluation.state == State.ABANDONED
    assert not Evaluation.objects.visible_to(UserFactory()).exists()
    assert evaluation.journal.filter(kind="abandoned").count() == 1


def test_who_leaves_the_card_reads_no_data_any_more() -> None:
    row = MemberFactory()
    evaluation = row.evaluation
    assert rules.is_member(row.user, evaluation)
    assert list(Evaluation.objects.of_team(row.user)) == [evaluation]
    CoEditor.objects.filter(user=row.user).delete()
    assert not rules.is_member(row.user, evaluation)
    assert not Evaluation.objects.of_team(row.user).exists()
    assert not Evaluation.objects.visible_to(row.user).exists()


def test_who_sees_agrees_with_the_rule() -> None:
    from django.contrib.auth.models import AnonymousUser

    card = InitiativeFactory(published=True, rich=True)
    evaluation = EvaluationFactory(initiative=card)
    people = [AnonymousUser(), UserFactory(), card.author, UserFactory(manager=True),
              MemberFactory(evaluation=evaluation).user]  # fmt: skip
    for user in people:
        sees = Evaluation.objects.visible_to(user).filter(pk=evaluation.pk).exists()
        assert sees == bool(rules.can_view(user, evaluation)), user
