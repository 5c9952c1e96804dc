"""Joined and withdrawn at the same instant, by two connections."""

from __future__ import annotations

import pytest

from essaim.groups.models import Group
from essaim.needs import actions
from essaim.needs.models import Joining, Need
from tests.at_once import at_once
from tests.needs.factories import JoiningFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_joined_and_withdrawn_at_once() -> None:
    joining = JoiningFactory()
    ends = at_once(
        lambda: actions.accept_joining(joining, by=joining.other.author),
        lambda: actions.withdraw_need(joining.need),
    )
    assert "done" in ends
    need = Need.objects.get(pk=joining.need_id)
    assert (need.state, need.group) == ("withdrawn", None)
    state = Joining.objects.get().state
    assert Group.objects.exists() == (state == "accepted")


def test_accepted_twice_at_once_makes_one_group() -> None:
    joining = JoiningFactory()
    ends = at_once(
        *(lambda: actions.accept_joining(joining, by=joining.other.author) for _n in range(2))
    )
    assert ends == ["done", "done"]
    assert Group.objects.count() == 1
