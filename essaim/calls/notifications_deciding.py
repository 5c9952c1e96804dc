"""Who is told what while a call is instructed, read and decided. Nothing here names a reader, and
nobody is told of what they have a link with.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from essaim.common.keys import numbers_in
from essaim.following.actions import tell
from essaim.following.subjects import Shown, Subject
from essaim.following.subjects import register as register_subject
from essaim.following.verbs import Verb
from essaim.following.verbs import register as register_verb

from . import jury
from .models import (
    ANSWERED_IN_WORDS,
    Appeal,
    Application,
    Call,
    Completion,
    Decision,
    DecisionChange,
    EligibilityDecision,
)
from .notifications_after import side_of
from .told import run_by

# Where what was asked is still to come: submitted again, or answered in words while it is read.
COMPLETED = ["to_complete", *ANSWERED_IN_WORDS]
# For the applicant's side; for those who run the call; a whole call for the latter.
OWN, FILE, BOARD = "call_answer", "call_file", "call_board"
COMPLETION, COMPLETION_DUE = "call_completion", "call_completion_due"
COMPLETION_ENDED, ELIGIBLE, INELIGIBLE = "call_completion_ended", "call_eligible", "call_ineligible"
DECIDED, CHANGED, TO_CHECK = "call_decided", "call_decision_changed", "call_to_check"
BOARD_OPENED, COMPLETION_ANSWERED = "call_board_opened", "call_completion_answered"
APPEALED, ANSWERED, FREED = "call_appealed", "call_appeal_answered", "call_place_freed"
APPEAL_DUE, GAVE_UP = "call_appeal_due", "call_gave_up"


def _tell(people: Iterable[Any], verb: str, kind: str, key: int, **how: Any) -> None:
    for person in people:
        tell(person, verb, kind, str(key), **how)


# --- eligibility --------------------------------------------------------------------------------
def completion_asked(made: Completion, *, by: Any) -> None:
    _tell(
        side_of(made.application), COMPLETION, OWN, made.application_id, waits=True, by=by,
        once=f"asked:{made.pk}",
    )  # fmt: skip


def completion_answered(made: Completion, *, by: Any) -> None:
    """In words, while it is read."""
    people, once = run_by(made.application.call, made.application), f"in-words:{made.pk}"
    _tell(people, COMPLETION_ANSWERED, FILE, made.application_id, by=by, once=once)


def completion_due(made: Completion) -> None:
    _tell(
        side_of(made.application), COMPLETION_DUE, OWN, made.application_id, waits=True,
        once=f"due:{made.pk}",
    )  # fmt: skip


def completion_ended(made: Completion) -> None:
    once = f"ended:{made.pk}"
    application = made.application
    _tell(side_of(application), COMPLETION_ENDED, OWN, application.pk, once=once)
    _tell(
        run_by(application.call, application), COMPLETION_ENDED, FILE, application.pk,
        waits=True, once=once,
    )  # fmt: skip


def eligibility_decided(made: EligibilityDecision, *, by: Any) -> None:
    verb = ELIGIBLE if made.is_eligible else INELIGIBLE
    _tell(
        side_of(made.application), verb, OWN, made.application_id,
        waits=not made.is_eligible, by=by, once=f"eligibility:{made.pk}",
    )  # fmt: skip


# --- decision -----------------------------------------------------------------------------------
def board_opened(call: Call, *, by: Any) -> None:
    """To members of the jury who may read it: what each sees is computed when they open it."""
    people = [person for person in jury.members_of(call) if jury.sees_board(person, call)]
    _tell(people, BOARD_OPENED, BOARD, call.pk, by=by, once=f"board:{call.pk}")


def decided(decision: Decision) -> None:
    """Once, whatever happens to the job that says it."""
    _tell(
        side_of(decision.application), DECIDED, OWN, decision.application_id, waits=True,
        once=f"decided:{decision.pk}",
    )  # fmt: skip


def decision_changed(change: DecisionChange) -> None:
    _tell(
        side_of(change.application), CHANGED, OWN, change.application_id, waits=True,
        once=f"changed:{change.pk}",
    )  # fmt: skip


def gave_up(application: Application, *, frees_place: bool, by: Any) -> None:
    """After the results, one message to each of those who run the call. ``frees_place``: the next
    of the waiting list waits for them."""
    people, once = run_by(application.call, application), f"gave-up:{application.pk}"
    if frees_place:
        _tell(people, FREED, BOARD, application.call_id, waits=True, by=by, once=once)
    else:
        _tell(people, GAVE_UP, FILE, application.pk, by=by, once=once)


def appealed(appeal: Appeal, *, by: Any, but: Collection[int] = ()) -> None:
    """``but``: who took part in the decision does not answer."""
    application = appeal.application
    people = run_by(application.call, application, but)
    _tell(people, APPEALED, FILE, application.pk, waits=True, by=by, once=f"appeal:{appeal.pk}")


def appeal_due(appeal: Appeal, *, but: Collection[int] = ()) -> None:
    """Silence will soon refuse it: to those who may answer."""
    application = appeal.application
    people = run_by(application.call, application, but)
    _tell(people, APPEAL_DUE, FILE, application.pk, waits=True, once=f"appeal-due:{appeal.pk}")


def appeal_answered(appeal: Appeal, *, by: Any) -> None:
    _tell(
        side_of(appeal.application), ANSWERED, OWN, appeal.application_id, waits=True, by=by,
        once=f"answered:{appeal.pk}",
    )  # fmt: skip


# --- how they are shown, in which words ---------------------------------------------------------
def _own(keys: Collection[str], user: Any) -> dict[str, Shown]:
    found = Application.objects.of_side(user).filter(pk__in=numbers_in(keys))
    return {
        str(each.pk): Shown(each.title, reverse("calls:decision", args=[each.pk])) for each in found
    }


def _files(keys: Collection[str], user: Any) -> dict[str, Shown]:
    found = Application.objects.instructed_by(user).filter(pk__in=numbers_in(keys))
    return {
        str(each.pk): Shown(each.title, reverse("calls:file", args=[each.call.slug, each.pk]))
        for each in found.select_related("call")
    }


def _boards(keys: Collection[str], user: Any) -> dict[str, Shown]:
    seen = Q(pk__in=Call.objects.run_by(user).values("pk"))
    seen |= Q(pk__in=jury.boards_seen_by(user).values("pk"))
    found = Call.objects.filter(seen, pk__in=numbers_in(keys))
    return {
        str(each.pk): Shown(each.title, reverse("calls:board", args=[each.slug])) for each in found
    }


def _still_to_complete(keys: Collection[str], user: Any) -> set[str]:
    asked = Completion.objects.waiting().filter(
        application__in=numbers_in(keys), application__state__in=COMPLETED
    )
    return {str(pk) for pk in asked.values_list("application", flat=True)}


def _still_appealed(keys: Collection[str], user: Any) -> set[str]:
    found = Appeal.objects.filter(application__in=numbers_in(keys), state=Appeal.State.WAITING)
    return {str(pk) for pk in found.values_list("application", flat=True)}


def register() -> None:
    register_subject(Subject(OWN, _("réponse à une candidature"), _own))
    register_subject(Subject(FILE, _("candidature à instruire"), _files))
    register_subject(Subject(BOARD, _("décision d’un appel"), _boards))
    for verb in [
        Verb(
            COMPLETION,
            _("Un complément est demandé pour « %(title)s »"),
            still=_still_to_complete,
            done=_("« %(title)s » n’attend plus de complément"),
        ),
        Verb(
            COMPLETION_DUE,
            _("Le complément de « %(title)s » est attendu bientôt"),
            still=_still_to_complete,
            done=_("« %(title)s » n’attend plus de complément"),
        ),
        Verb(COMPLETION_ANSWERED, _("Le complément de « %(title)s » est arrivé")),
        Verb(COMPLETION_ENDED, _("Le complément de « %(title)s » n’est pas venu à temps")),
        Verb(ELIGIBLE, _("« %(title)s » est recevable")),
        Verb(INELIGIBLE, _("« %(title)s » est irrecevable : lisez pourquoi et quels recours")),
        Verb(BOARD_OPENED, _("Le tableau du jury de « %(title)s » est ouvert")),
        Verb(DECIDED, _("La décision sur « %(title)s » est publiée")),
        Verb(CHANGED, _("La décision sur « %(title)s » a changé")),
        Verb(
            APPEALED,
            _("Un recours est déposé pour « %(title)s »"),
            still=_still_appealed,
            done=_("Le recours pour « %(title)s » a reçu sa réponse"),
        ),
        Verb(
            APPEAL_DUE,
            _("Le recours pour « %(title)s » est bientôt rejeté, faute de réponse"),
            still=_still_appealed,
            done=_("Le recours pour « %(title)s » a reçu sa réponse"),
        ),
        Verb(ANSWERED, _("Votre recours pour « %(title)s » a reçu sa réponse")),
        Verb(FREED, _("Un lauréat renonce : une place se libère dans « %(title)s »")),
        Verb(GAVE_UP, _("« %(title)s » : le candidat renonce")),
    ]:
        register_verb(verb)
