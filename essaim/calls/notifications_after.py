"""Who is told what after the results. Those who run the call and have a link with it are told
nothing of it."""

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
from essaim.people.models import Membership, User

from .models import Application, Lesson, Support, SupportState
from .told import run_by

SUPPORT, LESSON = "call_support", "call_lesson"
ANNOUNCED, REPORTED, REPORT_DUE = "call_support_announced", "call_reported", "call_report_due"
CLOSED, TOLD, MENTIONED = "call_support_closed", "call_lesson_told", "call_mentioned"


def side_of(application: Application) -> list[User]:
    """The person, or those who represent the organisation; who began it, who write it."""
    held = Membership.objects.representing().filter(organisation=application.organisation_id)
    editors = application.editors.filter(left_at=None).values("user")
    own = Q(pk=application.person_id or 0) | Q(pk__in=held.values("user")) | Q(pk__in=editors)
    people = User.objects.filter(own | Q(pk=application.created_by_id or 0), is_active=True)
    return [each for each in people.order_by("pk") if _is_of(each, application)]


def _is_of(user: User, application: Application) -> bool:
    return Application.objects.of_side(user).filter(pk=application.pk).exists()


def _tell(people: Iterable[Any], verb: str, kind: str, key: int, **how: Any) -> None:
    for person in {each.pk: each for each in people if each is not None}.values():
        tell(person, verb, kind, str(key), **how)


def support_announced(plan: Support, *, by: Any) -> None:
    _tell(
        [*side_of(plan.application), plan.adviser], ANNOUNCED, SUPPORT, plan.application_id, by=by
    )


def reported(plan: Support, *, by: Any) -> None:
    people = [*run_by(plan.application.call, plan.application), plan.adviser]
    _tell(people, REPORTED, SUPPORT, plan.application_id, by=by)


def report_due(plan: Support) -> None:
    _tell(
        side_of(plan.application), REPORT_DUE, SUPPORT, plan.application_id,
        waits=True, once=f"due:{plan.next_report_on}",
    )  # fmt: skip


def support_closed(plan: Support, *, by: Any) -> None:
    _tell([*side_of(plan.application), plan.adviser], CLOSED, SUPPORT, plan.application_id, by=by)


def support_stopped(plan: Support, *, by: Any) -> None:
    """The laureate gave up: those who run the call are told of that, once, and not of this too."""
    told = {each.pk for each in run_by(plan.application.call, plan.application)}
    adviser = None if plan.adviser_id in told else plan.adviser
    _tell([*side_of(plan.application), adviser], CLOSED, SUPPORT, plan.application_id, by=by)


def lesson_told(lesson: Lesson, *, by: Any) -> None:
    people = run_by(lesson.application.call, lesson.application)
    _tell(people, TOLD, LESSON, lesson.application_id, by=by)


def mentioned(lesson: Lesson, *, by: Any) -> None:
    _tell(side_of(lesson.application), MENTIONED, LESSON, lesson.application_id, by=by)


# --- how they are shown, in which words ---------------------------------------------------------
def _supports(keys: Collection[str], user: Any) -> dict[str, Shown]:
    found = Support.objects.visible_to(user).filter(application__in=numbers_in(keys))
    return {
        str(each.application_id): Shown(each.application.title, each.get_absolute_url())
        for each in found.select_related("application")
    }


def _lessons(keys: Collection[str], user: Any) -> dict[str, Shown]:
    seen = Application.objects.visible_to(user).filter(pk__in=numbers_in(keys))
    return {
        str(each.pk): Shown(each.title, reverse("calls:lesson", args=[each.pk]))
        for each in seen.filter(lesson__isnull=False)
    }


def _still_due(keys: Collection[str], user: Any) -> set[str]:
    found = Support.objects.filter(application__in=numbers_in(keys), state=SupportState.RUNNING)
    return {str(pk) for pk in found.values_list("application", flat=True)}


def register() -> None:
    register_subject(Subject(SUPPORT, _("accompagnement"), _supports))
    register_subject(Subject(LESSON, _("droit à l’erreur"), _lessons))
    for verb in [
        Verb(ANNOUNCED, _("L’accompagnement de « %(title)s » est annoncé")),
        Verb(REPORTED, _("« %(title)s » donne de ses nouvelles")),
        Verb(
            REPORT_DUE, _("Un bilan d’étape de « %(title)s » est attendu"), still=_still_due,
        ),
        Verb(CLOSED, _("L’accompagnement de « %(title)s » est terminé")),
        Verb(TOLD, _("« %(title)s » raconte ce qui n’a pas marché")),
        Verb(MENTIONED, _("« %(title)s » reçoit la mention « droit à l’erreur »")),
    ]:  # fmt: skip
        register_verb(verb)
