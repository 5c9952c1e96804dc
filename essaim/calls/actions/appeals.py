"""After the results: appeals, answered by someone else; a laureate who gives up; the waiting list.
A published decision is never changed in silence: each change has its line, its reasons, its author.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pghistory
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.calls import notifications_deciding as notifications
from essaim.calls.models import (
    RESULTS,
    Appeal,
    Application,
    ApplicationState,
    Call,
    Decision,
    DecisionChange,
    Deliberation,
    Outcome,
    appeal_end,
)
from essaim.common.errors import DomainError
from essaim.common.once import made_by_form

from .announcing import decision_changed
from .deciding_common import (
    check_call,
    check_free,
    lock_all,
    lock_application,
    lock_call,
    move,
    reason_given,
)
from .shared import require_owner, require_signer

# Silence of the administration for two months is a refusal (L. 231-4 and R. 421-2).
SILENCE_DAYS = 61
REMIND_DAYS = 10  # ours: before silence refuses it, the one reminder


def appeal_limit(application: Application) -> dt.datetime | None:
    """Until when one may appeal; None where nothing can be appealed against."""
    if application.state == ApplicationState.INELIGIBLE:
        last = application.eligibility_decisions.first()
        return appeal_end(application.call, last.at) if last is not None else None
    decision = Decision.objects.filter(application=application).first()
    if decision is None or decision.published_at is None:
        return None
    against = {ApplicationState.WAITING, ApplicationState.NOT_SELECTED}
    return decision.appeal_until if application.state in against else None


@transaction.atomic
def appeal(application: Application, text: str, *, by: Any, key: uuid.UUID) -> Appeal:
    """By its side, in time, one at a time. The same form sent twice is one."""
    application = lock_application(application)
    known = made_by_form(Appeal.objects, key, application=application, by=by)
    if known is not None:
        return known
    require_owner(by, application)
    limit = appeal_limit(application)
    if limit is None:
        raise DomainError(_("Aucune décision publiée n’est contestée ici."))
    if limit < timezone.now():
        raise DomainError(
            _("Le délai de recours auprès du service est passé. Le recours contentieux est dit dans"
              " la décision.")
        )  # fmt: skip
    if application.appeals.filter(state=Appeal.State.WAITING).exists():
        raise DomainError(_("Un recours est déjà à l’examen."))
    text = reason_given(text, "text", _("Dites ce que vous contestez, et pourquoi."))
    now = timezone.now()
    made = Appeal.objects.create(
        application=application, text=text, by=by, submission=key,
        answer_by=now + dt.timedelta(days=SILENCE_DAYS),
    )  # fmt: skip
    notifications.appealed(made, by=by, but=authors_of(application))
    return made


def authors_of(application: Application) -> set[int]:
    """Accounts that made the decision which is contested."""
    found: set[int | None] = set()
    if application.state == ApplicationState.INELIGIBLE:
        last = application.eligibility_decisions.first()
        found.add(last.by_id if last else None)
    else:
        rows = Decision.objects.filter(application=application)
        for prepared, checked in rows.values_list("prepared_by", "checked_by"):
            found |= {prepared, checked}
        found.add(
            Deliberation.objects.filter(call=application.call_id)
            .values_list("published_by", flat=True)
            .first()
        )
        late = DecisionChange.objects.filter(
            application=application, cause=DecisionChange.Cause.APPEAL
        )
        found |= set(late.values_list("by", flat=True))
    return {pk for pk in found if pk}


@transaction.atomic
def answer_appeal(
    appeal: Appeal, *, upheld: bool, answer: str, outcome: str = "", by: Any
) -> Appeal:
    """With reasons, by someone else than the decision's authors. Upheld: laureate or waiting list;
    of an ineligible one, its eligibility is looked at again."""
    call = lock_call(appeal.application.call_id)
    application = lock_application(appeal.application_id)
    found = Appeal.objects.select_for_update(no_key=True).get(pk=appeal.pk)
    check_free(by, application)
    answer = reason_given(answer, "answer", _("Une réponse à un recours est motivée."))
    said = Appeal.State.UPHELD if upheld else Appeal.State.DISMISSED
    # Before who may answer: to uphold it made the decision this person's own.
    if found.state != Appeal.State.WAITING:
        if (found.state, found.answer, found.answered_by_id) == (said, answer, by.pk):
            return found
        raise DomainError(_("Ce recours a déjà sa réponse."))
    if by.pk in authors_of(application):
        raise DomainError(
            _("Vous avez pris part à cette décision : quelqu’un d’autre répond au recours.")
        )
    found.state = said
    found.answer, found.answered_by, found.answered_at = answer, by, timezone.now()
    with pghistory.context(user=by.pk, action="answer_appeal"):
        found.save()
    if upheld:
        _uphold(call, application, outcome, answer, by)
    notifications.appeal_answered(found, by=by)
    return found


def _uphold(call: Call, application: Application, outcome: str, answer: str, by: Any) -> None:
    if application.state == ApplicationState.INELIGIBLE:
        move(application, "look_again", by=by)
        _note(application, DecisionChange.Cause.APPEAL, "ineligible", answer, by)
        return
    if outcome not in {Outcome.LAUREATE, Outcome.WAITING}:
        raise DomainError(_("Dites ce que devient la candidature."), field="outcome")
    before = application.state
    if before == outcome:
        raise DomainError(_("Elle y est déjà : choisissez autre chose."), field="outcome")
    _change(call, application, outcome, by)
    _note(application, DecisionChange.Cause.APPEAL, before, answer, by)


def _change(call: Call, application: Application, outcome: str, by: Any) -> None:
    decision = Decision.objects.select_for_update(no_key=True).get(application=application)
    if outcome == Outcome.WAITING:
        last = Decision.objects.filter(call=call).aggregate(last=Max("rank"))["last"]
        decision.rank = (last or 0) + 1
        move(application, "wait_on_appeal", by=by)
    else:
        decision.rank = None
        move(application, "choose_on_appeal", by=by)
    decision.outcome = Outcome(outcome)
    decision.version += 1
    with pghistory.context(user=by.pk, action="change_decision"):
        decision.save(update_fields=["outcome", "rank", "version"])


def _note(application: Application, cause: str, before: str, reasons: str, by: Any) -> None:
    made = DecisionChange.objects.create(
        application=application, cause=cause, before=before, after=application.state,
        reasons=reasons, by=by,
    )  # fmt: skip
    decision_changed(application, by=by)
    notifications.decision_changed(made)


def remind_appeals() -> int:
    """Those who may answer are told once, ``REMIND_DAYS`` before silence refuses. Returns how many
    appeals are that near."""
    now = timezone.now()
    near = Appeal.objects.open().filter(answer_by__lte=now + dt.timedelta(days=REMIND_DAYS))
    found = list(near.select_related("application__call").order_by("answer_by", "pk"))
    for each in found:
        notifications.appeal_due(each, but=authors_of(each.application))
    return len(found)


# --- a place is freed ---------------------------------------------------------------------------
@transaction.atomic
def give_up(application: Application, *, reason: str, by: Any) -> Application:
    """A laureate, or one who waits, withdraws after the results. The support plan stops with them.
    Those who run the call are told, once. The next one is called by a person (``call_next``)."""
    lock_call(application.call_id)
    application = lock_application(application)
    require_signer(by, application)
    if application.state == ApplicationState.WITHDRAWN:
        return application
    before = application.state
    application.withdrawn_at = timezone.now()
    move(application, "give_up", by=by, fields=["withdrawn_at"])
    reason = reason.strip() or _("Sans motif donné.")
    DecisionChange.objects.create(
        application=application, cause=DecisionChange.Cause.GAVE_UP, before=before,
        after=application.state, reasons=reason, by=by,
    )  # fmt: skip
    decision_changed(application, reasons=reason, by=by)
    frees = before == ApplicationState.LAUREATE and waiting_list(application.call).exists()
    notifications.gave_up(application, frees_place=frees, by=by)
    return application


def waiting_list(call: Call) -> Any:
    """Those who wait, the first to be called first."""
    return (
        Decision.objects.filter(call=call, application__state=ApplicationState.WAITING)
        .select_related("application__organisation", "application__person")
        .order_by("rank")
    )


@transaction.atomic
def call_next(call: Call, *, reasons: str, by: Any) -> Application:
    """The first of the waiting list becomes laureate. Twice at once calls two only if two places
    are free: as many as laureates gave up and nobody was called for."""
    call = lock_all(call)
    check_call(call, RESULTS)
    if places_free(call) < 1:
        raise DomainError(_("Aucune place n’est libre."))
    first = waiting_list(call).first()
    if first is None:
        raise DomainError(_("Personne n’est sur la liste d’attente."))
    application = lock_application(first.application_id)
    check_free(by, application)
    reasons = reason_given(reasons)
    _change(call, application, Outcome.LAUREATE, by)
    _note(application, DecisionChange.Cause.MOVED_UP, "waiting", reasons, by)
    return application


def places_free(call: Call) -> int:
    changes = DecisionChange.objects.filter(application__call=call)
    freed = changes.filter(cause=DecisionChange.Cause.GAVE_UP, before="laureate").count()
    return freed - changes.filter(cause=DecisionChange.Cause.MOVED_UP).count()
