"""Entries that nobody has checked for a year wait for their owner's members, and for managers;
proposed entries wait for managers, those sent back for their author."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.common import waiting
from essaim.common.waiting import Rows, Waiting, one_by_one
from essaim.schemes.models import Scheme
from essaim.schemes.rules import can_import, can_review

SHOWN = 10


def _stale(user: Any) -> Iterator[Rows]:
    """One by one for whoever keeps them; one line for managers, who cannot check them all."""
    mine = Scheme.objects.owned_by_members_like(user).stale().order_by("checked_on", "pk")
    yield one_by_one(
        mine[:SHOWN],
        lambda scheme: Waiting(
            title=_("Vérifier la page d’un dispositif"),
            url=scheme.get_absolute_url(),
            about=scheme.title,
        ),
    )
    if can_import(user):
        yield Rows(Scheme.objects.stale(), _all_stale)


def _all_stale(schemes: QuerySet[Scheme]) -> Iterator[Waiting]:
    count = schemes.count()
    yield Waiting(
        title=ngettext(
            "Vérifier %(n)s dispositif que personne n’a vérifié depuis un an",
            "Vérifier %(n)s dispositifs que personne n’a vérifiés depuis un an",
            count,
        )
        % {"n": count},
        url=f"{reverse('schemes:list')}?stale=on",
    )


def _proposed(user: Any) -> Iterator[Rows]:
    """The oldest first."""
    yield one_by_one(
        Scheme.objects.returned().filter(author=user).order_by("decided_at")[:SHOWN],
        lambda scheme: Waiting(
            title=_("Compléter un dispositif que vous avez proposé"),
            url=scheme.get_absolute_url(),
            about=scheme.title,
            since=scheme.decided_at,
        ),
    )
    if not can_review(user):
        return
    yield one_by_one(
        Scheme.objects.proposed().exclude(author=user).order_by("updated_at")[:SHOWN],
        lambda scheme: Waiting(
            title=_("Relire un dispositif proposé"),
            url=reverse("schemes:review", args=[scheme.slug]),
            about=scheme.title,
            since=scheme.updated_at,
        ),
    )


def register() -> None:
    waiting.register("schemes.stale", _stale)
    waiting.register("schemes.proposed", _proposed)
