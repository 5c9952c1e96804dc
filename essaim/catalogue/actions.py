"""Long editions: asked from the page, made by a job, forgotten after a while."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from functools import partial

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_fsm import can_proceed

from essaim.catalogue.document import catalogue_pdf
from essaim.catalogue.models import Edition, EditionState
from essaim.catalogue.selection import Selection
from essaim.common.errors import DomainError

FRESH = dt.timedelta(hours=1)  # an edition that young is given to whoever asks for the same
MAKING_AT_MOST = 10
KEPT = dt.timedelta(days=7)


def ask_edition(selection: Selection, *, cards: int) -> Edition:
    """The same selection asked by two is made once. Side effect: a job.

    Raises DomainError while many others are being made: anyone may ask, and each takes a while.
    """
    query, language = selection.query(), translation.get_language() or "fr"
    same = Edition.objects.filter(query=query, language=language)
    recent = same.filter(
        state__in=[EditionState.MAKING, EditionState.READY], asked_at__gt=timezone.now() - FRESH
    ).first()
    if recent is not None:
        return recent
    # Those that a dead worker left are not counted. Two at once may pass the limit by one.
    making = Edition.objects.filter(
        state=EditionState.MAKING, asked_at__gt=timezone.now() - FRESH
    ).count()
    if making >= MAKING_AT_MOST:
        raise DomainError(
            _("Beaucoup de catalogues sont en préparation : réessayez dans quelques minutes.")
        )
    try:
        with transaction.atomic():
            # One that a dead worker left would hold the place for ever.
            for old in same.filter(state=EditionState.MAKING).select_for_update():
                old.fail()
                old.save()
            edition = Edition.objects.create(query=query, language=language, cards=cards)
            _enqueue(edition.pk)
    except IntegrityError:
        return same.get(state=EditionState.MAKING)
    return edition


def make(pk: int) -> None:
    """Lay an edition out. What it will hold is written down first: a card that leaves while it
    is made takes it away too."""
    edition = Edition.objects.filter(pk=pk, state=EditionState.MAKING).first()
    if edition is None:
        return
    selection = _selection(edition)
    contents = list(selection.cards().values_list("pk", flat=True))
    Edition.objects.filter(pk=pk).update(contents=contents)
    with translation.override(edition.language):
        content = catalogue_pdf(selection, among=contents)
    edition.file.save("", ContentFile(content), save=False)
    name = edition.file.name
    with transaction.atomic():
        locked = Edition.objects.select_for_update().get(pk=pk)
        if not can_proceed(locked.finish):
            edition.file.storage.delete(name or "")
            return
        locked.file.name = name
        locked.finish()
        locked.save()


def _selection(edition: Edition) -> Selection:
    from essaim.catalogue.forms import CatalogueForm

    return CatalogueForm(QueryDict(edition.query)).selection()


@transaction.atomic
def withdraw_editions(cards: Collection[int], *, deleted: bool = False) -> int:
    """Take away, files included, the editions that hold a card which left their selection: no
    longer published, ready or chosen. Returns how many.

    Called in the transaction of the card's change; the files go when it is committed.
    """
    living = Edition.objects.filter(state__in=[EditionState.MAKING, EditionState.READY])
    gone = 0
    for edition in living.filter(contents__overlap=list(cards)).select_for_update():
        held = set(edition.contents) & set(cards)
        if not deleted and _selection(edition).cards().filter(pk__in=held).count() == len(held):
            continue
        storage, name = edition.file.storage, edition.file.name or ""
        edition.file = ""  # type: ignore[assignment]
        edition.withdraw()
        edition.save()
        if name:
            transaction.on_commit(partial(storage.delete, name))
        gone += 1
    return gone


@transaction.atomic
def give_up(pk: int) -> None:
    """After the last attempt of a job."""
    edition = Edition.objects.select_for_update().get(pk=pk)
    if can_proceed(edition.fail):
        edition.fail()
        edition.save()


def forget_old() -> int:
    """Files included; returns how many."""
    old = list(Edition.objects.filter(asked_at__lt=timezone.now() - KEPT))
    for edition in old:
        with transaction.atomic():
            storage, name = edition.file.storage, edition.file.name or ""
            edition.delete()
            if name:
                transaction.on_commit(partial(storage.delete, name))
    return len(old)


def _enqueue(pk: int) -> None:
    from essaim.catalogue.tasks import make_edition

    make_edition.defer(pk=pk)
