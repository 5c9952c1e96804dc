"""Links that people declared, as keys of applications: see ``Application.objects.linked_to``."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Case, Q, When
from django.db.models.functions import Cast, Substr

from essaim.peers.models import Conflict

# What a round of peers calls an application, before its key.
ITEM = "application:"


def recused(user: Any) -> Any:
    from .decision import Recusal

    return Recusal.objects.filter(person=user).values("application")


def noted_in_reading(user: Any) -> Any:
    """What peers or managers declared of this person. An applicant's own objection bears on readers
    alone: it would otherwise set aside everyone who may decide."""
    mine = user.memberships.values("organisation")
    noted = Conflict.objects.exclude(side=Conflict.Side.HOLDER).filter(
        Q(person=user) | Q(organisation__in=mine), item__reference__startswith=ITEM
    )
    # Only a case keeps the number from being read of a reference that has none.
    key = Case(
        When(
            item__reference__regex=rf"^{ITEM}[0-9]{{1,18}}$",
            then=Cast(Substr("item__reference", len(ITEM) + 1), models.BigIntegerField()),
        )
    )
    return noted.annotate(application=key).values("application")
