"""Modules that a practice carries, and the sessions where they are given."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.once import made_by_form
from essaim.common.text import one_line
from essaim.dialogues.models import Module, Session
from essaim.initiatives.models import Initiative
from essaim.kits.models import KitMaterial
from essaim.people.models import Organisation
from essaim.territories.models import Territory


@transaction.atomic
def add_module(
    card: Initiative,
    *,
    by: Any,
    submission: uuid.UUID,
    title: str,
    hours: Decimal,
    audience: str,
    link: str = "",
    material: KitMaterial | None = None,
) -> Module:
    known = made_by_form(Module.objects, submission, initiative=card)
    if known is not None:
        return known
    if material is not None and material.initiative_id != card.pk:
        raise DomainError(_("Cette ressource est du kit d’une autre fiche."), field="material")
    standing = Module.objects.filter(initiative=card, removed_at=None)
    if standing.count() >= settings.DIALOGUES["lines"]:
        raise DomainError(_("%(n)s lignes au plus.") % {"n": settings.DIALOGUES["lines"]})
    return Module.objects.create(
        initiative=card, submission=submission, created_by=by, title=one_line(title), hours=hours,
        audience=one_line(audience), link=link, material=material,
    )  # fmt: skip


@transaction.atomic
def remove_module(module: Module) -> None:
    """Its sessions to come are cancelled along; those that were held stay known."""
    row = Module.objects.select_for_update(of=("self",)).get(pk=module.pk)
    if row.removed_at is not None:
        return
    row.removed_at = timezone.now()
    row.save(update_fields=["removed_at"])
    today = timezone.localdate()
    row.sessions.filter(cancelled_on=None, starts_on__gt=today).update(cancelled_on=today)


@transaction.atomic
def schedule(
    module: Module,
    *,
    by: Any,
    submission: uuid.UUID,
    setting: str,
    starts_on: dt.date,
    ends_on: dt.date | None,
    organisation: Organisation,
    territory: Territory | None = None,
    place: str = "",
    link: str = "",
) -> Session:
    row = Module.objects.select_for_update(of=("self",)).get(pk=module.pk)
    known = made_by_form(Session.objects, submission, module=row)
    if known is not None:
        return known
    if row.removed_at is not None:
        raise DomainError(_("Ce module est retiré."))
    ends_on = ends_on or starts_on
    if ends_on < starts_on:
        raise DomainError(_("La session finit après avoir commencé."), field="ends_on")
    if (ends_on - starts_on).days > 366:
        raise DomainError(_("Une session dure un an au plus."), field="ends_on")
    if not place and not link:
        raise DomainError(_("Dites où : un lieu, ou un lien."), field="place")
    return Session.objects.create(
        module=row, submission=submission, created_by=by, setting=setting, starts_on=starts_on,
        ends_on=ends_on, organisation=organisation, territory=territory, place=one_line(place),
        link=link,
    )  # fmt: skip


@transaction.atomic
def cancel_session(session: Session) -> Session:
    row = Session.objects.select_for_update(of=("self",)).get(pk=session.pk)
    if row.cancelled_on is None:
        if row.is_past:
            raise DomainError(_("Cette session est passée."))
        row.cancelled_on = timezone.localdate()
        row.save(update_fields=["cancelled_on"])
    return row
