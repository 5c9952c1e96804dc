"""Locks, rights and states that every act on a file shares."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django_fsm import can_proceed

from essaim.common.errors import DomainError
from essaim.dossiers import rules
from essaim.dossiers.models import Application


def lock(application: Application) -> Application:
    """The file first, in every act: whoever comes second sees what the first one did."""
    return (
        Application.objects.select_for_update(of=("self",))
        .select_related("organisation", "initiative")
        .get(pk=application.pk)
    )


def require_writer(by: Any, application: Application) -> None:
    if not rules.can_write(by, application):
        raise DomainError(
            _("Vous n’êtes pas membre de %(organisation)s, dont c’est le dossier.")
            % {"organisation": application.organisation.name}
        )


def require_signer(by: Any, organisation: Any) -> None:
    if not rules.can_sign_for(by, organisation):
        raise DomainError(
            _("Un représentant de %(organisation)s doit le faire : il l’engage.")
            % {"organisation": organisation.name}
        )


def require_writable(application: Application) -> None:
    if not application.is_writable:
        raise DomainError(
            _("Ce dossier est « %(state)s » : commencez une nouvelle version pour le changer.")
            % {"state": application.get_state_display()}
        )


def move(application: Application, name: str, *, columns: tuple[str, ...] = ()) -> None:
    """Make the transition and save it; the caller holds the lock."""
    act = getattr(application, name)
    if not can_proceed(act):
        raise DomainError(
            _("Ce dossier est maintenant « %(state)s » : relisez sa page.")
            % {"state": application.get_state_display()}
        )
    act()
    application.save(update_fields=["state", "last_number", *columns])
