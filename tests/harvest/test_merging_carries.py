"""Two cards become one: who followed the other, said that they were interested, asked, is in touch
with its team or keeps it among their answers goes on with the one that stays; once, and told once."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import models
from django.test import Client
from pghistory.models import Event as HistoryEvent

from essaim.common.errors import DomainError
from essaim.common.typography import french
from essaim.contributions.actions.interest import be_interested, make_contact
from essaim.contributions.actions.questions import ask
from essaim.contributions.models import Interest, Question
from essaim.following.models import Follow, Notification
from essaim.harvest.models import Duplicate
from essaim.initiatives import carried
from essaim.initiatives.actions.merging import merge_cards
from essaim.initiatives.models import CoEditor, Fact, Initiative
from essaim.introductions.models import Introduction
from essaim.matching.models import Dismissal, Match
from essaim.peers.models import PeerProfile
from essaim.scaling.models import SchemeUsed
from tests.calls.factories import CallFactory
from tests.events.factories import ChallengeFactory, EventFactory
from tests.following.factories import FollowFactory
from tests.harvest.factories import DuplicateFactory
from tests.initiatives.factories import InitiativeFactory
from tests.initiatives.test_following import told
from tests.introductions.factories import IntroductionFactory, NoteFactory, propose, town
from tests.matching.factories import DismissalFactory, MatchFactory
from tests.needs.factories import NeedFactory
from tests.people.factories import OrganisationFactory, UserFactory
from tests.schemes.factories import SchemeFactory
from tests.sponsorship.factories import HelpRequestFactory

pytestmark = pytest.mark.django_db
ONE = french("Deux fiches d’une même initiative n’en font plus qu’une : « La gardée »")


@pytest.fixture
def manager() -> Any:
    return UserFactory(manager=True)


@pytest.fixture
def kept() -> Initiative:
    author = UserFactory()
    return InitiativeFactory(published=True, title="La gardée", author=author)  # type: ignore[no-any-return]


@pytest.fixture
def other() -> Initiative:
    """As a source gives it: nobody carries it here."""
    return InitiativeFactory(published=True, title="L’autre")  # type: ignore[no-any-return]


def merges_told(user: Any) -> int:
    return told(user).count(ONE)


def test_followers_follow_the_one_that_stays_and_are_told_once(
    kept: Initiative, other: Initiative, manager: Any, client: Client
) -> None:
    theirs, both, ours = UserFactory(), UserFactory(), UserFactory()
    for user, card in (
        (theirs, other),
        (both, other),
        (both, kept),
        (ours, kept),
        (manager, other),
    ):
        FollowFactory(user=user, kind="card", key=str(card.pk))
    merge_cards(kept, other, by=manager)
    assert not Follow.objects.filter(kind="card", key=str(other.pk)).exists()
    followers = Follow.objects.filter(kind="card", key=str(kept.pk)).values_list("user", flat=True)
    assert sorted(followers) == sorted([theirs.pk, both.pk, ours.pk, manager.pk])
    for user in (theirs, both, ours):
        assert told(user) == [ONE]
    assert told(manager) == []  # who did it
    merge_cards(kept, other, by=manager)
    assert told(both) == [ONE]
    client.force_login(theirs)
    page = client.get("/mon-espace/notifications").content.decode()
    assert kept.get_absolute_url() in page


def test_one_never_shown_is_merged_without_a_word(kept: Initiative, manager: Any) -> None:
    draft = InitiativeFactory(author=None)
    follower = UserFactory()
    FollowFactory(user=follower, kind="card", key=str(kept.pk))
    merge_cards(kept, draft, by=manager)
    assert told(follower) == []


def test_interests_go_along_each_once_and_the_team_is_told(
    kept: Initiative, other: Initiative, manager: Any
) -> None:
    alone, twice, called = UserFactory(), UserFactory(), UserFactory()
    FollowFactory(user=alone, kind="card", key=str(other.pk))
    be_interested(other, by=alone, message="Chez nous aussi.")
    for card in (kept, other):
        be_interested(card, by=twice, message=f"Dit de « {card.title} ».")
    be_interested(kept, by=called, message="Un premier mot.")
    in_contact = be_interested(other, by=called, message="Un second mot.")
    make_contact(in_contact, by=manager)
    Notification.objects.all().delete()

    merge_cards(kept, other, by=manager)
    open_now = Interest.objects.open_for(kept)
    assert {each.user for each in open_now} == {alone, twice, called}
    assert len(open_now) == 3
    assert open_now.get(user=called) == in_contact
    assert not Interest.objects.filter(card=other).exists()
    # Nothing of what was said is lost.
    said = set(Interest.objects.filter(card=kept, user=twice).values_list("message", flat=True))
    assert said == {"Dit de « La gardée ».", "Dit de « L’autre »."}
    facts = {fact.initiative_id: fact.value for fact in Fact.objects.filter(kind="interest")}
    assert facts == {kept.pk: {"open": 3}}
    for user in (alone, twice, called):
        assert merges_told(user) == 1
    assert kept.author is not None
    waiting = Notification.objects.filter(user=kept.author, announcement__verb="interest_received")
    assert waiting.count() == 1  # that of the person whom nobody has answered

    # Their introductions too: one for each person, the one that went furthest.
    rows = Introduction.objects.filter(card=kept).open()
    assert {row.adopter for row in rows} == {alone, twice, called}
    assert rows.get(adopter=called).state == Introduction.State.ACCEPTED
    assert all(row.interest is not None and row.interest.state != "closed" for row in rows)
    assert not Introduction.objects.filter(card=other).exists()


def test_proposals_to_organisations_go_on_as_far_as_they_are(
    kept: Initiative, other: Initiative, manager: Any
) -> None:
    both, one = town(), town()
    first = propose(kept, both)
    further = IntroductionFactory(
        card=other, side="holder", organisation=both, territory=both.territory, adopter=None,
        asked_by=manager, accepted=True,
    )  # fmt: skip
    alone = IntroductionFactory(
        card=other, side="holder", organisation=one, territory=one.territory, adopter=None,
        asked_by=manager,
    )  # fmt: skip
    merge_cards(kept, other, by=manager)
    for row, state in ((first, "withdrawn"), (further, "accepted"), (alone, "requested")):
        row.refresh_from_db()
        assert (row.card, row.state) == (kept, state)
    representative = one.memberships.get().user
    assert merges_told(representative) == 1


def test_a_team_in_touch_with_adopters_does_not_lose_them(kept: Initiative, manager: Any) -> None:
    author = UserFactory()
    other = InitiativeFactory(published=True, author=author)
    row = IntroductionFactory(card=other, accepted=True, answered_by=author)
    with pytest.raises(DomainError, match="en relation avec des repreneurs"):
        merge_cards(kept, other, by=manager)
    other.refresh_from_db()
    assert other.publication == "published"
    CoEditor.objects.create(card=kept, user=author, by=manager)
    merge_cards(kept, other, by=manager)
    row.refresh_from_db()
    assert row.card == kept


def test_what_a_team_noted_for_itself_does_not_go_to_another(
    kept: Initiative, manager: Any
) -> None:
    author, there = UserFactory(), town()
    other = InitiativeFactory(published=True, author=author)
    ended = IntroductionFactory(
        card=other, side="holder", organisation=there, territory=there.territory, adopter=None,
        asked_by=author, closed=True,
    )  # fmt: skip
    NoteFactory(introduction=ended, author=author)
    merge_cards(kept, other, by=manager)
    ended.refresh_from_db()
    assert ended.card == other
    seen = Introduction.objects.filter(pk=ended.pk)
    assert not seen.visible_to(kept.author).exists()  # type: ignore[attr-defined]
    assert seen.visible_to(author).exists()  # type: ignore[attr-defined]
    with pytest.raises(DomainError, match="lui en reparler"):  # of the same initiative
        propose(kept, there)


def test_who_wrote_in_one_that_is_open_is_not_left_out(kept: Initiative, manager: Any) -> None:
    author, coeditor = UserFactory(), UserFactory()
    other = InitiativeFactory(published=True, author=author)
    CoEditor.objects.create(card=other, user=coeditor, by=author)
    CoEditor.objects.create(card=kept, user=author, by=manager)
    row = IntroductionFactory(card=other, accepted=True, answered_by=author)
    NoteFactory(introduction=row, author=coeditor)
    with pytest.raises(DomainError, match="en relation avec des repreneurs"):
        merge_cards(kept, other, by=manager)
    CoEditor.objects.create(card=kept, user=coeditor, by=manager)
    merge_cards(kept, other, by=manager)
    row.refresh_from_db()
    assert row.card == kept


def test_questions_and_their_answers_are_read_on_the_one_that_stays(
    kept: Initiative, other: Initiative, manager: Any, client: Client
) -> None:
    asker = UserFactory()
    question = ask(other, "Combien d’agents faut-il ?", by=asker, key=uuid.uuid4())
    merge_cards(kept, other, by=manager)
    question.refresh_from_db()
    assert question.card == kept
    assert client.get(question.get_absolute_url()).status_code == 200
    assert merges_told(asker) == 1
    asked = Notification.objects.filter(user=kept.author, announcement__verb="question_asked")
    assert asked.count() == 1
    assert Question.objects.filter(card=other).count() == 0


def test_what_was_asked_in_private_of_another_holder_stays_with_its_team(
    kept: Initiative, other: Initiative, manager: Any, client: Client
) -> None:
    asker = UserFactory()
    private = ask(other, "Entre nous ?", by=asker, key=uuid.uuid4(), is_private=True)
    merge_cards(kept, other, by=manager)
    private.refresh_from_db()
    assert private.card == other
    assert not Question.objects.filter(pk=private.pk).visible_to(kept.author).exists()  # type: ignore[attr-defined]
    # Who asked goes on reading it, and is told.
    assert Question.objects.visible_to(asker).get() == private
    assert client.get(private.get_absolute_url()).status_code == 404
    client.force_login(asker)
    assert "Entre nous ?" in client.get(private.get_absolute_url()).content.decode()
    told_them = french(
        "La fiche « L’autre » est réunie avec une autre ; votre question privée reste"
    )
    assert [line for line in told(asker) if line.startswith(told_them)]
    assert merges_told(asker) == 0
    page = client.get("/mon-espace/notifications").content.decode()
    assert private.get_absolute_url() in page


def test_a_holder_who_makes_one_of_its_two_cards_keeps_what_was_asked_in_private(
    manager: Any,
) -> None:
    holder = OrganisationFactory()
    kept = InitiativeFactory(published=True, holder=holder, author=UserFactory())
    other = InitiativeFactory(published=True, holder=holder)
    private = ask(other, "Entre nous ?", by=UserFactory(), key=uuid.uuid4(), is_private=True)
    merge_cards(kept, other, by=manager)
    private.refresh_from_db()
    assert private.card == kept


def test_answers_kept_for_needs(kept: Initiative, other: Initiative, manager: Any) -> None:
    both, one = NeedFactory(), NeedFactory()
    for need, card in ((both, kept), (both, other), (one, other)):
        MatchFactory(need=need, initiative=card)
        DismissalFactory(need=need, object_id=card.pk)
    pool = DismissalFactory(need=one, kind="pool", object_id=other.pk)
    merge_cards(kept, other, by=manager)
    assert sorted(Match.objects.values_list("need", "initiative")) == sorted(
        [(both.pk, kept.pk), (one.pk, kept.pk)]
    )
    set_aside = Dismissal.objects.filter(kind="initiative").values_list("need", "object_id")
    assert sorted(set_aside) == sorted([(both.pk, kept.pk), (one.pk, kept.pk)])
    pool.refresh_from_db()
    assert pool.object_id == other.pk  # another thing of the same number


def test_where_else_it_is_named(kept: Initiative, other: Initiative, manager: Any) -> None:
    event, both, call = EventFactory(), EventFactory(), CallFactory()
    event.initiatives.add(other)
    both.initiatives.add(other, kept)
    call.initiatives.add(other)
    challenge = ChallengeFactory(initiative=other)
    asked = HelpRequestFactory(card=other)
    once, twice = SchemeFactory(), SchemeFactory()
    for card, scheme in ((other, once), (other, twice), (kept, twice)):
        SchemeUsed.objects.create(initiative=card, scheme=scheme)
    profile = PeerProfile.objects.create(user=UserFactory())
    profile.practices.add(other)
    merge_cards(kept, other, by=manager)
    for named in (event.initiatives, both.initiatives, call.initiatives, profile.practices):
        assert [card.pk for card in named.all()] == [kept.pk]
    used = SchemeUsed.objects.values_list("initiative", "scheme")
    assert sorted(used) == sorted([(kept.pk, once.pk), (kept.pk, twice.pk)])
    challenge.refresh_from_db()
    asked.refresh_from_db()
    assert (challenge.initiative, asked.card) == (kept, kept)


def test_what_resembled_the_other_is_compared_with_the_one_that_stays(
    kept: Initiative, other: Initiative, manager: Any
) -> None:
    third, apart = InitiativeFactory(published=True), InitiativeFactory(published=True)
    DuplicateFactory(first=kept, second=other)
    DuplicateFactory(first=other, second=third, score=0.8)
    DuplicateFactory(first=other, second=apart, state="distinct")
    merge_cards(kept, other, by=manager)
    pair = Duplicate.objects.waiting().get()
    assert {pair.first, pair.second} == {kept, third}
    assert pair.score == 0.8


def pointing() -> set[str]:
    """Every column of every app that names a card; history stays as it was written."""
    found = set()
    for relation in Initiative._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ManyToOneRel):
            model: Any = relation.related_model
            if not issubclass(model, HistoryEvent) and not model._meta.proxy:
                found.add(f"{model._meta.label}.{relation.field.name}")
    return found


# Moved by the receivers of their room, which make two of them one.
BY_THEIR_ROOM = {
    "contributions.Interest.card", "contributions.Question.card",
    "contributions.ModerationCase.card", "contributions.Proposal.card",
    "introductions.Introduction.card", "harvest.Item.card",
    "harvest.Duplicate.first", "harvest.Duplicate.second",
}  # fmt: skip
# Of the card itself: what it lacks was copied, who writes it and what was decided of it stay its own.
ITS_OWN = {
    *(f"initiatives.Initiative_{name}.initiative" for name in ("audiences", "territories", "themes")),
    *(f"initiatives.{name}.initiative" for name in (
        "Component", "EconomicLine", "Evidence", "Fact", "Material", "Partner", "PhaseChange",
        "Refusal", "RevisionNote", "Withdrawal",
    )),
    "initiatives.CardMerge.kept", "initiatives.CardMerge.other",
    "initiatives.CoEditor.card", "initiatives.CoEditorInvitation.card",
    "contributions.ModerationDecision.card", "insights.CardForecast.initiative",
}  # fmt: skip
# Files, measures and acts made of that very card: where a fact came of them, it is the one to keep.
ITS_LIFE = {
    "calls.Application.initiative", "dialogues.Proposal.initiative",
    "dossiers.Application.initiative", "evaluations.Evaluation.initiative",
    "evaluations.IndependentEvaluation.initiative", "evaluations.Survey.initiative",
    "funding.Pool.initiative", "innovators.Outcome.card", "kits.KitArchive.initiative",
    "kits.KitDownload.initiative", "kits.KitMaterial.initiative",
    "modelling.EconomicAssumptions.initiative", "modelling.ModelSheet.initiative",
    "modelling.Workshop.initiative", "peers.Item.initiative",
    "replications.AdviceTime.initiative", "replications.Generalisation.initiative",
    "replications.NeedEstimate.initiative", "replications.Replication.initiative",
    "scaling.Diagnosis.initiative", "scaling.ProfileSheet.initiative",
    "scaling.Strategy.initiative",
}  # fmt: skip


def test_every_column_that_names_a_card_is_known() -> None:
    """A new one stays on the card that is archived unless its author says otherwise, here and at
    start-up (``initiatives.carried``)."""
    moved = {f"{column.model._meta.label}.{column.name}" for column in carried.columns()}
    moved -= {"matching.Dismissal.object_id"}  # by its number alone
    assert moved | BY_THEIR_ROOM <= pointing()
    assert pointing() - moved - BY_THEIR_ROOM == ITS_OWN | ITS_LIFE
