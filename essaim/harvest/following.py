"""What managers are told about passages, and in which words."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext_lazy as _

from essaim.common.keys import numbers_in
from essaim.following.subjects import Shown, Subject
from essaim.following.subjects import register as register_subject
from essaim.following.verbs import Verb
from essaim.following.verbs import register as register_verb
from essaim.harvest import notifications as told
from essaim.harvest.models import Run


def _runs(keys: Collection[str], user: Any) -> dict[str, Shown]:
    found = Run.objects.visible_to(user).for_list().filter(pk__in=numbers_in(keys))
    return {str(run.pk): Shown(run.source.name, run.get_absolute_url()) for run in found}


def _why(key: str, user: Any) -> str:
    run = Run.objects.visible_to(user).filter(pk__in=numbers_in([key])).first()
    return f"{run.why} {run.what_to_do}".strip() if run else ""


def _still_broken(keys: Collection[str], user: Any) -> set[str]:
    """Until a later passage goes well."""
    runs = Run.objects.filter(pk__in=numbers_in(keys)).values_list("pk", "source")
    pairs = list(runs)
    done = Run.objects.filter(
        source__in={source for _pk, source in pairs}, is_trial=False, state="done", doubted=False
    ).values_list("source", "pk")
    latest: dict[int, int] = {}
    for source, pk in done:
        latest[source] = max(pk, latest.get(source, 0))
    return {str(pk) for pk, source in pairs if latest.get(source, 0) <= pk}


def register() -> None:
    register_subject(Subject(told.KIND, _("passage de moissonnage"), _runs))
    register_verb(
        Verb(
            told.BROKEN,
            _("Le moissonnage de « %(title)s » s’est interrompu"),
            details=_why,
            still=_still_broken,
            done=_("Le moissonnage de « %(title)s » s’était interrompu ; il a repris"),
        )
    )
    register_verb(
        Verb(
            told.DOUBTED,
            _("« %(title)s » a perdu beaucoup de fiches d’un coup : dites si elles ont disparu"),
            still=_still_broken,
            done=_("« %(title)s » avait perdu beaucoup de fiches d’un coup"),
        )
    )
