"""Submitting: a version is frozen, once, whatever happens; at the second of the closing, each has
a receipt or a clear refusal."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pghistory
from django.db import connection, transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.calls import clock
from essaim.calls import notifications_applying as notifications
from essaim.calls.eligibility import checks
from essaim.calls.models import (
    Answer,
    Application,
    ApplicationFile,
    ApplicationState,
    Call,
    State,
    Submission,
    SubmittedPersons,
)
from essaim.calls.reading import fingerprint, form_of, frozen, lacks, persons, sections_of
from essaim.common.errors import DomainError
from essaim.common.once import made_by_form
from essaim.common.typography import in_series

from .applying import refuse_too_many
from .deciding_common import INSTRUCTING
from .eligibility import completion_answered
from .shared import hold, lock, move, require_signer, require_writer

# The first key of our locks on the numbers of a call: any number that no other lock uses.
_NUMBERS = 0x0CA11


@transaction.atomic
def submit(
    application: Application, *, by: Any, submission: uuid.UUID, seen: int | None = None
) -> Submission:
    """Sent twice, it is one, with one receipt. What decides of « in time » is when it arrived.
    ``seen``: key of the call that its page named; another wave is to be read first."""
    arrived = clock.arrived_at()
    call = hold(application.call)
    read, application = application, lock(application)
    require_signer(by, application)
    known = made_by_form(Submission.objects, submission, application=application)
    if known is not None:
        return known
    if application.state == ApplicationState.SUBMITTED:
        if (read.state, read.last_number) == (ApplicationState.DRAFT, application.last_number):
            # It waited behind the clock, or a colleague, who came back to what was submitted.
            raise DomainError(
                _("La candidature vient de revenir à la version %(n)s, déposée avant : ce qui a changé depuis n’est pas déposé.")
                % {"n": application.last_number}
            )  # fmt: skip
        # A second press, from another window: the receipt of the first one.
        return application.versions.get(number=application.last_number)
    if seen is not None and seen != call.pk:
        raise _went_on(call)
    # Read again under the locks: what the page showed may have changed.
    application = Application.objects.for_detail().get(pk=application.pk)
    if application.call_id != call.pk:
        _bring_back(application, call, read.extended_to, arrived)
    if not clock.is_in_time(application, arrived):
        raise DomainError(clock.too_late(application))
    sections = sections_of(application, form_of(application))
    _refuse_incomplete(application, sections)
    content = frozen(application, sections)
    if application.number is None:
        application.number = _next_number(application.call)
        # Under the lock on numbers: two drafts of one applicant, submitted at once, are counted.
        refuse_too_many(
            application.call, application.organisation, application.person, submitted=True
        )
    application.submitted_at = arrived
    application.form_number = application.call.form_number
    move(application, "submit", columns=("number", "submitted_at", "form_number"))
    version = Submission.objects.create(
        submission=submission, application=application, number=application.last_number,
        form_number=application.form_number, content=content, sha256=fingerprint(content), by=by,
        at=arrived,
    )  # fmt: skip
    SubmittedPersons.objects.create(version=version, content=persons(application, sections))
    completion_answered(application)
    notifications.submitted(version, by=by)
    return version


def _bring_back(
    application: Application, call: Call, extended_to: dt.datetime | None, arrived: dt.datetime
) -> None:
    """While it waited, the wave that it was sent to closed, and its draft went on to the next one:
    sent in time, it is of the wave that its page named; else it is not submitted to another."""
    went_to = application.call
    application.call, application.extended_to = call, extended_to
    if not clock.is_in_time(application, arrived):
        raise _went_on(went_to)
    application.form_number = call.form_number
    application.save(update_fields=["call", "form_number", "extended_to"])


def _went_on(call: Call) -> DomainError:
    return DomainError(
        _("Votre brouillon vient de rejoindre « %(call)s » : relisez ce que cet appel demande avant de déposer.")
        % {"call": call.title}
    )  # fmt: skip


def _refuse_incomplete(application: Application, sections: list[Any]) -> None:
    lacking = lacks(application, sections)
    if lacking.stops:
        names = [section.block.title for section in lacking.sections]
        raise DomainError(
            _("Il manque encore : %(what)s.")
            % {"what": in_series([*lacking.essentials, *names, *lacking.partners])}
        )
    refusing = [check.says for check in checks(application, sections) if check.refuses]
    if refusing:
        raise DomainError(
            _("Cette candidature ne serait pas recevable : %(why)s") % {"why": " ".join(refusing)}
        )


def _next_number(call: Call) -> int:
    """Held to the end of the transaction, which follows at once: numbers have no gap."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_NUMBERS, call.pk % 2**31])
    last = Application.objects.filter(call=call).aggregate(last=Max("number"))["last"]
    return int(last or 0) + 1


@transaction.atomic
def reopen(application: Application, *, by: Any) -> Application:
    """Until the closing; the submitted version stands unless another follows it."""
    hold(application.call)
    application = lock(application)
    require_writer(by, application)
    if application.state == ApplicationState.SUBMITTED and not clock.is_in_time(application):
        raise DomainError(
            _("L’appel est clos : la version déposée ne change plus.")
        )  # fmt: skip
    move(application, "open_again")
    return application


@transaction.atomic
def keep_submitted(application: Application, *, by: Any) -> Application:
    """What was changed since is given up: blocks and files come back to what was submitted."""
    application = lock(application)
    require_writer(by, application)
    if application.last_number == 0:
        raise DomainError(_("Rien n’a encore été déposé."))
    _keep(application, by=by)
    return application


def _keep(application: Application, *, by: Any) -> None:
    last = application.versions.select_related("persons").get(number=application.last_number)
    kept = getattr(last, "persons", None)
    people = kept.content if kept else {}
    files = {row["id"] for row in last.content["files"]}
    asked = {(row["block"], row["field"]) for row in last.content["files"]}
    for answer in Answer.objects.select_for_update().filter(application=application):
        if answer.block not in last.content["blocks"]:
            continue
        said = {**last.content["blocks"][answer.block], **people.get(answer.block, {})}
        said = {name: value for name, value in said.items() if (answer.block, name) not in asked}
        content = {**answer.content, **said}
        if content != answer.content:
            answer.content, answer.by = content, by
            answer.version += 1
            answer.save(update_fields=["content", "by", "version", "at"])
    rows = ApplicationFile.objects.filter(application=application)
    rows.filter(pk__in=files).update(removed_at=None)
    rows.filter(removed_at=None).exclude(pk__in=files).update(removed_at=timezone.now())
    application.requested_cents = last.content["requested_cents"]
    move(application, "keep_submitted", columns=("requested_cents",))


def keep_submitted_at_closing(call: Call) -> int:
    """Applications opened again and not submitted since: what was submitted stands, and their side
    is told. Those with a delay of their own wait for it. Returns how many."""
    return _keep_each(Application.objects.filter(call=call))


def keep_submitted_after_delays() -> int:
    """What the clock does once calls are closed: a delay that ended without a new submission leaves
    what was submitted, which is then instructed like the others. Returns how many."""
    with pghistory.context(action="calls.keep_submitted"):
        return _keep_each(Application.objects.filter(call__state__in=INSTRUCTING), tells=True)


def _keep_each(among: QuerySet[Application], *, tells: bool = False) -> int:
    """``tells``: those who run the call are told of one more to instruct; at the closing they are
    told of all of them together."""
    count = 0
    waits = Q(extended_to__gt=timezone.now(), call__state=State.CLOSED)
    open_ = among.filter(state=ApplicationState.DRAFT, last_number__gt=0).exclude(waits)
    for pk, call in open_.order_by("pk").values_list("pk", "call"):
        with transaction.atomic():
            hold(Call(pk=call))
            found = lock(Application(pk=pk))
            if found.state == ApplicationState.DRAFT and not clock.is_in_time(found):
                _keep(found, by=None)
                notifications.kept(found, officers=tells)
                count += 1
    return count


@transaction.atomic
def extend(application: Application, *, by: Any, until: dt.datetime) -> Application:
    """A delay for this one, by who runs the call and has no link with it; the applicant is told."""
    from essaim.calls import rules

    call = hold(application.call)
    application = lock(application)
    if not rules.can_instruct(by, application):
        raise DomainError(_("Seul un responsable de l’appel, sans lien avec elle, le peut."))
    if application.state != ApplicationState.DRAFT or call.state not in (State.OPEN, State.CLOSED):
        raise DomainError(_("Un délai s’accorde à un brouillon, avant la lecture."))
    if call.closes_at is None or until <= max(call.closes_at, timezone.now()):
        raise DomainError(
            _("Le délai va au-delà de la fermeture, et d’aujourd’hui."), field="until"
        )
    application.extended_to = until
    application.save(update_fields=["extended_to"])
    notifications.extended(application, by=by)
    return application
