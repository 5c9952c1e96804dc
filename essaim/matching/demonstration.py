"""An invented need that the bank answers, with one answer set aside, for a trial on one's own
machine; the needs of ``needs.demonstration`` have none."""

from __future__ import annotations

import uuid
from typing import Any, TextIO

from django.conf import settings
from django.db import transaction
from django.utils import translation

from essaim.initiatives.models import Initiative
from essaim.matching.actions import dismissals
from essaim.matching.models import Category
from essaim.needs.actions import Content, state_need
from essaim.needs.models import Need
from essaim.people.models import User
from essaim.territories.models import Territory
from essaim.themes.models import Theme

AUTHOR = "membre@essaim.example"
# Text, place, theme. The place is real, the need is not.
NEEDS = [
    (
        "Des ménages modestes de notre département n’arrivent plus à se chauffer l’hiver et ne demandent"
        " pas les aides auxquelles ils ont droit. Nous cherchons une façon de les repérer et de les"
        " accompagner jusqu’aux travaux. (Besoin fictif.)",
        "department:01",
        "precarite-energetique",
    ),
]
ASIDE = ("demo:accorderies", Category.CONTEXT, "Nos quartiers ne sont pas assez denses. (fictif)")


def load_needs(sender: Any = None, *, out: TextIO, **kwargs: Any) -> None:
    """Once, through the actions; the answers are those that the bank gives."""
    author = User.objects.filter(email=AUTHOR).first()
    first = submission(0)
    if not settings.LOCAL or author is None or Need.objects.filter(submission=first).exists():
        return
    with translation.override(settings.LANGUAGE_CODE), transaction.atomic():
        made = [
            state_need(
                author,
                Content(
                    text,
                    Need.Visibility.MEMBERS,
                    Territory.objects.by_code(address).first(),
                    Theme.objects.filter(slug=theme).first(),
                ),
                submission=submission(number),
            )
            for number, (text, address, theme) in enumerate(NEEDS)
        ]
        name, category, text = ASIDE
        card = Initiative.objects.published().filter(external_id=name).first()
        if card is not None:
            dismissals.dismiss(
                made[0], "initiative", card.pk, category=category, text=text, by=author
            )
    out.write("matching: an invented need and its answers\n")


def submission(number: int) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"essaim:need:{number}")
