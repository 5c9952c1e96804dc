"""One function per message about accounts. Mail leaves on commit. What protects an account needs
nobody's agreement."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from essaim.people.mail_choice import stop_address, stop_headers, those_who_accept
from essaim.people.models import Organisation, User


def _send(to: str, subject: str, body: str, path: str = "", *, stop: str = "") -> None:
    text = render_to_string(
        "people/account_mail.txt",
        {
            "body": body,
            "link": f"{settings.PUBLIC_URL}{path}" if path else "",
            "site": settings.SITE,
            "stop": stop,
        },
    )
    message = EmailMessage(
        f"[{settings.SITE['name']}] {' '.join(subject.split())}",
        text,
        to=[to],
        headers={"Auto-Submitted": "auto-generated", **stop_headers(stop)},
    )
    transaction.on_commit(message.send, robust=True)


def account_deleted(email: str) -> None:
    """The last message that this address receives."""
    _send(
        email,
        _("Votre compte est supprimé"),
        _(
            "Votre compte est supprimé, comme vous l’avez demandé ou parce qu’il ne servait plus."
            " Votre adresse et vos moyens de connexion sont effacés ; ce message est le dernier."
        ),
    )


def account_unused(user: User, notice: int) -> None:
    """Written by a job, in the site's first language."""
    with translation.override(settings.LANGUAGE_CODE):
        _send(
            user.email,
            _("Votre compte va être supprimé"),
            _(
                "Votre compte n’a pas servi depuis près de trois ans. Sans visite de votre part"
                " dans les %(days)s jours, il sera supprimé ; vos contributions resteront, sans"
                " votre nom. Pour le garder, il suffit de vous connecter."
            )
            % {"days": notice},
            "/compte/login/",
        )


def left_without_representative(organisations: Iterable[Organisation]) -> None:
    """Tell the managers who accept mail; their page of management shows it to all of them."""
    told = those_who_accept(User.objects.managers())
    with translation.override(settings.LANGUAGE_CODE):
        for organisation in organisations:
            for manager in told:
                _send(
                    manager.email,
                    _("Une organisation n’a plus de représentant"),
                    _(
                        "« %(name)s » n’a plus de représentant : la seule personne qui la"
                        " représentait a supprimé son compte. Il lui reste des membres ; nommez"
                        " l’un d’eux."
                    )
                    % {"name": organisation.name},
                    organisation.get_absolute_url(),
                    stop=stop_address(manager),
                )


def confirmation_code(user: User, code: str) -> None:
    _send(
        user.email,
        _("Code de confirmation"),
        _(
            "Voici le code qui confirme votre demande. Recopiez-le dans la page restée ouverte ;"
            " il sert une fois, pendant un quart d’heure. Si vous n’avez rien demandé, ne faites"
            " rien."
        )
        + f"\n\n    {code}",
    )
