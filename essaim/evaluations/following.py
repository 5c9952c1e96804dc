"""What people are told about evaluations: how they are shown to each, and in which words."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext_lazy as _

from essaim.common.keys import numbers_in
from essaim.evaluations import notifications as told
from essaim.evaluations.models import Evaluation, IndependentEvaluation
from essaim.evaluations.waiting import still_before_deletion
from essaim.following.subjects import Shown, Subject
from essaim.following.subjects import register as register_subject
from essaim.following.verbs import Verb
from essaim.following.verbs import register as register_verb


def _load(keys: Collection[str], user: Any) -> dict[str, Shown]:
    found = Evaluation.objects.visible_to(user).filter(pk__in=numbers_in(keys))
    return {str(e.pk): Shown(e.title, e.get_absolute_url()) for e in found}


def _load_reports(keys: Collection[str], user: Any) -> dict[str, Shown]:
    found = IndependentEvaluation.objects.visible_to(user).filter(pk__in=numbers_in(keys))
    return {str(r.pk): Shown(r.title, r.get_absolute_url()) for r in found}


def register() -> None:
    register_subject(Subject(told.SUBJECT, _("auto-évaluation"), _load))
    register_subject(Subject(told.INDEPENDENT, _("évaluation indépendante"), _load_reports))
    for verb in [
        Verb(told.MEMBER_ADDED, _("Vous êtes dans l’équipe de l’évaluation « %(title)s »")),
        Verb(
            told.DELETION_NEAR,
            _("Les données de l’évaluation « %(title)s » seront bientôt effacées"),
            still=still_before_deletion,
            done=_("L’évaluation « %(title)s » n’attend plus ses données"),
        ),
        Verb(told.DATA_ERASED, _("Les données de l’évaluation « %(title)s » sont effacées")),
        Verb(told.ANALYSED, _("Les résultats de l’évaluation « %(title)s » sont prêts")),
        Verb(told.INDEPENDENT_DECIDED, _("Le niveau du rapport « %(title)s » est décidé")),
        Verb(told.WITHDRAWN, _("L’évaluation « %(title)s » est retirée")),
    ]:
        register_verb(verb)
