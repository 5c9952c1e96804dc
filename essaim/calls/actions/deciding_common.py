"""What instructing, reading and deciding share: locks in one order, refusals in words."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pghistory
from django.utils.translation import gettext as _
from django_fsm import can_proceed

from essaim.calls import rules
from essaim.calls.models import RESULTS, Application, ApplicationState, Call, Deliberation, State
from essaim.common.errors import DomainError
from essaim.common.text import clean

# Always the call before its applications (by key), as submitting does, then what hangs on them.


def lock_call(call: Call | int) -> Call:
    pk = call if isinstance(call, int) else call.pk
    return Call.objects.select_for_update(no_key=True).get(pk=pk)


def lock_all(call: Call | int) -> Call:
    """The call, then every application of it: for what decides them together."""
    call = lock_call(call)
    rows = Application.objects.select_for_update(no_key=True).filter(call=call).order_by("pk")
    list(rows.values_list("pk"))
    return call


def lock_application(application: Application | int) -> Application:
    pk = application if isinstance(application, int) else application.pk
    found: Application = (
        Application.objects.select_for_update(no_key=True, of=("self",))
        .select_related("call")
        .get(pk=pk)
    )
    return found


def lock_deliberation(call: Call) -> Deliberation:
    """Made with the first decision about how to decide."""
    Deliberation.objects.get_or_create(call=call)
    return Deliberation.objects.select_for_update(no_key=True).get(call=call)


def check_free(user: Any, application: Application) -> None:
    """Nobody judges or decides on what they have a link with, whatever page they came from."""
    if not rules.can_instruct(user, application):
        raise DomainError(
            _("Vous avez un lien avec cette candidature, ou ne conduisez pas cet appel.")
        )


def check_call(call: Call, states: Collection[str]) -> None:
    if call.state not in states:
        raise moved_on(call)


def is_late(application: Application) -> bool:
    """After the results, what an appeal against ineligibility took up again: instructed, then
    decided by itself (``actions.late``)."""
    return application.call.state in RESULTS and application.state in LATE


def may_instruct(application: Application) -> bool:
    """From the closing until the decisions are published: a late file is instructed like the
    others; afterwards, what an appeal took up again."""
    return application.call.state in INSTRUCTING or is_late(application)


def may_prepare(application: Application) -> bool:
    if application.state not in OPEN:
        return False
    return application.call.state == State.DECIDING or is_late(application)


INSTRUCTING = (State.CLOSED, State.READING, State.DECIDING)
OPEN = (ApplicationState.ELIGIBLE, ApplicationState.IN_READING)
LATE = (ApplicationState.SUBMITTED, ApplicationState.TO_COMPLETE, ApplicationState.ELIGIBLE)


def check_instructing(application: Application) -> None:
    if not may_instruct(application):
        raise moved_on(application.call)


def check_deciding(call: Call, application: Application) -> None:
    if call.state != State.DECIDING and not is_late(application):
        raise moved_on(call)


def moved_on(call: Call) -> DomainError:
    return DomainError(
        _("L’appel est maintenant « %(state)s » : cette action n’a plus lieu d’être.")
        % {"state": call.state_name}
    )


def check_can(obj: Any, transition: Any) -> None:
    if not can_proceed(transition):
        raise DomainError(
            _("C’est déjà « %(state)s » : cette action n’a plus lieu d’être.")
            % {"state": obj.get_state_display()}
        )


def move(obj: Any, transition: str, *, by: Any, fields: Collection[str] = ()) -> None:
    """Take one transition and keep who did it; refused in words where it cannot be."""
    act = getattr(obj, transition)
    check_can(obj, act)
    act()
    with pghistory.context(user=getattr(by, "pk", None), action=transition):
        obj.save(update_fields=["state", *fields])


def reason_given(text: str, field: str = "reasons", words: str = "") -> str:
    text = clean(text or "")
    if not text:
        raise DomainError(words or _("Dites pourquoi."), field=field)
    return text
