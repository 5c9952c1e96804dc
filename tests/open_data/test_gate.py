"""What every request to the API meets: errors in one shape, limits, no cookie, any origin."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from essaim.open_data.models import RequestCounter
from tests.initiatives.factories import InitiativeFactory
from tests.open_data.factories import bearer, make_token
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db


def is_problem(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == status
    assert body["type"].startswith("/api/v1/docs#")
    return body


@pytest.mark.parametrize("address", ["/api/v1/nothing", "/api/v2", "/api/v1/initiatives/none"])
def test_nothing_there(client: Client, address: str) -> None:
    is_problem(client.get(address), 404)


def test_a_method_that_is_not_taken(client: Client) -> None:
    answer = client.delete("/api/v1/initiatives")
    is_problem(answer, 405)
    assert "GET" in answer["Allow"]


def test_a_fault_of_ours(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any) -> None:
        raise RuntimeError("secret of the inside")

    monkeypatch.setattr("essaim.open_data.api.open_reads.others.term", broken)
    from tests.themes.factories import ThemeFactory

    ThemeFactory()
    client.raise_request_exception = False
    answer = client.get("/api/v1/themes")
    is_problem(answer, 500)
    assert "secret" not in answer.content.decode()


def test_too_large_a_body(client: Client, settings: Any) -> None:
    _token, text = make_token()
    answer = client.post(
        "/api/v1/needs", b"x" * (2 * 1024 * 1024 + 1), content_type="application/json",
        headers=bearer(text),
    )  # fmt: skip
    is_problem(answer, 413)
    settings.MAX_BODY = 10
    is_problem(client.post("/api/v1/needs", b"x" * 11, content_type="application/json"), 413)


def test_who_asks_too_often_is_told_when_to_come_back(client: Client, settings: Any) -> None:
    settings.OPEN_DATA = settings.OPEN_DATA | {"anonymous_per_minute": 2}
    answers = [client.get("/api/v1/themes") for _n in range(3)]
    assert [answer.status_code for answer in answers[:2]] == [200, 200]
    assert answers[0]["RateLimit"].startswith('"anonymous";r=1;t=')
    assert answers[0]["RateLimit-Policy"] == '"anonymous";q=2;w=60'
    is_problem(answers[2], 429)
    assert 1 <= int(answers[2]["Retry-After"]) <= 60
    # Another address has its own, and a token its own.
    assert client.get("/api/v1/themes", REMOTE_ADDR="192.0.2.1").status_code == 200
    _token, text = make_token()
    assert client.get("/api/v1/themes", headers=bearer(text)).status_code == 200
    assert not RequestCounter.objects.filter(client__contains="127.0.0.1").exists()


def test_behind_a_proxy_a_visitor_does_not_choose_who_they_are(
    client: Client, settings: Any
) -> None:
    settings.OPEN_DATA = settings.OPEN_DATA | {"anonymous_per_minute": 1}
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    statuses = [
        client.get(
            "/api/v1/themes", headers={"X-Forwarded-For": f"10.0.0.{n}, 198.51.100.7"}
        ).status_code
        for n in range(2)
    ]
    assert statuses == [200, 429]


def test_a_session_is_nobody_here(client: Client) -> None:
    owner = UserFactory()
    draft = InitiativeFactory(author=owner)
    client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    is_problem(client.get(f"/api/v1/initiatives/{draft.slug}"), 404)
    answer = client.get("/api/v1/themes")
    assert "Cookie" not in answer["Vary"]
    assert not answer.cookies


def test_a_page_of_another_site_may_read(client: Client) -> None:
    answer = client.get("/api/v1/themes", headers={"Origin": "https://ailleurs.exemple"})
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer
    asked = client.options(
        "/api/v1/initiatives",
        headers={"Origin": "https://ailleurs.exemple", "Access-Control-Request-Method": "POST"},
    )
    assert asked.status_code == 204
    assert "Authorization" in asked["Access-Control-Allow-Headers"]


def test_head_is_a_get_without_its_body(client: Client) -> None:
    answer = client.head("/api/v1/themes")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer["ETag"]


def test_problems_speak_the_language_asked(client: Client) -> None:
    french = client.get("/api/v1/nothing").json()["title"]
    english = client.get("/api/v1/nothing", headers={"Accept-Language": "en-GB,en"}).json()["title"]
    assert french != english


def test_the_description_is_openapi_3_1(client: Client) -> None:
    answer = client.get("/api/v1/openapi.json")
    known = answer.json()
    assert known["openapi"].startswith("3.1")
    assert {"/api/v1/initiatives", "/api/v1/needs", "/api/v1/pools"} <= set(known["paths"])
    page = client.get("/api/v1/docs")
    assert page.status_code == 200
    assert "<script>" not in page.content.decode()
    assert client.get("/api").status_code == 302


@pytest.mark.parametrize("given", ["Bearer essaim_nothing", "Basic abc", "Bearer", "essaim_x"])
def test_a_wrong_token(client: Client, given: str) -> None:
    answer = client.get("/api/v1/themes", headers={"Authorization": given})
    is_problem(answer, 401)
    assert "Bearer" in answer["WWW-Authenticate"]
