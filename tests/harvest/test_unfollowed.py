"""A source whose manager left: nothing is read in nobody's name, and somebody hears of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from essaim.common.waiting import waiting_for
from essaim.following.models import Notification
from essaim.harvest.models import Run, Source
from tests.common.servers import Server
from tests.harvest.conftest import gives
from tests.harvest.factories import SourceFactory
from tests.harvest.test_bad_input import LINES, lines
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db
Passage = Callable[..., Run]


def waits(user: Any) -> list[str]:
    return [each.title for each in waiting_for(user) if "moissonnée" in each.title]


@pytest.mark.parametrize("left", ["lost the role", "inactive", "account gone"])
def test_nobody_follows_the_source(
    partner: Server, passage: Passage, client: Client, left: str
) -> None:
    source = SourceFactory(url=partner.url(LINES))
    former = source.manager
    if left == "lost the role":
        type(former).objects.filter(pk=former.pk).update(is_manager=False)
    elif left == "inactive":
        type(former).objects.filter(pk=former.pk).update(is_active=False)
    else:
        Source.objects.filter(pk=source.pk).update(manager=None)
        former.delete()
    others = [UserFactory(manager=True), UserFactory(manager=True)]
    UserFactory()
    UserFactory(manager=True, is_active=False)
    for _night in range(3):
        run = passage(source)
        assert run.reason == "no_manager"
    assert not partner.asked
    # All who can take it over, once: it then waits for them.
    assert [each.user for each in Notification.objects.order_by("user")] == others
    Source.objects.filter(pk=source.pk).update(state="scheduled")
    for manager in others:
        assert waits(manager) == ["Reprendre une source moissonnée que plus personne ne suit"]
    assert waits(UserFactory()) == []
    client.force_login(others[0])
    page = client.get(f"/moissonnage/{source.pk}").content.decode()
    assert "plus personne. Elle n’est plus lue" in page
    # Taken over, it is that manager's alone to mend.
    Source.objects.filter(pk=source.pk).update(manager=others[1])
    assert waits(others[0]) == []
    assert waits(others[1]) == ["Réparer une source moissonnée dont les passages échouent"]
    gives(partner, LINES, lines(1))
    assert passage(source).state == "done"
    assert waits(others[1]) == []
