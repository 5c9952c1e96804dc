"""After the results: the decision on an application that was said ineligible, and whose appeal was
upheld since. Instructed like the others, it is published by itself; nothing of the others moves."""

from __future__ import annotations

from typing import Any

import pghistory
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.calls import notifications_deciding as notifications
from essaim.calls.models import (
    Application,
    ApplicationState,
    Decision,
    DecisionChange,
    Deliberation,
    Outcome,
    appeal_end,
)
from essaim.common.errors import DomainError

from .announcing import decision_changed
from .deciding import TRANSITIONS
from .deciding_common import (
    check_free,
    is_late,
    lock_application,
    lock_call,
    move,
    moved_on,
    reason_given,
)


@transaction.atomic
def publish_late(application: Application, *, by: Any) -> Decision:
    """With its reasons, checked by another person where the call asks; told at once. The same
    button twice, or two officers, publish it once."""
    call = lock_call(application.call_id)
    application = lock_application(application)
    check_free(by, application)
    decision = (
        Decision.objects.select_for_update(no_key=True, of=("self",))
        .select_related("call")
        .filter(application=application)
        .first()
    )
    if decision is not None and decision.is_late:
        return decision
    if not is_late(application):
        raise moved_on(call)
    if application.state != ApplicationState.ELIGIBLE:
        raise DomainError(_("Dites d’abord si elle est recevable."))
    if decision is None:
        raise DomainError(_("Préparez d’abord la décision."))
    reason_given(decision.reasons, words=_("Écrivez d’abord les motifs."))
    asks_two = Deliberation.objects.filter(call=call, four_eyes=True).exists()
    if asks_two and decision.checked_at is None:
        raise DomainError(_("Une autre personne que celle qui l’a préparée la vérifie d’abord."))
    before = application.state
    move(application, TRANSITIONS[Outcome(decision.outcome)], by=by)
    decision.published_at = timezone.now()
    decision.appeal_until = appeal_end(call, decision.published_at)
    with pghistory.context(user=by.pk, action="publish_late"):
        decision.save(update_fields=["published_at", "appeal_until"])
    DecisionChange.objects.create(
        application=application, cause=DecisionChange.Cause.APPEAL, before=before,
        after=application.state, reasons=_("Décision prise après un recours accueilli."), by=by,
    )  # fmt: skip
    decision_changed(application, by=by)
    notifications.decided(decision)
    return decision
