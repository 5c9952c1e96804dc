"""What instructing, reading and deciding tell the rest of the product at start-up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from essaim.calls import access
from essaim.common import waiting
from essaim.common.waiting import Rows, Waiting
from essaim.peers import runners

from .models import (
    RESULTS,
    Appeal,
    Application,
    Call,
    CallRound,
    Officer,
    Recusal,
)
from .models.links import ITEM

AT_MOST = 50


def register_deciding() -> None:
    from essaim.calls import keeping_deciding, notifications_deciding, tasks_deciding
    from essaim.calls.actions.reading import on_round_abandoned
    from essaim.peers.signals import round_abandoned

    assert tasks_deciding.tell_results, "the worker knows the jobs of this room"
    waiting.register("calls.deciding", waits)
    notifications_deciding.register()
    keeping_deciding.register()
    round_abandoned.connect(on_round_abandoned, dispatch_uid="calls.round_abandoned")
    runners.register("calls", runners.Room(
        _rounds_of, _people_of, _holds, _place_of, _keeps_out, access.record_in_round
    ))  # fmt: skip


# --- rounds of peers ----------------------------------------------------------------------------
def _rounds_of(user: Any) -> Q:
    calls = Officer.objects.filter(user=user).values("call")
    return Q(pk__in=CallRound.objects.filter(call__in=calls).values("round"))


def _people_of(found: Any) -> set[int]:
    officers = Officer.objects.filter(call__reading_round__round=found)
    return set(officers.values_list("user", flat=True))


def _holds(found: Any) -> str:
    if not CallRound.objects.filter(round=found).exists():
        return ""
    return _(
        "C’est la lecture d’un appel : chaque candidat reçoit sa décision et ses motifs avec les"
        " résultats, depuis la page de l’appel."
    )


def _place_of(found: Any) -> tuple[str, str] | None:
    known = CallRound.objects.filter(round=found).select_related("call").first()
    if known is None:
        return None
    return known.call.title, reverse("calls:reading", args=[known.call.slug])


def _keeps_out(reference: str, person: Any) -> bool:
    if not reference.startswith(ITEM):
        return False
    key = int(reference.removeprefix(ITEM))
    return Recusal.objects.filter(application=key, person=person).exists()


# --- what waits for whom ------------------------------------------------------------------------
def waits(user: Any) -> Iterator[Rows]:
    """What appeals ask; the rest of the way is in ``waiting``."""
    yield _to_answer(user, Call.objects.told_to(user))


def _to_answer(user: Any, run: Any) -> Rows:
    """Appeals and, once the results are known, what an appeal against ineligibility took up."""
    appealed = Q(call__in=run.filter(state__in=[*RESULTS, "closed", "reading", "deciding"])) & Q(
        Exists(Appeal.objects.filter(application=OuterRef("pk"), state="waiting"))
    )
    taken_up = Q(call__in=run.filter(state__in=RESULTS), state__in=["submitted", "eligible"])
    found = Application.objects.instructed_by(user).filter(appealed | taken_up)
    return Rows(
        found.select_related("call").order_by("pk")[:AT_MOST],
        lambda rows: (
            Waiting(
                title=_("Décider, après un recours accueilli")
                if application.state in {"submitted", "eligible"}
                else _("Répondre à un recours"),
                url=reverse("calls:file", args=[application.call.slug, application.pk]),
                about=application.title,
            )
            for application in rows
        ),
    )
