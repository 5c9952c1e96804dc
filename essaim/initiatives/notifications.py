"""The messages about a card. One only: what waits for its author."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import send_mail
from django.utils.translation import gettext as _

from essaim.initiatives.models import Initiative


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
