"""What cards hold about a person, and how long deposited files are kept."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from essaim.initiatives.actions import coeditors
from essaim.initiatives.actions.imports import abandon_old
from essaim.initiatives.models import CardImport, CoEditor, Initiative, Refusal, RevisionNote
from essaim.people import personal_data, retention
from essaim.people.models import User
from essaim.people.signals import account_deleted


def register_keeping() -> None:
    personal_data.register(
        "initiatives",
        cards_of,
        label=_("Fiches"),
        labels={
            "cards": _("Fiches que j’ai écrites"),
            "coedited": _("Fiches que je coédite"),
            "reasons": _("Motifs que j’ai donnés à des modifications"),
            "appeals": _("Contestations que j’ai écrites"),
            "imports": _("Fichiers que j’ai importés"),
        },
    )
    retention.register(
        retention.Rule(
            "import_files",
            _("Fichiers déposés pour un import que personne n’a confirmé"),
            _("Ils peuvent contenir des adresses."),
            abandon_old,
        )
    )
    retention.register(
        retention.Rule(
            "coeditor_invitations",
            _("Invitations à coéditer une fiche restées sans réponse"),
            _("Elles contiennent une adresse."),
            coeditors.forget_old_invitations,
        )
    )
    account_deleted.connect(on_account_deleted, dispatch_uid="initiatives.account_deleted")


def on_account_deleted(sender: Any, user: User, **kwargs: Any) -> None:
    coeditors.forget_person(user)


def cards_of(user: User) -> dict[str, Any]:
    return {
        "cards": [
            {
                "title": card.title,
                "address": card.get_absolute_url(),
                "publication": card.publication,
                "contact": card.contact,
                "created_at": card.created_at,
                "updated_at": card.updated_at,
            }
            for card in Initiative.objects.filter(author=user).order_by("pk")
        ],
        "coedited": CoEditor.objects.filter(user=user).values("card__title", "since"),
        "reasons": RevisionNote.objects.filter(by=user)
        .order_by("pk")
        .values("initiative__title", "version", "text"),
        "appeals": Refusal.objects.filter(appealed_by=user)
        .order_by("pk")
        .values("initiative__title", "appeal", "appealed_at"),
        "imports": CardImport.objects.filter(by=user).values(
            "original_name", "state", "started_at"
        ),
    }
