"""The API asked all that its document allows, and what it does not: it never breaks, answers as it
says it does, and tells nobody what is another organisation's."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.conf import settings as django_settings
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

from essaim.people.models import Membership
from tests.initiatives.factories import InitiativeFactory
from tests.needs.factories import NeedFactory
from tests.open_data.factories import bearer, make_token
from tests.open_data.test_scopes import OPEN, SCOPED
from tests.people.factories import MembershipFactory
from tests.replications.factories import committed, world
from tests.schemes.factories import SchemeFactory
from tests.territories.factories import TerritoryFactory
from tests.themes.factories import ThemeFactory

pytestmark = pytest.mark.django_db
SECRET = "zanzibar"
EXAMPLES = 6
# A body or a parameter that is well formed may still name what does not exist.
UNDERSTOOD = ["2xx", "304", "401", "403", "404", "409", "412", "422"]


def furnish() -> Any:
    """Something of each kind; of another organisation, what only it may read."""
    InitiativeFactory(published=True, title="Jardin partagé")
    other = MembershipFactory().organisation
    InitiativeFactory(holder=other, title=f"Brouillon {SECRET}")
    NeedFactory(organisation=other, visibility="organisation", text=f"Besoin {SECRET}")
    NeedFactory(private=True, text=f"Pour moi {SECRET}")
    NeedFactory(public=True)
    SchemeFactory()
    ThemeFactory(slug="logement")
    TerritoryFactory(kind="commune", code="38185")
    committed(world())
    return MembershipFactory(role=Membership.Role.REPRESENTATIVE)


@pytest.fixture
def one_connection() -> Iterator[None]:
    """The end of a request would close that of the test, and undo what it holds."""
    ends = (request_started, request_finished)
    for end in ends:
        end.disconnect(close_old_connections)
    yield
    for end in ends:
        end.connect(close_old_connections)


@pytest.fixture
def api_schema(one_connection: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    limits = {"anonymous_per_minute": 10**6, "token_per_minute": 10**6}
    monkeypatch.setattr(django_settings, "OPEN_DATA", django_settings.OPEN_DATA | limits)
    member = furnish()
    _token, text = make_token(member.user)
    config = SchemathesisConfig.from_dict(
        {
            "generation": {"max-examples": EXAMPLES, "database": "none"},
            "checks": {
                "positive_data_acceptance": {"expected-statuses": UNDERSTOOD},
            },
        }
    )
    loaded = schemathesis.openapi.from_wsgi(
        "/api/v1/openapi.json", get_wsgi_application(), config=config
    )
    return loaded, bearer(text)


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_whatever_is_asked(api_schema: Any, mode: GenerationMode) -> None:
    loaded, headers = api_schema
    asked = 0
    for method, path in [*(("get", path) for path in sorted(OPEN)), *SCOPED]:
        operation = loaded[f"/api/v1/{path}"][method.upper()]

        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(
            max_examples=EXAMPLES, deadline=None, database=None,
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        def ask(case: schemathesis.Case) -> None:
            nonlocal asked
            answer = case.call_and_validate(headers=headers)
            asked += 1
            assert SECRET not in answer.text

        # Of some operations nothing can be asked that their description forbids.
        with contextlib.suppress(Unsatisfiable):
            ask()
    assert asked > 50
