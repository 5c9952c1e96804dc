"""A walk of every page in English, as each who may open it: no French message of ours.

Addresses and objects are those of the table of ``tests/test_permissions.py``: a page that is added
is walked. That every message has its English is tests/test_architecture.py's business; here, that
nothing was said in French once for all (a text made at start-up, or kept in the database)."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.english import french_of_ours
from tests.test_permissions import ROLES, ROWS, world  # noqa: F401 - the world is a fixture

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.allowed])
def test_a_page_in_english_has_no_french_of_ours(
    world: SimpleNamespace,  # noqa: F811
    name: str,
) -> None:
    row = ROWS[name]
    address = reverse(name.partition("#")[0], args=row.arguments(world))
    found = {}
    for role in (role for role in ROLES if role in row.allowed):
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
            assert (
                answer.status_code != 200
                or '<html lang="en"' in answer.text
                or not (answer.text.lstrip().startswith("<!DOCTYPE"))
            )
            if french := french_of_ours(answer.text):
                found[role] = french
        transaction.savepoint_rollback(mark)
    assert not found


def test_french_is_seen() -> None:
    """Of ours, with or without parameter, in a text or a label; not what is said to be French."""
    assert french_of_ours('<p>Enregistrer</p><a title="Mentions légales"></a>') == {
        "Enregistrer", "Mentions légales"
    }  # fmt: skip
    assert french_of_ours("<p>Dernière verification</p><p>Save</p>") == set()
    assert french_of_ours('<div lang="fr"><p>Enregistrer</p></div><p lang="fr">Accueil') == set()
