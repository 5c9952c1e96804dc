"""The dashboard is filled from the first start: figures of what the other rooms loaded, and invented
sites of one card over nine years, whose spread can be followed (« fictif »)."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from itertools import cycle
from typing import Any, TextIO

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from essaim.initiatives.models import Initiative
from essaim.insights.models import Snapshot
from essaim.people.actions.organisations import find_or_create_organisation
from essaim.people.models import OrganisationKind, User
from essaim.replications.actions import declaring, network
from essaim.replications.models import Mode, Replication, Side
from essaim.territories.models import Territory

CARD = "demo:accorderies"
# One person declares few sites a day.
BY = ("admin", "animateur", "membre")
# Sites begun in each year, from the ninth before this one.
BEGUN = (1, 1, 2, 3, 4, 4, 3, 2, 1)
PLACES = (
    *("75", "33", "38", "59", "67", "35", "31", "69", "44", "34", "76", "87", "21", "63"),
    *("80", "06", "29", "974", "49", "72", "14"),
)


def compute_figures(sender: Any = None, *, out: TextIO, **kwargs: Any) -> None:
    """Of all that was loaded, by the job of every night, here and now; once, then the worker keeps
    them."""
    if not settings.LOCAL or Snapshot.objects.exists():
        return
    from essaim.insights.tasks import recompute_now

    recompute_now()
    snapshot = Snapshot.objects.latest("pk")
    out.write(f"insights: {snapshot.figures.count()} figures\n")


def load_spread(sender: Any = None, *, out: TextIO, **kwargs: Any) -> None:
    """Once, before there are figures."""
    if not settings.LOCAL or Snapshot.objects.exists():
        return
    card = Initiative.objects.published().filter(external_id=CARD).first()
    people = list(User.objects.filter(email__in=[f"{name}@essaim.example" for name in BY]))
    if (
        card is None
        or len(people) < len(BY)
        or Replication.objects.filter(initiative=card).exists()
    ):
        return
    with translation.override(settings.LANGUAGE_CODE), transaction.atomic():
        _sites(card, people)


def _sites(card: Initiative, people: list[User]) -> None:
    """Disseminated: this mode asks the adopter alone."""
    places = {
        each.code: each for each in Territory.objects.filter(kind="department", code__in=PLACES)
    }
    this_year, codes = timezone.localdate().year, iter(PLACES)
    turns = cycle(people)
    for before, begun in zip(range(len(BEGUN), 0, -1), BEGUN, strict=True):
        for number in range(begun):
            code = next(codes)
            if code not in places:
                continue
            adopter, _made = find_or_create_organisation(
                name=f"Accorderie de {places[code].name} (fictif)",
                kind=OrganisationKind.ASSOCIATION,
            )
            declaring.declare(
                card, side=Side.ADOPTER, adopter=adopter, territory=places[code],
                mode=Mode.DISSEMINATION, dimensions=["site"], by=next(turns),
                submission=uuid.uuid5(uuid.NAMESPACE_URL, f"essaim:insights:{code}"),
                on=dt.date(this_year - before, 3 + 3 * (number % 3), 12),
                beneficiaries_target=400,
            )  # fmt: skip
    if "75" in places:
        network.estimate_need(
            card, territory=places["75"], population=60_000, by=people[0],
            prevalence=(Decimal(15), Decimal(20), Decimal(26)),
            source="Habitants isolés, part inventée (fictif)",
        )  # fmt: skip
