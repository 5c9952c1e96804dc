"""The messages about a card: what waits for its author, and for whom it invites."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, send_mail
from django.urls import reverse
from django.utils.translation import gettext as _

from essaim.initiatives.models import CoEditorInvitation, Initiative


def card_sent_back(card: Initiative) -> None:
    """To the author, when a manager asks for more before publishing."""
    if card.author is None or not card.author.is_active:
        return
    site = settings.SITE["name"]
    send_mail(
        subject=_("[%(site)s] Votre fiche « %(title)s » attend un complément")
        % {"site": site, "title": " ".join(card.title.split())},
        message=_(
            "Bonjour,\n\n"
            "Un animateur a relu votre fiche « %(title)s » et demande un complément :\n\n"
            "%(reason)s\n\n"
            "Votre texte est resté tel quel. Connectez-vous à %(site)s, ouvrez « Mes fiches », "
            "complétez, puis soumettez la fiche de nouveau.\n"
        )
        % {"title": card.title, "reason": card.return_reason, "site": site},
        from_email=None,
        recipient_list=[card.author.email],
    )


def invited_to_coedit(invitation: CoEditorInvitation, person: Any) -> None:
    """To the account whose address was invited: it decides, nothing is done for it."""
    site = settings.SITE["name"]
    card = invitation.card
    title = " ".join(card.title.split())
    EmailMessage(
        subject=_("[%(site)s] Invitation à coéditer la fiche « %(title)s »")
        % {"site": site, "title": title},
        body=_(
            "Bonjour,\n\n"
            "%(by)s vous invite à coéditer la fiche « %(title)s » : vous pourriez la modifier, "
            "répondre aux questions et décider des propositions.\n\n"
            "Acceptez ou refusez ici, une fois connecté :\n%(link)s\n\n"
            "Si vous ne faites rien, l’invitation s’éteint seule dans %(days)s jours.\n"
        )
        % {
            "by": invitation.by.name or _("Un membre"),
            "title": title,
            "link": settings.PUBLIC_URL + reverse("initiatives:coediting", args=[card.slug]),
            "days": settings.COEDITOR_INVITATION_DAYS,
        },
        to=[person.email],
        headers={"Auto-Submitted": "auto-generated"},
    ).send()
