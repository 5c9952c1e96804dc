"""A page asks as much whatever the number of its rows."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from essaim.dialogues.actions import findings, follow_up, proposals, territories
from tests.dates import today
from tests.dialogues.factories import card, talk
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


def asked(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_campaign_by_its_territories() -> None:
    there = talk(sent=True)
    client, found = signed_in(there.head), []
    for rows in (1, 2, 9):
        territories.add_territories(there.campaign, [TerritoryFactory() for _n in range(rows)])
        findings.take_findings(there.campaign)
        found.append(asked(client, there.campaign.get_absolute_url()))
    assert found[0] == found[1] == found[2], found


def test_a_dialogue_by_its_practices() -> None:
    there = talk(sent=True)
    client, found = signed_in(there.person), []
    for rows in (1, 2, 5):
        for _n in range(rows):
            one = proposals.propose(
                there.dialogue, card(there.indicator.themes.get()), by=there.head,
                submission=uuid.uuid4(),
            )  # fmt: skip
            one = proposals.choose(one, "adopted", by=there.person, adopter=there.body)
            follow_up.add_step(one, submission=uuid.uuid4(), title="Ouvrir", due_on=today(9))
        found.append(asked(client, there.dialogue.get_absolute_url()))
    assert found[0] == found[1] == found[2], found


def test_practices_that_may_be_proposed() -> None:
    there = talk()
    client, found = signed_in(there.head), []
    for rows in (1, 2, 5):
        for _n in range(rows):
            card(there.indicator.themes.get())
        found.append(asked(client, f"{there.dialogue.get_absolute_url()}/pratiques"))
    assert found[0] == found[1] == found[2], found
