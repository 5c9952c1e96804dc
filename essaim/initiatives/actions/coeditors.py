"""Asking others to write a card, and taking that back."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pghistory
from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.initiatives import following
from essaim.initiatives.actions.cards import lock_card
from essaim.initiatives.models import CoEditor, CoEditorInvitation, Initiative


@transaction.atomic
def invite_coeditor(card: Initiative, email: str, *, by: Any) -> CoEditorInvitation:
    """Ask the owner of an address to write the card too. The same address is asked once.

    Does the same, and takes the same time, whether or not an account uses the address: a job
    looks that up, and writes to accounts only. Raises DomainError when too many are waiting.
    """
    from essaim.initiatives.tasks import tell_invited_coeditor

    card = lock_card(card)
    email = email.strip().lower()
    invitations = CoEditorInvitation.objects.filter(card=card)
    known = invitations.filter(email=email).first()
    if known is None and invitations.current().count() >= settings.COEDITOR_INVITATIONS_AT_MOST:
        raise DomainError(
            _("Trop d’invitations attendent une réponse : annulez-en avant d’en envoyer d’autres."),
            field="email",
        )
    if known is not None and known in invitations.current():
        return known
    invitation, _created = CoEditorInvitation.objects.update_or_create(
        card=card, email=email, defaults={"by": by, "at": timezone.now()}
    )
    tell_invited_coeditor.defer(pk=invitation.pk)
    return invitation


def tell_invited(pk: int) -> None:
    """Tell the account that uses the invited address, if there is one."""
    invitation = CoEditorInvitation.objects.current().for_list().filter(pk=pk).first()
    if invitation is None:
        return
    owner = (
        EmailAddress.objects.filter(
            email__iexact=invitation.email, verified=True, user__is_active=True
        )
        .select_related("user")
        .first()
    )
    if owner is not None:
        following.invited_to_coedit(invitation, owner.user)


@transaction.atomic
def accept_invitation(card: Initiative, *, by: Any) -> CoEditor:
    """The person who owns an invited address becomes a co-editor; twice is once.

    Raises DomainError when the invitation was cancelled or is too old.
    """
    card = lock_card(card)
    invitation = _invitation(card, by)
    if invitation is None:
        known = CoEditor.objects.filter(card=card, user=by).first()
        if known is not None:
            return known
        raise DomainError(_("Cette invitation n’est plus valable : demandez-en une autre."))
    with pghistory.context(user=by.pk, action="accept_coediting"):
        coeditor, _created = CoEditor.objects.get_or_create(
            card=card, user=by, defaults={"by": invitation.by}
        )
    invitation.delete()
    return coeditor


@transaction.atomic
def decline_invitation(card: Initiative, *, by: Any) -> None:
    card = lock_card(card)
    if (invitation := _invitation(card, by)) is not None:
        invitation.delete()


@transaction.atomic
def cancel_invitation(invitation: CoEditorInvitation) -> None:
    CoEditorInvitation.objects.filter(pk=invitation.pk).delete()


@transaction.atomic
def remove_coeditor(coeditor: CoEditor, *, by: Any) -> None:
    """The right to write ends now; what the person wrote stays, with its author."""
    lock_card(coeditor.card)
    with pghistory.context(user=by.pk, action="remove_coeditor"):
        CoEditor.objects.filter(pk=coeditor.pk).delete()


@transaction.atomic
def leave_coediting(card: Initiative, *, by: Any) -> None:
    """A co-editor stops by themselves; what they wrote stays. Who invited them is told. Idempotent."""
    card = lock_card(card)
    known = CoEditor.objects.filter(card=card, user=by).select_related("by").first()
    if known is None:
        return
    with pghistory.context(user=by.pk, action="leave_coediting"):
        known.delete()
    following.coeditor_left(card, known.by, by=by)


@transaction.atomic
def forget_person(user: Any) -> None:
    """Who leaves writes nobody's card any more, and is no longer invited."""
    with pghistory.context(user=user.pk, action="leave"):
        CoEditor.objects.filter(user=user).delete()
    addresses = EmailAddress.objects.filter(user=user).values_list("email", flat=True)
    CoEditorInvitation.objects.filter(email__in=[address.lower() for address in addresses]).delete()


def forget_old_invitations(days: int) -> int:
    """Those that can no longer be answered, ``days`` after they were sent."""
    limit = timezone.now() - dt.timedelta(days=days)
    count, _by_model = CoEditorInvitation.objects.filter(at__lt=limit).delete()
    return count


def _invitation(card: Initiative, user: Any) -> CoEditorInvitation | None:
    invitations = CoEditorInvitation.objects.for_person(user)
    return invitations.filter(card=card).select_related("by").first()
