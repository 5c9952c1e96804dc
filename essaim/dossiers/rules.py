"""Who may do what with a file (§ 14 of the domain): its organisation writes it, those whom its
object gives it to read read what was submitted."""

from __future__ import annotations

import datetime as dt
from typing import Any

import rules

from essaim.common.remembered import asked_once
from essaim.people.models import Organisation
from essaim.people.rules import can_manage, has_no_representative, is_member, is_representative

from . import targets
from .models import Application, OrganisationDocument


@rules.predicate
def can_write(user: Any, application: Application) -> bool:
    return is_member(user, application.organisation)


@rules.predicate
def can_sign(user: Any, application: Application) -> bool:
    return can_sign_for(user, application.organisation)


@rules.predicate
def can_sign_for(user: Any, organisation: Organisation) -> bool:
    """Deposits and states on honour: who represents the organisation; any member where nobody
    does here."""
    return is_representative(user, organisation) or (
        is_member(user, organisation) and has_no_representative(organisation)
    )


@rules.predicate
@asked_once
def can_view(user: Any, application: Application) -> bool:
    return Application.objects.visible_to(user).filter(pk=application.pk).exists()


@rules.predicate
@asked_once
def reads(user: Any, application: Application) -> bool:
    """As one of those it was submitted to; managers are not."""
    if not user.is_authenticated or not application.last_number:
        return False
    return Application.objects.filter(targets.read_by(user), pk=application.pk).exists()


def read_until(user: Any, application: Application) -> dt.datetime | None:
    """For who was a reader and is one no more: what came later is not theirs. None for those who
    read without end."""
    if can_write(user, application) or can_manage(user) or reads(user, application):
        return None
    found = targets.of(application.applies_to)
    if found is None or found[0].read_until is None:
        return None
    return found[0].read_until(user, found[1])


def asking_organisations(user: Any, application: Application) -> Any:
    """In whose name this person asks questions and requires documents."""
    found = targets.of(application.applies_to)
    if found is None or not user.is_authenticated or not application.last_number:
        return Organisation.objects.none()
    target, key = found
    return target.askers(user, key)


@rules.predicate
@asked_once
def can_ask(user: Any, application: Application) -> bool:
    return bool(asking_organisations(user, application).exists())


@rules.predicate
def can_keep_documents(user: Any, organisation: Organisation) -> bool:
    return is_member(user, organisation)


@rules.predicate
def can_read_document(user: Any, document: OrganisationDocument) -> bool:
    return OrganisationDocument.objects.visible_to(user).filter(pk=document.pk).exists()


def can_report(user: Any, application: Application) -> bool:
    """Its organisation, once money was used."""
    found = targets.of(application.applies_to)
    return (
        can_write(user, application)
        and application.last_number > 0
        and found is not None
        and found[0].is_used(found[1])
    )
