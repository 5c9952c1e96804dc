"""A round as people see it: where it stands, who acts next, by when, what if late.

Every state says so (habit 5). No database here beyond the counts it is given.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from .models import Round, State


@dataclass(frozen=True)
class Step:
    state: str
    title: Any
    act: Any
    who: Any
    if_late: Any


MANAGER = _("l’animateur")
STEPS = [
    Step(
        State.DRAFT, _("Préparation"),
        _("régler la grille, les collèges et les échéances, puis ouvrir les invitations"),
        MANAGER, "",
    ),
    Step(
        State.INVITING, _("Invitations"),
        _("répondre à l’invitation"), _("les pairs invités"),
        _("qui n’a pas répondu n’est plus attendu : l’animateur passe à l’affectation,"
          " ou repousse la date pour inviter d’autres pairs."),
    ),
    Step(
        State.ASSIGNING, _("Affectation"),
        _("calculer une affectation, la regarder, la confirmer"), MANAGER, "",
    ),
    Step(
        State.READING, _("Lecture"),
        _("lire et rendre sa lecture"), _("les lecteurs"),
        _("ce qui n’est pas rendu n’est plus accepté, sauf délai accordé ; l’animateur ouvre la"
          " discussion."),
    ),
    Step(
        State.DISCUSSING, _("Discussion et conclusion"),
        _("discuter entre lecteurs, envoyer le retour au porteur, puis conclure avec les motifs"),
        _("les lecteurs, puis l’animateur, après la réponse du porteur"),
        _("l’animateur envoie le retour et conclut sans attendre d’autres messages."),
    ),
]  # fmt: skip
NUMBER = {step.state: number for number, step in enumerate(STEPS, start=1)}
LAST = len(STEPS) + 1
LAST_TITLE = _("Conclusion publiée")


@dataclass(frozen=True)
class Status:
    number: int
    last: int
    title: Any
    following: Any
    act: Any
    who: Any
    due_at: dt.datetime | None
    is_late: bool
    if_late: Any
    ended: bool


def status_of(found: Round) -> Status:
    number = NUMBER.get(State(found.state))
    if number is None:
        return Status(LAST, LAST, found.get_state_display(), "", "", "", None, False, "", True)
    step = STEPS[number - 1]
    following = STEPS[number].title if number < len(STEPS) else LAST_TITLE
    return Status(
        number, LAST, step.title, following, step.act, step.who, found.due_at, found.is_late,
        step.if_late, False,
    )  # fmt: skip
