"""What waits for a person in kits (see ``common.waiting``)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.common.waiting import Rows, Waiting, one_by_one
from essaim.initiatives.models import Initiative, Publication
from essaim.kits.models import ArchiveState, KitArchive
from essaim.people.rules import can_manage

AT_MOST = 20


def waiting(user: Any) -> Iterator[Rows]:
    """For who writes a card that has a kit: links nobody may reuse, since their licence is
    unknown. For managers: archives that could not be made."""
    cards = (
        Initiative.objects.filter(pk__in=Initiative.objects.written_by(user).values("pk"))
        .filter(publication=Publication.PUBLISHED, kit_materials__removed_at=None)
        .filter(kit_materials__isnull=False)
        .annotate(unlicensed=Count("materials", filter=Q(materials__licence=""), distinct=True))
        .filter(unlicensed__gt=0)
    )
    yield one_by_one(
        cards.order_by("updated_at", "pk")[:AT_MOST],
        lambda card: Waiting(
            title=ngettext(
                "Dire la licence de %(n)s lien du kit",
                "Dire la licence de %(n)s liens du kit",
                card.unlicensed,
            )
            % {"n": card.unlicensed},
            url=reverse("initiatives:edit_section", args=[card.slug, "materiel"]),
            about=card.title,
            since=card.updated_at,
        ),
    )
    if can_manage(user):
        failed = KitArchive.objects.filter(state=ArchiveState.FAILED).select_related("initiative")
        yield one_by_one(
            failed.order_by("finished_at")[:AT_MOST],
            lambda archive: Waiting(
                title=_("Relancer une archive de kit interrompue"),
                url=reverse("kits:kit", args=[archive.initiative.slug]),
                about=archive.initiative.title,
                since=archive.finished_at,
            ),
        )
