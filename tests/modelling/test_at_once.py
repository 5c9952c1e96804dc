"""Two facilitators at the same instant: neither overwrites the other."""

from __future__ import annotations

import pytest

from essaim.modelling.actions import workshops
from essaim.modelling.models import Sorting, Workshop
from tests.at_once import at_once
from tests.modelling.factories import worked_card, workshop_on
from tests.people.factories import MembershipFactory, OrganisationFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_people_sort_the_same_component() -> None:
    card = worked_card(holder=OrganisationFactory())
    workshop = workshop_on(card)
    component = card.components.first()
    ends = at_once(
        lambda: workshops.sort_component(workshop, component, "core", by=card.author),
        lambda: workshops.sort_component(
            workshop, component, "margin", by=workshop.facilitator, why="Vu ailleurs."
        ),
    )
    assert ends == ["done", "done"]
    assert set(Sorting.objects.values_list("user", "kind")) == {
        (card.author.pk, "core"), (workshop.facilitator.pk, "margin"),
    }  # fmt: skip


def test_a_double_click_sorts_once() -> None:
    card = worked_card(holder=OrganisationFactory())
    workshop = workshop_on(card)
    component = card.components.first()
    click = lambda: workshops.sort_component(workshop, component, "core", by=card.author)  # noqa: E731
    assert at_once(click, click) == ["done", "done"]
    assert Sorting.objects.count() == 1


def test_two_open_one_workshop() -> None:
    card = worked_card(holder=OrganisationFactory())
    first, second = (MembershipFactory(organisation=card.holder).user for _ in range(2))
    workshops.close(workshop_on(card, facilitator=first), by=card.author)
    ends = at_once(
        *(
            lambda person=person: workshops.open_workshop(
                card, facilitator=person, participant=card.author, by=card.author
            )
            for person in (first, second)
        )
    )
    assert ends == ["done", "refused"]
    assert Workshop.objects.filter(state="open").count() == 1


def test_two_adopt_once() -> None:
    card = worked_card(holder=OrganisationFactory())
    workshop = workshop_on(card)
    rows = [
        {
            "id": c.pk, "name": c.name, "kind": "core", "why": "", "variants": "", "red_lines": "",
        }
        for c in card.components.all()
    ]  # fmt: skip
    version = type(card).objects.get(pk=card.pk).version
    act = lambda: workshops.adopt(workshop, rows, by=card.author, version=version, seen="")  # noqa: E731
    assert at_once(act, act) == ["done", "refused"]
    assert Workshop.objects.get().state == "adopted"
