"""After the results: cards told, plans, reports, closing; lessons and the right to error."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_fsm import can_proceed

from essaim.calls import after_rules, notifications_after
from essaim.calls.models import (
    RESULTS,
    Application,
    ApplicationState,
    Call,
    FollowUp,
    FollowUpIndicator,
    Milestone,
    State,
    Support,
    SupportOutcome,
    SupportState,
)
from essaim.common.errors import DomainError
from essaim.common.months import add_months
from essaim.common.once import made_by_form
from essaim.common.personal_data import find_personal_data
from essaim.initiatives.actions.facts import record_fact
from essaim.initiatives.models import Fact

MILESTONES_AT_MOST = 30
# Ours: nothing of a support plan is that far away; a year mistyped would be.
YEARS = 10


def lock_application(pk: int) -> Application:
    """The application first, in every act: whoever comes second sees what the first one did."""
    return (
        Application.objects.select_for_update(of=("self",), no_key=True)
        .select_related("call")
        .get(pk=pk)
    )


def _lock_support(application: int) -> Support:
    locked = lock_application(application)
    found = Support.objects.select_for_update(no_key=True).filter(application=locked).first()
    if found is None:
        raise DomainError(_("Aucun accompagnement n’est prévu pour cette candidature."))
    found.application = locked
    return found


# --- the cards ----------------------------------------------------------------------------------
@transaction.atomic
def mark_cards(applications: Iterable[Application], *, by: Any = None) -> None:
    """Make each card’s fact « laureate » agree with the state of these applications: at the
    publication, and whenever an appeal, a renunciation or the waiting list changes one."""
    for application in applications:
        card = application.initiative
        if card is None:
            continue
        call = application.call
        won = application.state == ApplicationState.LAUREATE and call.state in RESULTS
        value = {"call": call.slug, "title": call.title, "kind": call.kind} if won else None
        on = timezone.localdate(call.results_at).isoformat() if call.results_at else ""
        record_fact(card, Fact.Kind.LAUREATE, f"call:{call.pk}:{application.pk}", value, on, by=by)


@transaction.atomic
def announce_plans(call: Call, *, by: Any) -> int:
    """At the publication: plans prepared for laureates begin, the others go. Returns how many."""
    plans = Support.objects.select_for_update(of=("self",)).filter(
        application__call=call, state=SupportState.PLANNED
    )
    begun = 0
    for plan in plans.select_related("application__call"):
        if plan.application.state == ApplicationState.LAUREATE:
            _begin(plan, by=by)
            begun += 1
        elif plan.application.state in {ApplicationState.NOT_SELECTED, ApplicationState.INELIGIBLE}:
            Milestone.objects.filter(support=plan).delete()
            plan.delete()
    return begun


def _begin(plan: Support, *, by: Any) -> None:
    plan.begin()
    plan.next_report_on = _next_report(plan, plan.starts_on)
    plan.save(update_fields=["state", "next_report_on"])
    notifications_after.support_announced(plan, by=by)


def _next_report(plan: Support, after: dt.date) -> dt.date:
    due = add_months(after, plan.report_months)
    return min(due, plan.ends_on) if after < plan.ends_on else due


# --- the plan -----------------------------------------------------------------------------------
@transaction.atomic
def save_plan(
    application: Application,
    *,
    by: Any,
    version: int,
    who: str,
    days: int,
    starts_on: dt.date,
    ends_on: dt.date,
    report_months: int = 6,
    content: str = "",
    adviser: Any = None,
    milestones: Sequence[tuple[str, dt.date | None]] = (),
) -> Support:
    """Prepared before the results, it is announced with them; afterwards at once. ``version`` is
    the one that the form was opened on, 0 for a new plan; a milestone reached stays reached."""
    application = lock_application(application.pk)
    if not after_rules.can_plan(by, application):
        raise DomainError(
            _("Vous avez un lien avec cette candidature, ou ne conduisez plus l’appel.")
        )
    known = Support.objects.select_for_update().filter(application=application).first()
    if known is not None and known.state == SupportState.CLOSED:
        raise DomainError(_("Cet accompagnement est terminé : rouvrez-le pour le changer."))
    if (known.version if known else 0) != version:
        raise DomainError(
            _(
                "Quelqu’un a enregistré ce plan pendant que vous l’écriviez. Rien n’a été écrasé :"
                " rouvrez-le dans un autre onglet, puis reportez ce qui diffère."
            )
        )
    if application.call.state not in after_rules.PLANNING:
        raise DomainError(_("Un accompagnement se prépare à partir de la décision."))
    expected = [ApplicationState.LAUREATE.value]
    if application.call.state == State.DECIDING:
        expected += [ApplicationState.ELIGIBLE.value, ApplicationState.IN_READING.value]
    if application.state not in expected:
        raise DomainError(_("Un accompagnement est pour une candidature lauréate."))
    _check_days(starts_on, ends_on)
    who = " ".join(who.split())
    for name, text in (("who", who), ("content", content)):
        if find_personal_data(text):
            raise DomainError(
                _("Ce texte est public : retirez les adresses et numéros de personnes."), field=name
            )
    if len(milestones) > MILESTONES_AT_MOST:
        raise DomainError(
            _("%(n)s jalons au plus.") % {"n": MILESTONES_AT_MOST}, field="milestones"
        )
    plan = known or Support(application=application, created_by=by, version=0)
    plan.who, plan.days, plan.starts_on, plan.ends_on = who, days, starts_on, ends_on
    plan.report_months, plan.content, plan.adviser = report_months, content.strip(), adviser
    plan.version += 1
    if plan.state == SupportState.RUNNING:
        last = plan.follow_ups.order_by("-on").values_list("on", flat=True).first()
        plan.next_report_on = _next_report(plan, last or starts_on)
    plan.save()
    _write_milestones(plan, milestones)
    if plan.state == SupportState.PLANNED and application.state == ApplicationState.LAUREATE:
        plan.application = application
        if after_rules.is_known(application):
            _begin(plan, by=by)
    return plan


def _check_days(starts_on: dt.date, ends_on: dt.date) -> None:
    today = timezone.localdate()
    if ends_on < starts_on:
        raise DomainError(_("L’accompagnement finit après avoir commencé."), field="ends_on")
    for field, day in (("starts_on", starts_on), ("ends_on", ends_on)):
        if abs(day.year - today.year) > YEARS:
            raise DomainError(_("Cette date est trop éloignée : vérifiez l’année."), field=field)


def _write_milestones(plan: Support, rows: Sequence[tuple[str, dt.date | None]]) -> None:
    reached = {row.title: row.reached_on for row in plan.milestones.all()}
    plan.milestones.all().delete()
    Milestone.objects.bulk_create(
        Milestone(
            support=plan, position=number, title=title[:200], due_on=due,
            reached_on=reached.get(title[:200]),
        )
        for number, (title, due) in enumerate(rows)
    )  # fmt: skip


@transaction.atomic
def reach(application: Application, milestone: int, *, by: Any, is_reached: bool) -> Milestone:
    """Said by those who run the call or by the laureate; the same button twice changes nothing."""
    plan = _lock_support(application.pk)
    if not (after_rules.can_plan(by, plan.application) or after_rules.can_report(by, plan)):
        raise DomainError(_("Vous ne suivez plus cet accompagnement."))
    if plan.state != SupportState.RUNNING:
        raise DomainError(_("Cet accompagnement n’est pas en cours."))
    found = Milestone.objects.select_for_update().filter(support=plan, pk=milestone).first()
    if found is None:
        raise DomainError(_("Ce jalon n’est plus dans le plan : relisez-le."))
    if bool(found.reached_on) != is_reached:
        found.reached_on = timezone.localdate() if is_reached else None
        found.save(update_fields=["reached_on"])
    return found


# --- reports and closing ------------------------------------------------------------------------
@transaction.atomic
def report(
    application: Application,
    *,
    by: Any,
    submission: uuid.UUID,
    on: dt.date,
    done: str,
    learnt: str = "",
    problems: str = "",
    indicators: Sequence[tuple[str, str]] = (),
) -> FollowUp:
    """The same form twice is one report; the next one is due ``report_months`` later."""
    plan = _lock_support(application.pk)
    known = made_by_form(FollowUp.objects, submission, support=plan, by=by)
    if known is not None:
        return known
    if not after_rules.can_report(by, plan):
        raise DomainError(_("Vous n’écrivez plus pour cette candidature."))
    if plan.state != SupportState.RUNNING:
        raise DomainError(_("Cet accompagnement n’est pas en cours."))
    if on > timezone.localdate():
        raise DomainError(_("Cette date est à venir."), field="on")
    if on < plan.starts_on:
        raise DomainError(_("À cette date, l’accompagnement n’avait pas commencé."), field="on")
    if not done.strip():
        raise DomainError(_("Dites ce qui a été fait."), field="done")
    made = FollowUp.objects.create(
        submission=submission, support=plan, on=on, done=done.strip(), learnt=learnt.strip(),
        problems=problems.strip(), by=by,
    )  # fmt: skip
    FollowUpIndicator.objects.bulk_create(
        FollowUpIndicator(follow_up=made, name=name, value=value) for name, value in indicators
    )
    latest = max(on, *plan.follow_ups.values_list("on", flat=True))
    plan.next_report_on = _next_report(plan, latest)
    plan.save(update_fields=["next_report_on"])
    notifications_after.reported(plan, by=by)
    return made


@transaction.atomic
def close(
    application: Application, *, by: Any, outcome: str, review: str, advice: str = ""
) -> Support:
    """The closing review. Stopping is an outcome as any other."""
    plan = _lock_support(application.pk)
    if not after_rules.can_plan(by, plan.application):
        raise DomainError(
            _("Vous avez un lien avec cette candidature, ou ne conduisez plus l’appel.")
        )
    if plan.state == SupportState.CLOSED:
        return plan
    if not can_proceed(plan.close):
        raise DomainError(_("Cet accompagnement n’a pas commencé."))
    if outcome not in SupportOutcome.values:
        raise DomainError(_("Dites comment il finit."), field="outcome")
    if not review.strip():
        raise DomainError(_("Dites ce que l’accompagnement a permis."), field="review")
    plan.outcome, plan.review, plan.advice = outcome, review.strip(), advice.strip()
    plan.next_report_on = None
    plan.close(on=timezone.localdate())
    plan.save()
    notifications_after.support_closed(plan, by=by)
    return plan


def follow_decision(application: Application, *, reasons: str, by: Any) -> None:
    """Within the transaction that changed a published decision. Of a laureate who gave up, the plan
    that ran is closed as stopped, with their own words; of a new laureate, the plan that was
    prepared begins; of one who left the waiting list, it goes."""
    plan = Support.objects.select_for_update().filter(application=application).first()
    if plan is None:
        return
    plan.application = application
    if application.state == ApplicationState.WITHDRAWN and plan.state == SupportState.RUNNING:
        plan.outcome, plan.review, plan.next_report_on = SupportOutcome.STOPPED, reasons, None
        plan.close(on=timezone.localdate())
        plan.save()
        notifications_after.support_stopped(plan, by=by)
    elif application.state == ApplicationState.WITHDRAWN and plan.state == SupportState.PLANNED:
        plan.milestones.all().delete()
        plan.delete()
    elif application.state == ApplicationState.LAUREATE and plan.state == SupportState.PLANNED:
        _begin(plan, by=by)


@transaction.atomic
def open_again(application: Application, *, by: Any) -> Support:
    plan = _lock_support(application.pk)
    if not after_rules.can_plan(by, plan.application):
        raise DomainError(
            _("Vous avez un lien avec cette candidature, ou ne conduisez plus l’appel.")
        )
    if plan.application.state != ApplicationState.LAUREATE:
        raise DomainError(_("Un accompagnement est pour une candidature lauréate."))
    if can_proceed(plan.open_again):
        plan.open_again()
        last = plan.follow_ups.order_by("-on").values_list("on", flat=True).first()
        plan.next_report_on = _next_report(plan, last or plan.starts_on)
        plan.save()
    return plan


def remind_reports(today: dt.date | None = None) -> int:
    """Each due date is told once to those who write; returns how many are due."""
    late = Support.objects.filter(
        application__state=ApplicationState.LAUREATE, state=SupportState.RUNNING,
        next_report_on__lte=today or timezone.localdate(),
    )  # fmt: skip
    for plan in late.select_related("application__call"):
        notifications_after.report_due(plan)
    return late.count()
