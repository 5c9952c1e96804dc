"""Pages: their queries, what the public page of evidence says, abuse of forms."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from essaim.evaluations.evidence import level_of, sources
from essaim.evaluations.models import Member
from essaim.initiatives.actions.facts import facts_from_evidence, record_fact
from essaim.initiatives.models import Evidence, Initiative
from tests.evaluations.factories import EvaluationFactory, MemberFactory, concluded, member_of
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as done:
        assert client.get(address).status_code == 200
    return len(done)


def test_my_evaluations_cost_as_much_with_one_as_with_many() -> None:
    claire = UserFactory()
    client = signed_in(claire)
    card = InitiativeFactory(published=True, author=claire)
    counts = []
    for more in (1, 2, 17):
        for _n in range(more):
            MemberFactory(evaluation=EvaluationFactory(initiative=card), user=claire)
        counts.append((queries(client, "/evaluations"), queries(client, "/mon-espace")))
    assert all(one == other for one, other in itertools.pairwise(counts)), counts


def test_the_evidence_of_a_card_costs_as_much_with_many_proofs() -> None:
    card = InitiativeFactory(published=True, author=UserFactory())
    address = f"/initiatives/{card.slug}/preuves"
    counts = []
    for more in (1, 2, 17):
        for n in range(more):
            Evidence.objects.create(initiative=card, kind="peer", title=f"Preuve {n}", level=2)
            record_fact(card, "evaluation_concluded", f"x:{more}:{n}", {"kind": "self", "level": 1})
            MemberFactory(evaluation=EvaluationFactory(initiative=card))
        counts.append(queries(Client(), address))
        signed = queries(signed_in(card.author), address)
        assert signed < 40
    assert len(set(counts)) == 1, counts


def test_four_sources_stand_side_by_side_even_empty() -> None:
    card = InitiativeFactory(published=True)
    assert [s.name for s in sources(card)] == ["self", "peer", "independent", "users"]
    page = Client().get(f"/initiatives/{card.slug}/preuves").content.decode()
    assert page.count("Rien encore.") == 4 and "non établi" in page


def test_the_level_says_who_established_it_and_what_comes_next() -> None:
    card = InitiativeFactory(published=True)
    Evidence.objects.create(initiative=card, kind="self", title="La nôtre", level=2)
    facts_from_evidence([card.pk])
    report = {"kind": "independent", "level": 4, "title": "Rapport"}
    record_fact(card, "evaluation_concluded", "independent:1", report)
    assert level_of(Initiative.objects.get(pk=card.pk)).number == 3, "nobody confirmed it"
    record_fact(card, "evaluation_concluded", "independent:1", {**report, "confirmed": True})
    card = Initiative.objects.get(pk=card.pk)
    level = level_of(card)
    assert level.number == 4 and level.because is not None and level.because.title == "Rapport"
    assert level.next_number == 5 and "manuels" in str(level.next_steps[0])


def test_words_typed_by_a_team_are_never_markup() -> None:
    nasty = "<script>alert(1)</script>"
    evaluation = EvaluationFactory(collecting=True, indicator=nasty[:200], who=nasty)
    done = concluded(evaluation)
    done.refresh_from_db()
    page = Client().get(f"/evaluations/{done.pk}").content.decode()
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page
    assert Client().get(f"/evaluations/{done.pk}/rapport.pdf").content.startswith(b"%PDF")


def test_a_person_is_added_only_from_the_cards_team() -> None:
    evaluation = EvaluationFactory()
    by = evaluation.initiative.author
    MemberFactory(evaluation=evaluation, user=by)
    stranger = UserFactory()
    colleague = MemberFactory(evaluation=EvaluationFactory(initiative=evaluation.initiative)).user
    client = signed_in(by)
    address = f"/evaluations/{evaluation.pk}/equipe"
    assert client.post(address, {"user": stranger.pk}).status_code == 422
    assert client.post(address, {"user": colleague.pk}).status_code == 302
    assert Member.objects.filter(evaluation=evaluation, user=colleague).exists()


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("methode", {"design": "before_after", "analysis": "ancova", "clustered": "no"}),
        ("taille", {"per_group": "1"}),
        ("taille", {"per_group": "20", "icc": "1,5"}),
        ("taille", {"per_group": "abc"}),
        ("calendrier", {"starts_on": "31/02/2026", "posttest_on": "2026-01-01"}),
        ("sous-groupes", {"subgroups": "\n".join(str(n) for n in range(11))}),
    ],
)
def test_a_step_that_makes_no_sense_keeps_what_was_typed(name: str, wrong: dict[str, str]) -> None:
    evaluation = EvaluationFactory()
    client = signed_in(member_of(evaluation))
    answer = client.post(f"/evaluations/{evaluation.pk}/plan/{name}", {"version": "1"} | wrong)
    assert answer.status_code == 422
    evaluation.refresh_from_db()
    assert evaluation.version == 1


@pytest.mark.parametrize("total", ["", "-1", "abc", "99999"])
def test_the_calculator_survives_any_number_of_lines(total: str) -> None:
    evaluation = EvaluationFactory()
    client = signed_in(member_of(evaluation))
    sent = {"lines-TOTAL_FORMS": total, "lines-INITIAL_FORMS": "0"}
    for extra in ({}, {"more": "1"}):
        answer = client.post(f"/evaluations/{evaluation.pk}/couts-evites", sent | extra)
        assert answer.status_code in {200, 422}


def test_the_calculator_takes_commas_and_shows_its_table() -> None:
    evaluation = EvaluationFactory()
    client = signed_in(member_of(evaluation))
    address = f"/evaluations/{evaluation.pk}/couts-evites"
    sent = {
        "discount_rate": "3,2", "rate_source": "Rapport 2021", "lines-TOTAL_FORMS": "2",
        "lines-INITIAL_FORMS": "0", "lines-0-payer": "Département", "lines-0-label": "Nuits",
        "lines-0-source": "Budget 2025", "lines-0-year": "0", "lines-0-units_central": "10",
        "lines-0-unit_cost_central": "60,50", "lines-0-deadweight_central": "20",
        "lines-0-attribution_central": "50", "lines-0-cashable_central": "100",
        "lines-1-year": "0",
    }  # fmt: skip
    assert client.post(address, sent).status_code == 302
    # 10 × 0.8 × 0.5 × 60.50
    assert "242" in client.get(address).content.decode()
    wrong = sent | {"lines-0-units_low": "20"}
    assert client.post(address, wrong).status_code == 422
