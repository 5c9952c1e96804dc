"""The only writer of profiles."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from essaim.initiatives.models import Initiative
from essaim.people.models import User
from essaim.scaling.models import ProfileSheet
from essaim.scaling.profile_items import ITEMS, Rating


@transaction.atomic
def save_profile(card: Initiative, ratings: Mapping[str, int], *, by: User) -> ProfileSheet:
    """Keep one person's answers; unknown questions and values are left out, so are blanks."""
    kept = {
        key: int(value)
        for key, value in ratings.items()
        if key in ITEMS and int(value) in Rating.values
    }
    sheet, _created = ProfileSheet.objects.update_or_create(
        initiative=card, author=by, defaults={"ratings": kept}
    )
    return sheet
