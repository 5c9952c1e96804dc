"""From the question to the card: the whole of a self-evaluation, as a teacher does it."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from essaim.evaluations.actions import analyses
from essaim.evaluations.models import Evaluation
from essaim.initiatives.models import Fact, Initiative
from tests.evaluations.factories import CSV
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def teacher() -> Any:
    return UserFactory(name="Claire")


@pytest.fixture
def client(teacher: Any) -> Client:
    client = Client()
    client.force_login(teacher, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def card(teacher: Any) -> Initiative:
    return InitiativeFactory(published=True, author=teacher)


def send(client: Client, address: str, **data: Any) -> Any:
    """Send the form of the page with these values, its hidden fields included."""
    page = client.get(address).content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', page))
    hidden.pop("csrfmiddlewaretoken", None)
    return client.post(address, hidden | data)


def test_a_teacher_plans_collects_analyses_and_concludes(client: Client, card: Initiative) -> None:
    started = send(client, f"/initiatives/{card.slug}/preuves/auto-evaluation", title="Tutorat")
    evaluation = Evaluation.objects.get()
    base = f"/evaluations/{evaluation.pk}"
    assert started.url == f"{base}/plan/question"
    today = timezone.localdate()
    steps: list[tuple[str, dict[str, Any]]] = [
        ("question", {"who": "les sixièmes", "what": "un tutorat", "outcome": "lire",
                      "compared_with": "l’étude", "period": "l’automne"}),
        ("mesure", {"indicator": "test", "outcome_kind": "number", "unit": "points",
                    "higher_is_better": "yes", "collected_by": "une collègue", "education": "yes"}),
        ("methode", {"design": "comparison", "clustered": "no", "why_comparable": "tirées au hasard"}),
        ("taille", {"per_group": "12", "expected_effect": "0,8"}),
        ("sous-groupes", {"subgroups": "sexe"}),
        ("calendrier", {"pretest_on": today, "starts_on": today,
                        "posttest_on": today + dt.timedelta(days=90)}),
    ]  # fmt: skip
    for name, given in steps:
        answer = send(client, f"{base}/plan/{name}", **given)
        assert answer.status_code == 302, answer.content.decode()
    assert "écart-type serait vu dans" in client.get(f"{base}/plan/taille").content.decode()
    assert send(client, f"{base}/figer").url == base

    answer = send(
        client, f"{base}/protection",
        controller="Collège", legal_basis="public_task", notice="Une note", sensitive="yes",
        impact="done", impact_note="AIPD 1", deletion_on=today + dt.timedelta(days=100),
    )  # fmt: skip
    assert answer.url == f"{base}/donnees", answer.content.decode()
    answer = client.post(f"{base}/donnees", {"text": CSV})
    assert answer.status_code == 302, answer.content.decode()
    columns = answer.url
    assert "E01" in client.get(columns).content.decode()
    answer = client.post(
        columns,
        {"unit": "élève", "group": "groupe", "pre": "test de septembre",
         "post": "test de janvier", "treated": "A", "control": "B"},
    )  # fmt: skip
    assert answer.status_code == 302, answer.content.decode()
    client.post(f"{base}/analyse")
    analyses.make(evaluation.analyses.get().pk)
    page = client.get(f"{base}/analyse").content.decode()
    assert "effet en" in page.lower() and "Niveau de preuve 3" in page, page[page.index("<main") :]

    answer = send(client, f"{base}/conclure", learnt="Ils lisent mieux.", limits="Deux classes.")
    assert answer.url == base, answer.content.decode()
    card.refresh_from_db()
    assert (card.proof_level, card.phase) == (3, "validate")
    fact = Fact.objects.get(initiative=card)
    assert fact.value["level"] == 3 and fact.value["kind"] == "self"
    public = Client().get(base)
    assert "Ils lisent mieux." in public.content.decode()
    assert "Tutorat" in Client().get(f"/initiatives/{card.slug}/preuves").content.decode()
