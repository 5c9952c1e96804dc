"""Blocks that say beforehand what they are made of are asked for it together."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpRequest

from essaim.common import panels
from essaim.common.panels import Panel, register, render_panels
from essaim.people.models import Membership, Organisation
from tests.people.factories import MembershipFactory, OrganisationFactory

pytestmark = pytest.mark.django_db
SLOT = "essai"


@pytest.fixture(autouse=True)
def only_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(panels, "_panels", {})


def panel(name: str, order: int, some: Any = None, *, calls: list[str] | None = None) -> None:
    def context(request: HttpRequest, obj: Any) -> dict[str, Any]:
        if calls is not None:
            calls.append(name)
        return {"found": obj}

    register(Panel(SLOT, name, name, "common/_messages.html", context, order=order, some=some))


def test_what_has_no_row_is_neither_asked_nor_shown(django_assert_num_queries: Any) -> None:
    found, calls = OrganisationFactory(), list[str]()
    MembershipFactory(organisation=found)
    panel("absents", 1, lambda request, obj: Membership.objects.none(), calls=calls)
    panel("autres", 2, lambda request, obj: Organisation.objects.exclude(pk=obj.pk), calls=calls)
    panel("membres", 3, lambda request, obj: Membership.objects.filter(organisation=obj))
    panel("toujours", 4)
    panel("parfois", 5, lambda request, obj: None)
    with django_assert_num_queries(1):
        shown = render_panels(SLOT, HttpRequest(), found)
    assert [each.name for each in shown] == ["membres", "toujours", "parfois"]
    assert calls == []


def test_one_alone_is_not_asked_twice(django_assert_num_queries: Any) -> None:
    panel("seul", 1, lambda request, obj: Organisation.objects.all())
    with django_assert_num_queries(0):
        assert [each.name for each in render_panels(SLOT, HttpRequest(), None)] == ["seul"]
