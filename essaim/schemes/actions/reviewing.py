"""What managers decide of an entry that somebody proposed, and of one that has no place here."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _
from django_fsm import can_proceed

from essaim.common.errors import DomainError
from essaim.people.models import User
from essaim.schemes import following, notifications
from essaim.schemes.models import Scheme
from essaim.schemes.signals import scheme_saved


@transaction.atomic
def accept_scheme(scheme: Scheme, *, by: User, version: int) -> Scheme:
    """Put a proposed entry in the directory, as the manager read it (``version``); also one sent
    back, which a manager completed. Side effects: its author is told, and those who follow its
    owner, themes and places. Raises DomainError when it was written anew meanwhile."""
    scheme = _locked(scheme, "accept")
    if scheme.version != version:
        raise DomainError(
            _(
                "Son auteur l’a modifié pendant que vous le lisiez : relisez-le, puis décidez de"
                " nouveau."
            )
        )
    scheme.accept(by=by)
    _written(scheme)
    notifications.scheme_accepted(scheme)
    following.added(scheme, by=scheme.author)
    return scheme


@transaction.atomic
def send_back_scheme(scheme: Scheme, reason: str, *, by: User) -> Scheme:
    """Ask its author to complete it; they are told, and read why. Saving proposes it again."""
    scheme = _locked(scheme, "send_back")
    scheme.send_back(_said(reason), by=by)
    _written(scheme)
    notifications.scheme_sent_back(scheme)
    return scheme


@transaction.atomic
def remove_scheme(scheme: Scheme, reason: str, *, by: User) -> Scheme:
    """Take an entry out of the directory: nothing is deleted, and its history stays. Its author
    is told, and reads why."""
    scheme = _locked(scheme, "remove")
    scheme.remove(_said(reason), by=by)
    _written(scheme)
    notifications.scheme_removed(scheme)
    return scheme


@transaction.atomic
def put_back_scheme(scheme: Scheme, *, by: User) -> Scheme:
    """It was removed by mistake."""
    scheme = _locked(scheme, "put_back")
    scheme.put_back(by=by)
    _written(scheme)
    notifications.scheme_accepted(scheme)
    return scheme


def _said(reason: str) -> str:
    text = reason.strip()
    if not text:
        raise DomainError(_("Dites pourquoi : l’auteur le lira."), field="reason")
    return text


def _locked(scheme: Scheme, transition_name: str) -> Scheme:
    found = Scheme.objects.select_for_update().get(pk=scheme.pk)
    if not can_proceed(getattr(found, transition_name)):
        raise DomainError(
            _("Quelqu’un a décidé entre-temps : ce dispositif est maintenant « %(state)s ».")
            % {"state": found.get_publication_display()}  # type: ignore[attr-defined]
        )
    return found


def _written(scheme: Scheme) -> None:
    scheme.save(update_fields=["publication", "decision", "decided_by", "decided_at", "updated_at"])
    scheme_saved.send(sender=Scheme, schemes=[scheme.pk])
