"""Reports of abuse: one case for many, a decision with reasons, one appeal to another."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from essaim.common.errors import DomainError
from essaim.contributions.actions import moderation as actions
from essaim.contributions.actions.proposals import accept_proposal
from essaim.contributions.models import ModerationCase, ModerationDecision, Proposal, Question
from essaim.initiatives.models import Initiative
from tests.contributions.factories import AnswerFactory, CaseFactory, QuestionFactory, propose, told
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return UserFactory(manager=True, name="Claude")


def report(question: Question, by=None, **options):
    given = {"reason_code": "hateful", "text": "Lisez."} | options
    return actions.report("question", question, question.card, by=by or UserFactory(), **given)


def hide(case: ModerationCase, by, **options) -> ModerationCase:
    given = {"hide": True, "reason_code": "hateful", "reason": "Une injure."} | options
    return actions.decide(case, by=by, **given)


def test_several_reports_are_one_case_and_one_person_reports_once():
    question, member = QuestionFactory(), UserFactory()
    first = report(question, member)
    assert report(question, member) == first
    assert report(question).case == first.case
    with pytest.raises(DomainError, match="C’est vous"):
        report(question, question.author)


def test_hidden_nobody_reads_it_but_its_author_who_knows_why(manager, client):
    question = QuestionFactory(text="Une phrase injurieuse")
    case = report(question).case
    hide(case, manager)
    assert told(question.author) == [("content_hidden", True)]
    address = reverse("contributions:discussion", args=[question.card.slug])
    assert "injurieuse" not in client.get(address).content.decode()
    assert client.get(question.get_absolute_url()).status_code == 404
    client.force_login(question.author)
    assert "injurieuse" in client.get(question.get_absolute_url()).content.decode()
    page = client.get(reverse("contributions:moderated", args=[case.pk])).content.decode()
    assert "Une injure." in page
    assert manager.name not in page  # the platform decides, not a person to quarrel with


def test_one_appeal_decided_by_another(manager):
    question = QuestionFactory()
    case = hide(report(question).case, manager)
    actions.appeal(case, "C’était une citation.")
    with pytest.raises(DomainError, match="autre personne"):
        actions.decide_appeal(case, by=manager, restore=True, answer="Non.")
    actions.decide_appeal(
        case, by=UserFactory(administrator=True), restore=True, answer="En effet."
    )
    question.refresh_from_db()
    assert question.hidden_at is None
    assert told(question.author)[-1] == ("content_restored", True)
    with pytest.raises(DomainError, match="qu’un"):
        actions.appeal(case, "Encore.")
    outcomes = list(ModerationDecision.objects.order_by("pk").values_list("outcome", flat=True))
    assert outcomes == ["hidden", "restored"]


def test_the_database_refuses_the_same_judge_twice(manager):
    case = hide(report(QuestionFactory()).case, manager)
    actions.appeal(case, "Pourquoi ?")
    with pytest.raises(IntegrityError), transaction.atomic():
        ModerationCase.objects.filter(pk=case.pk).update(appeal_decided_by=manager)


def test_dismissed_it_stays_and_may_be_reported_anew(manager):
    question = QuestionFactory()
    case = hide(report(question).case, manager, hide=False, reason="Rien d’injurieux.")
    question.refresh_from_db()
    assert (case.state, question.hidden_at) == ("dismissed", None)
    assert report(question).case != case
    with pytest.raises(DomainError, match="classé"):
        hide(case, manager)


def test_a_decision_has_reasons_and_its_ledger_does_not_change(manager):
    case = report(QuestionFactory()).case
    with pytest.raises(DomainError, match="raisons"):
        hide(case, manager, reason=" ")
    hide(case, manager)
    decision = ModerationDecision.objects.get()
    assert (decision.by, decision.reason_code) == (manager, "hateful")
    for attack in (
        lambda: ModerationDecision.objects.update(outcome="dismissed"),
        lambda: ModerationDecision.objects.filter(pk=decision.pk)._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            attack()
    # The words of it can go; the decision stays.
    ModerationCase.objects.update(reason="")
    assert ModerationDecision.objects.get() == decision


def test_a_hidden_card_is_archived_and_comes_back(manager):
    card = InitiativeFactory(published=True, author=UserFactory())
    case = actions.report("card", card, card, by=UserFactory(), reason_code="false").case
    hide(case, manager, reason_code="false")
    assert Initiative.objects.get(pk=card.pk).publication == "archived"
    actions.appeal(case, "Les chiffres sont justes.")
    actions.decide_appeal(case, by=UserFactory(manager=True), restore=True, answer="Vérifié.")
    assert Initiative.objects.get(pk=card.pk).publication == "published"


def test_a_hidden_proposal_gives_no_credit(manager):
    card = InitiativeFactory(published=True, author=UserFactory())
    proposal = propose(card, need="Un autre besoin.")
    accept_proposal(proposal, by=card.author)
    case = actions.report("proposal", proposal, card, by=card.author, reason_code="rights").case
    hide(case, manager)
    assert not Proposal.objects.credited().exists()
    assert proposal not in Proposal.objects.visible_to(card.author)
    assert proposal in Proposal.objects.visible_to(proposal.author)


def test_nobody_judges_their_own_words(client):
    manager = UserFactory(manager=True)
    question = QuestionFactory(author=manager)
    case = report(question).case
    client.force_login(manager)
    address = reverse("contributions:case", args=[case.pk])
    data = {"decision": "dismiss", "reason_code": "other", "reason": "Tout va bien."}
    assert client.post(address, data).status_code == 403


def test_from_the_link_to_the_appeal_in_the_pages(manager, client):
    said = AnswerFactory(text="Une publicité")
    card = said.question.card
    client.force_login(UserFactory())
    address = reverse("contributions:report", args=[card.slug, "answer", said.pk])
    assert "Une publicité" in client.get(address).content.decode()
    assert client.post(address, {"reason_code": "advertising"}).status_code == 302
    case = ModerationCase.objects.get()
    client.force_login(manager)
    assert "Réponse" in client.get(reverse("contributions:cases")).content.decode()
    data = {"decision": "hide", "reason_code": "advertising", "reason": "Hors sujet."}
    assert client.post(reverse("contributions:case", args=[case.pk]), data).status_code == 302
    client.force_login(said.author)
    address = reverse("contributions:moderated", args=[case.pk])
    assert client.post(address, {"text": "C’est un exemple."}).status_code == 302
    client.force_login(manager)
    answer = {"decision": "restore", "answer": "Soit."}
    appeal = reverse("contributions:decide_appeal", args=[case.pk])
    assert client.post(appeal, answer).status_code == 403
    client.force_login(UserFactory(manager=True))
    assert client.post(appeal, answer).status_code == 302
    case.refresh_from_db()
    said.refresh_from_db()
    assert (case.state, said.hidden_at) == ("restored", None)


@pytest.mark.parametrize("rows", [1, 3, 50])
def test_the_list_asks_as_much_whatever_the_number(
    manager, client, rows, django_assert_max_num_queries
):
    CaseFactory.create_batch(rows)
    client.force_login(manager)
    with django_assert_max_num_queries(5):
        client.get(reverse("contributions:cases"))


def test_a_manager_does_not_learn_who_complained_of_them(client):
    question = QuestionFactory(author=UserFactory(manager=True))
    complaint = report(question, by=UserFactory(name="Alix Plaignant"))
    address = reverse("contributions:case", args=[complaint.case.pk])
    client.force_login(question.author)
    assert "Alix Plaignant" not in client.get(address).content.decode()
    own = reverse("contributions:moderated", args=[complaint.case.pk])
    assert client.get(own).status_code == 404  # nothing is decided yet
    client.force_login(UserFactory(manager=True))
    assert "Alix Plaignant" in client.get(address).content.decode()


def test_what_was_examined_is_not_reported_again_by_the_same_person(manager):
    question, insistent = QuestionFactory(), UserFactory()
    case = report(question, by=insistent).case
    actions.decide(case, by=manager, hide=False, reason_code="other", reason="Rien à redire.")
    with pytest.raises(DomainError, match="déjà signalé"):
        report(question, by=insistent)
    assert report(question, by=UserFactory()).case != case
