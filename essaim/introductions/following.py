"""Introductions in notifications, and in which words."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from essaim.common.keys import numbers_in
from essaim.following.subjects import Shown, Subject
from essaim.following.subjects import register as register_subject
from essaim.following.verbs import Verb
from essaim.following.verbs import register as register_verb
from essaim.introductions import notifications as told
from essaim.introductions.models import Introduction

GONE = _("Une mise en relation n’attend plus rien de vous.")


def _load(keys: Collection[str], user: Any) -> dict[str, Shown]:
    found = Introduction.objects.visible_to(user).filter(pk__in=numbers_in(keys))
    return {
        str(row.pk): Shown(row.card.title, row.get_absolute_url())
        for row in found.select_related("card")
    }


def _still(**condition: Any) -> Callable[[Collection[str], Any], set[str]]:
    def read(keys: Collection[str], user: Any) -> set[str]:
        found = Introduction.objects.visible_to(user).filter(pk__in=numbers_in(keys), **condition)
        return {str(pk) for pk in found.values_list("pk", flat=True)}

    return read


def _form(announcement: Any, shown: Shown) -> str:
    """One click from the mail to the form that says what came out."""
    return reverse("introductions:close", args=[int(announcement.key)])


def register() -> None:
    register_subject(Subject(told.KIND, _("mise en relation"), _load))
    asked = _still(state=Introduction.State.REQUESTED)
    going = _still(state__in=Introduction.GOING)
    no_longer = _("La mise en relation à propos de « %(title)s » n’attend plus rien de vous")
    for verb in [
        Verb(
            told.PROPOSED,
            _("On vous propose l’initiative « %(title)s » : à vous de décider"),
            unseen=GONE, still=asked, done=no_longer,
        ),
        Verb(told.ACCEPTED, _("La mise en relation à propos de « %(title)s » est acceptée")),
        Verb(told.DECLINED, _("La mise en relation à propos de « %(title)s » est déclinée")),
        Verb(
            told.WITHDRAWN,
            _("La demande de mise en relation à propos de « %(title)s » est retirée"),
            unseen=GONE,
        ),
        Verb(
            told.MESSAGE,
            _("On vous a écrit à propos de « %(title)s »"),
            unseen=GONE,
        ),
        Verb(told.CLOSED, _("La mise en relation à propos de « %(title)s » est conclue")),
        Verb(
            told.ANSWER,
            _("Une demande de mise en relation à propos de « %(title)s » attend votre réponse"),
            unseen=GONE, still=asked, done=no_longer,
        ),
        Verb(
            told.SAY,
            _("Où en est la mise en relation à propos de « %(title)s » ? Dites-le en un clic"),
            unseen=GONE, url=_form, still=going, done=no_longer,
        ),
        Verb(
            told.AGAIN,
            _("Vous vouliez reparler de « %(title)s » à cette date"),
            unseen=GONE,
        ),
    ]:  # fmt: skip
        register_verb(verb)
