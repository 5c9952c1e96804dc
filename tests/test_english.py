"""A walk of every page in English, as each who may open it: no French message of ours.

Addresses and objects are those of the table of ``tests/test_permissions.py``: a page that is added
is walked. That every message has its English is tests/test_architecture.py's business; here, that
nothing was said in French once for all (a text made at start-up, or kept in the database)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.english import french_of_ours
from tests.test_permissions import ROLES, ROWS, world  # noqa: F401 - the world is a fixture

pytestmark = pytest.mark.django_db

# People of the factories: « Personne 3 » is also how a page calls somebody without a name.
NAMES = re.compile(r"Personne \d+")


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.allowed])
def test_a_page_in_english_has_no_french_of_ours(
    world: SimpleNamespace,  # noqa: F811
    name: str,
) -> None:
    row = ROWS[name]
    address = reverse(name.partition("#")[0], args=row.arguments(world))
    for role in {_least(row.allowed), _most(row.allowed)}:
        mark = transaction.savepoint()
        client = Client()
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        if role != "visitor":
            client.force_login(
                getattr(world, role), backend="django.contrib.auth.backends.ModelBackend"
            )
        answer = client.get(address)
        if answer.streaming:
            list(answer.streaming_content)  # type: ignore[arg-type]
        elif answer.headers.get("Content-Type", "").startswith("text/html"):
            content = said_in(name.partition(":")[0])
            assert french_of_ours(NAMES.sub("Claire", answer.text), content) == set(), role
        transaction.savepoint_rollback(mark)


def said_in(app: str) -> list[str]:
    """Every text that objects of this app hold, the longest first. Questions, criteria and titles
    are proposed in the language of who makes the object: they are its author's from then on. And
    what a person asks of a sponsor begins as one of our sentences does."""
    if app not in {"calls", "evaluations", "insights", "peers", "sponsorship"}:
        return []
    found: set[str] = set()
    for model in apps.get_app_config(app).get_models():
        names = [field.attname for field in model._meta.concrete_fields]
        for row in model._default_manager.values_list(*names):
            found |= set(_strings(row))
    return sorted((text for text in found if len(text) > 3), key=len, reverse=True)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield " ".join(value.split())
    elif isinstance(value, dict | list | tuple):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _strings(each)


def _least(allowed: set[str]) -> str:
    return next(role for role in ROLES if role in allowed)


def _most(allowed: set[str]) -> str:
    """Who wrote the object sees its forms; managers and administrators, those of theirs."""
    return "owner" if "owner" in allowed else next(r for r in reversed(ROLES) if r in allowed)


def test_french_is_seen() -> None:
    """Of ours, with or without parameter, in a text or a label; not what is said to be French."""
    assert french_of_ours('<p>Enregistrer</p><a title="Mentions légales"></a>') == {
        "Enregistrer", "Mentions légales"
    }  # fmt: skip
    assert french_of_ours("<p>Dernière verification</p><p>Save</p>") == set()
    assert french_of_ours('<div lang="fr"><p>Enregistrer</p></div><p lang="fr">Accueil') == set()
