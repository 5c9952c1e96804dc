"""What one reading of a page asks many times, asked once; never by what writes, never for another."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from essaim.common.remembered import asked_once, remembered, while_reading
from essaim.people.models import Membership
from essaim.people.rules import has_function, is_member, is_representative
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory


def counted(asked: list[int]) -> Any:
    def view(request: HttpRequest) -> HttpResponse:
        for _ in range(3):
            remembered("what", lambda: asked.append(1))
        return HttpResponse()

    return while_reading(view)


@pytest.mark.parametrize(("method", "times"), [("get", 1), ("head", 1), ("post", 3), ("put", 3)])
def test_only_a_reading_remembers(method: str, times: int) -> None:
    asked: list[int] = []
    counted(asked)(getattr(RequestFactory(), method)("/"))
    assert len(asked) == times


def test_nothing_is_left_for_the_next_request_nor_after_an_error() -> None:
    asked: list[int] = []
    view = counted(asked)
    view(RequestFactory().get("/"))
    view(RequestFactory().get("/"))
    assert len(asked) == 2

    @while_reading
    def broken(request: HttpRequest) -> HttpResponse:
        remembered("what", lambda: asked.append(1))
        raise ValueError

    with pytest.raises(ValueError):
        broken(RequestFactory().get("/"))
    remembered("what", lambda: asked.append(1))
    assert len(asked) == 4


def test_a_rule_is_kept_for_one_person_and_one_object() -> None:
    asked = []

    @asked_once
    def rule(user: Any, row: Any) -> bool:
        asked.append((user.pk, row.pk))
        return bool(user.pk == row.pk)

    def view(request: HttpRequest) -> HttpResponse:
        people = [SimpleNamespace(pk=1), SimpleNamespace(pk=2)]
        found = [[rule(user, row) for row in people] for user in people for _again in range(2)]
        assert found == [[True, False], [True, False], [False, True], [False, True]]
        return HttpResponse()

    while_reading(view)(RequestFactory().get("/"))
    assert asked == [(1, 1), (1, 2), (2, 1), (2, 2)]


@pytest.mark.django_db
def test_all_that_is_asked_of_a_person_s_memberships_is_one_query() -> None:
    user = UserFactory()
    mine, other = OrganisationFactory(), OrganisationFactory()
    MembershipFactory(
        user=user, organisation=mine, role=Membership.Role.REPRESENTATIVE, functions=["funder"]
    )

    def view(request: HttpRequest) -> HttpResponse:
        assert is_member(user, mine) and not is_member(user, other)
        assert is_representative(user, mine) and not is_representative(user, other)
        assert has_function(user, "funder") and has_function(user, "funder", mine)
        assert not has_function(user, "funder", other) and not has_function(user, "sponsor")
        return HttpResponse()

    with CaptureQueriesContext(connection) as captured:
        while_reading(view)(RequestFactory().get("/"))
    assert len(captured) == 1
