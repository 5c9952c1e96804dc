"""Every operation of the API × what it asks for: none may be added without a line here."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from essaim.open_data.api.document import document
from essaim.open_data.models import SCOPES
from tests.open_data.factories import bearer, make_token
from tests.open_data.test_gate import is_problem

pytestmark = pytest.mark.django_db

OPEN = {
    "initiatives", "initiatives/{slug}", "initiatives/{slug}/evidence",
    "initiatives/{slug}/network", "replications", "replications/{number}", "territories",
    "territories/{address}", "themes", "audiences", "needs", "needs/{number}", "schemes",
    "schemes/{slug}", "pools", "pools/{slug}", "findings", "calls", "calls/{slug}",
    "calls/{slug}/results", "events", "events/{slug}", "organisations", "organisations/{slug}",
    "organisations/{slug}/members", "third-places", "third-places/{slug}", "groups",
    "groups/{code}", "indicators", "indicator-values", "territories/{address}/similar", "figures",
    "reports", "reports/{year}", "initiatives/{slug}/kit", "initiatives/{slug}/questions",
    "initiatives/{slug}/model", "initiatives/{slug}/strategies", "initiatives/{slug}/diagnoses",
    "initiatives/{slug}/training",
}  # fmt: skip
SCOPED = {
    ("get", "me"): "read",
    ("get", "me/initiatives"): "read",
    ("get", "me/needs"): "read",
    ("post", "initiatives"): "write:cards",
    ("patch", "initiatives/{slug}"): "write:cards",
    ("post", "initiatives/{slug}/submit"): "write:cards",
    ("post", "needs"): "write:needs",
    ("patch", "needs/{number}"): "write:needs",
}


def operations() -> dict[tuple[str, str], Any]:
    return {
        (method, path.removeprefix("/api/v1/")): operation
        for path, methods in document("")["paths"].items()
        for method, operation in methods.items()
    }


def test_the_table_is_whole() -> None:
    known = operations()
    assert set(known) == {("get", path) for path in OPEN} | set(SCOPED)
    for key, scope in SCOPED.items():
        assert known[key]["security"] == [{"token": [scope]}]


@pytest.mark.parametrize(("method", "path"), SCOPED)
def test_without_the_scope_nothing_is_told(client: Client, method: str, path: str) -> None:
    address = "/api/v1/" + path.replace("{slug}", "none").replace("{number}", "1")
    is_problem(getattr(client, method)(address), 401)
    others = [scope for scope in SCOPES if scope != SCOPED[method, path]]
    _token, text = make_token(scopes=others)
    is_problem(
        getattr(client, method)(address, "{}", "application/json", headers=bearer(text))
        if method != "get"
        else client.get(address, headers=bearer(text)),
        403,
    )
