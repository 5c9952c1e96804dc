"""What invented readers brought to one card, for a trial on one's own machine."""

from __future__ import annotations

import uuid
from typing import Any, TextIO

from django.conf import settings
from django.db import transaction
from django.utils import translation

from essaim.contributions.actions import interest, proposals, questions
from essaim.contributions.models import Proposal
from essaim.initiatives.models import Initiative
from essaim.initiatives.sections import SECTIONS, digest, read_section
from essaim.people.models import Organisation, User

CARD = "demo:plateforme-precarite-energetique"


def _key(name: str) -> uuid.UUID:
    """The same at each start, so that the demonstration is loaded once."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"essaim:contributions:{name}")


def load_contributions(sender: Any = None, *, out: TextIO, **kwargs: Any) -> None:
    """Once, through the same actions as people; nothing outside a local machine, since the
    accounts it speaks for have a public password."""
    if not settings.LOCAL or Proposal.objects.filter(submission=_key("accepted")).exists():
        return
    card = Initiative.objects.filter(external_id=CARD).first()
    member, holder, adopter = (_person(name) for name in ("membre", "porteur", "repreneur"))
    if card is None or member is None or holder is None or adopter is None:
        return
    organisation = Organisation.objects.filter(memberships__user=adopter).first()
    if organisation is None:
        return
    with translation.override(settings.LANGUAGE_CODE), transaction.atomic():
        _load(card, member, holder, adopter, organisation)


def _person(name: str) -> User | None:
    """One of the accounts that ``people.demonstration`` made."""
    return User.objects.filter(email=f"{name}@essaim.example").first()


def _load(
    card: Initiative, member: User, holder: User, adopter: User, organisation: Organisation
) -> None:
    lesson = (
        "Ouvrir le guichet le seul lundi matin : ceux qui travaillent ne sont pas venus. (fictif)"
    )
    accepted = _propose(
        card, "preuves", adopter, "accepted",
        organisation=organisation,
        kind=Proposal.Kind.FAILURE,
        reason="Nous l’avons vécu pendant un an dans notre commune (fictif).",
        change=lambda was: {**was, "what_failed": f"{was['what_failed']}\n\n{lesson}".strip()},
    )  # fmt: skip
    proposals.accept_proposal(accepted, by=holder, word="Merci, cela évitera l’erreur à d’autres.")
    material = {
        "title": "Modèle de convention entre opérateurs (fictif)",
        "url": "https://exemple.fr/convention-guichet.odt",
        "licence": "Licence Ouverte 2.0",
    }
    _propose(
        card, "materiel", member, "waiting",
        kind=Proposal.Kind.MATERIAL,
        reason="La convention que nous avons signée, sans nos noms : elle peut servir (fictif).",
        change=lambda was: {**was, "materials": [*was["materials"], material]},
    )  # fmt: skip
    question = questions.ask(
        card,
        "Combien d’agents faut-il pour tenir le guichet dans une ville de 20 000 habitants ?"
        " (fictif)",
        by=member,
        key=_key("question"),
    )
    answer = questions.answer(
        question,
        "Un référent à mi-temps suffit la première année, si les opérateurs tiennent chacun une"
        " demi-journée par semaine. (fictif)",
        by=holder,
        key=_key("answer"),
    )
    questions.mark_useful(answer, by=member)
    interest.be_interested(
        card,
        by=adopter,
        organisation=organisation,
        message="Notre commune voudrait ouvrir un guichet semblable : peut-on venir voir le vôtre ?"
        " (fictif)",
    )


def _propose(
    card: Initiative,
    slug: str,
    by: User,
    name: str,
    *,
    kind: str,
    reason: str,
    change: Any,
    organisation: Organisation | None = None,
) -> Proposal:
    current = read_section(Initiative.objects.get(pk=card.pk), SECTIONS[slug])
    return proposals.save_proposal(
        card,
        slug,
        change(current),
        by=by,
        key=_key(name),
        seen=digest(current),
        reason=reason,
        kind=kind,
        organisation=organisation,
    )
