"""What waits for a person among cards and imports (see ``common.waiting``)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import Max, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.common import waiting
from essaim.common.waiting import Rows, Waiting, one_by_one
from essaim.initiatives import rules
from essaim.initiatives.models import (
    CardImport,
    CoEditorInvitation,
    ImportState,
    Initiative,
    Publication,
)
from essaim.initiatives.templatetags.cards import review_by

SHOWN = 20  # of each sort; beyond, one line says how many others


def _returned(user: Any) -> Iterator[Rows]:
    """To their author; to the members of the holder where the author is gone."""
    cards = Initiative.objects.written_by(user).filter(
        Q(author=user) | Q(author__isnull=True) | Q(author__is_active=False),
        publication=Publication.RETURNED,
    )
    yield one_by_one(
        cards.order_by("updated_at", "pk")[:SHOWN],
        lambda card: Waiting(
            title=_("Compléter la fiche renvoyée"),
            url=reverse("initiatives:overview", args=[card.slug]),
            about=card.title,
            since=card.updated_at,
        ),
    )


def _submitted(user: Any) -> Iterator[Rows]:
    """For managers, the oldest first."""
    if not rules.can_review(user):
        return
    cards = Initiative.objects.filter(publication=Publication.SUBMITTED)
    yield Rows(cards.order_by("submitted_at", "pk"), _to_review)


def _to_review(cards: QuerySet[Initiative]) -> Iterator[Waiting]:
    found = list(cards[: SHOWN + 1])
    for card in found[:SHOWN]:
        yield Waiting(
            title=_("Relire la fiche soumise"),
            url=card.get_absolute_url(),
            about=card.title,
            due=_review_by(card),
            since=card.submitted_at,
        )
    if len(found) > SHOWN:
        others = cards.count() - SHOWN
        last = found[SHOWN]
        yield Waiting(
            title=ngettext(
                "Relire %(n)s autre fiche soumise", "Relire %(n)s autres fiches soumises", others
            )
            % {"n": others},
            url=f"{reverse('initiatives:review')}?publication={Publication.SUBMITTED}",
            due=_review_by(last),
            since=last.submitted_at,
        )


def _contested(user: Any) -> Iterator[Rows]:
    """For managers, except who refused."""
    if not rules.can_review(user):
        return
    cards = Initiative.objects.decidable_by(user).annotate(
        contested_at=Max("refusals__appealed_at")
    )
    yield one_by_one(
        cards.order_by("contested_at", "pk")[:SHOWN],
        lambda card: Waiting(
            title=_("Décider d’une contestation"),
            url=reverse("initiatives:decide_appeal", args=[card.slug]),
            about=card.title,
            due=timezone.localdate(card.contested_at) + dt.timedelta(days=settings.CARD_REVIEW_DAYS)
            if card.contested_at
            else None,
            since=card.contested_at,
        ),
    )


def _review_by(card: Initiative) -> dt.date | None:
    limit = review_by(card)
    return timezone.localdate(limit) if limit else None


def _imports(user: Any) -> Iterator[Rows]:
    """Checked and not confirmed: by whoever deposited the file; abandoned when it is too old."""
    if not rules.can_import(user):
        return
    ready = CardImport.objects.visible_to(user).filter(state=ImportState.READY, by=user)
    yield one_by_one(
        ready.order_by("started_at")[:SHOWN],
        lambda found: Waiting(
            title=_("Confirmer l’import, ou l’abandonner"),
            url=found.get_absolute_url(),
            about=found.original_name,
            due=timezone.localdate(found.started_at)
            + dt.timedelta(days=settings.RETENTION["import_files"]),
            since=found.started_at,
        ),
    )


def _invited(user: Any) -> Iterator[Rows]:
    """To say yes or no to those who ask this person to write with them."""
    invitations = CoEditorInvitation.objects.for_person(user).for_list()
    yield one_by_one(
        invitations.order_by("at")[:SHOWN],
        lambda found: Waiting(
            title=_("Répondre à une invitation à coéditer"),
            url=reverse("initiatives:coediting", args=[found.card.slug]),
            about=found.card.title,
            due=timezone.localdate(found.at + dt.timedelta(days=settings.COEDITOR_INVITATION_DAYS)),
            since=found.at,
        ),
    )


def register() -> None:
    waiting.register("initiatives.invited", _invited)
    waiting.register("initiatives.returned", _returned)
    waiting.register("initiatives.submitted", _submitted)
    waiting.register("initiatives.contested", _contested)
    waiting.register("initiatives.imports", _imports)
