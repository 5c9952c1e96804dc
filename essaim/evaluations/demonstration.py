"""An invented evaluation, concluded, for a trial on one's own machine: a teacher compares two
classes. Everything goes through the actions that people use; the figures are made up."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from pathlib import Path
from typing import Any, TextIO

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from essaim.evaluations import sizes
from essaim.evaluations.actions import analyses, conclusions, costs, data, plans, statements
from essaim.evaluations.mapping import Mapping
from essaim.evaluations.models import Evaluation
from essaim.initiatives.actions.import_cards import outcomes
from essaim.initiatives.models import Initiative
from essaim.people.actions.accounts import create_account
from essaim.people.actions.organisations import add_member
from essaim.people.demonstration import PASSWORD
from essaim.people.models import User

TEACHER = ("enseignante@essaim.example", "Sacha Enseignante (fictif)")
DATA = Path(__file__).parent / "data"
CARD = "demo:tutorat-de-lecture"
# The same at each start, so that the demonstration is loaded once.
SUBMISSION = uuid.uuid5(uuid.NAMESPACE_URL, "essaim:evaluations:1")


def load_evaluation(sender: Any = None, *, out: TextIO, **kwargs: Any) -> None:
    """Once; nothing outside a local machine, since this account has a public password."""
    if not settings.LOCAL:
        return
    if not Evaluation.objects.filter(submission=SUBMISSION).exists():
        with translation.override(settings.LANGUAGE_CODE), transaction.atomic():
            _load()
    out.write(f"  {TEACHER[0]:28} {PASSWORD}  {TEACHER[1]}\n")


def _load() -> None:
    teacher = User.objects.filter(email=TEACHER[0]).first() or create_account(
        email=TEACHER[0], name=TEACHER[1], password=PASSWORD
    )
    card = _card(teacher)
    evaluation = plans.create(
        card,
        by=teacher,
        title="Le tutorat fait-il lire plus vite en sixième ? (fictif)",
        submission=SUBMISSION,
    )
    _plan(evaluation, teacher)
    evaluation = plans.freeze(evaluation, by=teacher)
    today = timezone.localdate()
    statements.state(
        evaluation, by=teacher, controller="Collège des Tilleuls (fictif)",
        legal_basis="public_task", legal_reference="Projet d’établissement (fictif)",
        notice="Une note aux familles, avec le droit de s’opposer (fictif).", sensitive=True,
        impact="done", impact_note="Analyse d’impact fictive",
        deletion_on=today + dt.timedelta(days=300),
    )  # fmt: skip
    dataset = data.deposit(
        evaluation, by=teacher, origin="paste", text=(DATA / "lecture.csv").read_text("utf-8")
    )
    mapping = Mapping(
        roles={"unit": "pseudonyme", "group": "groupe", "pre": "septembre", "post": "janvier"},
        treated="6e A", control="6e B", subgroups=["sexe"],
    )  # fmt: skip
    data.map_columns(dataset, mapping, by=teacher)
    analyses.make(analyses.ask(evaluation, by=teacher).pk)
    _costs(evaluation)
    conclusions.conclude(
        evaluation, by=teacher,
        learnt="Les élèves aidés lisent plus vite, et ceux qui lisaient le moins bien aussi. (fictif)",
        limits="Deux classes, un seul collège ; la collègue qui faisait passer le test savait qui était aidé. (fictif)",
        next_steps="Recommencer l’an prochain en tirant les élèves au sort. (fictif)",
        beneficiaries=24,
    )  # fmt: skip


def _card(teacher: User) -> Initiative:
    known = Initiative.objects.filter(external_id=CARD).first()
    if known is None:
        with (DATA / "demonstration.jsonl").open("rb") as file:
            for _outcome in outcomes(file, publish=True, by=teacher, write=True):
                pass
        known = Initiative.objects.get(external_id=CARD)
    if known.holder is not None:
        add_member(known.holder, teacher)
    return known


def _plan(evaluation: Evaluation, teacher: User) -> None:
    today = timezone.localdate()
    sections: dict[str, dict[str, Any]] = {
        "question": {
            "who": "les 48 élèves de deux classes de sixième (fictif)",
            "what": "un tutorat de lecture, vingt minutes trois fois par semaine",
            "compared_with": "l’étude habituelle",
            "outcome": "la vitesse de lecture",
            "period": "de septembre à janvier",
        },
        "mesure": {
            "indicator": "Mots lus en une minute",
            "outcome_kind": "number",
            "unit": "mots",
            "higher_is_better": True,
            "collected_by": "une collègue d’une autre classe",
            "baseline": "92 mots par minute en moyenne (fictif)",
            "education": True,
        },
        "methode": {
            "design": "comparison",
            "analysis": "prepost_control",
            "clustered": False,
            "why_comparable": "Deux classes faites au hasard par le collège (fictif)",
        },
        "taille": {
            "per_group": 24, "cluster_size": None, "icc": None, "expected_effect": Decimal("0.5"),
        },
        "sous-groupes": {"subgroups": ["sexe"]},
        "calendrier": {
            "pretest_on": today - dt.timedelta(days=130),
            "starts_on": today - dt.timedelta(days=120),
            "posttest_on": today - dt.timedelta(days=10),
            "report_on": today + dt.timedelta(days=10),
        },
    }  # fmt: skip
    for name, values in sections.items():
        size = sizes.compute(evaluation, values) if name == "taille" else None
        evaluation = plans.save_section(evaluation, name, values, by=teacher, size_result=size)


def _costs(evaluation: Evaluation) -> None:
    line = {
        "label": "Heures d’accompagnement personnalisé (fictif)",
        "payer": "Rectorat (fictif)",
        "source": "Coût horaire inventé (fictif)",
        "year": 1,
        "units": (40, 60, 80),
        "unit_cost": (38, 42, 46),
        "deadweight": (10, 20, 30),
        "attribution": (50, 60, 70),
        "cashable": (30, 40, 50),
    }
    values = {key: value for key, value in line.items() if not isinstance(value, tuple)}
    for name, bounds in line.items():
        if isinstance(bounds, tuple):
            for end, bound in zip(("low", "central", "high"), bounds, strict=True):
                values[f"{name}_{end}"] = Decimal(bound)
    costs.save(
        evaluation,
        discount_rate=Decimal("3.20"),
        rate_source="Taux d’exemple (fictif)",
        lines=[values],
    )
