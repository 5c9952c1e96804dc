"""One function per message. Mail leaves on commit, and only for what waits for a person or
decides about them.

A message never says how a file ended, and never carries anyone's address: mailboxes of
services are read by several people.
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

from .models import InnovationFile, OpinionRequest, StatusCard
from .steps import next_act


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


def _tell(person: Any, subject: str, body: str, link: str) -> None:
    if person is not None and person.is_active:
        _send(person.email, subject, body, link)


def _site_language() -> Any:
    return translation.override(settings.LANGUAGE_CODE)


def file_entered(file: InnovationFile, officers: list[Any]) -> None:
    with _site_language():
        for officer in officers:
            _tell(
                officer,
                _("Une idée est déposée"),
                _("Une idée attend d’être prise en charge : « %(title)s ».")
                % {"title": file.title},
                file.get_absolute_url(),
            )


def file_taken(file: InnovationFile) -> None:
    with _site_language():
        _tell(
            file.innovator,
            _("Votre dossier a un interlocuteur"),
            _(
                "%(officer)s suit désormais votre dossier « %(title)s » et lira tout ce qu’il contient."
            )
            % {"officer": shown(file.case_officer), "title": file.title},
            file.get_absolute_url(),
        )


def officer_named(file: InnovationFile) -> None:
    with _site_language():
        _tell(
            file.case_officer,
            _("Un dossier vous est confié"),
            _("Vous êtes chargé du dossier « %(title)s ».") % {"title": file.title},
            file.get_absolute_url(),
        )


def step_reached(file: InnovationFile) -> None:
    """To the innovator: the step decided, and what comes next."""
    act = next_act(file)
    with _site_language():
        lines = [
            _("Votre dossier « %(title)s » avance : %(step)s.")
            % {"title": file.title, "step": file.get_state_display()}
        ]
        if act is not None:
            lines.append(
                _("Prochaine action : %(act)s (%(who)s).") % {"act": act.what, "who": act.who}
            )
        _tell(file.innovator, _("Votre dossier avance"), "\n".join(lines), file.get_absolute_url())


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
    file = request.file
    with _site_language():
        for person in (file.case_officer, file.innovator):
            _tell(
                person,
                _("L’avis de la hiérarchie est arrivé"),
                _("L’avis demandé sur le dossier « %(title)s » a été reçu : lisez-le sur sa page.")
                % {"title": file.title},
                file.get_absolute_url(),
            )


def opinion_silent(request: OpinionRequest) -> None:
    file = request.file
    with _site_language():
        for person in (file.case_officer, file.innovator):
            _tell(
                person,
                _("La hiérarchie n’a pas répondu"),
                _(
                    "Aucun avis n’a été reçu sur le dossier « %(title)s », malgré les relances. Le"
                    " silence ne vaut pas accord : prenez contact, ou adressez la demande à un"
                    " autre responsable."
                )
                % {"title": file.title},
                file.get_absolute_url(),
            )


def step_late(file: InnovationFile) -> None:
    act = next_act(file)
    if act is None or act.due_on is None:
        return
    people = {file.case_officer} | ({file.innovator} if act.actor == "innovator" else set())
    with _site_language():
        for person in people:
            _tell(
                person,
                _("Une échéance est passée"),
                _("Dossier « %(title)s » : %(act)s, attendu pour le %(date)s.")
                % {"title": file.title, "act": act.what, "date": _day(act.due_on)},
                file.get_absolute_url(),
            )


def file_ended(file: InnovationFile) -> None:
    """The same words whatever the end."""
    with _site_language():
        for person in (file.innovator, file.case_officer):
            _tell(
                person,
                _("Un dossier est terminé"),
                _("Le dossier « %(title)s » est terminé. Sa page dit ce qui reste possible.")
                % {"title": file.title},
                file.get_absolute_url(),
            )


def agreement_asked(card: StatusCard, representatives: list[Any]) -> None:
    with _site_language():
        for person in representatives:
            _tell(
                person,
                _("Un agent demande votre accord"),
                _("%(name)s demande l’accord de %(employer)s sur son temps d’innovation.")
                % {"name": shown(card.user), "employer": card.employer},
                reverse("innovators:agreement", args=[card.pk]),
            )


def agreement_answered(card: StatusCard) -> None:
    with _site_language():
        _tell(
            card.user,
            _("Réponse de votre employeur"),
            _("Votre employeur a répondu à votre demande de temps d’innovation."),
            reverse("innovators:status"),
        )


def _day(day: dt.date) -> str:
    from django.utils.formats import date_format

    return date_format(day, "DATE_FORMAT")
