"""A round from its creation to its conclusion on the card."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from essaim.common.errors import DomainError
from essaim.initiatives.models import Fact, Initiative, Phase
from essaim.peers.actions import conclusions, invitations, items, planning, rounds
from essaim.peers.models import College, Conclusion, Plan, PlanState, Reading, Round, Seat, State
from essaim.peers.rubric import default_lines
from tests.initiatives.factories import InitiativeFactory
from tests.peers.factories import INNOVATORS, USERS, Cast, peer, submit
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_a_round_concluded_is_a_fact_of_the_card():
    cast = Cast().concluded()
    fact = Fact.objects.get(initiative=cast.card, source=f"round:{cast.round.pk}")
    assert fact.value == {"kind": "peer", "level": 2}
    card = Initiative.objects.get(pk=cast.card.pk)
    assert (card.proof_level, card.phase) == (2, Phase.VALIDATE)


def test_it_starts_with_the_two_colleges_of_the_gendarmerie_and_a_rubric():
    found = rounds.create_round(title="Essai", by=UserFactory(manager=True))
    assert {c.kind: (c.size, c.per_item) for c in found.colleges.all()} == {
        INNOVATORS: (40, 40),
        USERS: (20, 20),
    }
    for college in found.colleges.all():
        assert rounds.rubric_of(college) == default_lines(college.kind)


def test_the_same_form_sent_twice_makes_one_round():
    manager, key = UserFactory(manager=True), uuid.uuid4()
    first = rounds.create_round(title="Essai", by=manager, key=key)
    assert rounds.create_round(title="Essai", by=manager, key=key) == first
    assert Round.objects.count() == 1
    with pytest.raises(DomainError):
        rounds.create_round(title="Essai", by=UserFactory(manager=True), key=key)


def test_invitations_wait_for_something_to_read_and_for_deadlines():
    manager = UserFactory(manager=True)
    found = rounds.create_round(title="Essai", by=manager)
    with pytest.raises(DomainError, match="ce qui est à lire"):
        rounds.open_invitations(found, by=manager)
    items.add_card(found, InitiativeFactory(published=True))
    with pytest.raises(DomainError, match="échéances"):
        rounds.open_invitations(found, by=manager)


def test_deadlines_come_in_order_and_only_later_once_reading():
    cast = Cast()
    now = timezone.now()
    with pytest.raises(DomainError, match="se suivent"):
        rounds.change_settings(cast.round, {"read_by": now}, by=cast.manager)
    cast.reading()
    with pytest.raises(DomainError, match="repoussée"):
        rounds.change_settings(cast.round, {"read_by": now + dt.timedelta(days=6)}, by=cast.manager)
    later = now + dt.timedelta(days=25)
    assert rounds.change_settings(cast.round, {"read_by": later}, by=cast.manager).read_by == later


def test_what_peers_were_told_does_not_change_behind_their_back():
    cast = Cast().inviting()
    with pytest.raises(DomainError, match="qui verrait quoi"):
        rounds.change_settings(cast.round, {"readers_hidden": False}, by=cast.manager)
    college = cast.college(USERS)
    with pytest.raises(DomainError, match="grille"):
        rounds.set_college(
            college, size=2, per_item=2, max_load=1, rubric=default_lines(INNOVATORS),
            by=cast.manager,
        )  # fmt: skip
    with pytest.raises(DomainError, match="n’a plus lieu d’être"):
        items.add_card(cast.round, InitiativeFactory(published=True))


def test_a_college_cannot_read_more_than_it_counts():
    cast = Cast()
    with pytest.raises(DomainError, match="plus de pairs"):
        rounds.set_college(cast.college(USERS), size=2, per_item=3, max_load=1, by=cast.manager)
    with pytest.raises(DomainError, match="minimum"):
        rounds.set_college(
            cast.college(USERS), size=2, per_item=2, max_load=1, min_load=2, by=cast.manager
        )


def test_an_unpublished_card_is_not_read():
    found = rounds.create_round(title="Essai", by=UserFactory(manager=True))
    with pytest.raises(DomainError, match="publiée"):
        items.add_card(found, InitiativeFactory())


def test_discussion_waits_for_who_may_still_submit():
    cast = Cast().reading()
    submit(cast.readings[0])
    with pytest.raises(DomainError, match="peuvent encore être rendues"):
        rounds.open_discussion(cast.round, by=cast.manager)
    Round.objects.filter(pk=cast.round.pk).update(
        answer_by=timezone.now() - dt.timedelta(days=3),
        read_by=timezone.now() - dt.timedelta(minutes=1),
    )
    assert rounds.open_discussion(cast.round, by=cast.manager).state == State.DISCUSSING


def test_abandoned_without_blame_with_a_reason():
    cast = Cast().reading()
    with pytest.raises(DomainError, match="pourquoi"):
        rounds.abandon(cast.round, "  ", by=cast.manager)
    assert rounds.abandon(cast.round, "La fiche change.", by=cast.manager).state == State.ABANDONED
    assert (
        rounds.abandon(cast.round, "Encore.", by=cast.manager).abandon_reason == "La fiche change."
    )
    assert not Fact.objects.filter(source=f"round:{cast.round.pk}").exists()


def test_the_holder_replies_before_anything_is_concluded():
    cast = Cast().discussing()
    given = {"level": 2, "statement": "Bien.", "reasons": "Vu.", "by": cast.manager}
    with pytest.raises(DomainError, match="droit d’y répondre"):
        conclusions.conclude_item(cast.item, **given)
    with pytest.raises(DomainError, match="Écrivez le retour"):
        conclusions.share_feedback(cast.item, by=cast.manager)
    conclusions.save_feedback(cast.item, "Un besoin clair.", by=cast.manager, version=0)
    conclusions.share_feedback(cast.item, by=cast.manager)
    with pytest.raises(DomainError, match="peut encore répondre"):
        conclusions.conclude_item(cast.item, **given)
    with pytest.raises(DomainError, match="ne change plus"):
        conclusions.save_feedback(cast.item, "Autre chose.", by=cast.manager, version=1)
    Conclusion.objects.update(reply_by=timezone.now() - dt.timedelta(minutes=1))
    conclusions.conclude_item(cast.item, **given)
    # The same click twice is one conclusion; another one is refused.
    conclusions.conclude_item(cast.item, **given)
    with pytest.raises(DomainError, match="déjà rendue"):
        conclusions.conclude_item(cast.item, **{**given, "level": 3})


def test_two_managers_do_not_overwrite_each_others_feedback():
    cast = Cast().discussing()
    conclusions.save_feedback(cast.item, "Première version.", by=cast.manager, version=0)
    conclusions.save_feedback(cast.item, "Deuxième.", by=cast.manager, version=1)
    with pytest.raises(DomainError, match="rien n’a été écrasé"):
        conclusions.save_feedback(cast.item, "Troisième.", by=UserFactory(manager=True), version=1)
    assert Conclusion.objects.get().feedback == "Deuxième."


def test_several_items_end_the_round_with_the_last_one():
    cast = Cast(cards=2).discussing()
    for item in cast.items:
        conclusions.save_feedback(item, "Vu.", by=cast.manager, version=0)
        conclusions.share_feedback(item, by=cast.manager)
        conclusions.reply(item, "Merci.", by=cast.holder, is_public=False)
        assert cast.refresh().state == State.DISCUSSING
        conclusions.conclude_item(
            item, level=None, statement="Trop peu.", reasons="Trop peu.", by=cast.manager
        )
    assert cast.refresh().state == State.CONCLUDED


def test_forty_and_twenty_peers_are_assigned():
    cast = Cast(innovators=40, users=20).assigning(extra=2)
    plan = cast.plan()
    assert plan.state == PlanState.READY
    planning.confirm_plan(plan, by=cast.manager)
    by_college = {
        college.kind: Reading.objects.filter(seat__college=college).count()
        for college in College.objects.filter(round=cast.round)
    }
    assert by_college == {INNOVATORS: 40, USERS: 20}
    numbers = list(Seat.objects.filter(round=cast.round).values_list("number", flat=True))
    assert len(set(numbers)) == len(numbers) == 64


def test_a_college_that_cannot_be_filled_says_which_and_what_would_do():
    from essaim.peers.explain import obstacle

    cast = Cast(innovators=3, users=2).inviting()
    for _n in range(3):
        cast.take(peer(), INNOVATORS)
    cast.take(peer(), USERS)
    rounds.close_invitations(cast.round, by=cast.manager)
    cast.refresh()
    plan = cast.plan()
    assert plan.state == PlanState.INFEASIBLE
    said = obstacle(plan)
    assert "utilisateurs potentiels" in said.causes[0]
    assert said.remedies
    with pytest.raises(DomainError):
        planning.confirm_plan(plan, by=cast.manager)
    # One goes back to inviting, and it becomes possible.
    rounds.reopen_invitations(cast.round, by=cast.manager)
    cast.take(peer(), USERS)
    rounds.close_invitations(cast.round, by=cast.manager)
    cast.refresh()
    assert cast.plan().state == PlanState.READY


def test_a_plan_that_others_have_overtaken_is_refused():
    cast = Cast().assigning(extra=1)
    plan = cast.plan()
    invitations.leave(
        Seat.objects.filter(round=cast.round).first(),
        by=Seat.objects.filter(round=cast.round).first().user,
    )
    with pytest.raises(DomainError, match="recalculez"):
        planning.confirm_plan(plan, by=cast.manager)
    assert Plan.objects.get(pk=plan.pk).state == PlanState.READY
