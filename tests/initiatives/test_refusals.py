"""A card refused for stated reasons, contested once, decided by someone else."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from essaim.common.errors import DomainError
from essaim.common.waiting import waiting_for
from essaim.following.actions.mailing import mail_what_waits
from essaim.following.models import Notification
from essaim.following.reading import lines
from essaim.initiatives import rules
from essaim.initiatives.actions.publication import publish_card, send_back
from essaim.initiatives.actions.refusals import appeal_refusal, decide_appeal, refuse_card
from essaim.initiatives.keeping import cards_of
from essaim.initiatives.models import Initiative, InitiativeEvent, Refusal
from tests.following.factories import told_at_once
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
REASON = "C’est une publicité pour un produit."


@pytest.fixture
def card() -> Initiative:
    return InitiativeFactory(submitted=True, rich=True)


def enter(client: Client, user: object) -> None:
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")  # type: ignore[arg-type]


def test_refused_contested_published(card):
    first, second = UserFactory(manager=True), UserFactory(manager=True)
    later = timezone.now() + dt.timedelta(minutes=2)
    told_at_once(card.author)
    card = refuse_card(card, REASON, by=first)
    assert card.publication == "refused"
    assert mail_what_waits(later) == 1
    assert mail.outbox[-1].to == [card.author.email] and REASON in mail.outbox[-1].body
    with pytest.raises(DomainError):
        publish_card(card, by=first)
    card = appeal_refusal(card, "C’est une association.", by=card.author)
    assert card.publication == "appealed"
    assert not rules.can_decide_appeal(first, card) and rules.can_decide_appeal(second, card)
    card = decide_appeal(card, "overturned", "En effet.", by=second)
    assert (card.publication, card.published_at is not None) == ("published", True)
    assert mail_what_waits(later) == 1
    assert "En effet." in mail.outbox[-1].body
    refusal = Refusal.objects.current(card)
    assert (refusal.outcome, refusal.decided_by) == ("overturned", second)


def test_a_colleague_who_contests_is_told_with_the_author(card):
    colleague = MembershipFactory(organisation=card.holder).user
    refuse_card(card, REASON, by=UserFactory(manager=True))
    appeal_refusal(card, "C’est notre fiche à tous.", by=colleague)
    assert Refusal.objects.current(card).appealed_by == colleague
    decide_appeal(card, "upheld", "Si.", by=UserFactory(manager=True))
    told = Notification.objects.filter(announcement__verb="card_appeal_decided")
    assert {n.user for n in told} == {card.author, colleague}
    (line,) = lines(list(told.filter(user=colleague)), colleague)
    assert "a reçu une décision" in line.text and line.url == card.get_absolute_url()
    assert cards_of(colleague)["appeals"][0]["appeal"] == "C’est notre fiche à tous."


def test_an_author_who_contests_is_told_once(card):
    refuse_card(card, REASON, by=UserFactory(manager=True))
    appeal_refusal(card, "Non.", by=card.author)
    decide_appeal(card, "upheld", "Si.", by=UserFactory(manager=True))
    told = Notification.objects.filter(announcement__verb="card_appeal_decided")
    assert [n.user for n in told] == [card.author]


def test_a_refusal_upheld_is_final(card):
    first, second = UserFactory(manager=True), UserFactory(manager=True)
    refuse_card(card, REASON, by=first)
    appeal_refusal(card, "Non.", by=card.author)
    card = decide_appeal(card, "upheld", "Si.", by=second)
    assert card.publication == "refused"
    with pytest.raises(DomainError, match="définitive"):
        appeal_refusal(card, "Encore non.", by=card.author)


def test_sent_back_after_an_appeal_and_never_refused_again_once_lifted(card):
    first, second = UserFactory(manager=True), UserFactory(manager=True)
    refuse_card(card, REASON, by=first)
    appeal_refusal(card, "Non.", by=card.author)
    card = decide_appeal(card, "returned", "Ajoutez vos statuts.", by=second)
    assert (card.publication, card.return_reason) == ("returned", "Ajoutez vos statuts.")


@pytest.mark.parametrize("words", ["", "   "])
def test_no_refusal_nor_appeal_without_words(card, words):
    manager = UserFactory(manager=True)
    with pytest.raises(DomainError):
        refuse_card(card, words, by=manager)
    refuse_card(card, REASON, by=manager)
    with pytest.raises(DomainError):
        appeal_refusal(card, words, by=card.author)
    appeal_refusal(card, "Non.", by=card.author)
    with pytest.raises(DomainError):
        decide_appeal(card, "upheld", words, by=UserFactory(manager=True))
    with pytest.raises(DomainError):
        decide_appeal(card, "burnt", "Si.", by=UserFactory(manager=True))


def test_history_keeps_the_acts_never_the_words(card):
    refuse_card(card, REASON, by=UserFactory(manager=True))
    assert not [e for e in InitiativeEvent.objects.values() if REASON in str(e)]
    assert InitiativeEvent.objects.latest("pgh_id").pgh_context["action"] == "refuse"


def test_the_second_manager_is_told_what_the_first_decided(card):
    refuse_card(card, REASON, by=UserFactory(manager=True))
    with pytest.raises(DomainError, match="refusée"):
        send_back(card, "Précisez.", by=UserFactory(manager=True))


def test_from_page_to_page(client, card):
    first, second = UserFactory(manager=True), UserFactory(manager=True)
    enter(client, first)
    assert client.post(reverse("initiatives:refuse", args=[card.slug])).status_code == 422
    client.post(reverse("initiatives:refuse", args=[card.slug]), {"reason": REASON})
    enter(client, card.author)
    page = client.get(card.get_absolute_url()).text
    assert REASON in page and reverse("initiatives:appeal", args=[card.slug]) in page
    client.post(reverse("initiatives:appeal", args=[card.slug]), {"appeal": "Lisez mieux."})
    enter(client, first)
    decide = reverse("initiatives:decide_appeal", args=[card.slug])
    assert decide not in client.get(card.get_absolute_url()).text
    assert client.get(decide).status_code == 403
    enter(client, second)
    assert "Lisez mieux." in client.get(decide).text
    client.post(decide, {"outcome": "overturned", "decision": "Lu."})
    client.logout()
    assert client.get(card.get_absolute_url()).status_code == 200


def test_an_appeal_waits_for_those_who_may_decide_it(card):
    first, second = UserFactory(manager=True), UserFactory(manager=True)
    refuse_card(card, REASON, by=first)
    card = appeal_refusal(card, "Non.", by=card.author)
    address = reverse("initiatives:decide_appeal", args=[card.slug])
    assert address in [each.url for each in waiting_for(second)]
    assert waiting_for(first) == [] and waiting_for(card.author) == []
    card.author.is_manager = True
    card.author.save()
    for each in (first, second, card.author):
        listed = card in Initiative.objects.decidable_by(each)
        assert listed == rules.can_decide_appeal(each, card), "nobody judges their own card"
    decide_appeal(card, "upheld", "Si.", by=second)
    assert waiting_for(second) == []


def test_a_role_lost_while_writing_loses_no_word(client, card):
    manager = UserFactory(manager=True)
    enter(client, manager)
    manager.is_manager = False
    manager.save()
    address = reverse("initiatives:refuse", args=[card.slug])
    for publication in ("submitted", "published"):
        Initiative.objects.update(publication=publication, published_at=timezone.now())
        answer = client.post(address, {"reason": "Des <b>raisons</b> bien pesées."})
        assert answer.status_code in {403, 404}
        assert "Des &lt;b&gt;raisons&lt;/b&gt; bien pesées." in answer.text
    assert "bien pesées" not in client.post("/nulle-part", {"reason": "bien pesées"}).text
