"""What follows what: one table for calls, one for applications; who may, who is told.

``docs/calls.md`` shows both tables and a test compares them with the transitions of the models.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .models import MAY_SKIP, RESULTS, Application, ApplicationState, Call, State

RUNS = _("ceux qui conduisent l’appel")
CLOCK = _("l’horloge, ou ceux qui conduisent l’appel")
SIDE = _("le candidat")
NOBODY = _("personne")
FOLLOWERS = _("ceux qui suivent le thème ou le territoire")
WITH_DRAFT = _("ceux qui ont un brouillon")
APPLICANTS = _("chaque candidat")


@dataclass(frozen=True)
class Move:
    """One transition, as the model names it."""

    name: str
    what: Any
    who: Any
    told: Any


CALL_MOVES = [
    Move("announce", _("annoncer"), RUNS, FOLLOWERS),
    Move("take_back", _("remettre en préparation"), RUNS, NOBODY),
    Move("open", _("ouvrir"), CLOCK, FOLLOWERS),
    Move("close", _("clore"), CLOCK, _("ceux qui conduisent l’appel")),
    Move("open_again", _("rouvrir, avec un motif et une nouvelle fermeture"), RUNS, WITH_DRAFT),
    Move("read", _("commencer la lecture"), RUNS, _("chaque lecteur affecté")),
    Move("decide", _("passer à la décision"), RUNS, NOBODY),
    Move("announce_results", _("publier les résultats"), RUNS, APPLICANTS),
    Move("begin_support", _("commencer l’accompagnement"), RUNS, _("chaque lauréat")),
    Move("archive", _("archiver"), RUNS, NOBODY),
    Move("drop", _("classer sans suite, plus rien n’étant à décider"), RUNS, APPLICANTS),
]
APPLICATION_MOVES = [
    Move("submit", _("déposer"), SIDE, _("le candidat et ses partenaires (récépissé)")),
    Move("open_again", _("rouvrir avant la fermeture"), SIDE, _("les coéditeurs")),
    Move(
        "keep_submitted", _("garder la version déposée"), _("l’horloge, ou le candidat"), SIDE
    ),
    Move("ask_completion", _("demander de compléter"), RUNS, SIDE),
    Move("accept", _("dire recevable"), RUNS, SIDE),
    Move("refuse", _("dire irrecevable, avec les motifs"), RUNS, SIDE),
    Move("end_completion", _("clore une demande de complément restée sans réponse"),
         _("l’horloge"), _("le candidat, et ceux qui conduisent l’appel")),
    Move("look_again", _("réexaminer la recevabilité"), RUNS, NOBODY),
    Move("read", _("donner à lire"), RUNS, NOBODY),
    Move("stop_reading", _("attendre une autre lecture, celle-ci abandonnée"), RUNS, NOBODY),
    Move("choose", _("retenir"), RUNS, _("le candidat, à la publication")),
    Move(
        "put_on_waiting_list", _("mettre sur liste d’attente"), RUNS,
        _("le candidat, à la publication"),
    ),
    Move("leave_out", _("ne pas retenir, avec les motifs"), RUNS, _("le candidat, à la publication")),
    Move("choose_on_appeal", _("retenir après un recours, ou depuis la liste d’attente"), RUNS, SIDE),
    Move("wait_on_appeal", _("mettre sur liste d’attente après un recours"), RUNS, SIDE),
    Move("give_up", _("renoncer après les résultats"), SIDE, RUNS),
    Move("withdraw", _("retirer"), SIDE, RUNS),
]  # fmt: skip

ORDER = list(State)


@dataclass(frozen=True)
class Next:
    number: int  # of the step among those that this call does not skip, from 1
    last: int
    title: Any
    following: Any
    what: Any = ""
    who: Any = ""
    due: dt.datetime | dt.date | None = None

    @property
    def has_hour(self) -> bool:
        return isinstance(self.due, dt.datetime)


def states_of(call: Call) -> list[State]:
    """Those that this call goes through, the present one included."""
    skips = set(call.skips) & set(MAY_SKIP) - {call.state}
    return [each for each in ORDER if each.value not in skips]


def name_of(call: Call, state: str) -> Any:
    """The public name of a state, as this call calls it."""
    return call.state_names.get(state) or State(state).label


def next_step(call: Call) -> Next:
    """Where the call stands, what comes next, by whom and by when."""
    order = states_of(call)
    number = order.index(State(call.state)) + 1
    following = name_of(call, order[number]) if number < len(order) else ""
    applicants, officers = _("les candidats"), _("le service organisateur")
    told: dict[State, tuple[Any, ...]] = {
        State.DRAFT: (_("annoncer l’appel"), officers, call.opens_at),
        State.ANNOUNCED: (_("préparer sa candidature ; l’appel ouvre"), applicants, call.opens_at),
        State.OPEN: (_("déposer sa candidature"), applicants, call.closes_at),
        State.CLOSED: (_("dire quelles candidatures sont recevables"), officers, None),
        State.READING: (_("lire les candidatures"), _("les lecteurs"), None),
        State.DECIDING: (_("décider et publier les résultats"), officers, call.results_on),
        State.ANNOUNCED_RESULTS: (_("lire les résultats"), applicants, None),
        State.SUPPORT: (_("rendre compte de l’avancement"), _("les lauréats"), None),
        State.ARCHIVED: (),
    }
    return Next(number, len(order), call.state_name, following, *told[State(call.state)])


def days_left(call: Call) -> int:
    """Whole days before the closing, the last one counts; 0 when closed."""
    if not call.closes_at or call.closes_at <= timezone.now():
        return 0
    clock = call.clock
    days = call.closes_at.astimezone(clock).date() - timezone.now().astimezone(clock).date()
    return max(days.days, 0)


def next_for_application(application: Application) -> tuple[Any, Any, dt.datetime | None]:
    """What comes next for an application, who acts, by when: its status line."""
    state = ApplicationState(application.state)
    officers = _("le service organisateur")
    told: dict[ApplicationState, tuple[Any, Any, dt.datetime | None]] = {
        ApplicationState.DRAFT: (_("déposer la candidature"), SIDE, application.closes_at),
        ApplicationState.SUBMITTED: (_("dire si elle est recevable"), officers, None),
        ApplicationState.TO_COMPLETE: (
            _("compléter ce qui manque"), SIDE, application.complete_by
        ),
        ApplicationState.ELIGIBLE: (
            _("décider, après votre recours")
            if application.call.state in RESULTS
            else _("donner la candidature à lire"),
            officers, None,
        ),
        ApplicationState.IN_READING: (_("lire la candidature"), _("les lecteurs"), None),
        ApplicationState.LAUREATE: (_("convenir du plan d’accompagnement"), officers, None),
        ApplicationState.WAITING: (_("retenir si une place se libère"), officers, None),
        ApplicationState.INELIGIBLE: ("", "", None),
        ApplicationState.NOT_SELECTED: ("", "", None),
        ApplicationState.WITHDRAWN: ("", "", None),
    }  # fmt: skip
    return told[state]
