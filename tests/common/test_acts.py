"""A small form is taken or given back; a button does its act or says why not."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import ObjectDoesNotExist
from django.template.loader import render_to_string
from django.test import RequestFactory

from essaim.common import acts
from essaim.common.errors import DomainError
from essaim.common.forms import Form

TEMPLATE = "common/_error_summary.html"


class Word(Form):
    word = forms.CharField(label="Mot")


def sent(data: dict[str, str] | None = None) -> Any:
    request: Any = RequestFactory().get("/") if data is None else RequestFactory().post("/", data)
    request.session = {}
    request._messages = CookieStorage(request)
    return request


def take(request: Any, do: Any, **options: Any) -> Any:
    form = Word(acts.posted(request))
    return acts.take(request, form, do, done="Fait.", back="/la", template=TEMPLATE, **options)


def told(request: Any) -> list[str]:
    return [str(message) for message in get_messages(request)]


def test_what_is_taken_is_done_once_said_and_left() -> None:
    request, done = sent({"word": "oui"}), []
    answer = take(request, done.append)
    assert (answer.status_code, answer.url, told(request)) == (302, "/la", ["Fait."])
    assert done == [{"word": "oui"}]


def test_an_act_may_say_where_to_go() -> None:
    answer = take(sent({"word": "/ici"}), lambda data: data["word"], onward=lambda to: to)
    assert answer.url == "/ici"


@pytest.mark.parametrize("field", ["word", "unknown", ""])
def test_a_refusal_is_said_beside_what_was_typed(field: str) -> None:
    def stop(data: Any) -> None:
        raise DomainError("Trop tard.", field=field)

    request = sent({"word": "oui"})
    answer = take(request, stop)
    assert answer.status_code == 422 and "Trop tard." in answer.content.decode()
    assert told(request) == []


def test_nothing_is_done_by_reading() -> None:
    done: list[Any] = []
    assert take(sent(), done.append).status_code == 200 and done == []


def test_a_form_given_back_after_signing_in_was_not_saved() -> None:
    request = sent()
    request.session["kept_text"] = {"/": "word="}
    answer = take(request, lambda data: None)
    assert "Le formulaire n’a pas été enregistré" in answer.content.decode()


def test_choices_are_not_something_to_save() -> None:
    form = Word({})
    shown = render_to_string(TEMPLATE, {"form": form, "choices": True})
    assert "Certains choix n’ont pas été compris" in shown


def test_a_button_says_what_was_done_or_why_not() -> None:
    def stop() -> None:
        raise DomainError("Trop tard.")

    for do, expected in ((lambda: None, ["Fait."]), (stop, ["Trop tard."])):
        request = sent({})
        answer = acts.press(request, do, done="Fait.", back="/la")
        assert (answer.status_code, told(request)) == (302, expected)


def gone(*_data: Any) -> None:
    raise ObjectDoesNotExist


def test_what_somebody_removed_meanwhile_is_said_and_nothing_typed_is_lost() -> None:
    answer = take(sent({"word": "oui"}), gone)
    assert answer.status_code == 422 and str(acts.GONE) in answer.content.decode()
    request = sent({})
    answer = acts.press(request, gone, done="Fait.", back="/la")
    assert (answer.status_code, told(request)) == (302, [str(acts.GONE)])
