"""From a question to a plan with dates: who is found, who is never proposed, who answers."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from essaim.common.errors import DomainError
from essaim.common.waiting import waiting_for
from essaim.sponsorship import rules
from essaim.sponsorship.actions import advice, requests
from essaim.sponsorship.attestation import attestation_pdf, given_by, time_text
from essaim.sponsorship.matching import candidates
from essaim.sponsorship.models import HelpRequest, Proposal, Sponsor
from tests.dates import in_days, today
from tests.needs.factories import NeedFactory
from tests.people.factories import UserFactory
from tests.sponsorship.factories import (
    QUESTION,
    AdviceFactory,
    HelpRequestFactory,
    SponsorFactory,
    ask,
)
from tests.territories.factories import TerritoryFactory
from tests.themes.factories import ThemeFactory

pytestmark = pytest.mark.django_db


# --- who is found -----------------------------------------------------------------------------
def test_the_best_fit_comes_first_with_its_reasons() -> None:
    department = TerritoryFactory(kind="department", code="98")
    place = TerritoryFactory(inside=[department])
    theme = ThemeFactory()
    SponsorFactory(territory=department)
    expert = SponsorFactory(territory=department)
    expert.themes.add(theme)
    SponsorFactory()  # knows the procedures of somewhere else
    request = ask(territory=place, theme=theme)
    assert request.sponsor == expert
    proposals = list(request.proposals.all())
    assert [each.state for each in proposals] == ["asked", "proposed"]
    assert proposals[0].reason_texts == [
        "connaît ce territoire", "connaît ce que vous demandez", "connaît ce thème",
    ]  # fmt: skip


def test_at_most_three_are_proposed() -> None:
    SponsorFactory.create_batch(6)
    assert ask().proposals.count() == 3


def test_among_equals_the_least_loaded_then_who_waited_longest() -> None:
    first, second, third = SponsorFactory.create_batch(3)
    asked = [ask().sponsor for _n in range(6)]
    assert set(asked[:3]) == {first, second, third}
    assert set(asked[3:]) == {first, second, third}
    for request in HelpRequest.objects.all():
        requests.withdraw(request, by=request.asker)
    assert ask().sponsor == asked[3], "the one asked longest ago"


@pytest.mark.parametrize(
    "fields",
    [
        {"away_from": in_days()},
        {"away_from": in_days(-2), "away_until": in_days()},
        {"ends_on": in_days(-1)},
        {"starts_on": in_days(1)},
        {"agreement": "asked"},
        {"agreement": "declined"},
        {"is_listed": False},
        {"user__is_active": False},
        {"languages": ["en"]},
        {"knowledge": ["law"]},
    ],
)
def test_some_are_never_proposed(fields: dict[str, Any]) -> None:
    SponsorFactory(**fields)
    request = ask()
    assert request.sponsor is None and request.state == "waiting"
    assert list(HelpRequest.objects.without_sponsor()) == [request]


def test_leave_that_ended_and_leave_to_come_do_not_count() -> None:
    back = SponsorFactory(away_from=today(-9), away_until=today(-1))
    assert ask().sponsor == back


def test_a_full_sponsor_is_not_proposed_and_nobody_is_their_own() -> None:
    full = SponsorFactory(capacity=1)
    assert ask().sponsor == full
    assert ask().sponsor is None
    alone = SponsorFactory()
    assert ask(by=alone.user).sponsor != alone


def test_finding_costs_the_same_whatever_their_number() -> None:
    request = HelpRequestFactory(knowledge="procedures", territory=TerritoryFactory())
    counts = set()
    for total in (1, 3, 50):
        SponsorFactory.create_batch(total - Sponsor.objects.count(), territory=request.territory)
        with CaptureQueriesContext(connection) as asked:
            candidates(request)
        counts.add(len(asked))
    assert len(counts) == 1


# --- the life of a request --------------------------------------------------------------------
def test_from_the_question_to_a_plan_with_dates(client: Client) -> None:
    sponsor = SponsorFactory()
    request = ask()
    claire, agent = request.asker, sponsor.user
    assert [each.title for each in waiting_for(agent)] == ["Prendre en charge une demande d’aide"]
    requests.take_up(request, by=agent)
    requests.take_up(request, by=agent)
    advice.advise(
        request, by=agent, contact="Le service des salles", procedure="Une convention",
        minutes=90, shared_title="Salles", shared="Appeler tôt : 04 76 00 00 00",
    )  # fmt: skip
    step = advice.add_step(request, by=agent, title="Écrire au service", due_on=today(10))
    waits = waiting_for(claire)
    assert "Écrire au service" in [each.title for each in waits]
    assert "Dire ce qu’il en a été d’un conseil" in [each.title for each in waits]
    client.force_login(claire)
    page = client.get(request.get_absolute_url()).content.decode()
    assert "Le service des salles" in page and "Écrire au service" in page
    lessons = client.get(reverse("sponsorship:lessons")).content.decode()
    assert "Appeler tôt" in lessons and "04 76" not in lessons and QUESTION not in lessons
    advice.tick_step(step, by=claire)
    requests.end(request, "helped", by=claire, note="Merci !")
    request.refresh_from_db()
    assert (request.state, request.minutes) == ("helped", 90)
    assert not waiting_for(agent) and not waiting_for(claire)
    given = given_by(sponsor)
    assert (given.taken, given.helped, time_text(given.minutes)) == (1, 1, "1 heure 30")
    assert attestation_pdf(sponsor).startswith(b"%PDF")


def test_without_an_answer_it_goes_to_the_next_then_to_coordinators() -> None:
    first, second = SponsorFactory.create_batch(2)
    request = ask()
    HelpRequest.objects.update(due_on=today(-1))
    assert requests.pass_on_silent() == 1
    request.refresh_from_db()
    assert request.sponsor != first or request.sponsor == second
    assert request.due_on and request.due_on > today()
    HelpRequest.objects.update(due_on=today(-1))
    requests.pass_on_silent()
    request.refresh_from_db()
    assert request.sponsor is None and request.due_on is None
    assert set(request.proposals.values_list("state", flat=True)) == {"silent"}
    manager = UserFactory(manager=True)
    assert any("Trouver un parrain" in each.title for each in waiting_for(manager))
    newcomer = SponsorFactory()
    assert requests.look_again_for_all() == 1
    request.refresh_from_db()
    assert request.sponsor == newcomer


def test_not_for_me_passes_it_on_before_or_after_it_was_taken_up() -> None:
    SponsorFactory.create_batch(3)
    request = ask()
    first = request.sponsor
    requests.decline(request, by=first.user)
    request.refresh_from_db()
    second = request.sponsor
    requests.take_up(request, by=second.user)
    requests.decline(request, by=second.user)
    request.refresh_from_db()
    assert request.state == "waiting" and request.sponsor not in {first, second}
    with pytest.raises(DomainError):
        requests.take_up(request, by=first.user)
    assert not rules.can_view_request(first.user, request)


def test_the_asker_may_prefer_another_of_the_three() -> None:
    SponsorFactory.create_batch(3)
    request = ask()
    other = request.proposals.filter(state="proposed").first()
    requests.put_to_another(request, other, by=request.asker)
    request.refresh_from_db()
    assert request.sponsor == other.sponsor
    Sponsor.objects.update(away_from=today())
    last = request.proposals.filter(state="proposed").first()
    with pytest.raises(DomainError, match="plus disponible"):
        requests.put_to_another(request, last, by=request.asker)


def test_a_coordinator_reassigns_to_whoever_has_room() -> None:
    taken = SponsorFactory(capacity=1)
    request = ask()
    requests.take_up(request, by=taken.user)
    free, full = SponsorFactory(knowledge=["law"]), SponsorFactory(capacity=1, knowledge=["law"])
    HelpRequestFactory(put_to=full)
    manager = UserFactory(manager=True)
    with pytest.raises(DomainError, match="complet"):
        requests.reassign(request, full, by=manager)
    requests.reassign(request, free, by=manager)
    request.refresh_from_db()
    assert (request.state, request.sponsor) == ("waiting", free)
    assert ask().sponsor == taken, "their room is free again"


def test_once_advice_is_given_the_request_changes_hands_no_more() -> None:
    sponsor, free = SponsorFactory.create_batch(2)
    request = HelpRequestFactory(put_to=sponsor, taken=True)
    AdviceFactory(request=request)
    with pytest.raises(DomainError, match="conseil est déjà donné"):
        requests.decline(request, by=sponsor.user)
    with pytest.raises(DomainError, match="conseil est déjà donné"):
        requests.reassign(request, free, by=UserFactory(manager=True))
    request.refresh_from_db()
    assert (request.state, request.sponsor) == ("taken_up", sponsor)


@pytest.mark.parametrize("outcome", ["helped", "helped_in_part", "not_reachable", "not_for_me"])
def test_every_outcome_frees_the_sponsor_and_is_said_once(outcome: str) -> None:
    request = HelpRequestFactory(put_to=SponsorFactory(capacity=1), taken=True)
    requests.end(request, outcome, by=request.asker)
    requests.end(request, outcome, by=request.asker)
    request.refresh_from_db()
    assert request.state == outcome and request.ended_on
    assert Sponsor.objects.with_room().count() == 1
    with pytest.raises(DomainError, match="Entre-temps, l’état est devenu"):
        requests.withdraw(request, by=request.asker)


def test_a_request_withdrawn_while_it_is_read() -> None:
    sponsor = SponsorFactory()
    request = HelpRequestFactory(put_to=sponsor)
    requests.withdraw(request, by=request.asker)
    with pytest.raises(DomainError):
        requests.take_up(request, by=sponsor.user)
    with pytest.raises(DomainError):
        advice.advise(request, by=sponsor.user, contact="x", procedure="", minutes=0)


def test_the_database_refuses_what_no_action_does() -> None:
    request = HelpRequestFactory(put_to=SponsorFactory())
    for wrong in ({"state": "lost"}, {"state": "taken_up"}, {"state": "helped"}):
        with pytest.raises(Exception, match="helprequest"), transaction.atomic():
            HelpRequest.objects.filter(pk=request.pk).update(**wrong)
    with pytest.raises(Exception, match="proposal_one_current"), transaction.atomic():
        Proposal.objects.create(
            request=request, sponsor=SponsorFactory(), rank=2, fit=1, load=0, state="asked"
        )


def test_the_same_form_sent_twice_asks_once_and_floods_are_refused() -> None:
    claire = UserFactory()
    number = uuid.UUID("0c9f0a1e-6d0f-4e1f-9a58-3a6d6ad1f001")
    assert ask(by=claire, submission=number) == ask(by=claire, submission=number)
    for n in range(4):
        ask(by=claire, question=f"{QUESTION} {n}")
    with pytest.raises(DomainError, match="en cours"):
        ask(by=claire)
    with pytest.raises(DomainError, match="une phrase"):
        ask(question="aide")


def test_what_a_need_masks_is_masked_in_the_request_made_from_it() -> None:
    need = NeedFactory(text="Une salle le soir, appeler le 06 12 34 56 78", public=True)
    client = Client()
    client.force_login(UserFactory(), backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(f"/parrains/demander?need={need.pk}").content.decode()
    assert "Une salle le soir" in page and "06 12 34" not in page
    client.force_login(need.author, backend="django.contrib.auth.backends.ModelBackend")
    assert "06 12 34" in client.get(f"/parrains/demander?need={need.pk}").content.decode()
    hidden = NeedFactory(text="Le secret de la vallée", private=True)
    assert "vallée" not in client.get(f"/parrains/demander?need={hidden.pk}").content.decode()
