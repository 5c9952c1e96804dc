"""Of the bench: the sites that its pools made, and who takes them up."""

from __future__ import annotations

# Of the sites, how many are of one card: its map is the largest there is.
OF_ONE_CARD = 0.1


def make_adopter(alias: str) -> int:
    """Who takes all of it up, and is named by the acts; its key."""
    from essaim.people.models import Organisation

    owners = Organisation.objects.using(alias)
    return owners.create(name="Repreneur du banc", slug="banc-repreneur").pk


def write_sites(count: int, adopter: int, alias: str) -> None:
    """A tenth of them of one card, all over the country; the others spread over the cards."""
    from django.utils import timezone

    from essaim.initiatives.models import Initiative
    from essaim.replications.models import Mode, Origin, Replication, Side, State
    from essaim.territories.models import Territory

    now, today = timezone.now(), timezone.localdate()
    cards = list(
        Initiative.objects.using(alias).filter(external_id__startswith="banc:funding:")
        .order_by("pk").values_list("pk", flat=True)
    )  # fmt: skip
    communes = list(
        Territory.objects.current().filter(kind__in=["commune", "department"])
        .order_by("kind", "code").values_list("pk", flat=True)[:20_000]
    )  # fmt: skip
    of_one = max(1, int(count * OF_ONE_CARD))
    states = (State.COMMITTED, State.PREPARING, State.LIVE, State.SUSTAINED)
    Replication.objects.using(alias).bulk_create(
        [
            Replication(
                initiative_id=cards[0] if n < of_one else cards[n % len(cards)],
                adopter_id=adopter, territory_id=communes[n % len(communes)],
                site_name=f"Site {n}", mode=Mode.SUPPLE, origin=Origin.POOL,
                origin_reference=f"banc:{n}", dimensions=["site"],
                state=states[n % len(states)], declared_by_side=Side.ADOPTER,
                adopter_agreed_at=now, holder_agreed_at=now, charter_on=today,
                interested_on=today, committed_on=today, preparing_on=today, live_on=today,
                sustained_on=today if n % len(states) == 3 else None,
            )
            for n in range(count)
        ],
        batch_size=1000,
    )  # fmt: skip
