"""Sources that are read each night in vain wait for who can mend it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from essaim.common import waiting
from essaim.common.waiting import Waiting
from essaim.harvest.models import Source
from essaim.harvest.rules import can_harvest

SHOWN = 10


def _sources(user: Any) -> Iterator[Waiting]:
    if not can_harvest(user):
        return
    for source in Source.objects.to_mend(user).order_by("name", "pk")[:SHOWN]:
        yield Waiting(
            title=_("Réparer une source moissonnée dont les passages échouent")
            if source.is_followed
            else _("Reprendre une source moissonnée que plus personne ne suit"),
            url=source.get_absolute_url(),
            about=source.name,
        )


def register() -> None:
    waiting.register("harvest.sources", _sources)
