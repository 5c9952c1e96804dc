"""One function per message: who is told what, at the moment it becomes true.

People with an account are told through their notifications, mail included. The hierarchy and the
buyer, who have none here, are written to on commit. A message never says how a file ended, and
never carries anyone's address: mailboxes of services are read by several people.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from essaim.following.actions import tell

from .models import InnovationFile, OpinionRequest, StatusCard
from .steps import next_act

FILE, STATUS = "innovation_file", "innovator_status"
ENTERED, TAKEN, ENTRUSTED = "file_entered", "file_taken", "file_entrusted"
ADVANCED, LATE, ENDED = "file_advanced", "file_late", "file_ended"
OPINION_RECEIVED, OPINION_SILENT = "opinion_received", "opinion_silent"
AGREEMENT_ASKED, AGREEMENT_ANSWERED = "agreement_asked", "agreement_answered"


def shown(person: Any) -> str:
    """A person's chosen name, never their address (``str(user)`` falls back on it)."""
    return (person.name if person is not None else "") or _("une personne sans nom affiché")


def _address(path: str) -> str:
    return f"{settings.PUBLIC_URL}{path}"


def _send(to: str, subject: str, body: str, link: str) -> None:
    """Write now, in the site's first language; send once the change is committed.

    A mail server that fails is logged and takes nothing back.
    """
    text = render_to_string(
        "innovators/mail.txt", {"body": body, "link": _address(link), "site": settings.SITE}
    )
    message = EmailMessage(
        f"[{settings.SITE['name']}] {' '.join(subject.split())}",
        text,
        to=[to],
        headers={"Auto-Submitted": "auto-generated"},
    )
    transaction.on_commit(message.send, robust=True)


def _tell_of_opinion(file: InnovationFile, verb: str) -> None:
    """It waits for the case officer to go on from there; the innovator learns it with the rest."""
    tell(file.case_officer, verb, FILE, str(file.pk), waits=True)
    tell(file.innovator, verb, FILE, str(file.pk))


def _site_language() -> Any:
    return translation.override(settings.LANGUAGE_CODE)


def file_entered(file: InnovationFile, officers: list[Any]) -> None:
    for officer in officers:
        tell(officer, ENTERED, FILE, str(file.pk), waits=True, once="once")


def file_taken(file: InnovationFile) -> None:
    tell(file.innovator, TAKEN, FILE, str(file.pk))


def officer_named(file: InnovationFile) -> None:
    tell(file.case_officer, ENTRUSTED, FILE, str(file.pk), waits=True)


def step_reached(file: InnovationFile) -> None:
    """To the innovator: their file's page says which step, and what comes next."""
    tell(file.innovator, ADVANCED, FILE, str(file.pk))


def buyer_informed(file: InnovationFile, buyer_email: str) -> None:
    """To the buyer, who has no account: no link into the file."""
    with _site_language():
        _send(
            buyer_email,
            _("Un budget est confié à un innovateur par votre service"),
            _(
                "Le projet « %(title)s », soutenu par le programme d’innovation, reçoit un budget"
                " dont vous êtes l’acheteur. %(officer)s prendra contact avec vous : les achats"
                " passent par vous, qui veillez aux règles de la commande publique."
            )
            % {"title": file.title, "officer": shown(file.case_officer)},
            reverse("innovators:path"),
        )


def opinion_requested(request: OpinionRequest, token: str, *, reminder: bool = False) -> None:
    """To the person named, with the personal link. ``token`` is known to this message only."""
    with _site_language():
        subject = _("Rappel : votre avis est attendu") if reminder else _("Votre avis est demandé")
        _send(
            request.email,
            subject,
            _(
                "%(name)s,\n\nVotre avis est demandé, en tant que %(function)s, sur le projet d’un"
                " agent de votre service. Il s’agit de dire si vous vous y opposez ou non, avant"
                " le %(date)s. Sans réponse de votre part, rien n’est tenu pour accordé.\n\nLe lien"
                " ci-dessous vous est personnel : un code sera envoyé à cette même adresse pour le"
                " confirmer. Le transmettre ne servirait à personne."
            )
            % {
                "name": request.name,
                "function": request.function,
                "date": _day(request.due_on),
            },
            reverse("innovators:opinion_link", args=[token]),
        )


def opinion_code(request: OpinionRequest, code: str) -> None:
    with _site_language():
        _send(
            request.email,
            _("Votre code de confirmation"),
            _(
                "Votre code : %(code)s\n\nIl sert une fois, pendant %(minutes)s minutes. Si vous"
                " n’avez rien demandé, ne faites rien."
            )
            % {"code": code, "minutes": settings.INNOVATOR_PATH["code_minutes"]},
            reverse("innovators:opinion_code"),
        )


def opinion_received(request: OpinionRequest) -> None:
    _tell_of_opinion(request.file, OPINION_RECEIVED)


def opinion_silent(request: OpinionRequest) -> None:
    _tell_of_opinion(request.file, OPINION_SILENT)


def step_late(file: InnovationFile) -> None:
    act = next_act(file)
    if act is None or act.due_on is None:
        return
    people = {file.case_officer} | ({file.innovator} if act.actor == "innovator" else set())
    for person in people:
        tell(person, LATE, FILE, str(file.pk), waits=True)


def file_ended(file: InnovationFile) -> None:
    """The same words whatever the end, to both, whoever ended it: nothing that is kept tells."""
    for person in (file.innovator, file.case_officer):
        tell(person, ENDED, FILE, str(file.pk), waits=True)


def agreement_asked(card: StatusCard, representatives: list[Any]) -> None:
    for person in representatives:
        tell(person, AGREEMENT_ASKED, STATUS, str(card.pk), waits=True)


def agreement_answered(card: StatusCard) -> None:
    tell(card.user, AGREEMENT_ANSWERED, STATUS, str(card.pk), waits=True)


def _day(day: dt.date) -> str:
    from django.utils.formats import date_format

    return date_format(day, "DATE_FORMAT")
