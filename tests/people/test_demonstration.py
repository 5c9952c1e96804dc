from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from essaim.people.demonstration import PASSWORD, PEOPLE, load_people
from essaim.people.models import User

pytestmark = pytest.mark.django_db


def test_one_invented_person_for_each_role_once(client: Client) -> None:
    for _ in range(2):
        out = io.StringIO()
        load_people(out=out)
    assert User.objects.count() == len(PEOPLE)
    assert all("(fictif)" in user.name for user in User.objects.all())
    assert PASSWORD in out.getvalue()
    for person in PEOPLE:
        answer = client.post("/compte/login/", {"login": person.email, "password": PASSWORD})
        assert answer.status_code == 302, person.email
        client.post("/compte/logout/")


def test_nothing_on_a_public_host(settings: Any) -> None:
    settings.LOCAL = False
    out = io.StringIO()
    load_people(out=out)
    assert out.getvalue() == ""
    with pytest.raises(CommandError, match="local machine"):
        call_command("create_demo_accounts")
    assert not User.objects.exists()
