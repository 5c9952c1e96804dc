"""What people are told about the path: how it is shown to each, and in which words.

No sentence says how a file ended, and nothing stored does: the announcement of an end is the same
for every end, and names nobody as its author.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from essaim.common.keys import numbers_in
from essaim.following.subjects import Shown, Subject
from essaim.following.subjects import register as register_subject
from essaim.following.verbs import Verb
from essaim.following.verbs import register as register_verb
from essaim.innovators import notifications as told
from essaim.innovators.models import InnovationFile, State, StatusCard

NOT_YOURS = _("Un dossier d’innovation n’attend plus rien de vous.")


def _files(keys: Collection[str], user: Any) -> dict[str, Shown]:
    files = InnovationFile.objects.visible_to(user).filter(pk__in=numbers_in(keys))
    return {str(file.pk): Shown(file.title, file.get_absolute_url()) for file in files}


def _statuses(keys: Collection[str], user: Any) -> dict[str, Shown]:
    """One's own, or that of an agent whose employer one represents: each on its own page."""
    cards = StatusCard.objects.visible_to(user).filter(pk__in=numbers_in(keys))
    own, asked = reverse("innovators:status"), "innovators:agreement"
    return {
        str(card.pk): Shown(
            told.shown(card.user),
            own if card.user_id == user.pk else reverse(asked, args=[card.pk]),
            lang="",
        )
        for card in cards.select_related("user")
    }


# --- what still waits -----------------------------------------------------------------------
def _still(condition: Callable[[Any], Q]) -> Callable[[Collection[str], Any], set[str]]:
    def read(keys: Collection[str], user: Any) -> set[str]:
        files = InnovationFile.objects.active().filter(condition(user), pk__in=numbers_in(keys))
        return {str(pk) for pk in files.values_list("pk", flat=True)}

    return read


def _to_take(user: Any) -> Q:
    return Q(case_officer=None)


def _to_follow(user: Any) -> Q:
    """Entrusted to this officer, who has not held the interview yet."""
    return Q(case_officer=user, state=State.ENTERED)


def _to_act_on(user: Any) -> Q:
    """An opinion came: to decide of the support, or to revise after an objection."""
    received = Q(state=State.HIERARCHY_INFORMED, non_objection_on__isnull=False)
    return (received | Q(state=State.OPENED)) & Q(case_officer=user)


def _silent(user: Any) -> Q:
    return Q(state=State.HIERARCHY_INFORMED, non_objection_on=None, case_officer=user)


def _late(user: Any) -> Q:
    return Q(due_on__lt=timezone.localdate()) & (Q(innovator=user) | Q(case_officer=user))


def _still_asked(keys: Collection[str], user: Any) -> set[str]:
    cards = StatusCard.objects.awaiting(user).filter(pk__in=numbers_in(keys))
    return {str(pk) for pk in cards.values_list("pk", flat=True)}


def register() -> None:
    register_subject(Subject(told.FILE, _("dossier d’innovation"), _files))
    register_subject(Subject(told.STATUS, _("statut d’innovateur"), _statuses))
    for verb in [
        Verb(
            told.ENTERED,
            _("Une idée attend d’être prise en charge : « %(title)s »"),
            unseen=_("Une idée déposée a été prise en charge par quelqu’un d’autre."),
            still=_still(_to_take),
            done=_("L’idée « %(title)s » n’attend plus d’être prise en charge"),
        ),
        Verb(
            told.TAKEN,
            _(
                "Votre dossier « %(title)s » a un chargé de dossier, qui lira tout ce qu’il contient"
            ),
        ),
        Verb(
            told.ENTRUSTED,
            _("Le dossier « %(title)s » vous est confié"),
            unseen=NOT_YOURS,
            still=_still(_to_follow),
        ),
        Verb(told.ADVANCED, _("Votre dossier « %(title)s » avance : une étape est franchie")),
        Verb(
            told.OPINION_RECEIVED,
            _("L’avis de la hiérarchie sur le dossier « %(title)s » est arrivé"),
            unseen=NOT_YOURS,
            still=_still(_to_act_on),
        ),
        Verb(
            told.OPINION_SILENT,
            _(
                "La hiérarchie n’a pas répondu sur le dossier « %(title)s », malgré les relances ;"
                " le silence ne vaut pas accord"
            ),
            unseen=NOT_YOURS,
            still=_still(_silent),
        ),
        Verb(
            told.LATE,
            _("Une échéance du dossier « %(title)s » est passée"),
            unseen=NOT_YOURS,
            still=_still(_late),
        ),
        Verb(
            told.ENDED,
            _("Le dossier « %(title)s » est terminé ; sa page dit ce qui reste possible"),
            unseen=NOT_YOURS,
        ),
        Verb(
            told.AGREEMENT_ASKED,
            _("%(title)s demande l’accord de votre organisation sur son temps d’innovation"),
            unseen=_("Une demande d’accord sur un temps d’innovation n’attend plus de réponse."),
            still=_still_asked,
        ),
        Verb(
            told.AGREEMENT_ANSWERED,
            _("Votre employeur a répondu à votre demande de temps d’innovation"),
        ),
    ]:
        register_verb(verb)
