"""What management dialogues hold about a person, and what goes when they leave."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from essaim.dialogues.actions import figure_files
from essaim.dialogues.actions.keeping import forget_person, forget_texts, join_organisations
from essaim.dialogues.models import (
    Access,
    Campaign,
    Check,
    FigureFile,
    Helper,
    Manager,
    Module,
    Proposal,
    Runner,
    Session,
)
from essaim.people import personal_data, retention
from essaim.people.models import Organisation, User
from essaim.people.signals import account_deleted, organisations_merged


def register_keeping() -> None:
    personal_data.register(
        "dialogues",
        dialogues_of,
        label=_("Dialogue de gestion"),
        labels={
            "campaigns": _("Campagnes que j’ai commencées ou que j’anime"),
            "territories": _("Territoires pour lesquels je réponds"),
            "choices": _("Choix que j’ai faits, et mes mots"),
            "checks": _("Constats et appuis que j’ai notés"),
            "training": _("Modules et sessions que j’ai ajoutés"),
            "files": _("Fichiers de chiffres que j’ai déposés"),
            "accesses": _("Dialogues que j’ai consultés comme administrateur"),
        },
    )
    retention.register(
        retention.Rule(
            "ended_dialogues",
            _("Textes des dialogues de gestion terminés, personnes de l’aide"),
            _("Le temps de plusieurs dialogues de suite ; états, dates et chiffres restent."),
            forget_texts,
        )
    )
    retention.register(
        retention.Rule(
            "figure_files",
            _("Fichiers de chiffres des campagnes, et ce qui est dit de leurs lignes"),
            _(
                "Le temps de corriger un fichier refusé ou interrompu ; les chiffres chargés restent."
            ),
            figure_files.forget_old,
        )
    )
    account_deleted.connect(on_account_deleted, dispatch_uid="dialogues.account_deleted")
    organisations_merged.connect(on_organisations_merged, dispatch_uid="dialogues.merged")


def dialogues_of(user: User) -> dict[str, Any]:
    return {
        "campaigns": [
            *Campaign.objects.filter(created_by=user).values("title", "year", "created_at"),
            *Runner.objects.filter(user=user).values("campaign__title", "campaign__year"),
        ],
        "territories": Manager.objects.speaking(user, Organisation.objects.none()).values(
            "dialogue__campaign__title", "dialogue__territory__label"
        ),
        "choices": Proposal.objects.filter(answered_by=user).values(
            "initiative__title", "state", "words", "answered_on"
        ),
        "checks": [
            *Check.objects.filter(by=user).values("on", "seen"),
            *Helper.objects.filter(by=user).values("name", "contact", "hours", "topics"),
        ],
        "training": [
            *Module.objects.filter(created_by=user).values("title", "audience"),
            *Session.objects.filter(created_by=user).values("module__title", "starts_on"),
        ],
        "files": FigureFile.objects.filter(by=user).values("name", "state", "at"),
        "accesses": Access.objects.filter(user=user).values("campaign__title", "at"),
    }


def on_account_deleted(sender: Any, user: User, **kwargs: Any) -> None:
    forget_person(user)


def on_organisations_merged(sender: Any, kept: Any, other: Any, **kwargs: Any) -> None:
    join_organisations(kept, other)
