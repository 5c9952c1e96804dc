"""What waits for somebody who holds the mandate of many funders: as many queries as for one, and of
each row what its line says, no more."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from essaim.common.typography import french
from essaim.common.waiting import Waiting, told
from essaim.funding.actions import money
from essaim.funding.models import Option
from essaim.funding.waiting import waiting
from essaim.initiatives.models import Initiative
from essaim.people.models import Function
from tests.funding.factories import (
    confirmed,
    instalment,
    organisation_of,
    record_act,
    reviewing,
    vote,
    with_options,
)
from tests.people.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


def furnish(user: Any) -> None:
    """Something of most kinds, of organisations in whose name this person acts."""
    story, option, person = confirmed()
    record_act(option, person)
    money.ask_for_payment(instalment(option, person, 1_000_00), by=person)
    instalment(option, person, 2_000_00)
    judging, decided = reviewing(), reviewing()
    for each in (decided.lead, *decided.funders):
        vote(decided, each)
    people = [
        *(story.lead, person, story.funders[1]),
        *(judging.lead, *judging.funders, decided.lead),
        with_options().lead,
    ]
    for body in [organisation_of(each) for each in people]:
        MembershipFactory(user=user, organisation=body, functions=[Function.FUNDER])
    MembershipFactory(user=user, organisation=Option.objects.get(pk=option.pk).adopter)


def read(user: Any) -> tuple[list[Waiting], list[str]]:
    with CaptureQueriesContext(connection) as captured:
        found = told(waiting(user), user)
    return found, [each["sql"] for each in captured.captured_queries]


def test_as_many_queries_for_many_mandates_and_no_wider_than_a_line(settings: Any) -> None:
    settings.FUNDING = settings.FUNDING | {"publication_days": 1}
    user = UserFactory()
    furnish(user)
    Initiative.objects.update(description="Une description qu’aucune ligne ne dit.")
    first, queries = read(user)
    kinds = Counter(each.title for each in first)
    assert {
        "Confirmer ou décliner votre option", "Verser ce qui est demandé", "Demander un versement",
        "Publier les données d’une subvention", "Donner l’avis de votre organisation sur le pilote",
        french("Publier le constat : chaque membre a donné son avis"),
    } <= set(kinds)  # fmt: skip
    assert all(each.about and each.url.startswith("/subventions/") for each in first)
    for _n in range(2):
        furnish(user)
    found, more = read(user)
    assert Counter(each.title for each in found) == {title: 3 * n for title, n in kinds.items()}
    assert len(more) == len(queries)
    assert not [sql for sql in more if '"initiatives_initiative"."description"' in sql]
