"""What files hold about a person, and what goes when."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from essaim.dossiers.actions.keeping import erase_persons, erase_removed_documents
from essaim.dossiers.models import (
    Answer,
    DocumentRequest,
    OrganisationDocument,
    Question,
    Statement,
    SubmittedVersion,
)
from essaim.people import personal_data, retention
from essaim.people.models import User


def register_keeping() -> None:
    personal_data.register(
        "dossiers",
        held_about,
        label=_("Dossiers"),
        labels={
            "blocks": _("Parties de dossiers que j’ai enregistrées en dernier"),
            "versions": _("Versions que j’ai déposées"),
            "documents": _("Documents que j’ai déposés"),
            "statements": _("Attestations que j’ai données"),
            "questions": _("Questions que j’ai posées"),
            "answers": _("Réponses que j’ai écrites"),
            "required": _("Pièces que j’ai demandées"),
        },
    )
    retention.register(
        retention.Rule(
            "application_persons",
            _("Noms et adresses dans les dossiers de demande"),
            _("Le temps du contrôle de l’emploi de l’argent public ; montants et projet restent."),
            erase_persons,
        )
    )
    retention.register(
        retention.Rule(
            "removed_documents",
            _("Documents retirés par leur organisation, joints à aucun dossier"),
            _("Le temps de se raviser."),
            erase_removed_documents,
        )
    )


def held_about(user: User) -> dict[str, Any]:
    """What was written in an organisation's name stays that organisation's."""
    return {
        "blocks": Answer.objects.filter(by=user).values(
            "application__initiative__title", "block", "at"
        ),
        "versions": SubmittedVersion.objects.filter(by=user).values(
            "application__initiative__title", "number", "at"
        ),
        "documents": OrganisationDocument.objects.filter(by=user).values(
            "organisation__name", "kind", "title", "at"
        ),
        "statements": Statement.objects.filter(by=user).values(
            "organisation__name", "key", "text_version", "at"
        ),
        "questions": Question.objects.filter(by=user).values("organisation__name", "text", "at"),
        "answers": Question.objects.filter(answered_by=user).values("answer", "answered_at"),
        "required": DocumentRequest.objects.filter(by=user).values("label", "why", "at"),
    }
