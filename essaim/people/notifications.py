"""One function per message about organisations. Mail leaves on commit, and only for what waits
for a person or decides about them, if they accepted to be written to at once; their workspace and
the organisation's pages tell the others. An invitation and a domain's link leave all the same:
somebody asked for that one message.

Plain text: the names of organisations and people are put on one line, and nothing that one
person wrote freely is sent to another.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from essaim.people.mail_choice import stop_address, stop_headers, those_who_accept
from essaim.people.models import (
    EmailDomain,
    Invitation,
    MembershipRequest,
    NetworkMembership,
    Organisation,
    User,
)
from essaim.people.signals import (
    MEMBERSHIP_ACCEPTED,
    MEMBERSHIP_DECLINED,
    MEMBERSHIP_ENDED,
    membership_told,
)


def shown(person: Any) -> str:
    """A person's chosen name, never their address (``str(user)`` falls back on it)."""
    return _one_line(person.name if person is not None else "") or _("Une personne")


def deciders(organisation: Organisation) -> list[User]:
    """Its representatives; programme managers, where nobody active represents it."""
    found = [m.user for m in organisation.memberships.representing().select_related("user")]
    if not found:
        found = list(User.objects.managers())
    return found


def invited(invitation: Invitation, token: str) -> None:
    """To the address invited, which may have no account. ``token`` is in this message only."""
    with _site_language():
        until = date_format(timezone.localtime(invitation.expires_at), "DATE_FORMAT")
        name = _one_line(invitation.organisation.name)
        _send(
            invitation.email,
            _("Vous êtes invité à rejoindre une organisation"),
            _(
                "%(who)s vous invite à rejoindre « %(name)s ».\n\nLe lien ci-dessous sert une fois,"
                " jusqu’au %(date)s, avec un compte à l’adresse qui reçoit ce message : créez-le"
                " si vous n’en avez pas, il vous ramènera à l’invitation. Le transmettre ne"
                " servirait à personne. Si vous n’attendez rien de tel, ne faites rien."
            )
            % {"who": shown(invitation.invited_by), "name": name, "date": until},
            reverse("people:invitation", args=[token]),
        )


def request_received(request: MembershipRequest) -> None:
    """To those who decide. What the person wrote is read on the page."""
    with _site_language():
        _tell(
            (person for person in deciders(request.organisation) if person.pk != request.user_id),
            _("Une personne demande à rejoindre une organisation"),
            _("%(who)s demande à rejoindre « %(name)s » : lisez sa demande et répondez-lui.")
            % {"who": shown(request.user), "name": _one_line(request.organisation.name)},
            request.get_absolute_url(),
        )


def request_answered(request: MembershipRequest) -> None:
    """Told on the site, and by mail to who accepts it, by the floor above."""
    accepted = request.decision == MembershipRequest.Decision.ACCEPTED
    what = MEMBERSHIP_ACCEPTED if accepted else MEMBERSHIP_DECLINED
    membership_told.send(
        sender=Organisation, user=request.user, organisation=request.organisation, what=what
    )


def member_removed(organisation: Organisation, user: User) -> None:
    membership_told.send(
        sender=Organisation, user=user, organisation=organisation, what=MEMBERSHIP_ENDED
    )


def domain_link(domain: EmailDomain, address: str, token: str) -> None:
    """To the member's address of that domain: opening it there is the proof."""
    with _site_language():
        _send(
            address,
            _("Confirmez le domaine de votre organisation"),
            _(
                "« %(name)s » déclare que les adresses en @%(domain)s sont les siennes. Si c’est"
                " bien le cas, confirmez-le par ce lien, connecté à votre compte : les personnes"
                " qui ont une telle adresse pourront alors rejoindre l’organisation d’elles-mêmes."
            )
            % {"name": _one_line(domain.organisation.name), "domain": domain.domain},
            reverse("people:confirm_domain", args=[token]),
        )


def network_proposed(proposal: NetworkMembership) -> None:
    """To the side that is asked."""
    names = {
        "network": _one_line(proposal.network.name),
        "organisation": _one_line(proposal.organisation.name),
    }
    with _site_language():
        text = (
            _("Le réseau « %(network)s » propose à « %(organisation)s » d’en être membre.")
            if proposal.proposed_by_network
            else _("« %(organisation)s » demande à être membre du réseau « %(network)s ».")
        )
        _tell(
            deciders(proposal.asked),
            _("Une proposition attend votre réponse"),
            text % names,
            proposal.get_absolute_url(),
        )


def _tell(people: Iterable[User], subject: str, body: str, link: str) -> None:
    for person in those_who_accept(people):
        _send(person.email, subject, body, link, stop=stop_address(person))


def _send(to: str, subject: str, body: str, link: str, *, stop: str = "") -> None:
    """Write now, in the site's first language; send once the change is committed. ``stop``: the
    address that stops such messages, in the header and at the foot.

    A mail server that fails is logged and takes nothing back.
    """
    text = render_to_string(
        "people/mail.txt",
        {
            "body": body,
            "link": f"{settings.PUBLIC_URL}{link}",
            "site": settings.SITE,
            "stop": stop,
        },
    )
    message = EmailMessage(
        f"[{settings.SITE['name']}] {_one_line(subject)}",
        text,
        to=[to],
        headers={"Auto-Submitted": "auto-generated", **stop_headers(stop)},
    )
    transaction.on_commit(message.send, robust=True)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _site_language() -> Any:
    return translation.override(settings.LANGUAGE_CODE)
