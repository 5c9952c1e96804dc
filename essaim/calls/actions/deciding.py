"""Decisions: prepared one by one, checked by a second person where the call asks, then published
all at one moment or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pghistory
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.calls import rules, tasks_deciding
from essaim.calls.board import balance, rows_of
from essaim.calls.models import (
    Application,
    Call,
    CallRound,
    Decision,
    Deliberation,
    JurySees,
    Outcome,
    Recusal,
    State,
    appeal_end,
    is_conflict_free,
)
from essaim.calls.signals import results_published
from essaim.common.errors import DomainError
from essaim.common.text import clean
from essaim.peers.actions.common import lock_round
from essaim.peers.actions.rounds import conclude_for

from .announcing import announce_results
from .deciding_common import (
    OPEN,
    check_call,
    check_deciding,
    check_free,
    lock_all,
    lock_application,
    lock_call,
    lock_deliberation,
    reason_given,
)
from .reading import tell_round_of_recusal
from .scoring import agrees, is_fresh, latest

TRANSITIONS = {
    Outcome.LAUREATE: "choose",
    Outcome.WAITING: "put_on_waiting_list",
    Outcome.NOT_SELECTED: "leave_out",
}


class EditConflict(DomainError):
    """Saved meanwhile by someone else; ``decision`` is as it stands."""

    def __init__(self, decision: Decision):
        who = decision.prepared_by.name if decision.prepared_by else _("quelqu’un")
        super().__init__(
            _(
                "%(who)s a enregistré une décision entre-temps : rien n’a été écrasé. Comparez,"
                " puis enregistrez."
            )
            % {"who": who}
        )
        self.decision = decision


@transaction.atomic
def change_settings(
    call: Call, *, four_eyes: bool, uses_adjusted: bool, uses_scores: bool,
    weights: Mapping[str, int], quotas: Sequence[Mapping[str, Any]], version: int, by: Any,
    jury_sees: str = JurySees.SCORES,
) -> Deliberation:  # fmt: skip
    """How this call decides, before results. A second check, once asked for, is not dropped while
    decisions wait for it."""
    call = lock_call(call)
    check_call(call, [State.CLOSED, State.READING, State.DECIDING])
    found = lock_deliberation(call)
    if version != found.version:
        raise DomainError(_("Ces réglages ont changé entre-temps : rien n’a été écrasé."))
    if found.four_eyes and not four_eyes and Decision.objects.filter(call=call).exists():
        raise DomainError(
            _("Des décisions attendent leur vérification : elle ne se retire plus."),
            field="four_eyes",
        )
    if not is_conflict_free(by, call):
        raise DomainError(
            _("Vous avez un lien avec une candidature : ces réglages les classent toutes. Quelqu’un"
              " d’autre doit les changer.")
        )  # fmt: skip
    if weights and not any(weights.values()):
        raise DomainError(_("Donnez du poids à un collège au moins."))
    found.four_eyes, found.uses_adjusted = four_eyes, uses_adjusted
    found.uses_scores, found.jury_sees = uses_scores, JurySees(jury_sees)
    found.weights, found.quotas = dict(weights), [dict(each) for each in quotas]
    found.version += 1
    with pghistory.context(user=by.pk, action="change_deliberation"):
        found.save()
    return found


@transaction.atomic
def prepare(
    application: Application, values: Mapping[str, Any], *, version: int, by: Any
) -> Decision:
    """``values``: outcome, reasons, amount_cents, votes. ``version``: the one that was read, 0 for
    none: two officers at once never overwrite each other."""
    call = lock_call(application.call_id)
    application = lock_application(application)
    check_free(by, application)
    check_deciding(call, application)
    if application.state not in OPEN:
        raise DomainError(
            _("Cette candidature est « %(state)s » : elle n’attend pas de décision.")
            % {"state": application.get_state_display()}
        )
    known = Decision.objects.filter(application=application).select_related("prepared_by").first()
    if (known.version if known else 0) != version:
        if known is not None and _same(known, values):
            return known
        raise EditConflict(known) if known else DomainError(_("Cette décision a été retirée."))
    decision = known or Decision(application=application, call=call, version=0)
    if known is not None and _same(known, values):
        return known
    decision.outcome = Outcome(values["outcome"])
    decision.reasons = clean(values.get("reasons") or "")
    for name in ("amount_cents", "votes_for", "votes_against", "abstentions"):
        setattr(decision, name, values.get(name))
    _keep_rank(decision, call)
    decision.prepared_by, decision.prepared_at = by, timezone.now()
    # What was checked was something else.
    decision.checked_by = decision.checked_at = None
    decision.version += 1
    with pghistory.context(user=by.pk, action="prepare_decision"):
        decision.save()
    return decision


def _same(decision: Decision, values: Mapping[str, Any]) -> bool:
    return all(
        (getattr(decision, name) or None) == (values.get(name) or None)
        for name in (
            "outcome", "reasons", "amount_cents", "votes_for", "votes_against", "abstentions"
        )
    )  # fmt: skip


def _keep_rank(decision: Decision, call: Call) -> None:
    """The last place of the waiting list, where it enters it."""
    if decision.outcome != Outcome.WAITING:
        decision.rank = None
    elif decision.rank is None:
        last = Decision.objects.filter(call=call).aggregate(last=Max("rank"))["last"]
        decision.rank = (last or 0) + 1


def prepare_many(
    applications: Iterable[Application], outcome: str, *, by: Any
) -> tuple[int, list[tuple[Application, str]]]:
    """The same outcome for several, whose reasons are still to be written; each by itself."""
    done, refused = 0, []
    for application in applications:
        known = Decision.objects.filter(application=application).first()
        values = {
            name: getattr(known, name, None)
            for name in ("reasons", "amount_cents", "votes_for", "votes_against", "abstentions")
        }
        try:
            prepare(
                application, {**values, "outcome": outcome},
                version=known.version if known else 0, by=by,
            )  # fmt: skip
            done += 1
        except DomainError as error:
            refused.append((application, error.message))
    return done, refused


@transaction.atomic
def check(decision: Decision, *, version: int, by: Any) -> Decision:
    """A second pair of eyes: not who prepared it, and on what they read."""
    call = lock_call(decision.call_id)
    application = lock_application(decision.application_id)
    check_free(by, application)
    check_deciding(call, application)
    found = Decision.objects.select_for_update(no_key=True).get(pk=decision.pk)
    if found.version != version:
        raise DomainError(_("Cette décision a changé entre-temps : relisez-la."))
    if found.prepared_by_id == by.pk:
        raise DomainError(_("Une autre personne que celle qui l’a préparée la vérifie."))
    reason_given(found.reasons, words=_("Écrivez d’abord les motifs."))
    if found.checked_at is None:
        found.checked_by, found.checked_at = by, timezone.now()
        with pghistory.context(user=by.pk, action="check_decision"):
            found.save(update_fields=["checked_by", "checked_at"])
    return found


@transaction.atomic
def reorder_waiting(call: Call, order: Sequence[int], *, by: Any) -> None:
    """``order``: the keys of the applications on the waiting list, the first to be called first."""
    call = lock_call(call)
    check_call(call, [State.DECIDING])
    waiting = Decision.objects.filter(call=call, outcome=Outcome.WAITING).order_by("rank")
    rows = {row.application_id: row for row in waiting.standing()}
    rest = list(waiting.exclude(application__in=rows))
    if set(order) != set(rows) or len(order) != len(rows):
        raise DomainError(_("La liste d’attente a changé entre-temps : relisez-la."))
    if Application.objects.linked_to(by).filter(pk__in=order).exists():
        raise DomainError(
            _("Vous avez un lien avec une candidature de cette liste : un autre la range.")
        )
    placed = [*(rows[pk] for pk in order), *rest]
    for place, row in enumerate(placed, start=1):
        row.rank = place
    with pghistory.context(user=by.pk, action="reorder_waiting"):
        Decision.objects.bulk_update(placed, ["rank"])


@transaction.atomic
def recuse(application: Application, *, reason: str, by: Any, person: Any = None) -> Recusal:
    """A person keeps out: from now on it is not shown to them, nor read, nor decided by them."""
    application = lock_application(application)
    person = person or by
    if person.pk != by.pk:
        check_free(by, application)
    elif not rules.can_run(by, application.call):
        raise DomainError(_("Vous ne conduisez pas cet appel."))
    made, _created = Recusal.objects.get_or_create(
        application=application, person=person,
        defaults={"call": application.call, "reason": reason.strip()[:500], "declared_by": by},
    )  # fmt: skip
    tell_round_of_recusal(made, by=by)
    return made


# --- publishing ---------------------------------------------------------------------------------
def what_stops(call: Call, by: Any) -> list[str]:
    """In words, everything that keeps results from being published by this person now."""
    found = []
    if call.state != State.DECIDING:
        return [_("L’appel est « %(state)s ».") % {"state": call.state_name}]
    deliberation = Deliberation.objects.filter(call=call).first()
    if not is_conflict_free(by, call):
        # And nothing else: what is left to do would tell of what was prepared for theirs.
        return [
            _(
                "Vous avez un lien avec une candidature : publier les décide toutes. Quelqu’un"
                " d’autre doit publier."
            )
        ]
    waiting = call.applications.filter(state__in=["submitted", "to_complete"]).count()
    if waiting:
        words = ngettext(
            "Une candidature n’est pas dite recevable ou non.",
            "%(n)s candidatures ne sont pas dites recevables ou non.",
            waiting,
        )
        found.append(words % {"n": waiting})
    open_ones = call.applications.filter(state__in=OPEN)
    if not open_ones.exists():
        found.append(_("Aucune candidature n’attend de décision."))
    if missing := open_ones.filter(decision=None).count():
        words = ngettext(
            "Une candidature n’a pas de décision préparée.",
            "%(n)s candidatures n’ont pas de décision préparée.",
            missing,
        )
        found.append(words % {"n": missing})
    if mute := open_ones.filter(decision__reasons="").count():
        words = ngettext(
            "Une décision n’a pas de motifs.", "%(n)s décisions n’ont pas de motifs.", mute
        )
        found.append(words % {"n": mute})
    if deliberation is not None and deliberation.four_eyes:
        unread = open_ones.filter(decision__isnull=False, decision__checked_at=None).count()
        if unread:
            words = ngettext(
                "Une décision n’est pas vérifiée.", "%(n)s décisions ne sont pas vérifiées.", unread
            )
            found.append(words % {"n": unread})
    if not is_fresh(deliberation, latest(call)) or not agrees(call):
        found.append(_("Des lectures ont changé depuis le calcul des notes : actualisez-les."))
    found += _quotas_missed(call, by, deliberation)
    return found


def _quotas_missed(call: Call, by: Any, deliberation: Deliberation | None) -> list[str]:
    if deliberation is None or not deliberation.quotas:
        return []
    shares = balance(rows_of(call, by, deliberation), deliberation.quotas)
    return [
        _("Quota « %(name)s » : %(chosen)s lauréates pour %(least)s au moins.")
        % {"name": share.name, "chosen": share.chosen, "least": share.least}
        for shown in shares.values()
        for share in shown
        if share.lacks
    ]


@transaction.atomic
def publish(call: Call, *, by: Any) -> Call:
    """Every decision at one instant, or none. The same button twice, or two officers at once,
    publish once; each applicant is told once, by a job that belongs to this transaction."""
    call = lock_all(call)
    if call.results_at is not None:
        return call
    deliberation = lock_deliberation(call)
    # Before looking: a reading that is being revised is waited for, then seen; none changes after.
    known = CallRound.objects.filter(call=call).first()
    read = lock_round(known.round_id) if known is not None else None
    if reasons := what_stops(call, by):
        raise DomainError(" ".join(reasons))
    now = timezone.now()
    rows = list(
        Decision.objects.filter(call=call, application__state__in=OPEN)
        .select_related("application")
        .select_for_update(no_key=True)
    )
    for row in rows:
        getattr(row.application, TRANSITIONS[Outcome(row.outcome)])()
        row.published_at, row.appeal_until = now, appeal_end(call, now)
    deliberation.published_by = by
    with pghistory.context(user=by.pk, action="publish_results"):
        Application.objects.bulk_update([r.application for r in rows], ["state"], batch_size=500)
        Decision.objects.bulk_update(rows, ["published_at", "appeal_until"], batch_size=500)
        deliberation.save(update_fields=["published_by"])
        call.announce_results()
        call.save(update_fields=["state", "results_at"])
    if read is not None and read.state == "discussing":
        conclude_for(read, by=by)
    announce_results(call, by=by)
    results_published.send(sender=Call, call=call)
    tasks_deciding.tell_results.defer(call=call.pk)
    return call
