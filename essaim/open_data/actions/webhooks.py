"""Subscriptions, and the deliveries that follow: made, tried, tried again, replayed."""

from __future__ import annotations

import datetime as dt
import math
import time
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

import pghistory
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common import outbound
from essaim.common.errors import DomainError
from essaim.common.retry_after import seconds_asked
from essaim.open_data import conditional, happenings, notifications, signing
from essaim.open_data.models import HIDDEN, Delivery, Event, Subscription
from essaim.people.models import Organisation, User
from essaim.people.rules import is_representative

_TRIED = ["state", "tries", "status", "problem", "milliseconds", "tried_at", "due_at"]


def subscribe(
    *, by: User, url: str, kinds: Sequence[str], organisation: Organisation | None = None
) -> Subscription:
    """Ask to be told at this address. Raises DomainError: a private address, an unknown kind, an
    organisation that ``by`` does not represent, too many."""
    _check(url)
    return _subscribe(by=by, url=url, kinds=kinds, organisation=organisation)


@transaction.atomic
def _subscribe(
    *, by: User, url: str, kinds: Sequence[str], organisation: Organisation | None
) -> Subscription:
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    limits = settings.OPEN_DATA
    known = [each.kind for each in happenings.known()]
    kept = [kind for kind in known if kind in kinds]
    if not kept or len(kept) != len(set(kinds)):
        raise DomainError(_("Choisissez au moins un événement."), field="kinds")
    if organisation is not None and not is_representative(by, organisation):
        raise DomainError(
            _("Seuls ses représentants abonnent une organisation."), field="organisation"
        )
    if Subscription.objects.filter(user=by).count() >= limits["subscriptions_at_most"]:
        raise DomainError(
            _("Vous avez déjà %(n)s abonnements.") % {"n": limits["subscriptions_at_most"]}
        )
    # The same form sent twice: one subscription, each event told once.
    same = Subscription.objects.filter(
        user=by, organisation=organisation, url=url, kinds=kept
    ).first()
    if same is not None:
        return same
    with pghistory.context(user=by.pk, action="subscribe"):
        return Subscription.objects.create(user=by, organisation=organisation, url=url, kinds=kept)


def _check(url: str) -> None:
    """Outside any transaction: a server of names that takes its time holds nobody else up."""
    try:
        outbound.look_at(url)
    except outbound.Refused as refused:
        # A name that does not answer today may tomorrow; it is looked at again at each delivery.
        if refused.code != "unknown_host":
            raise DomainError(refused.message, field="url") from None
    if not settings.LOCAL and not url.startswith("https:"):
        raise DomainError(_("Une adresse https est attendue."), field="url")


@transaction.atomic
def pause(subscription: Subscription, *, by: Any) -> Subscription:
    subscription = _locked(subscription)
    if subscription.paused_at is None:
        with pghistory.context(user=by.pk, action="pause_subscription"):
            subscription.paused_at = timezone.now()
            subscription.save(update_fields=["paused_at"])
    return subscription


def resume(subscription: Subscription, *, by: Any) -> Subscription:
    """Raises DomainError where its address is no longer one that is asked."""
    _check(subscription.url)
    return _resume(subscription, by=by)


@transaction.atomic
def _resume(subscription: Subscription, *, by: Any) -> Subscription:
    subscription = _locked(subscription)
    if subscription.paused_at is not None:
        with pghistory.context(user=by.pk, action="resume_subscription"):
            subscription.paused_at, subscription.failures = None, 0
            subscription.save(update_fields=["paused_at", "failures"])
    return subscription


@transaction.atomic
def renew_secret(subscription: Subscription, *, by: Any) -> Subscription:
    """The former secret signs nothing any more."""
    subscription = _locked(subscription)
    subscription.salt = uuid.uuid4()
    subscription.save(update_fields=["salt"])
    return subscription


@transaction.atomic
def unsubscribe(subscription: Subscription, *, by: Any) -> None:
    with pghistory.context(user=by.pk, action="unsubscribe"):
        Subscription.objects.filter(pk=subscription.pk).delete()


@transaction.atomic
def replay(delivery: Delivery, *, by: Any) -> Delivery:
    """Send once more what was sent, or could not be, with a new date."""
    from essaim.open_data.tasks import deliver

    delivery = Delivery.objects.select_for_update().get(pk=delivery.pk)
    subscription = delivery.subscription
    if subscription.paused_at is not None:
        raise DomainError(_("Cet abonnement est suspendu : reprenez-le d’abord."))
    if delivery.state == Delivery.State.PENDING:
        raise DomainError(_("Cet envoi est déjà en attente."))
    delivery.state, delivery.tries = Delivery.State.PENDING, 0
    delivery.due_at = timezone.now()
    delivery.save(update_fields=["state", "tries", "due_at"])
    deliver.defer(delivery=delivery.pk)
    return delivery


def _locked(subscription: Subscription) -> Subscription:
    return Subscription.objects.select_for_update(of=("self",)).get(pk=subscription.pk)


# --- jobs ---------------------------------------------------------------------------------------
@transaction.atomic
def tell(events: Iterable[int]) -> int:
    """Write what each event tells, and one delivery for each subscription to it; how many."""
    from essaim.open_data.tasks import deliver

    rows = list(Event.objects.filter(pk__in=list(events), data={}))
    subscriptions = list(Subscription.objects.alive())
    made: list[Delivery] = []
    for kind in {row.kind for row in rows}:
        happening = happenings.get(kind)
        if happening is None:
            continue
        told = happening.tell(row.object_id for row in rows if row.kind == kind)
        for row in rows:
            if row.kind == kind and row.object_id in told:
                row.data = told[row.object_id]
                made += [
                    Delivery(subscription=each, event=row)
                    for each in subscriptions
                    if kind in each.kinds
                ]
    Event.objects.bulk_update([row for row in rows if row.data], ["data"])
    # A job that is run twice tells once.
    Delivery.objects.bulk_create(made, ignore_conflicts=True)
    written = Delivery.objects.filter(event__in=rows, state=Delivery.State.PENDING, tries=0)
    for pk in written.values_list("pk", flat=True):
        deliver.defer(delivery=pk)
    return len(made)


def deliver(pk: int) -> None:
    """Try one delivery. The answer of the other side is waited for outside any transaction."""
    from essaim.open_data import tasks

    delivery = (
        Delivery.objects.select_related("subscription", "event")
        .filter(pk=pk, state=Delivery.State.PENDING, subscription__paused_at=None)
        .first()
    )
    if delivery is None:
        return
    started = time.monotonic()
    told = happenings.still_told(delivery.event)
    status, problem, asked = _send(delivery) if told else (None, HIDDEN, 0)
    with transaction.atomic():
        found = Delivery.objects.select_for_update(of=("self",)).filter(pk=pk).first()
        if found is None:  # its subscription was removed meanwhile
            return
        delivery = found
        delivery.tries += 1
        delivery.status, delivery.problem = status, problem
        delivery.milliseconds = int((time.monotonic() - started) * 1000)
        delivery.tried_at = timezone.now()
        waits = settings.OPEN_DATA["retries"]
        if status is not None and 200 <= status < 300:
            delivery.state = Delivery.State.DONE
            Subscription.objects.filter(pk=delivery.subscription_id).update(failures=0)
        elif not told:
            # No fault of who listens: nothing is counted against them, nothing tried again.
            delivery.state = Delivery.State.FAILED
        elif delivery.tries > len(waits) or status == 410:
            delivery.state = Delivery.State.FAILED
            _note_failure(delivery.subscription_id, gone=status == 410)
        else:
            # Later where the server asks for it, a day at most.
            wait = max(waits[delivery.tries - 1], min(asked, max(waits)))
            delivery.due_at = timezone.now() + dt.timedelta(seconds=wait)
            tasks.deliver.configure(schedule_in={"seconds": wait}).defer(delivery=pk)
        delivery.save(update_fields=_TRIED)


def resume_deliveries(*, grace: int = 600) -> int:
    """Deliveries whose time has passed by more than ``grace`` seconds and that nothing sent: of a
    worker that died, or of a subscription that was paused. How many leave again."""
    from essaim.open_data import tasks

    # Those that wait for their time, of a server that is down, take nobody's place here.
    late = Delivery.objects.filter(
        state=Delivery.State.PENDING, subscription__paused_at=None,
        due_at__lt=timezone.now() - dt.timedelta(seconds=grace),
    )  # fmt: skip
    keys = list(late.order_by("due_at", "pk").values_list("pk", flat=True)[:1000])
    for pk in keys:
        tasks.deliver.defer(delivery=pk)
    return len(keys)


def _note_failure(pk: int, *, gone: bool) -> None:
    """One that fails too often, or says it is gone, is asked no more until its owner says so; who
    may resume it is told."""
    Subscription.objects.filter(pk=pk).update(failures=F("failures") + 1)
    failing = Subscription.objects.filter(pk=pk, paused_at=None)
    if not gone:
        failing = failing.filter(failures__gte=settings.OPEN_DATA["pause_after"])
    if failing.update(paused_at=timezone.now()):
        notifications.paused(Subscription.objects.get(pk=pk))


def _send(delivery: Delivery) -> tuple[int | None, str, int]:
    """Status of the answer, or what stopped it; the seconds that the server asks to wait."""
    event, subscription = delivery.event, delivery.subscription
    body = conditional.dumps(
        {"type": event.kind, "timestamp": event.at.isoformat(), "data": event.data}
    )
    message, timestamp = f"msg_{event.uid.hex}", int(time.time())
    headers = {
        "Content-Type": "application/json",
        "webhook-id": message,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signing.signature(
            signing.key_of(subscription), message=message, timestamp=timestamp, body=body
        ),
    }
    try:
        # Its first line says all there is to know: the rest is not read.
        with outbound.opened(subscription.url, method="POST", headers=headers, body=body) as (
            answer,
            _pieces,
        ):
            pass
    except outbound.Refused as refused:
        return None, refused.code, 0
    asked = 0.0
    if answer.status in (429, 503):
        asked = seconds_asked(answer.headers.get("retry-after", "")) or 0.0
    return answer.status, "redirect" if 300 <= answer.status < 400 else "", math.ceil(asked)
