"""What waits for the author of a need (see ``common.waiting``)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from essaim.common import waiting
from essaim.common.waiting import Rows, Waiting, one_by_one
from essaim.needs.models import Joining
from essaim.needs.reading import show

SHOWN = 20


def _to_answer(user: Any) -> Iterator[Rows]:
    rows = Joining.objects.awaiting(user).for_list().order_by("asked_at", "pk")
    yield one_by_one(
        rows[:SHOWN],
        lambda joining: Waiting(
            title=_("Répondre à un besoin voisin qui demande à se grouper"),
            url=reverse("needs:joining", args=[joining.pk]),
            about=show(joining.need, user).title,
            since=joining.asked_at,
        ),
    )


def register() -> None:
    waiting.register("needs.joinings", _to_answer)
