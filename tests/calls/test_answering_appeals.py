"""The page where the service answers an appeal: what is contested stands there, and only what an
answer may lead to; who made the decision is not led to it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from essaim.calls.actions import appeals, eligibility
from essaim.calls.models import Appeal, Application
from tests.calls.factories_deciding import Jury
from tests.dossiers.helpers import signed_in

pytestmark = pytest.mark.django_db
ASKED = "L’annexe n’est pas lue."


def contested(jury: Jury, one: Application) -> Appeal:
    return appeals.appeal(one, ASKED, by=one.created_by, key=uuid.uuid4())


def not_selected() -> tuple[Jury, Application, Appeal]:
    """Prepared by the first officer, published by the second; the third may answer."""
    jury = Jury(3).skipping().published()
    one = jury.applications[2]
    return jury, one, contested(jury, one)


def ineligible() -> tuple[Jury, Application, Appeal]:
    jury = Jury(1)
    one = jury.applications[0]
    eligibility.decide(one, is_eligible=False, reasons="Hors du territoire.", by=jury.officer)
    jury.refresh()
    return jury, one, contested(jury, one)


def here(jury: Jury, made: Appeal) -> str:
    return reverse("calls:answer_appeal", args=[jury.call.slug, made.application_id, made.pk])


def page(user: Any, address: str) -> str:
    return str(signed_in(user).get(address).content.decode())


def test_what_is_contested_stands_beside_the_appeal() -> None:
    jury, one, made = not_selected()
    text = page(jury.third, here(jury, made))
    assert "Parce que not_selected" in text and ASKED in text
    # The way back leads to the file.
    assert reverse("calls:file", args=[jury.call.slug, one.pk]) in text
    jury, _one, made = ineligible()
    text = page(jury.third, here(jury, made))
    assert "Hors du territoire." in text and ASKED in text


def test_only_what_an_answer_may_lead_to_is_offered() -> None:
    jury, one, made = not_selected()
    form = signed_in(jury.third).get(here(jury, made)).context["form"]
    assert [value for value, _label in form.fields["outcome"].choices] == [
        "", "laureate", "waiting"
    ]  # fmt: skip
    waits = jury.applications[1]
    form = signed_in(jury.third).get(here(jury, contested(jury, waits))).context["form"]
    assert [value for value, _label in form.fields["outcome"].choices] == ["", "laureate"]
    jury, one, made = ineligible()
    answer = signed_in(jury.third).get(here(jury, made))
    assert "outcome" not in answer.context["form"].fields
    assert "la recevabilité est réexaminée" in answer.content.decode()
    sent = {"upheld": "yes", "answer": "L’annexe le montre."}
    assert signed_in(jury.third).post(here(jury, made), sent).status_code == 302
    one.refresh_from_db()
    assert one.state == "submitted"
    # Its side reads of it under no other title than the page's: no level is skipped.
    text = page(one.created_by, reverse("calls:decision", args=[one.pk]))
    assert (
        "Votre recours" in text and "<h3" not in text.partition("<main")[2].partition("</main")[0]
    )


def test_one_dismissed_leads_nowhere() -> None:
    jury, one, made = not_selected()
    sent = {"upheld": "no", "outcome": "laureate", "answer": "L’annexe a été lue."}
    answer = signed_in(jury.third).post(here(jury, made), sent)
    assert answer.status_code == 422 and "choisissez" in answer.content.decode()
    assert Appeal.objects.get(pk=made.pk).state == Appeal.State.WAITING
    one.refresh_from_db()
    assert one.state == "not_selected"


def test_pressed_twice_it_is_answered_once() -> None:
    jury, one, made = not_selected()
    sent = {"upheld": "yes", "outcome": "waiting", "answer": "L’annexe le montre."}
    for _twice in range(2):
        assert signed_in(jury.third).post(here(jury, made), sent).status_code == 302
    one.refresh_from_db()
    assert one.state == "waiting" and one.decision_changes.count() == 1


def test_who_took_part_is_not_led_to_answer() -> None:
    jury, one, made = not_selected()
    file = reverse("calls:file", args=[jury.call.slug, one.pk])
    for person in (jury.officer, jury.second):
        text = page(person, file)
        assert here(jury, made) not in text and "quelqu’un d’autre répond au recours" in text
        assert ASKED in text
    assert here(jury, made) in page(jury.third, file)
    Appeal.objects.filter(pk=made.pk).update(answer_by=timezone.now() - dt.timedelta(days=1))
    assert "rejeté par silence" in page(jury.third, here(jury, made))


def test_the_answer_is_said_once() -> None:
    jury, one, made = not_selected()
    appeals.answer_appeal(
        made, upheld=True, outcome="laureate", answer="L’annexe le montre.", by=jury.third
    )
    file = reverse("calls:file", args=[jury.call.slug, one.pk])
    for person, address in (
        (jury.third, file), (one.created_by, reverse("calls:decision", args=[one.pk]))
    ):  # fmt: skip
        assert page(person, address).count("L’annexe le montre.") == 1
