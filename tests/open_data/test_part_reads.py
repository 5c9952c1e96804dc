"""The kit of a card and what is asked about it, by program."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from essaim.kits.models import KitMaterial
from tests.contributions.factories import AnswerFactory, QuestionFactory
from tests.initiatives.factories import InitiativeFactory
from tests.kits.factories import deposited
from tests.open_data.test_reads import everything
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_the_kit_in_its_latest_version(client: Client) -> None:
    card = InitiativeFactory(published=True)
    material = deposited(card, credit="Awa, awa@exemple.fr")
    removed = deposited(card, title="Un vieux modèle")
    KitMaterial.objects.filter(pk=removed.pk).update(
        removed_at=timezone.now(), removal_reason="Trop vieux."
    )
    (found,) = everything(client, f"/api/v1/initiatives/{card.slug}/kit")
    assert (found["id"], found["title"]) == (material.pk, material.title)
    assert "awa@exemple.fr" not in str(found)
    assert len(found["sha256"]) == 64
    draft = deposited(InitiativeFactory(author=UserFactory())).initiative
    assert client.get(f"/api/v1/initiatives/{draft.slug}/kit").status_code == 404


def test_questions_that_all_read(client: Client) -> None:
    card = InitiativeFactory(published=True)
    question = QuestionFactory(
        card=card, text="Combien ? Écrire à a@exemple.fr", author__name="Awa"
    )
    QuestionFactory(card=card, private=True)
    QuestionFactory(card=card, hidden_at=timezone.now())
    AnswerFactory(question=question, text="Un mi-temps.", useful_at=timezone.now())
    AnswerFactory(question=question, text="Masquée.", hidden_at=timezone.now())
    (found,) = everything(client, f"/api/v1/initiatives/{card.slug}/questions")
    assert found["id"] == question.pk
    assert [(each["text"], each["useful"]) for each in found["answers"]] == [("Un mi-temps.", True)]
    assert not {"a@exemple.fr", "Awa", "Masquée"} & set(str(found).replace(",", " ").split())
    assert "a@exemple.fr" not in str(found)
    assert client.get("/api/v1/initiatives/nulle-part/questions").status_code == 404


@pytest.mark.parametrize("rows", [1, 20])
def test_as_many_queries_whatever_their_length(client: Client, rows: int) -> None:
    card = InitiativeFactory(published=True)
    for n in range(rows):
        deposited(card, title=f"Méthode {n}")
        AnswerFactory(question=QuestionFactory(card=card))
    for part in ("kit", "questions"):
        address = f"/api/v1/initiatives/{card.slug}/{part}"
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(address)
        assert len(answer.json()["items"]) == rows
        assert len(captured) <= 7, (part, len(captured))
