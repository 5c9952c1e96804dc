"""When something goes wrong: what happened, what to do, and the text typed is still there."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.utils import translation

from essaim.common import views
from tests.people.factories import UserFactory


@pytest.mark.django_db
def test_a_page_that_does_not_exist_offers_ways_on(client: Client) -> None:
    answer = client.get("/nulle/part")
    page = answer.content.decode()
    assert answer.status_code == 404
    assert "Page introuvable" in page
    assert 'href="/initiatives"' in page
    assert "fr-header__menu" in page


@pytest.mark.django_db
def test_an_expired_form_gives_the_text_back() -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(UserFactory())
    answer = strict.post(
        "/compte/profil",
        {"name": "Texte <long> & précieux", "password": "secret-42", "csrfmiddlewaretoken": "faux"},
    )
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "Texte &lt;long&gt; &amp; précieux</textarea>" in page
    assert "secret-42" not in page
    assert 'href="/compte/profil"' in page
    assert "readonly" in page


@pytest.mark.django_db
def test_a_body_too_heavy_is_refused_before_it_is_read(client: Client, settings: Any) -> None:
    settings.MAX_BODY = 1024 * 1024
    answer = client.post("/compte/login/", {"login": "x" * 2_000_000})
    assert answer.status_code == 413
    assert "1 Mo" in answer.content.decode()
    assert "default-src 'self'" in answer["Content-Security-Policy"]


@pytest.mark.django_db
def test_an_odd_request_is_answered_in_the_same_clothes(client: Client) -> None:
    fields = {f"champ{n}": "x" for n in range(6000)}
    answer = client.post("/compte/login/", fields)
    assert answer.status_code == 400
    assert "Demande incomprise" in answer.content.decode()


def test_an_error_of_ours_needs_no_database(rf: RequestFactory) -> None:
    """Not marked for the database: any query would fail the test."""
    answer = views.server_error(rf.get("/"))
    assert answer.status_code == 500
    page = answer.content.decode()
    assert "Erreur de notre côté" in page
    assert page.count("<h1") == 1
    with translation.override("en"):
        assert "Error on our side" in views.server_error(rf.get("/")).content.decode()
