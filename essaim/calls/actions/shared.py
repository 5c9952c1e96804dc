"""Locks, rights and states that the acts of applicants share.

Order of locks, the same in every act: the applicant, the call, the application, the numbers of
the call. A closing takes the call, then the applications.
"""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from django_fsm import can_proceed

from essaim.calls import rules
from essaim.calls.models import Application, Call
from essaim.common.errors import DomainError


def lock(application: Application) -> Application:
    """In every act on an application: whoever comes second sees what the first one did."""
    return (
        Application.objects.select_for_update(of=("self",))
        .select_related("call", "organisation", "person")
        .get(pk=application.pk)
    )


def hold(call: Call) -> Call:
    """Nobody closes it, nor changes its calendar, until this transaction ends; others may hold it
    at the same time. Returns it as it stands."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM calls_call WHERE id = %s FOR SHARE", [call.pk])
    return Call.objects.get(pk=call.pk)


def require_writer(by: Any, application: Application) -> None:
    if not rules.can_write(by, application):
        raise DomainError(_("Vous n’écrivez pas cette candidature."))


def require_owner(by: Any, application: Application) -> None:
    """Its applicant’s side: those invited to write invite nobody."""
    if not rules.can_carry(by, application):
        raise DomainError(_("Seuls les membres de l’organisation candidate le peuvent."))


def require_signer(by: Any, application: Application) -> None:
    if rules.can_sign(by, application):
        return
    if application.organisation is None:
        raise DomainError(_("Seule la personne candidate le peut."))
    raise DomainError(
        _("Un représentant de %(organisation)s doit le faire : il l’engage.")
        % {"organisation": application.organisation.name}
    )


def require_writable(application: Application) -> None:
    if not application.is_writable:
        raise DomainError(
            _("Cette candidature est « %(state)s » : elle ne se modifie pas.")
            % {"state": application.get_state_display()}
        )


def move(application: Application, name: str, *, columns: tuple[str, ...] = ()) -> None:
    """Make the transition and save it; the caller holds the lock."""
    act = getattr(application, name)
    if not can_proceed(act):
        raise DomainError(
            _("Cette candidature est maintenant « %(state)s » : relisez sa page.")
            % {"state": application.get_state_display()}
        )
    act()
    application.save(update_fields=["state", "last_number", *columns])
