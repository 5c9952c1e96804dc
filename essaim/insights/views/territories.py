"""The page of a territory: its needs, what runs, what similar ones have that it has not."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from essaim.calls.models import Call
from essaim.common.errors import DomainError
from essaim.common.together import how_many
from essaim.funding.models import Option, Pool
from essaim.initiatives.models import Initiative, Publication
from essaim.needs.models import Need
from essaim.people.models import Organisation
from essaim.replications.models import Replication
from essaim.sponsorship.models import Sponsor
from essaim.sponsorship.views.directory import name_for
from essaim.territories.models import Containment, Territory
from essaim.territories.similar import neighbours

SHOWN = 20


@require_safe
def territory(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    place = get_object_or_404(Territory.objects.by_code(f"{kind}:{code}"))
    inside = Containment.objects.filter(ancestor=place).values("descendant")
    needs = Need.objects.visible_to(request.user).open().filter(
        territory__in=inside, visibility__in=_shown_needs(request)
    )  # fmt: skip
    sites = Replication.objects.committed().filter(
        territory__in=inside, initiative__publication=Publication.PUBLISHED
    )
    standing = sites.standing()
    cards = Initiative.objects.published().filter(territories__in=inside).distinct()
    # An option still to be countersigned is for its own organisation to know.
    options = Option.objects.visible_to(request.user).filter(territory__in=inside).values("pool")
    pools = Pool.objects.visible_to(request.user).filter(
        Q(pk__in=options) | Q(pilot_territory__in=inside)
    )
    organisations = Organisation.objects.filter(territory__in=inside)
    around = Territory.objects.keys_touching(place)
    # A call that names no territory is open everywhere.
    calls = Call.objects.taking_applications().filter(
        Q(territories__in=around) | Q(territories=None), is_template=False
    ).distinct()  # fmt: skip
    sponsors = Sponsor.objects.directory().filter(territory__in=around)
    elsewhere, like, why = _elsewhere(place, inside)
    stopped = sites.filter(state="stopped")
    of_needs, of_sites, of_stopped, of_cards, of_pools, of_calls, of_sponsors, of_organisations = (
        how_many(
            [needs, standing, stopped, cards, pools, calls, sponsors, organisations], beside=place
        )
    )
    return render(
        request,
        "insights/territory.html",
        {
            "territory": place,
            "needs": _first(needs.for_list().order_by("-created_at"), of_needs),
            "needs_count": of_needs,
            "sites": _first(standing.for_list().order_by("-committed_on", "-pk"), of_sites),
            "sites_count": of_sites,
            "stopped_count": of_stopped,
            "cards": _first(
                cards.order_by("-proof_level", "title").only("slug", "title", "proof_level"),
                of_cards,
            ),
            "cards_count": of_cards,
            "pools": _first(pools.for_list(), of_pools),
            "pools_count": of_pools,
            "calls": _first(calls.order_by("closes_at", "pk"), of_calls),
            "calls_count": of_calls,
            "sponsors": [
                (each, name_for(request.user, each))
                for each in _first(
                    sponsors.for_list().order_by("territory__sort_name", "pk"), of_sponsors
                )
            ],
            "sponsors_count": of_sponsors,
            "organisations": _first(
                organisations.order_by("name").only("name", "slug"), of_organisations
            ),
            "organisations_count": of_organisations,
            "elsewhere": elsewhere,
            "like": like,
            "why": why,
        },
    )


def _first(rows: Any, count: int) -> Any:
    """Nothing is asked where it was counted that there is nothing."""
    return rows[:SHOWN] if count else []


def _shown_needs(request: HttpRequest) -> list[str]:
    """Public facts only for visitors; signed in, what members may read."""
    levels = [str(Need.Visibility.PUBLIC)]
    return levels if not request.user.is_authenticated else [*levels, str(Need.Visibility.MEMBERS)]


def _elsewhere(place: Territory, inside: Any) -> tuple[list[dict[str, Any]], list[Any], str]:
    """What stands on similar territories and not here, with those territories; or why nothing can
    be compared."""
    try:
        found = [each.territory for each in neighbours(place).neighbours]
    except DomainError as error:
        return [], [], str(error.message)
    names = {each.pk: each for each in found}
    near = dict(
        Containment.objects.filter(ancestor__in=names).values_list("descendant", "ancestor")
    )
    here = Replication.objects.standing().filter(territory__in=inside).values("initiative")
    settled = Initiative.objects.filter(territories__in=inside).values("pk")
    sites = (
        Replication.objects.standing()
        .filter(territory__in=near, initiative__publication=Publication.PUBLISHED)
        .exclude(initiative__in=here)
        .exclude(initiative__in=settled)
        .select_related("initiative")
    )
    cards: dict[int, dict[str, Any]] = {}
    places: dict[int, set[int]] = defaultdict(set)
    for site in sites:
        cards.setdefault(site.initiative_id, {"card": site.initiative})
        places[site.initiative_id].add(near[site.territory_id])
    for pk, row in cards.items():
        row["places"] = sorted((names[p] for p in places[pk]), key=lambda t: t.sort_name)
    rows = sorted(
        cards.values(), key=lambda r: (-len(r["places"]), -r["card"].proof_level, r["card"].title)
    )
    return rows[:SHOWN], found, ""
