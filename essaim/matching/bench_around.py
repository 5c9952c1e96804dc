"""What surrounds a need in life, for the bench: agents who know its place, open calls, pools of
funders, figures of its territory. Imports are inside: the bench is read at each start."""

from __future__ import annotations

import datetime as dt
from typing import Any

from essaim.common.bench import Say

SERIES = 30
MARK = "banc-autour"
FILL = (
    "INSERT INTO territories_indicator"
    " (code, name, unit, source, description, profile, weight, version)"
    " SELECT 'banc' || n, 'Banc ' || n, '', '', '', 'general', 1, gen_random_uuid()"
    f" FROM generate_series(1, {SERIES}) AS n",
    "INSERT INTO territories_indicatorvalue (indicator_id, territory_id, year, value, source)"
    " SELECT indicator.id, territory.id, 2020, random(), ''"
    " FROM territories_indicator AS indicator, territories_territory AS territory"
    " WHERE territory.kind IN ('commune', 'epci') AND territory.gone_on IS NULL",
    "VACUUM ANALYZE territories_indicatorvalue",
)


def series(say: Say) -> None:
    """Thirty figures of every commune and intercommunality: nothing is similar without any."""
    from essaim.search.bench import database
    from essaim.territories.models import Indicator

    if Indicator.objects.count() < SERIES:
        database.owner_runs(*FILL)
        say(f"  {SERIES} series of communes and intercommunalities")


def fill(count: int, say: Say) -> None:
    """As many sponsors, open calls and pools that take options; those there already are kept."""
    from essaim.people.models import Organisation
    from essaim.sponsorship.models import Sponsor
    from essaim.territories.models import Territory

    if Sponsor.objects.filter(presentation=MARK).count() >= count:
        return
    departments = Territory.objects.current().filter(kind="department").order_by("code")
    body, _made = Organisation.objects.get_or_create(
        slug=MARK, defaults={"name": "Service du banc", "kind": "territorial_service"}
    )
    places = list(departments) or list(Territory.objects.current().order_by("pk")[:count])
    _sponsors(count, body, places)
    _calls(count, body, places)
    _pools(count, body, places)
    say(f"  {count} sponsors, calls and pools written")


def _sponsors(count: int, body: Any, places: list[Any]) -> None:
    from django.utils import timezone

    from essaim.people.models import Membership, User
    from essaim.sponsorship.models import Knowledge, Sponsor
    from essaim.themes.models import Theme

    today = timezone.localdate()
    people = User.objects.bulk_create(
        [User(email=f"{MARK}-{number}@essaim.example") for number in range(count)]
    )
    Membership.objects.bulk_create([Membership(user=each, organisation=body) for each in people])
    subjects, themes = Knowledge.values, list(Theme.objects.order_by("slug"))
    sponsors = Sponsor.objects.bulk_create(
        [
            Sponsor(
                user=person,
                employer=body,
                territory=places[number % len(places)],
                knowledge=[subjects[number % len(subjects)]],
                languages=["fr"],
                presentation=MARK,
                agreement=Sponsor.Agreement.AGREED,
                signatory="Banc",
                starts_on=today,
                ends_on=today + dt.timedelta(days=3650),
            )
            for number, person in enumerate(people)
        ]
    )
    for number, sponsor in enumerate(sponsors):
        if themes:
            sponsor.themes.add(themes[number % len(themes)])


def _calls(count: int, body: Any, places: list[Any]) -> None:
    from django.utils import timezone

    from essaim.calls.models import Call, Kind, State
    from essaim.search import actions
    from essaim.search.bench.bank import Author

    author, now = Author(seed=9), timezone.now()
    calls = Call.objects.bulk_create(
        [
            Call(
                slug=f"{MARK}-{number}",
                title=f"Appel du banc {number}",
                summary=author.fill("need"),
                kind=Kind.PROJECTS,
                organiser=body,
                state=State.OPEN,
                opens_at=now - dt.timedelta(days=10),
                closes_at=now + dt.timedelta(days=3650),
                service="Banc",
                contact_email="banc@essaim.example",
                appeal="Aucun : banc.",
                no_replication_reason="Banc.",
                form_number=1,
                edition_number=1,
            )
            for number in range(count)
        ]
    )
    for number, call in enumerate(calls):
        if number % 2:  # half are open everywhere
            call.territories.add(places[number % len(places)])
    actions.index("call", [call.pk for call in calls])
    actions.embed(kind="call")


def _pools(count: int, body: Any, places: list[Any]) -> None:
    """One for each of the first cards: those that stand nearest to more needs than others do not
    matter, since a pool is found by its card."""
    from django.utils import timezone

    from essaim.funding.models import Pool, State
    from essaim.initiatives.models import Initiative

    today = timezone.localdate()
    cards = Initiative.objects.published().filter(pools=None).order_by("pk")[:count]
    Pool.objects.bulk_create(
        [
            Pool(
                slug=f"{MARK}-{number}",
                initiative=card,
                lead=body,
                pilot_territory=places[number % len(places)],
                state=State.OPEN,
                opened_on=today,
                site_cents=40_000_00,
                sites_sought=5,
                minimum_options=2,
                pledges_until=today + dt.timedelta(days=3650),
                majority_percent=50,
                quorum_percent=50,
                initiated_by=Pool.Initiator.HOLDER,
                holder_agreed_at=timezone.now(),
            )
            for number, card in enumerate(cards)
        ]
    )
