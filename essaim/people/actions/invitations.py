"""Inviting someone, by their address, to join an organisation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.common.errors import DomainError
from essaim.people import notifications
from essaim.people.actions.organisations import add_member, lock
from essaim.people.actions.tokens import hash_token, new_token
from essaim.people.models import Function, Invitation, Membership, Organisation, User

End = Invitation.End


@transaction.atomic
def invite(
    organisation: Organisation,
    *,
    email: str,
    by: User,
    role: str = Membership.Role.MEMBER,
    functions: Iterable[str] = (),
) -> Invitation:
    """Send a personal link to this address: one use, a short life.

    The same invitation asked for twice (a double click) is sent once; with another role or other
    functions it is changed, not sent again. Raises DomainError where the person is a member
    already, or where too many were sent today.
    """
    organisation = lock(organisation)
    email = email.strip().lower()
    functions = [each for each in Function.values if each in set(functions)]
    known = EmailAddress.objects.filter(
        email__iexact=email, verified=True, user__memberships__organisation=organisation
    )
    if known.exists():
        raise DomainError(
            _("La personne qui a cette adresse est déjà membre de l’organisation."), field="email"
        )
    pending = organisation.invitations.pending().filter(email=email).first()
    if pending is not None:
        pending.role, pending.functions = role, functions
        pending.save(update_fields=["role", "functions"])
        if pending.has_expired:
            resend(pending)
        return pending
    _refuse_flood(organisation, by)
    token, token_hash = new_token()
    invitation = Invitation.objects.create(
        organisation=organisation,
        email=email,
        role=role,
        functions=functions,
        invited_by=by,
        token_hash=token_hash,
        expires_at=_end_of_life(),
    )
    notifications.invited(invitation, token)
    return invitation


def require_resendable(sent: int, sent_at: dt.datetime) -> None:
    """Of any invitation by mail. ``sent``: how often it left, ``sent_at``: the last time. Raises
    DomainError where it was just sent, or was sent often enough."""
    limits = settings.ORGANISATIONS
    if timezone.now() - sent_at < dt.timedelta(minutes=limits["resend_minutes"]):
        raise DomainError(
            ngettext(
                "Cette invitation vient de partir : attendez %(n)s minute avant un nouvel envoi.",
                "Cette invitation vient de partir : attendez %(n)s minutes avant un nouvel envoi.",
                limits["resend_minutes"],
            )
            % {"n": limits["resend_minutes"]}
        )
    if sent >= limits["sendings"]:
        raise DomainError(
            _("Cette invitation est déjà partie %(n)s fois : prenez contact autrement.")
            % {"n": limits["sendings"]}
        )


@transaction.atomic
def resend(invitation: Invitation) -> None:
    """A new link; the former one dies. Raises DomainError where it has ended, was just sent, or
    was sent often enough."""
    invitation = _locked(invitation)
    if not invitation.is_pending:
        raise DomainError(_("Cette invitation n’attend plus de réponse."))
    require_resendable(invitation.sent, invitation.sent_at)
    token, invitation.token_hash = new_token()
    invitation.sent += 1
    invitation.sent_at, invitation.expires_at = timezone.now(), _end_of_life()
    invitation.save(update_fields=["token_hash", "sent", "sent_at", "expires_at"])
    notifications.invited(invitation, token)


@transaction.atomic
def withdraw(invitation: Invitation) -> None:
    """The link serves no more. Raises DomainError where it has already been accepted."""
    invitation = _locked(invitation)
    if invitation.ended_as == End.ACCEPTED:
        raise DomainError(
            _("Cette invitation a déjà été acceptée : la personne est dans la liste des membres.")
        )
    if invitation.is_pending:
        _finish(invitation, End.WITHDRAWN)


@transaction.atomic
def accept(invitation: Invitation, *, by: User) -> Membership:
    """Join with the role given. Accepting twice (a double click) is accepting once."""
    invitation = _locked(invitation)
    membership = Membership.objects.filter(organisation=invitation.organisation, user=by).first()
    if invitation.accepted_by_id == by.pk and membership is not None:
        return membership
    _require_open(invitation, by)
    membership = add_member(
        invitation.organisation, by, role=invitation.role, functions=invitation.functions
    )
    _finish(invitation, End.ACCEPTED, by)
    return membership


@transaction.atomic
def decline(invitation: Invitation, *, by: User) -> None:
    invitation = _locked(invitation)
    if invitation.ended_as == End.DECLINED:
        return
    _require_open(invitation, by)
    _finish(invitation, End.DECLINED)


def find(token: str) -> Invitation | None:
    """The invitation this link is for, whatever has become of it."""
    return Invitation.objects.for_list().filter(token_hash=hash_token(token)).first()


def flaw(invitation: Invitation | None) -> str:
    """Why a link no longer serves, or nothing; never says for whom it was."""
    if invitation is None:
        return _("Ce lien n’est pas valable, ou un message plus récent l’a remplacé.")
    if invitation.ended_as == End.ACCEPTED:
        return _("Cette invitation a déjà servi : un lien ne sert qu’une fois.")
    if invitation.ended_as == End.DECLINED:
        return _("Cette invitation a été déclinée.")
    if invitation.ended_as == End.WITHDRAWN:
        return _("Cette invitation a été retirée par l’organisation.")
    if invitation.has_expired or invitation.ended_as == End.EXPIRED:
        return _("Cette invitation a expiré : demandez à l’organisation de vous la renvoyer.")
    return ""


def forget_expired(days: int) -> int:
    """Erase the addresses of invitations that expired so many days ago; how many."""
    limit = timezone.now() - dt.timedelta(days=days)
    old = Invitation.objects.pending().filter(expires_at__lt=limit)
    return old.update(ended_as=End.EXPIRED, ended_at=timezone.now(), email="")


def _require_open(invitation: Invitation, by: User) -> None:
    if why := flaw(invitation):
        raise DomainError(why)
    if not EmailAddress.objects.filter(
        user=by, verified=True, email__iexact=invitation.email
    ).exists():
        raise DomainError(_("Cette invitation est adressée à une autre adresse que les vôtres."))


def _locked(invitation: Invitation) -> Invitation:
    """The organisation first, then the invitation: the order of every act."""
    lock(invitation.organisation)
    return (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("organisation")
        .get(pk=invitation.pk)
    )


def _finish(invitation: Invitation, end: str, by: User | None = None) -> None:
    invitation.ended_as, invitation.ended_at = end, timezone.now()
    invitation.accepted_by, invitation.email = by, ""
    invitation.save(update_fields=["ended_as", "ended_at", "accepted_by", "email"])


def _end_of_life() -> dt.datetime:
    return timezone.now() + dt.timedelta(days=settings.ORGANISATIONS["invitation_days"])


def _refuse_flood(organisation: Organisation, by: User) -> None:
    """Of one organisation, and of one person: anyone may create organisations, whose names are
    in the message."""
    recent = Invitation.objects.filter(created_at__gt=timezone.now() - dt.timedelta(days=1))
    limit = settings.ORGANISATIONS["invitations_a_day"]
    if recent.filter(invited_by=by).count() >= limit:
        raise DomainError(
            _("Vous avez déjà envoyé %(n)s invitations depuis hier : reprenez demain.")
            % {"n": limit}
        )
    if recent.filter(organisation=organisation).count() >= limit:
        raise DomainError(
            _("L’organisation a déjà envoyé %(n)s invitations depuis hier : reprenez demain.")
            % {"n": limit}
        )
