"""The one file of the invented pool of Enerterre, brought there by the actions: two versions, a
question answered, a document that a funder must have, a report. All of it is « fictif »."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from typing import Any, TextIO

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from essaim.dossiers.actions import documents, questions, reports, versions, writing
from essaim.dossiers.models import Application
from essaim.dossiers.statements import TEXTS
from essaim.people.models import Function, User

from .application import start_for
from .demonstration import CARDS, LEAD, OTHERS
from .document import option_pdf
from .models import Option, Pool

CARD = "demo:enerterre"
BLOCKS: dict[str, dict[str, Any]] = {
    "identite": {
        "acronym": "", "siret": "73282932000074", "rna": "",
        "object": "Parc naturel régional : chiffres et adresse inventés (fictif).",
        "address": "1 rue du Marais, 50500 Exemple (fictif)", "website": "",
    },
    "personnes": {
        "representative": "Anaïs Parc (fictif)", "representative_function": "présidente (fictif)",
        "representative_email": "parc@essaim.example", "representative_phone": "",
        "contact": "", "contact_email": "", "contact_phone": "",
    },
    "relations": {
        "approvals": "", "public_utility": "no", "commercial_taxes": "no",
        "networks": "Fédération des parcs (fictif)", "member_bodies": "",
    },
    "moyens": {
        "volunteers": 40, "civic_volunteers": 2, "employees": 31, "fte": "28.5", "lent": "",
        "members": "",
    },
    "projet": {
        "resources": "Un animateur par site, des outils prêtés, des matériaux locaux (fictif).",
        "starts_on": "2027-01-01", "ends_on": "2028-12-31",
        "evaluation": "Logements rénovés, heures d’habitants, factures avant et après (fictif).",
        "beneficiaries": "Propriétaires modestes, et les voisins qui les aident (fictif).",
        "need": "Des logements en terre que l’on ne peut plus chauffer (fictif).",
        "objectives": "Rénover avec les habitants, sur cinq départements (fictif).",
    },
    "budget": {"year": 2027, "indirect": ""},
}  # fmt: skip


def load_application(sender: Any = None, *, out: TextIO, **kwargs: Any) -> None:
    """Once, on a local machine only, after the pools."""
    pool = Pool.objects.filter(initiative__external_id=CARD).for_detail().first()
    holder = User.objects.filter(email=CARDS[CARD][0]).first()
    if not settings.LOCAL or pool is None or holder is None or Application.objects.exists():
        return
    if pool.initiative.holder is None:
        return
    with translation.override(settings.LANGUAGE_CODE), transaction.atomic():
        _load(pool, holder)


def _key(name: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"essaim:application:{name}")


def _save(file: Application, slug: str, holder: User, **more: Any) -> None:
    answer = file.answers.get(block=slug)
    content = {**answer.content, **more}
    writing.save_block(file, slug, content, by=holder, version=answer.version)


def _load(pool: Pool, holder: User) -> None:
    lead = User.objects.get(email=LEAD)
    other = User.objects.get(email=OTHERS[0])
    file = start_for(pool, by=holder)
    for slug, content in BLOCKS.items():
        _save(file, slug, holder, **content)
    documents.state(file.organisation, list(TEXTS), by=holder, amount_cents=0)
    made = option_pdf(Option.objects.filter(pool=pool, is_pilot=True).select_related("pool").get())
    statutes = documents.deposit(
        file.organisation, by=holder, submission=_key("statutes"), kind="statutes",
        title="Statuts (fictif)", file=io.BytesIO(made), file_name="statuts-fictifs.pdf",
        file_size=len(made),
    )  # fmt: skip
    documents.attach(file, statutes, by=holder)
    versions.submit(file, by=holder, submission=_key("version:1"))
    funder = other.memberships.filter(
        functions__contains=[Function.FUNDER], organisation__options__pool=pool,
        organisation__options__state="confirmed",
    ).order_by("organisation__name").first()  # fmt: skip
    if funder is None:
        return
    asked = questions.ask(
        file, by=other, organisation=funder.organisation, submission=_key("question"),
        block="projet", text="Qui anime le site la deuxième année ? (fictif)",
    )  # fmt: skip
    questions.answer(
        asked,
        by=holder,
        text="Le même animateur, à mi-temps ; la nouvelle version le dit (fictif).",
    )
    writing.amend(file, by=holder)
    _save(
        file, "projet", holder,
        resources="Un animateur par site, à mi-temps la deuxième année, des outils prêtés, des matériaux locaux (fictif).",
    )  # fmt: skip
    versions.submit(
        file, by=holder, submission=_key("version:2"),
        reason="L’animation de la deuxième année est précisée (fictif).",
    )  # fmt: skip
    documents.require_document(
        file, by=lead, organisation=lead.memberships.get().organisation,
        submission=_key("required"), label="Attestation d’assurance des chantiers (fictif)",
        why="Le règlement départemental l’impose pour les chantiers ouverts (fictif).",
    )  # fmt: skip
    end = timezone.localdate() - dt.timedelta(days=60)
    report = reports.start_report(
        file, by=holder, submission=_key("report"), starts_on=end - dt.timedelta(days=364),
        ends_on=end,
    )  # fmt: skip
    # The first site only: a fifth of each line, and why.
    reports.save_report(
        report, by=holder, version=report.version,
        realised=[
            (line["amount_cents"] // 5, "Le site pilote seul, sur cinq (fictif)")
            for line in report.content["lines"]
        ],
        texts={
            "done": "Onze logements terminés sur le site pilote (fictif).",
            "participants": "Onze ménages, soixante voisins (fictif).",
            "objectives": "Les coûts et les délais prévus sont tenus (fictif).",
        },
    )  # fmt: skip
    reports.submit_report(report, by=holder)
