"""An invented survey of users, concluded, an open one to answer, and an independent report."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from essaim.evaluations.actions import independents, surveys
from essaim.evaluations.models import Survey
from essaim.evaluations.voice_templates import introduction
from essaim.initiatives.models import Initiative
from essaim.people.models import User

CARD = "demo:plateforme-precarite-energetique"
HOLDER, MANAGER = "porteur@essaim.example", "animateur@essaim.example"


def _once(name: str) -> uuid.UUID:
    """The same at each start, so that the demonstration is loaded once."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"essaim:{name}")


# Agree 5 to 1, agree, changed, recommends: as fourteen invented households answered.
ANSWERS = [
    *[("5", "5", "yes", "yes")] * 6,
    *[("4", "5", "yes", "yes")] * 3,
    *[("4", "4", "no", "yes")] * 2,
    *[("3", "4", "no", "yes")] * 2,
    ("2", "3", "no", "no"),
]


def load_voice(sender: Any = None, **kwargs: Any) -> None:
    """Once; nothing outside a local machine."""
    if not settings.LOCAL or Survey.objects.filter(submission=_once("survey:1")).exists():
        return
    card = Initiative.objects.filter(external_id=CARD).first()
    holder = User.objects.filter(email=HOLDER).first()
    manager = User.objects.filter(email=MANAGER).first()
    if card is None or holder is None or manager is None:
        return
    with translation.override(settings.LANGUAGE_CODE), transaction.atomic():
        _concluded(card, holder)
        _prepared(card, holder, "survey:2", "Avis des ménages de cette année (fictif)")
        _report(card, holder, manager)


def _prepared(card: Initiative, holder: User, name: str, title: str) -> Survey:
    today = timezone.localdate()
    survey = surveys.create(
        card, by=holder, submission=_once(name), title=title,
        audience="Les ménages reçus à la plateforme (fictif)", invited=40,
        controller="CCAS de Grenoble (fictif)", introduction=introduction(), minimum=10,
        closes_on=today + dt.timedelta(days=30), deletion_on=today + dt.timedelta(days=395),
    )  # fmt: skip
    return surveys.open_survey(survey)


def _concluded(card: Initiative, holder: User) -> None:
    survey = _prepared(card, holder, "survey:1", "Ce qu’en disent les ménages (fictif)")
    names = [q.name for q in survey.questions.all() if q.kind != "text"]
    for number, given in enumerate(ANSWERS):
        surveys.answer(
            survey,
            submission=_once(f"response:{number}"),
            channel="paper" if number % 4 == 0 else "link",
            answers=dict(zip(names, given, strict=True)),
        )
    survey = surveys.close(survey)
    surveys.conclude(
        survey,
        by=holder,
        interviews=6,
        heard="L’accueil et la visite à domicile comptent plus que les brochures. Plusieurs n’ont"
        " pas osé demander avant que quelqu’un les appelle. (fictif)",
        limits="Les ménages qui ont renoncé après la première visite n’ont pas été retrouvés."
        " (fictif)",
        changes="Rappeler chaque ménage un mois après la visite. (fictif)",
    )


def _report(card: Initiative, holder: User, manager: User) -> None:
    report = independents.attach(
        card, by=holder, submission=_once("independent:1"), file=None,
        title="Suivi des factures avant et après la visite (fictif)",
        evaluator="Observatoire régional de l’énergie (fictif)",
        tie="funder", independence="Commandé par un financeur, publié sans relecture. (fictif)",
        about="origin", site="", method="before_after",
        method_note="Factures de 52 ménages, un an avant et un an après. (fictif)",
        year=2014, results="Consommation plus basse de 9 % (de 4 à 14). (fictif)",
        limits="Sans comparaison : l’hiver était plus doux. (fictif)", level_claimed=3,
        url="https://exemple.invalid/suivi-des-factures",
    )  # fmt: skip
    independents.confirm(
        report, by=manager, level=2,
        reason="Un changement est mesuré ; sans comparaison, le niveau 3 n’est pas établi. (fictif)",
    )  # fmt: skip
