"""An application becomes a card, or a need."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from essaim.calls import after_rules
from essaim.calls.models import Application, FormVersion
from essaim.common.errors import DomainError
from essaim.initiatives.actions.cards import create_card, save_section
from essaim.initiatives.models import Initiative, Track
from essaim.initiatives.sections import SECTIONS, digest, read_section
from essaim.people.models import OrganisationKind

from .support import lock_application

LONG = {"long", "text"}
SUMMARY, DESCRIPTION = 500, 20_000
PUBLIC_KINDS = {
    OrganisationKind.CENTRAL_SERVICE, OrganisationKind.TERRITORIAL_SERVICE,
    OrganisationKind.OPERATOR, OrganisationKind.LOCAL_AUTHORITY, OrganisationKind.CCAS,
    OrganisationKind.HOSPITAL,
}  # fmt: skip


def texts(application: Application) -> Iterator[tuple[str, str]]:
    """(question, answer) of what was written in words; blocks about persons are left out."""
    answers = {each.block: each.content for each in application.answers.all()}
    form = FormVersion.objects.filter(call=application.call_id).order_by("-number").first()
    for block in form.blocks if form else []:
        if block.get("of_persons"):
            continue
        for field in block.get("fields") or []:
            said = answers.get(block["slug"], {}).get(field["name"])
            if field.get("kind") in LONG and isinstance(said, str) and said.strip():
                yield str(field.get("label") or ""), said.strip()


@transaction.atomic
def write_card(application: Application, *, by: Any) -> Initiative:
    """A draft of the applicant’s, filled in with what the application says; asked again, it gives
    the same card. One that is about a card already has it."""
    application = lock_application(application.pk)
    if not after_rules.can_make_card(by, application):
        raise DomainError(_("Vous n’écrivez pas pour cette candidature."))
    if application.initiative_id is not None:
        return Initiative.objects.get(pk=application.initiative_id)
    said = list(texts(application))
    public = application.by_person or (
        application.organisation is not None and application.organisation.kind in PUBLIC_KINDS
    )
    card = create_card(
        key=str(uuid.uuid5(application.submission, "card")),
        title=application.title,
        summary=Truncator(said[0][1] if said else application.title).chars(SUMMARY),
        track=Track.PUBLIC if public else Track.SOCIAL,
        by=by,
    )
    card = _fill(card, "essentiel", _essentials(application, by), by=by)
    told = "\n\n".join(f"**{question}**\n\n{answer}" for question, answer in said)
    if told:
        card = _fill(card, "dispositif", {"description": told[:DESCRIPTION]}, by=by)
    application.initiative = card
    application.save(update_fields=["initiative"])
    return card


def _essentials(application: Application, by: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    organisation = application.organisation_id
    if organisation and by.memberships.filter(organisation=organisation).exists():
        found["holder"] = organisation
    if application.territory_id:
        found["territories"] = [application.territory_id]
    themes = sorted(application.call.themes.values_list("pk", flat=True))
    if themes:
        found["themes"] = themes
    return found


def _fill(card: Initiative, slug: str, content: dict[str, Any], *, by: Any) -> Initiative:
    if not content:
        return card
    current = read_section(card, SECTIONS[slug])
    return save_section(
        card, slug, {**current, **content}, by=by, version=card.version, seen=digest(current)
    )
