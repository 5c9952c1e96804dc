"""Creating organisations: so many a day, by any way."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from essaim.common.errors import DomainError
from essaim.initiatives.models import Initiative
from essaim.initiatives.sections import SECTIONS
from essaim.people.actions.organisations import create_organisation
from essaim.people.models import (
    Organisation,
)
from tests.at_once import at_once
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import (
    UserFactory,
)

pytestmark = pytest.mark.django_db
SIREN, OTHER_SIREN = "263800120", "552100554"


class TestCreating:
    def test_is_limited_by_person_and_day(self, client: Client, settings: Any) -> None:
        settings.ORGANISATIONS = settings.ORGANISATIONS | {"creations_a_day": 2}
        user = UserFactory()
        client.force_login(user)
        for n in range(3):
            answer = client.post(
                "/organisations/nouvelle", {"name": f"Abri {n}", "kind": "association"}
            )
        assert answer.status_code == 200 and "attendez demain" in answer.text
        assert 'value="Abri 2"' in answer.text  # what was typed is still there
        assert Organisation.objects.filter(created_by=user).count() == 2
        Organisation.objects.update(created_at=timezone.now() - dt.timedelta(hours=25))
        create_organisation(name="Abri 3", kind="association", by=user)
        for n in range(4, 8):
            create_organisation(name=f"Abri {n}", kind="association", by=UserFactory(manager=True))

    def test_naming_a_holder_counts_too(self, settings: Any) -> None:
        from essaim.initiatives.actions.cards import save_section
        from essaim.initiatives.sections import digest, read_section

        settings.ORGANISATIONS = settings.ORGANISATIONS | {"creations_a_day": 1}
        card = InitiativeFactory(author=UserFactory())
        for n, holds in ((1, True), (2, False)):
            card = Initiative.objects.get(pk=card.pk)
            content = read_section(card, SECTIONS["essentiel"])
            named = {"name": f"Porteur {n}", "kind": "association"}
            try:
                save_section(
                    card, "essentiel", content, by=card.author, version=card.version,
                    seen=digest(content), new_holder=named,
                )  # fmt: skip
            except DomainError as error:
                assert not holds and "attendez demain" in error.message
            else:
                assert holds


@pytest.mark.django_db(transaction=True)
def test_a_double_click_does_not_go_over_the_limit(settings: Any) -> None:
    settings.ORGANISATIONS = settings.ORGANISATIONS | {"creations_a_day": 1}
    user = UserFactory()
    ends = at_once(
        *(
            lambda n=n: create_organisation(name=f"Abri {n}", kind="association", by=user)  # type: ignore[misc]
            for n in range(2)
        )
    )
    assert ends == ["done", "refused"]
