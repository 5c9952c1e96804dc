"""Surveys of users and independent reports, through the actions that people use."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from essaim.evaluations.actions import independents, surveys
from essaim.evaluations.models import IndependentEvaluation, Survey
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import UserFactory

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def card_of_a_team(**fields: Any) -> Any:
    """A card that someone answers for: its author."""
    return InitiativeFactory(**({"published": True, "author": UserFactory()} | fields))


def pdf(content: bytes = PDF, name: str = "rapport.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def report_data(**fields: Any) -> dict[str, Any]:
    return {
        "submission": uuid.uuid4(),
        "title": "Évaluation d’impact",
        "evaluator": "Laboratoire d’économie",
        "tie": "funder",
        "independence": "Choisi par la préfecture ; rapport publié sans relecture du porteur.",
        "about": "origin",
        "site": "",
        "method": "random",
        "method_note": "400 ménages tirés au sort, suivis un an.",
        "year": 2020,
        "results": "Facture moins lourde de 120 € par an (de 60 à 180).",
        "limits": "",
        "level_claimed": 4,
        "url": "https://exemple.fr/rapport",
        "file": None,
    } | fields


def attached(card: Any = None, *, by: Any = None, **fields: Any) -> IndependentEvaluation:
    card = card or card_of_a_team()
    return independents.attach(card, by=by or card.author, **report_data(**fields))


def survey_data(**fields: Any) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "submission": uuid.uuid4(),
        "title": "Ce qu’en disent les ménages",
        "audience": "les 40 ménages reçus depuis janvier",
        "invited": 40,
        "controller": "CCAS, accueil@ccas.example",
        "introduction": "Trois minutes, sans nom.",
        "minimum": 5,
        "closes_on": today + dt.timedelta(days=30),
        "deletion_on": today + dt.timedelta(days=200),
    } | fields


def prepared(card: Any = None, **fields: Any) -> Survey:
    card = card or card_of_a_team()
    return surveys.create(card, by=card.author, **survey_data(**fields))


def opened(card: Any = None, **fields: Any) -> Survey:
    return surveys.open_survey(prepared(card, **fields))


def answered(survey: Survey, count: int, *, channel: str = "link", **values: Any) -> Survey:
    """``count`` people answer each question alike, unless ``q<position>`` says otherwise."""
    given = {}
    for question in survey.questions.all():
        default = {"agree": "4", "yes_no": "yes", "choice": "0", "text": "Cela m’a aidé."}
        given[question.name] = values.get(f"q{question.position}", default[question.kind])
    for _ in range(count):
        surveys.answer(survey, submission=uuid.uuid4(), channel=channel, answers=given)
    return survey


def closed(card: Any = None, *, answers: int = 12, **fields: Any) -> Survey:
    return surveys.close(answered(opened(card, **fields), answers))


def concluded(card: Any = None, *, answers: int = 12, **fields: Any) -> Survey:
    survey = closed(card, answers=answers, **fields)
    return surveys.conclude(
        survey, by=survey.created_by, interviews=0, heard="L’accueil compte.",
        limits="Ceux qui sont partis n’ont pas été retrouvés.",
    )  # fmt: skip
