"""Lists of a pool, full: never more than fifteen queries, whoever reads them, whatever the rows."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from essaim.funding.actions import milestones, options, reports
from essaim.people.models import User
from tests.dates import today
from tests.funding.factories import (
    activating,
    funder,
    organisation_of,
    piloting,
    pledged,
    record_act,
    with_options,
)
from tests.people.factories import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db
MOST = 15


def queries(reader: User, address: str) -> int:
    client = Client()
    client.force_login(reader, backend="django.contrib.auth.backends.ModelBackend")
    client.get(address)  # what a process reads once is read
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_the_follow_up_of_a_pilot() -> None:
    story = piloting()
    address = reverse("funding:follow", args=[story.pool.slug])
    readers: list[Any] = [
        story.lead, story.funders[0], story.holder, story.adopts, UserFactory(manager=True)
    ]  # fmt: skip
    found = []
    for rows in (1, 12):
        for number in range(rows):
            report = reports.report(
                story.pool, by=story.holder, submission=uuid.uuid4(), done=f"Chantier {number}",
                indicators=[("Ménages", "12")], spending={"investment": 100},
            )  # fmt: skip
            reports.comment(report, by=story.lead, submission=uuid.uuid4(), text="Bravo")
            reports.note_visit(
                story.pool, by=story.lead, submission=uuid.uuid4(), on=today(), seen="Du monde.",
                organisation=organisation_of(story.lead), questions="",
            )  # fmt: skip
            milestones.plan_milestone(
                story.pool, by=story.lead, submission=uuid.uuid4(), title=f"Jalon {number}",
                planned_on=today(9),
            )  # fmt: skip
        found.append([queries(reader, address) for reader in readers])
    assert max(found[0]) <= MOST and found[0] == found[1], found


def test_what_remains_to_be_published_and_ones_own_pools() -> None:
    """With one site committed, then three: as many queries."""
    person = funder()
    found = []
    for number in (1, 2):
        for _ in range(number):
            story = activating(2)
            option = pledged(story.pool, person)
            options.confirm(option, by=person, adopter=OrganisationFactory(kind="ccas"))
            record_act(option, person)
        found.append(
            [
                queries(person, reverse("funding:publications")),
                queries(person, reverse("funding:publications") + "?faites=oui"),
                queries(person, reverse("funding:publications_export")),
                queries(person, reverse("funding:pools")),
                queries(person, reverse("replications:mine")),
            ]
        )
    assert max(found[0]) <= MOST and found[0] == found[1], found


def test_the_page_of_a_pool_costs_the_same_whatever_its_options() -> None:
    found = []
    for number in (2, 6):
        story = with_options(number)
        address = story.pool.get_absolute_url()
        found.append([queries(reader, address) for reader in (story.lead, funder())])
    assert found[0] == found[1], found


def test_the_list_kept_to_one_s_own_grants_is_what_the_workspace_counts() -> None:
    story, other = piloting(), piloting()
    client = Client()
    client.force_login(story.lead, backend="django.contrib.auth.backends.ModelBackend")
    workspace = client.get("/mon-espace").text
    assert 'href="/subventions?mine=on">1 subvention d’essaimage concerne' in workspace
    page = client.get("/subventions?mine=on").text
    assert story.pool.get_absolute_url() in page
    assert other.pool.get_absolute_url() not in page
    assert "Retirer le filtre Celles qui concernent mes organisations ou mes fiches" in page
    assert 'name="mine"' not in Client().get("/subventions?mine=on").text
