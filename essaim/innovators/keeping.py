"""What the innovator's path holds about a person, and what goes when they leave."""

from __future__ import annotations

from typing import Any

from django.forms.models import model_to_dict
from django.utils.translation import gettext_lazy as _

from essaim.innovators.actions import ending, files, status
from essaim.innovators.actions.retention import forget_persons_of_ended_files
from essaim.innovators.models import InnovationFile, OpinionRequest, StatusCard
from essaim.people import personal_data, retention
from essaim.people.models import User
from essaim.people.signals import account_deleted


def register_keeping() -> None:
    personal_data.register(
        "innovators",
        path_of,
        label=_("Parcours de l’innovateur"),
        labels={
            "files": _("Dossiers que j’ai déposés"),
            "files_followed": _("Dossiers que je suis"),
            "opinions_given": _("Avis que j’ai donnés"),
            "status": _("Statut d’innovateur"),
        },
    )
    retention.register(
        retention.Rule(
            "ended_innovation_files",
            _("Notes, raisons, noms et adresses des dossiers d’innovation terminés"),
            _("Le temps du prix et des premières suites ; étapes, avis et montants restent."),
            forget_persons_of_ended_files,
        )
    )
    account_deleted.connect(on_account_deleted, dispatch_uid="innovators.account_deleted")


def path_of(user: User) -> dict[str, Any]:
    """One's own files whole, their end included; of the files one follows, the names only."""
    own = InnovationFile.objects.filter(innovator=user).select_related("outcome")
    return {
        "files": [
            {
                **model_to_dict(file, exclude=["innovator", "case_officer"]),
                "end": model_to_dict(file.outcome, fields=["kind", "reason"])
                if hasattr(file, "outcome")
                else None,
            }
            for file in own
        ],
        "files_followed": InnovationFile.objects.filter(case_officer=user).values("id", "title"),
        "opinions_given": OpinionRequest.objects.filter(answered_by=user).values(
            "id", "answer", "answered_at"
        ),
        "status": [
            model_to_dict(card, exclude=["user", "agreed_by"])
            for card in StatusCard.objects.filter(user=user)
        ],
    }


def on_account_deleted(sender: Any, user: User, keep_name: bool, **kwargs: Any) -> None:
    ending.forget_person(user)
    status.erase_status(user)
    files.remove_case_officer(user)
    files.let_go(user, credited=keep_name)
