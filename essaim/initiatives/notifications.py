"""The messages about a card: only what waits for a person, or decides about their card."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, send_mail
from django.urls import reverse
from django.utils.translation import gettext as _

from essaim.initiatives.models import CoEditorInvitation, Initiative, Refusal


def card_sent_back(card: Initiative) -> None:
    """To the author, when a manager asks for more before publishing."""
    _tell_author(
        card,
        _("Votre fiche « %(title)s » attend un complément"),
        _(
            "Un animateur a relu votre fiche « %(title)s » et demande un complément :\n\n"
            "%(reason)s\n\n"
            "Votre texte est resté tel quel. Ouvrez la fiche, complétez, puis soumettez-la de "
            "nouveau."
        ),
        card.return_reason,
    )


def card_refused(card: Initiative, refusal: Refusal) -> None:
    """To the author: why, and how to contest it."""
    _tell_author(
        card,
        _("Votre fiche « %(title)s » n’est pas publiée"),
        _(
            "Un animateur a relu votre fiche « %(title)s » et a décidé de ne pas la publier :\n\n"
            "%(reason)s\n\n"
            "Vous pouvez contester ce refus depuis la page de la fiche : une autre personne en "
            "décidera. Votre texte est resté tel quel."
        ),
        refusal.reason,
    )


def appeal_decided(card: Initiative, refusal: Refusal) -> None:
    """To the author: what was decided on their appeal, and why."""
    _tell_author(
        card,
        _("Décision sur votre fiche « %(title)s »"),
        _(
            "Vous aviez contesté le refus de votre fiche « %(title)s ». Décision : "
            "%(outcome)s.\n\n%(reason)s"
        ),
        refusal.decision,
        outcome=refusal.get_outcome_display(),
    )


def _tell_author(card: Initiative, subject: str, body: str, reason: str, **words: str) -> None:
    if card.author is None or not card.author.is_active:
        return
    told = {"title": " ".join(card.title.split()), "reason": reason, **words}
    send_mail(
        subject=f"[{settings.SITE['name']}] " + subject % told,
        message="\n\n".join(
            [_("Bonjour,"), body % told, f"{settings.PUBLIC_URL}{card.get_absolute_url()}"]
        )
        + "\n",
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
