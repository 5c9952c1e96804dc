"""A new need is told to who follows its place, its theme or its organisation."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from essaim.common.typography import french
from essaim.following import reading
from essaim.following.actions.announcements import spread
from essaim.following.models import Announcement, Notification
from essaim.needs.actions import Content, state_need, withdraw_need
from essaim.needs.models import Need
from tests.following.factories import FollowFactory
from tests.people.factories import MembershipFactory
from tests.themes.factories import ThemeFactory

pytestmark = pytest.mark.django_db


def told(user: Any) -> list[str]:
    for pk in Announcement.objects.values_list("pk", flat=True):
        spread(pk)
    mine = Notification.objects.filter(user=user).for_list()
    return [line.text for line in reading.lines(list(mine), user)]


@pytest.mark.parametrize(
    ("visibility", "known"),
    [("public", True), ("members", True), ("organisation", False), ("private", False)],
)
def test_where_all_members_may_read_it(visibility: str, known: bool) -> None:
    theme, member = ThemeFactory(), MembershipFactory()
    follower = FollowFactory(kind="theme", key=theme.slug).user
    of_the_organisation = FollowFactory(key=str(member.organisation_id)).user
    need = state_need(
        member.user,
        Content(
            "Rompre l’isolement, écrire à a@exemple.fr",
            visibility=visibility, theme=theme, organisation=member.organisation,
        ),
        submission=uuid.uuid4(),
        personal_data_accepted=True,
    )  # fmt: skip
    expected = (
        [
            french(
                "Un besoin est exprimé : « Rompre l’isolement, écrire à [donnée personnelle masquée] »"
            )
        ]
        if known
        else []
    )
    assert told(follower) == told(of_the_organisation) == expected
    withdraw_need(need)
    assert told(follower) == [] and not Need.objects.visible_to(follower).exists()
