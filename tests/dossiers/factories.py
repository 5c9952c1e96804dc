"""Files at each step, on a pool's story: the database refuses the rest."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from essaim.dossiers.actions import documents, questions, reports, versions, writing
from essaim.dossiers.models import (
    Application,
    FinancialReport,
    OrganisationDocument,
    Question,
    SubmittedVersion,
)
from essaim.dossiers.statements import TEXTS
from essaim.funding.application import start_for
from essaim.people.models import Organisation, User
from tests.funding import factories as funding
from tests.funding.factories import PDF, organisation_of
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory

SIRET = "73282932000074"
FILLED: dict[str, dict[str, Any]] = {
    "identite": {
        "name": "Chantiers du Marais", "acronym": "", "siret": SIRET, "rna": "W501000123",
        "object": "Rénover avec les habitants.", "address": "1 rue du Marais, Exemple",
        "website": "",
    },
    "personnes": {
        "representative": "Jeanne Exemple", "representative_function": "présidente",
        "representative_email": "jeanne@exemple.fr", "representative_phone": "",
        "contact": "", "contact_email": "", "contact_phone": "",
    },
    "relations": {
        "approvals": "", "public_utility": "no", "commercial_taxes": "no", "networks": "",
        "member_bodies": "",
    },
    "moyens": {"volunteers": 12, "civic_volunteers": "", "employees": 3, "fte": "2.5", "lent": "", "members": 80},
    "projet": {
        "title": "Enerterre", "objectives": "Rénover.", "need": "Des logements froids.",
        "description": "Des chantiers participatifs.", "beneficiaries": "Propriétaires modestes.",
        "territory": "Manche", "resources": "Deux animateurs.", "starts_on": "2027-01-01",
        "ends_on": "2027-12-31", "evaluation": "Factures avant et après.",
    },
    "budget": {
        "year": 2027, "requested_cents": 100_000_01, "indirect": "",
        "lines": [
            {"side": "charge", "account": "64", "label": "Animation", "amount_cents": 80_000_00},
            {"side": "charge", "account": "60", "label": "Outils", "amount_cents": 20_000_01},
            {"side": "product", "account": "74", "label": "Départements", "amount_cents": 100_000_01},
        ],
    },
}  # fmt: skip


@dataclass
class Story:
    """``holder`` represents the organisation; ``colleague`` is its member; ``funder`` leads the
    pool; ``other`` is a second funder of it."""

    application: Application
    holder: User
    colleague: User
    pool: funding.Story

    @property
    def organisation(self) -> Organisation:
        return self.application.organisation

    @property
    def funder(self) -> User:
        return self.pool.lead

    @property
    def other(self) -> User:
        return self.pool.funders[0]

    def fresh(self) -> Application:
        self.application = Application.objects.for_detail().get(pk=self.application.pk)
        return self.application

    @property
    def version(self) -> SubmittedVersion:
        return self.application.versions.get(number=self.fresh().last_number)


def started(
    holder: User | None = None, colleague: User | None = None,
    organisation: Organisation | None = None, card: Any = None, lead: User | None = None,
    make: str = "with_options",
) -> Story:  # fmt: skip
    holder, colleague = holder or UserFactory(), colleague or UserFactory()
    if organisation is None:
        organisation = OrganisationFactory(kind="association")
        MembershipFactory(organisation=organisation, user=holder, role="representative")
        MembershipFactory(organisation=organisation, user=colleague)
    card = card or InitiativeFactory(published=True, author=holder, holder=organisation)
    pool = getattr(funding, make)(card=card, holder=holder, lead=lead)
    return Story(start_for(pool.pool, by=holder), holder, colleague, pool)


def fill(story: Story, slug: str, by: User | None = None, **more: Any) -> None:
    answer = story.application.answers.get(block=slug)
    content = {**FILLED[slug], **more}
    writing.save_block(
        story.application, slug, content, by=by or story.holder, version=answer.version
    )


def complete(**given: Any) -> Story:
    story = started(**given)
    for slug in FILLED:
        fill(story, slug)
    documents.state(story.organisation, list(TEXTS), by=story.holder, amount_cents=0)
    return story


def submit(story: Story, **more: Any) -> SubmittedVersion:
    given = {"submission": uuid.uuid4()} | more
    return versions.submit(story.application, by=story.holder, **given)


def submitted(**given: Any) -> Story:
    story = complete(**given)
    submit(story)
    story.fresh()
    return story


def amended(**given: Any) -> Story:
    """Twice submitted: the second budget is larger."""
    story = submitted(**given)
    writing.amend(story.application, by=story.holder)
    fill(story, "projet", objectives="Rénover avec les voisins.")
    submit(story, reason="Les voisins sont nommés.")
    story.fresh()
    return story


def deposit(organisation: Organisation, by: User, **more: Any) -> OrganisationDocument:
    content = more.pop("content", PDF + uuid.uuid4().bytes.hex().encode() + b"\n%%EOF\n")
    given = {
        "submission": uuid.uuid4(), "kind": "statutes", "title": "Statuts",
        "file": io.BytesIO(content), "file_name": "statuts.pdf", "file_size": len(content),
    } | more  # fmt: skip
    return documents.deposit(organisation, by=by, **given)


def asked(story: Story, by: User | None = None, **more: Any) -> Question:
    by = by or story.other
    given = {
        "organisation": organisation_of(by), "submission": uuid.uuid4(), "block": "projet",
        "text": "Qui anime la deuxième année ?",
    } | more  # fmt: skip
    return questions.ask(story.application, by=by, **given)


def required(story: Story, by: User | None = None, **more: Any) -> Any:
    by = by or story.other
    given = {
        "organisation": organisation_of(by), "submission": uuid.uuid4(),
        "label": "Attestation d’assurance", "why": "Règlement départemental, article 7.",
    } | more  # fmt: skip
    return documents.require_document(story.application, by=by, **given)


def reporting(**given: Any) -> tuple[Story, FinancialReport]:
    story = submitted(**({"make": "piloting"} | given))
    end = timezone.localdate() - dt.timedelta(days=1)
    report = reports.start_report(
        story.application, by=story.holder, submission=uuid.uuid4(),
        starts_on=end - dt.timedelta(days=300), ends_on=end,
    )  # fmt: skip
    return story, report


WORDS = {"done": "Trois chantiers.", "participants": "Onze ménages.", "objectives": "Tenus."}


def reported(**given: Any) -> tuple[Story, FinancialReport]:
    story, report = reporting(**given)
    realised = [(line["amount_cents"], "") for line in report.content["lines"]]
    reports.save_report(
        report, by=story.holder, version=report.version, realised=realised, texts=WORDS
    )
    report = reports.submit_report(report, by=story.holder)
    return story, report
