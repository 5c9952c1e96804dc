"""Users say what the action does to them: by a link, on paper, without a name."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from essaim.common.errors import DomainError
from essaim.common.typography import french
from essaim.evaluations import rules, stuffing
from essaim.evaluations.actions import surveys
from essaim.evaluations.models import Response, Survey
from essaim.evaluations.voice_results import results_of
from essaim.initiatives.models import Fact
from tests.dossiers.helpers import signed_in
from tests.evaluations.voice import (
    answered,
    card_of_a_team,
    closed,
    concluded,
    opened,
    prepared,
    survey_data,
)
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _forget_counts():
    cache.clear()


def reply(client: Client, survey: Survey, **values: Any) -> Any:
    """Fill in the public page as it is shown."""
    page = client.get(survey.answer_path + "?autre").content.decode()
    submission = re.search(r'name="submission" value="([^"]+)"', page)[1]
    given = {q.name: values.get(f"q{q.position}", "") for q in survey.questions.all()}
    return client.post(survey.answer_path, {"submission": submission, **given})


def test_a_survey_starts_from_questions_and_a_guide():
    survey = prepared()
    assert survey.questions.count() == 6
    assert "Qu’est-ce qui a changé" in survey.guide
    assert not survey.is_answerable


def test_one_answers_without_an_account_and_nothing_says_who():
    survey = opened()
    visitor = Client(REMOTE_ADDR="203.0.113.7")
    page = visitor.get(survey.answer_path)
    assert page["X-Robots-Tag"] == "noindex"
    sent = reply(visitor, survey, q1="5", q3="yes", q4="Je chauffe mieux.")
    assert sent.status_code == 302
    assert "enregistrées" in visitor.get(sent["Location"]).content.decode()
    row = Response.objects.get()
    first = survey.questions.get(position=1)
    assert row.answers[first.name] == "5"
    assert row.on == timezone.localdate()
    assert {f.name for f in Response._meta.get_fields()} == {
        "id", "survey", "submission", "on", "channel", "answers",
    }  # fmt: skip
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key, value FROM essaim_cache")
        assert "203.0.113.7" not in str(cursor.fetchall())


def test_an_empty_answer_and_an_answer_that_was_not_proposed_are_refused():
    survey = opened()
    assert reply(Client(), survey).status_code == 422
    assert reply(Client(), survey, q1="9").status_code == 422
    assert not Response.objects.exists()


def test_sent_twice_it_is_kept_once():
    survey = opened()
    first = survey.questions.first().name
    data = {"submission": str(uuid.uuid4()), first: "3"}
    assert Client().post(survey.answer_path, data).status_code == 302
    assert Client().post(survey.answer_path, data).status_code == 302
    assert Response.objects.count() == 1


def test_answers_by_the_hundred_from_one_place_are_stopped(monkeypatch):
    monkeypatch.setattr(stuffing, "FROM_ONE_ADDRESS", 3)
    survey = opened()
    flood = Client(REMOTE_ADDR="203.0.113.9")
    for _ in range(3):
        assert reply(flood, survey, q1="1").status_code == 302
    refused = reply(flood, survey, q1="1")
    assert refused.status_code == 422
    assert "réessayez dans une heure" in refused.content.decode()
    assert reply(Client(REMOTE_ADDR="203.0.113.10"), survey, q1="5").status_code == 302
    assert Response.objects.count() == 4


def test_behind_the_operators_proxy_each_person_is_counted_apart(monkeypatch, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    monkeypatch.setattr(stuffing, "FROM_ONE_ADDRESS", 1)
    survey = opened()
    for n in range(3):
        client = Client(REMOTE_ADDR="10.0.0.1", headers={"x-forwarded-for": f"203.0.113.{n}"})
        assert reply(client, survey, q1="1").status_code == 302
    again = Client(REMOTE_ADDR="10.0.0.1", headers={"x-forwarded-for": "203.0.113.0"})
    assert reply(again, survey, q1="1").status_code == 422


def test_the_same_device_is_told_and_another_person_may_still_answer():
    survey = opened()
    shared = Client()
    reply(shared, survey, q1="5")
    assert "déjà répondu" in shared.get(survey.answer_path).content.decode()
    assert reply(shared, survey, q1="2").status_code == 302


def test_after_the_last_day_the_link_is_closed_and_paper_still_typed_in():
    survey = opened()
    Survey.objects.filter(pk=survey.pk).update(
        closes_on=timezone.localdate() - dt.timedelta(days=1)
    )
    assert Client().get(survey.answer_path).status_code == 410
    first = survey.questions.first().name
    with pytest.raises(DomainError):
        surveys.answer(survey, submission=uuid.uuid4(), channel="link", answers={first: "1"})
    surveys.answer(survey, submission=uuid.uuid4(), channel="paper", answers={first: "1"})
    surveys.close(survey)
    with pytest.raises(DomainError):
        surveys.answer(survey, submission=uuid.uuid4(), channel="paper", answers={first: "1"})


def test_a_link_made_anew_forgets_the_old_one():
    survey = opened()
    old = survey.answer_path
    surveys.renew_link(survey)
    survey.refresh_from_db()
    assert Client().get(old).status_code == 404
    assert Client().get(survey.answer_path).status_code == 200


def test_the_link_of_a_draft_or_of_an_abandoned_survey_leads_nowhere():
    survey = prepared()
    assert Client().get(survey.answer_path).status_code == 404
    surveys.abandon(survey)
    assert Client().get(survey.answer_path).status_code == 404


def test_results_show_numbers_intervals_and_limits():
    survey = opened()
    answered(survey, 6, q3="yes")
    answered(survey, 2, q3="no", channel="paper")
    results = results_of(surveys.close(survey), whole=True)
    assert (results.answers, results.rate, results.enough) == (8, 20, True)
    told = results.questions[2]
    yes, no = told.lines
    assert (yes.count, no.count, told.n) == (6, 2, 8)
    assert yes.share == 75
    # Wilson's interval for 6 of 8.
    assert (round(yes.low, 1), round(yes.high, 1)) == (40.9, 92.9)
    text = " ".join(results.limits)
    assert "ne mesurent pas un effet" in text
    assert french("20 %") in text
    assert "8 réponses seulement" in text


def test_below_the_minimum_nothing_is_shown_nor_kept():
    survey = closed(answers=4)
    results = results_of(survey, whole=True)
    assert (results.enough, results.questions) == (False, [])
    assert survey.counts["questions"] == {}
    page = signed_in(survey.initiative.author).get(survey.get_absolute_url()).content.decode()
    assert "on pourrait deviner" in page
    assert "Cela m’a aidé." not in page


def test_a_question_that_few_answered_shows_nothing():
    survey = opened()
    answered(survey, 6, q5="")
    answered(survey, 2)
    results = results_of(surveys.close(survey), whole=True)
    assert results.questions[4].hidden
    assert not results.questions[0].hidden


def test_while_answers_enter_their_number_alone_is_shown():
    survey = answered(opened(), 9)
    results = results_of(survey, whole=True)
    assert (results.answers, results.enough) == (9, False)


def test_a_concluded_survey_is_a_source_of_proof_of_level_one_at_most():
    survey = concluded()
    card = survey.initiative
    card.refresh_from_db()
    assert (survey.level, card.proof_level, card.phase) == (1, 1, "validate")
    page = Client().get(reverse("evaluations:proof", args=[card.slug])).content.decode()
    assert "L’accueil compte." in page
    assert french("30 % des personnes interrogées") in page
    detail = Client().get(survey.get_absolute_url()).content.decode()
    assert "ne mesurent pas un effet" in detail
    assert "Cela m’a aidé." not in detail
    surveys.withdraw(survey, by=card.author, reason="Des réponses avaient été inventées.")
    card.refresh_from_db()
    assert card.proof_level == 0
    assert not Response.objects.exists()
    assert "avaient été inventées" in Client().get(survey.get_absolute_url()).content.decode()


def test_too_few_answers_and_no_interview_establish_no_level():
    survey = concluded(answers=3)
    assert survey.level is None
    assert Fact.objects.get().value["level"] is None


def test_one_concludes_with_limits():
    survey = closed()
    with pytest.raises(DomainError) as refused:
        surveys.conclude(survey, by=None, interviews=0, heard="Bien.", limits=" ")
    assert refused.value.field == "limits"


def test_questions_change_until_the_survey_opens():
    survey = prepared()
    surveys.write_questions(
        survey,
        [{"kind": "choice", "text": "Venu par", "choices": ["la mairie", "un voisin"]}],
    )
    assert [q.text for q in survey.questions.all()] == ["Venu par"]
    with pytest.raises(DomainError):
        surveys.write_questions(survey, [])
    with pytest.raises(DomainError):
        surveys.write_questions(survey, [{"kind": "text", "text": "?"}] * 11)
    surveys.open_survey(survey)
    with pytest.raises(DomainError):
        surveys.write_questions(survey, [{"kind": "text", "text": "Autre"}])


@pytest.mark.parametrize(
    "wrong,field",
    [
        ({"closes_on": dt.date(2020, 1, 1)}, "closes_on"),
        ({"deletion_on": dt.date(2020, 1, 1)}, "deletion_on"),
        ({"deletion_on": dt.date(2100, 1, 1)}, "deletion_on"),
        ({"minimum": 4}, "minimum"),
    ],
)
def test_dates_and_minimum_protect_people(wrong, field):
    card = card_of_a_team()
    with pytest.raises(DomainError) as refused:
        surveys.create(card, by=card.author, **survey_data(**wrong))
    assert refused.value.field == field


def test_answers_are_erased_on_their_day_and_the_counts_stay():
    survey = concluded()
    today = timezone.localdate()
    assert surveys.keep_promises(today) == 0
    Survey.objects.filter(pk=survey.pk).update(closes_on=today, deletion_on=today)
    assert surveys.keep_promises(today) == 1
    assert surveys.keep_promises(today) == 0
    survey.refresh_from_db()
    assert survey.erased_at
    assert not Response.objects.exists()
    assert results_of(survey, whole=True).questions[0].lines[1].count == 12


def test_a_survey_left_open_is_closed_two_weeks_after_its_last_day():
    survey = answered(opened(), 6)
    today = timezone.localdate()
    Survey.objects.filter(pk=survey.pk).update(closes_on=today - dt.timedelta(days=15))
    surveys.keep_promises(today)
    survey.refresh_from_db()
    assert survey.state == "closed"
    assert survey.counts["answers"] == 6


def test_the_whole_story_by_its_pages():
    card = card_of_a_team()
    team, other = signed_in(card.author), signed_in(UserFactory())
    address = reverse("evaluations:survey_create", args=[card.slug])
    assert other.get(address).status_code == 403
    data = {k: str(v) for k, v in survey_data().items()}
    assert team.post(address, data | {"title": ""}).status_code == 422
    assert team.post(address, data).status_code == 302
    survey = Survey.objects.get()
    for name in ("survey", "survey_edit", "survey_questions", "survey_guide", "survey_paper"):
        assert team.get(reverse(f"evaluations:{name}", args=[survey.pk])).status_code == 200
    form = {
        "q1_text": "Êtes-vous venu ?", "q1_kind": "yes_no",
        "q2_text": "Par qui ?", "q2_kind": "choice", "q2_choices": "mairie",
        **{f"q{n}_kind": "agree" for n in range(3, 11)},
    }  # fmt: skip
    questions = reverse("evaluations:survey_questions", args=[survey.pk])
    assert team.post(questions, form).status_code == 422
    assert team.post(questions, form | {"q2_choices": "mairie\nvoisin"}).status_code == 302
    move = reverse("evaluations:survey_move", args=[survey.pk, "ouvrir"])
    assert other.post(move).status_code == 404
    assert team.get(move).status_code == 405
    team.post(move)
    survey.refresh_from_db()
    page = team.get(survey.get_absolute_url()).content.decode()
    assert survey.answer_path in page
    for _ in range(5):
        assert reply(Client(), survey, q1="yes", q2="1").status_code == 302
    typing = reverse("evaluations:survey_typing", args=[survey.pk])
    typed = team.post(
        typing,
        {"submission": str(uuid.uuid4()), "channel": "phone", survey.questions.first().name: "no"},
    )
    assert typed.status_code == 302
    team.post(reverse("evaluations:survey_move", args=[survey.pk, "clore"]))
    conclude = reverse("evaluations:survey_conclude", args=[survey.pk])
    sent = team.post(
        conclude,
        {"interviews": "3", "heard": "On vient par la mairie.", "limits": "Peu d’absents."},
    )
    assert sent.status_code == 302
    public = Client().get(survey.get_absolute_url()).content.decode()
    assert "On vient par la mairie." in public
    assert survey.answer_path not in public


def test_who_sees_it_agrees_with_the_list():
    card = card_of_a_team()
    concluded(card)
    opened(card)
    concluded(card_of_a_team(published=False))
    from django.contrib.auth.models import AnonymousUser

    people = [AnonymousUser(), UserFactory(), card.author, UserFactory(is_manager=True)]
    for person in people:
        seen = set(Survey.objects.visible_to(person))
        for survey in Survey.objects.select_related("initiative"):
            assert (survey in seen) == rules.can_view_survey(person, survey)


def test_the_demonstration_is_loaded_once(settings):
    from essaim.evaluations.voice_demonstration import CARD, load_voice

    card = card_of_a_team(external_id=CARD)
    UserFactory(email="porteur@essaim.example")
    UserFactory(email="animateur@essaim.example", manager=True)
    for _ in range(2):
        load_voice()
    assert [survey.state for survey in card.surveys.order_by("title")] == ["open", "concluded"]
    assert card.independent_evaluations.get().level == 2
    card.refresh_from_db()
    assert card.proof_level == 2


def test_an_answer_of_one_person_is_not_public_nor_what_would_give_it_away():
    survey = opened()
    yes_no = next(q for q in survey.questions.all() if q.kind == "yes_no")
    name = f"q{yes_no.position}"
    answered(survey, 9, **{name: "yes"})
    answered(survey, 1, channel="paper", **{name: "no"})
    survey = surveys.close(survey)

    def told(whole: bool) -> Any:
        return results_of(Survey.objects.get(pk=survey.pk), whole=whole)

    def line(results: Any) -> list[tuple[int, bool]]:
        one = next(each for each in results.questions if each.question == yes_no)
        return [(each.count, each.hidden) for each in one.lines]

    assert (9, False) in line(told(True)) and (1, False) in line(told(True))
    assert all(count == 0 for count, _hidden in line(told(False)))
    assert sum(hidden for _count, hidden in line(told(False))) == 2
    # Nor by which way they answered.
    assert told(True).channels and not told(False).channels
    surveys.conclude(
        survey, by=survey.created_by, interviews=0, heard="L’accueil.", limits="Peu de réponses."
    )
    public = Client().get(survey.get_absolute_url()).content.decode()
    assert "masqué" in public and "90 %" not in public and "1 sur papier" not in public
    manager = UserFactory(is_manager=True)
    client = Client()
    client.force_login(manager, backend="django.contrib.auth.backends.ModelBackend")
    assert "90 %" not in client.get(survey.get_absolute_url()).content.decode()
