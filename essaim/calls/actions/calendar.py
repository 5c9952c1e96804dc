"""Announcing, opening, closing, reopening; the next wave of a permanent call. What the clock does
may be done again: done twice, it does once."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pghistory
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.calls import following
from essaim.calls.cards import little_proven
from essaim.calls.content import blocks_now
from essaim.calls.models import (
    Application,
    ApplicationState,
    Call,
    Kind,
    Series,
    State,
)
from essaim.calls.signals import call_opened
from essaim.common.errors import DomainError
from essaim.common.typography import in_series
from essaim.dossiers import definitions
from essaim.initiatives.models import Publication

from .building import has_replication, write_version
from .common import forget_reminders, lock_call, move, require_state
from .copying import next_wave
from .editions import first_edition, new_edition, require_reason
from .submitting import keep_submitted_at_closing
from .waves import bring_back_drafts, go_on_with_drafts, lock_wave_before


# --- what is missing ------------------------------------------------------------------------------
def missing(call: Call) -> list[tuple[str, str]]:
    """What an announcement still lacks: the tab where it is said, and words. Empty: ready."""
    lacks: list[tuple[str, str]] = []

    def need(there: Any, tab: str, words: str) -> None:
        if not there:
            lacks.append((tab, words))

    need(call.summary.strip(), "text", _("l’appel en deux phrases"))
    need(
        any(str(row.get("text", "")).strip() for row in call.sections), "text",
        _("au moins une section de texte"),
    )  # fmt: skip
    need(call.opens_at and call.closes_at, "calendar", _("l’ouverture et la fermeture"))
    if call.closes_at and call.closes_at <= timezone.now():
        lacks.append(("calendar", _("une fermeture à venir : celle-ci est passée")))
    need(call.service.strip(), "contact", _("le service qui instruit"))
    need(
        call.contact_email or call.contact_phone, "contact",
        _("une adresse ou un téléphone où poser ses questions"),
    )  # fmt: skip
    need(call.appeal.strip(), "contact", _("les voies et délais de recours"))
    if call.kind == Kind.REPLICATION:
        listed = call.initiatives.filter(publication=Publication.PUBLISHED).exists()
        need(listed, "who", _("les initiatives à essaimer, publiées"))
        # Once announced, proof that falls since keeps nothing from opening.
        unsaid = call.state == State.DRAFT and not call.little_proof_reason
        if unsaid and (weak := little_proven(call)):
            words = _("pourquoi essaimer ce qui est peu prouvé : %(titles)s")
            lacks.append(("who", words % {"titles": ", ".join(card.title for card in weak)}))
    blocks = blocks_now(call)
    lacks += [("form", each) for each in definitions.problems_of(blocks)]
    if not has_replication(blocks) and not call.no_replication_reason:
        lacks.append(("form", _("le bloc de la reprise, ou pourquoi l’appel s’en passe")))
    criteria = list(call.criteria.all())
    need(criteria, "criteria", _("au moins un critère"))
    if criteria and not any(row.is_transfer for row in criteria):
        need(
            call.no_replication_reason, "criteria",
            _("un critère de transfert, ou pourquoi l’appel s’en passe"),
        )  # fmt: skip
    return lacks


def _require_complete(call: Call) -> None:
    if call.is_template:
        raise DomainError(_("Un modèle ne s’annonce pas : préparez un appel à partir de lui."))
    lacks = missing(call)
    if lacks:
        words = in_series(words for _tab, words in lacks)
        raise DomainError(_("Il manque : %(what)s.") % {"what": words})


# --- by people ------------------------------------------------------------------------------------
@transaction.atomic
def announce_call(call: Call, *, by: Any) -> None:
    """Public from now on; it opens by itself on its day. The drafts that the wave before could not
    send join it."""
    before = lock_wave_before(call)
    call = lock_call(call.pk)
    require_state(call, State.DRAFT)
    _require_complete(call)
    write_version(call, by=by)
    move(call, "announce")
    following.announced(call, by=by)
    go_on_with_drafts(before, call)


@transaction.atomic
def take_back(call: Call, *, by: Any) -> None:
    """Announced too early: nobody could apply yet."""
    call = lock_call(call.pk)
    move(call, "take_back")


@transaction.atomic
def open_call(call: Call, *, by: Any = None) -> None:
    """Now, by hand or by the clock: an opening that was planned later becomes this instant."""
    before = lock_wave_before(call)
    call = lock_call(call.pk)
    require_state(call, State.DRAFT, State.ANNOUNCED)
    _require_complete(call)
    now = timezone.now()
    columns: tuple[str, ...] = ()
    if call.opens_at is None or call.opens_at > now:
        call.opens_at, columns = now, ("opens_at",)
    write_version(call, by=by)
    move(call, "open", columns=columns)
    first_edition(call, by=by)
    following.opened(call, by=by)
    call_opened.send(sender=Call, call=call)
    go_on_with_drafts(before, call)


@transaction.atomic
def close_call(call: Call, *, by: Any = None, reason: str = "") -> None:
    """By the clock on the hour; by hand before it with a reason, and the closing is then now."""
    call = lock_call(call.pk)
    require_state(call, State.OPEN)
    now = timezone.now()
    if call.closes_at and call.closes_at > now:
        reason = require_reason(call, reason)
        call.closes_at = now
        call.save(update_fields=["closes_at"])
        new_edition(call, reason=reason, by=by, waits=True)
    move(call, "close")
    keep_submitted_at_closing(call)
    following.closed(call, by=by)
    if call.series_id:
        _go_on(call, by=by)


@transaction.atomic
def open_again(call: Call, *, closes_at: dt.datetime, reason: str, by: Any) -> None:
    """Before anything is read: later, one application alone may be granted more time. Of a wave,
    the drafts that its closing sent to the next one come back, unless submitted there since."""
    call = lock_call(call.pk)
    require_state(call, State.CLOSED)
    reason = require_reason(call, reason)
    if closes_at <= timezone.now():
        raise DomainError(_("La nouvelle fermeture est à venir."), field="closes_at")
    judged = [
        *(ApplicationState.ELIGIBLE, ApplicationState.INELIGIBLE, ApplicationState.IN_READING),
    ]
    if Application.objects.filter(call=call, state__in=judged).exists():
        raise DomainError(
            _(
                "Des candidatures sont déjà dites recevables ou non : accordez plutôt un délai à"
                " une candidature."
            )
        )
    call.closes_at = closes_at
    bring_back_drafts(call)
    move(call, "open_again", columns=("closes_at",))
    forget_reminders(call)
    new_edition(call, reason=reason, by=by)
    following.reopened(call, by=by)


# --- what a closing does --------------------------------------------------------------------------
def _go_on(call: Call, *, by: Any) -> None:
    """A permanent call: its next wave is announced, and the drafts never submitted go there."""
    series = Series.objects.select_for_update().get(waves=call)
    if series.ended_on is not None and series.ended_on <= timezone.localdate():
        return
    following_wave = next_wave(call, series, by=by)
    if following_wave.state == State.DRAFT:
        if missing(following_wave):
            return
        write_version(following_wave, by=by)
        move(following_wave, "announce")
        following.announced(following_wave, by=by)
    go_on_with_drafts(call, following_wave)


@transaction.atomic
def end_series(series: Series, *, on: dt.date) -> None:
    """No wave follows those that exist."""
    row = Series.objects.select_for_update().get(pk=series.pk)
    row.ended_on = on
    row.save(update_fields=["ended_on"])


# --- by the clock ---------------------------------------------------------------------------------
def open_due(now: dt.datetime | None = None) -> int:
    """Announced calls whose hour has come. One that cannot open stays announced: its officers
    read why on its page."""
    at = now or timezone.now()
    due = Call.objects.filter(state=State.ANNOUNCED, opens_at__lte=at, is_template=False)
    count = 0
    for call in due.order_by("opens_at", "pk"):
        if missing(call):
            continue
        try:
            with pghistory.context(action="calls.open_due"):
                open_call(call)
        except DomainError:
            continue  # someone did it, or took it back, meanwhile
        count += 1
    return count


def close_due(now: dt.datetime | None = None) -> int:
    at = now or timezone.now()
    count = 0
    for call in Call.objects.filter(state=State.OPEN, closes_at__lte=at).order_by("closes_at"):
        try:
            with pghistory.context(action="calls.close_due"):
                close_call(call)
        except DomainError:
            continue
        count += 1
    return count


def remind_drafts(now: dt.datetime | None = None) -> int:
    """Those with a draft are told once that the call closes soon: ``CALLS["remind_days"]`` before,
    or when a third of the time it was open is left, whichever is later. A draft begun since is
    told once a fifth of that time went by; not one that was just begun. Returns how many drafts."""
    at = now or timezone.now()
    longest = dt.timedelta(days=settings.CALLS["remind_days"])
    due = Call.objects.filter(
        state=State.OPEN, opens_at__isnull=False, closes_at__gt=at, closes_at__lte=at + longest
    )
    count = 0
    for call in due.order_by("pk"):
        assert call.opens_at and call.closes_at
        before = min(longest, (call.closes_at - call.opens_at) / 3)
        if call.closes_at - at > before:
            continue
        found = following.drafts(call).filter(reminded_at=None, created_at__lte=at - before / 5)
        if not found.exists():
            continue
        with transaction.atomic():
            if lock_call(call.pk).state != State.OPEN:
                continue
            keys = list(found.select_for_update(no_key=True).values_list("pk", flat=True))
            rows = Application.objects.filter(pk__in=keys)
            following.closing(call, rows)
            count += rows.update(reminded_at=at)
    return count
