"""Links that people declared, or have by the applicant's card: see
``Application.objects.linked_to``."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Case, Q, When
from django.db.models.functions import Cast, Substr

from essaim.initiatives.models import CoEditor, Initiative
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


def cards_behind(user: Any, *, sirens: Any, declared: Any) -> Any:
    """Cards that this person answers for: holder (any establishment of it, or one they declared a
    link with), author, co-editor."""
    return Initiative.objects.filter(
        Q(author=user)
        | Q(holder__in=user.memberships.values("organisation"))
        | Q(holder__siren__in=sirens)
        | Q(holder__in=declared)
        | Q(pk__in=CoEditor.objects.filter(user=user).values("card"))
    ).values("pk")
