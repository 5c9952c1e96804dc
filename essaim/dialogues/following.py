"""What people are told about management dialogues, and in which words."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from essaim.common.keys import numbers_in
from essaim.following.subjects import Shown, Subject
from essaim.following.subjects import register as register_subject
from essaim.following.verbs import Verb
from essaim.following.verbs import register as register_verb

from . import notifications as told
from .models import CHOSEN, Dialogue, ProposalState

GONE = _("Un dialogue de gestion n’attend plus rien de vous.")


def _load(keys: Collection[str], user: Any) -> dict[str, Shown]:
    numbers = numbers_in(keys)
    found = Dialogue.objects.visible_to(user).filter(pk__in=numbers)
    return {
        str(row.pk): Shown(row.title, row.get_absolute_url())
        for row in found.select_related("campaign", "territory")
    }


def _still(condition: Callable[[], Q]) -> Callable[[Collection[str], Any], set[str]]:
    def read(keys: Collection[str], user: Any) -> set[str]:
        found = Dialogue.objects.visible_to(user).filter(condition(), pk__in=numbers_in(keys))
        return {str(pk) for pk in found.values_list("pk", flat=True)}

    return read


def register() -> None:
    register_subject(Subject(told.KIND, _("dialogue de gestion"), _load))
    to_choose = _still(lambda: Q(state="sent", proposals__state=ProposalState.PROPOSED))
    to_come = _still(
        lambda: Q(meeting_at__gte=timezone.now(), state__in=["preparing", "sent", "agreed"])
    )
    steps = _still(
        lambda: Q(
            state__in=["sent", "agreed"], proposals__state__in=CHOSEN,
            proposals__steps__done_on=None, proposals__steps__isnull=False,
        )
    )  # fmt: skip
    checks = _still(
        lambda: Q(state__in=["sent", "agreed"], proposals__checks__seen="",
                  proposals__checks__on__lt=timezone.localdate())
    )  # fmt: skip
    over = _("« %(title)s » n’attend plus rien de vous")
    for verb in [
        Verb(
            told.SENT,
            _("Dialogue de gestion « %(title)s » : des pratiques vous sont proposées, à vous de"
              " choisir"),
            unseen=GONE, still=to_choose, done=over,
        ),
        Verb(told.ANSWERED, _("Le territoire a fait un choix : « %(title)s »")),
        Verb(told.AGREED, _("Les engagements sont pris : « %(title)s »")),
        Verb(
            told.MEETING,
            _("La réunion du dialogue de gestion « %(title)s » a sa date"),
            unseen=GONE, still=to_come, done=_("La réunion de « %(title)s » avait sa date"),
        ),
        Verb(
            told.CHOICES,
            _("Vos choix sont attendus : « %(title)s »"),
            unseen=GONE, still=to_choose, done=over,
        ),
        Verb(
            told.STEP,
            _("Une étape de la feuille de route arrive : « %(title)s »"),
            unseen=GONE, still=steps, done=over,
        ),
        Verb(told.CHECK, _("Un constat de terrain est noté ou prévu : « %(title)s »")),
        Verb(
            told.CHECK_DUE,
            _("Que s’est-il vu sur le terrain ? « %(title)s »"),
            unseen=GONE, still=checks, done=over,
        ),
    ]:  # fmt: skip
        register_verb(verb)
