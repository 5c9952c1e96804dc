"""What applications hold about a person, and what goes when."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from essaim.calls.actions import keeping
from essaim.calls.models import (
    Answer,
    Application,
    ApplicationFile,
    CallQuestion,
    Editor,
    Partner,
    Submission,
)
from essaim.people import personal_data, retention
from essaim.people.models import User
from essaim.people.signals import account_deleted


def register() -> None:
    personal_data.register(
        "calls_applying",
        held_about,
        label=_("Candidatures"),
        labels={
            "applications": _("Candidatures que je porte"),
            "blocks": _("Parties de candidatures que j’ai enregistrées en dernier"),
            "versions": _("Candidatures que j’ai déposées"),
            "files": _("Fichiers que j’ai joints"),
            "editing": _("Candidatures que j’écris avec d’autres"),
            "signed": _("Candidatures que j’ai signées pour une organisation"),
            "questions": _("Questions que j’ai posées"),
            "answers": _("Réponses que j’ai données"),
        },
    )
    for rule in (
        retention.Rule(
            "call_drafts",
            _("Brouillons de candidatures jamais déposées"),
            _("Le temps de les reprendre pour un autre appel."),
            keeping.erase_drafts,
        ),
        retention.Rule(
            "call_persons",
            _("Noms et adresses dans les candidatures"),
            _("Le temps de l’accompagnement, des recours et du contrôle ; le projet reste."),
            keeping.erase_persons,
        ),
        retention.Rule(
            "call_removed_files",
            _("Fichiers retirés d’une candidature, dans aucune version déposée"),
            _("Le temps de se raviser."),
            keeping.erase_removed_files,
        ),
        retention.Rule(
            "call_editor_invitations",
            _("Adresses invitées à écrire ou à signer une candidature, sans réponse"),
            _("Le temps d’accepter."),
            keeping.erase_invitations,
        ),
    ):
        retention.register(rule)
    account_deleted.connect(on_account_deleted, dispatch_uid="calls.applying.account_deleted")


def held_about(user: User) -> dict[str, Any]:
    """What was written in an organisation's name stays that organisation's."""
    about = "application__title"
    call = "application__call__title"
    return {
        "applications": Application.objects.filter(person=user).values(
            "title", "call__title", "state", "created_at", "answers__content"
        ),
        "blocks": Answer.objects.filter(by=user).values(about, call, "block", "at"),
        "versions": Submission.objects.filter(by=user).values(about, call, "number", "at"),
        "files": ApplicationFile.objects.filter(by=user).values(about, "file_name", "at"),
        "editing": Editor.objects.filter(user=user).values(about, call, "at", "left_at"),
        "signed": Partner.objects.filter(signed_by=user).values(
            about, "organisation__name", "role", "signed_at"
        ),
        "questions": CallQuestion.objects.filter(by=user).values(
            "call__title", "text", "is_private", "at"
        ),
        "answers": CallQuestion.objects.filter(answered_by=user).values(
            "call__title", "answer", "answered_at"
        ),
    }


def on_account_deleted(sender: Any, user: User, **kwargs: Any) -> None:
    keeping.forget_person(user)
