"""The pages: what they cost, and what they say at each step."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from essaim.common.typography import french
from essaim.common.waiting import waiting_for
from essaim.peers.actions import invitations
from essaim.peers.models import CollegeKind, Reading, Seat
from tests.english import read_in_english, unmarked
from tests.initiatives.factories import InitiativeFactory
from tests.peers.factories import INNOVATORS, Cast, peer, submit
from tests.peers.pages import signed_in
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db


def cost(client, address):
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
    assert answer.status_code == 200
    return len(captured)


def same(costs):
    assert len(set(costs)) == 1, costs


class TestBudgets:
    def test_the_list_of_rounds(self):
        manager, costs = UserFactory(manager=True), []
        for more in (1, 2):
            for _n in range(more):
                Cast()
            costs.append(cost(signed_in(manager), "/gestion/lectures"))
        same(costs)

    def test_the_follow_up_the_plan_and_the_people(self):
        costs = []
        for size in (1, 3, 12):
            cast = Cast(innovators=size, users=1).reading()
            client, base = signed_in(cast.manager), f"/gestion/lectures/{cast.round.pk}"
            plan = cast.round.plans.get()
            costs.append(
                tuple(
                    cost(client, address)
                    for address in (
                        base, f"{base}/suivi", f"{base}/pairs", f"{base}/affectation/{plan.pk}",
                    )
                )
            )  # fmt: skip
        same(costs)

    def test_the_results_and_the_discussion(self):
        costs = []
        for size in (1, 3, 12):
            cast = Cast(innovators=size, users=1).discussing()
            client, base = signed_in(cast.manager), f"/gestion/lectures/{cast.round.pk}/resultats"
            reading = cast.readings[0]
            reader = signed_in(reading.seat.user)
            costs.append(
                (
                    cost(client, base),
                    cost(client, f"{base}/{cast.item.pk}"),
                    cost(reader, f"/lectures/{reading.pk}/discussion"),
                )
            )
        same(costs)

    def test_whom_to_invite(self):
        cast, costs = Cast().inviting(), []
        for more in (1, 2, 17):
            for _n in range(more):
                peer()
            costs.append(
                cost(signed_in(cast.manager), f"/gestion/lectures/{cast.round.pk}/pairs/inviter")
            )
        same(costs)

    def test_a_card_without_round_pays_one_query(self):
        from django.test import RequestFactory

        from essaim.peers.panels import proof

        request = RequestFactory().get("/")
        request.user = UserFactory()
        card = InitiativeFactory(published=True)
        with CaptureQueriesContext(connection) as captured:
            assert proof(request, card) is None
        assert len(captured) == 1


def test_a_readers_list_says_of_each_reading_which_round_it_is_of():
    cast = Cast(innovators=1, users=1).reading()
    reading = cast.readings[0]
    page = signed_in(reading.seat.user).get("/lectures").content.decode()
    named = f'<a href="{reading.seat.get_absolute_url()}" lang="fr">Lecture d’essai</a>'
    line = page[page.index(f'href="{reading.get_absolute_url()}"') :].partition("</li>")[0]
    assert named in line
    assert signed_in(reading.seat.user).get(reading.seat.get_absolute_url()).status_code == 200


def test_a_manager_goes_from_the_card_to_the_reading_by_its_pages():
    """The whole with forms alone: no action is called but through its page."""
    manager, card = UserFactory(manager=True), InitiativeFactory(published=True)
    client = signed_in(manager)
    assert "Faire lire par des pairs" in client.get(card.get_absolute_url()).content.decode()
    page = client.get("/gestion/lectures/nouvelle", {"fiche": card.slug})
    key = page.context["form"].initial["key"]
    data = {"key": str(key), "title": "Une lecture", "purpose": ""}
    made = client.post(f"/gestion/lectures/nouvelle?fiche={card.slug}", data)
    base = made["Location"]
    client.post(
        f"{base}/reglages",
        {
            "title": "Une lecture", "purpose": "", "reply_days": "10", "readers_hidden": "on",
            "answer_by": "2999-01-01T12:00", "read_by": "2999-02-01T12:00",
            "discuss_by": "2999-03-01T12:00",
        },
    )  # fmt: skip
    for kind in (CollegeKind.INNOVATORS, CollegeKind.USERS):
        page = client.get(f"{base}/colleges/{kind}")
        rubric = page.context["rubric"]
        data = {
            "size": "1", "per_item": "1", "max_load": "1", "min_load": "0",
            "rubric-TOTAL_FORMS": "1", "rubric-INITIAL_FORMS": "1",
            "rubric-0-title": rubric[0].initial["title"], "rubric-0-question": "Et alors ?",
            "rubric-0-weight": "2", "rubric-0-levels": "Non.\nOui.",
        }  # fmt: skip
        assert client.post(f"{base}/colleges/{kind}", data).status_code == 302
    assert client.post(f"{base}/etape/inviter").status_code == 302
    people = {kind: peer() for kind in (CollegeKind.INNOVATORS, CollegeKind.USERS)}
    for kind, person in people.items():
        client.post(f"{base}/pairs/inviter", {"college": kind, "peer": [person.pk]})
        seat = Seat.objects.get(user=person)
        own = signed_in(person)
        assert waiting_for(person)[0].url == f"/lectures/invitations/{seat.pk}"
        own.post(f"/lectures/invitations/{seat.pk}", {"accept": "1", "no_conflict": "on"})
    client.post(f"{base}/etape/affecter")
    weights = {"themes": "1", "text": "0", "profession": "1", "territory": "1", "fair": "on"}
    plan = client.post(f"{base}/affectation", weights)["Location"]
    assert "Qui lirait quoi" in client.get(plan).content.decode()
    client.post(f"{plan}/confirmation")
    assert Reading.objects.count() == 2
    for person in people.values():
        reading = Reading.objects.get(seat__user=person)
        data = {"version": "0", "comment": "Clair.", "submit": "1"}
        for criterion in reading.seat.college.criteria.all():
            data[f"level-{criterion.pk}"] = "2"
        assert signed_in(person).post(f"/lectures/{reading.pk}", data).status_code == 302
    client.post(f"{base}/etape/discuter")
    assert "100" in client.get(f"{base}/resultats").content.decode()
    assert "attachment" in client.get(f"{base}/resultats.xlsx")["Content-Disposition"]


def test_every_step_says_who_acts_and_by_when():
    cast = Cast()
    client = signed_in(cast.manager)
    seen = [client.get(cast.round.get_absolute_url()).content.decode()]
    cast = Cast().reading()
    seen.append(signed_in(cast.manager).get(cast.round.get_absolute_url()).content.decode())
    assert "Étape 1 sur 6" in seen[0] and "Étape 4 sur 6" in seen[1]
    assert all("Prochaine action" in page for page in seen)
    cast = Cast().concluded()
    page = signed_in(cast.manager).get(cast.round.get_absolute_url()).content.decode()
    assert "Plus rien n’est attendu" in page


def test_what_waits_for_each():
    cast = Cast().reading()
    reading = cast.readings[0]
    assert reading.get_absolute_url() in [w.url for w in waiting_for(reading.seat.user)]
    submit(reading)
    assert waiting_for(reading.seat.user) == []
    done = [w.title for w in waiting_for(cast.manager)]
    assert not any("toutes les lectures" in title for title in done), "another one is owed"
    for other in cast.readings[1:]:
        submit(other)
    told = {w.title: w.url for w in waiting_for(cast.manager)}
    address = told[french("Ouvrir la discussion : toutes les lectures sont rendues")]
    assert address == cast.round.get_absolute_url()
    cast = Cast().shared()
    assert f"/lectures/retours/{cast.item.pk}" in [w.url for w in waiting_for(cast.holder)]
    draft = Cast()
    assert draft.round.get_absolute_url() in [w.url for w in waiting_for(draft.manager)]


def test_the_card_shows_level_and_source_and_the_two_colleges_apart():
    cast = Cast().concluded()
    text = Client().get(cast.card.get_absolute_url()).content.decode()
    assert french("Source de preuve : les pairs.") in text
    assert "Niveau 2 sur 5" in text
    assert "Innovateurs" in text and "Utilisateurs potentiels" in text
    assert "Le coût suit." in text  # the holder's reply, since they wished so
    assert "sur 100" not in text


def test_a_manager_who_answers_for_the_card_leaves_the_round_to_another():
    manager = UserFactory(manager=True)
    card = InitiativeFactory(published=True, author=manager)
    client = signed_in(manager)
    key = client.get("/gestion/lectures/nouvelle").context["form"].initial["key"]
    answer = client.post(
        f"/gestion/lectures/nouvelle?fiche={card.slug}", {"key": str(key), "title": "La mienne"}
    )
    assert answer["Location"] == "/gestion/lectures"


def test_a_reader_leaves_and_the_manager_is_told():
    cast = Cast().reading()
    reading = cast.readings[0]
    client = signed_in(reading.seat.user)
    client.post(f"/lectures/invitations/{reading.seat_id}/retrait", {"reason": "Congé."})
    assert Reading.objects.get(pk=reading.pk).state == "declined"
    page = signed_in(cast.manager).get(f"/gestion/lectures/{cast.round.pk}/suivi")
    assert "1 lecture demandée n’a personne" in page.content.decode()
    assert invitations.items_without_conflict(reading.seat) == [cast.item]
    assert INNOVATORS


def test_a_reader_goes_from_one_reading_to_the_next_that_they_owe():
    cast = Cast(innovators=1, users=1, cards=3).reading()
    reader = Reading.objects.filter(seat__college__kind=INNOVATORS).first().seat.user
    mine = list(Reading.objects.of(reader).order_by("pk"))
    assert len(mine) == 3
    client = Client()
    client.force_login(reader, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(mine[0].get_absolute_url()).content.decode()
    assert "2 autres lectures vous restent à rendre" in page
    assert mine[1].get_absolute_url() in page
    for one in mine[1:]:
        submit(one)
    page = client.get(mine[0].get_absolute_url()).content.decode()
    assert "vous reste" not in page
    # What others owe is told to nobody but those who run the round.
    assert cast.round.items.count() == 3


def test_the_grid_of_a_reading_is_said_to_be_french_on_english_pages():
    """As who reads it, who runs it, and who reads what was said see it."""
    cast = Cast(innovators=2, users=1)
    college = cast.round.colleges.get(kind=INNOVATORS)
    cast.reading()
    criteria = list(college.criteria.all())
    typed = [each.title for each in criteria] + [each.question for each in criteria]
    typed += [level for each in criteria for level in each.levels]
    reading = next(each for each in cast.readings if each.seat.college_id == college.pk)
    base = f"/gestion/lectures/{cast.round.pk}"
    mine = read_in_english(reading.get_absolute_url(), reading.seat.user)
    assert all(each.title in mine for each in criteria) and unmarked(mine, typed) == []
    grid = read_in_english(f"{base}/colleges/{college.kind}", cast.manager)
    assert unmarked(grid, typed) == []
    submit(reading)
    once = read_in_english(reading.get_absolute_url(), reading.seat.user)
    assert criteria[0].title in once and unmarked(once, typed) == []
