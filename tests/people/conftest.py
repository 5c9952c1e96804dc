from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.socialaccount.providers import registry
from django.conf import settings as configured
from django.core.cache import caches

from essaim.people.openid_provider import OpenIDProvider
from tests.people.openid import Provider, running


@pytest.fixture(scope="session")
def openid_process() -> Iterator[Provider]:
    """Started once, in its own process."""
    with running() as provider:
        yield provider


@pytest.fixture
def provider(openid_process: Provider, settings: Any) -> Iterator[Provider]:
    """Our settings as if the environment named that provider."""
    settings.OPENID = {
        **configured.OPENID,
        "server": openid_process.url,
        "client_id": "essaim",
        "client_secret": "secret",
    }
    settings.SOCIALACCOUNT_PROVIDERS = {
        "proconnect": {"APPS": [{"name": "ProConnect", "client_id": "essaim", "secret": "secret"}]}
    }
    registry.register(OpenIDProvider)
    caches["local"].clear()
    openid_process.fault("")
    yield openid_process
    openid_process.fault("")


@pytest.fixture(autouse=True)
def fresh_counts(request: pytest.FixtureRequest) -> None:
    """Attempts are counted in the shared cache, which outlives a test without transaction."""
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("db")
        caches["default"].clear()
