"""Pools at each step, brought there by the actions themselves: the database refuses the rest."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from dataclasses import dataclass, field
from typing import Any

from essaim.funding.actions import money, options, pools, reports, reviews
from essaim.funding.actions.ledger import write
from essaim.funding.models import Instalment, Kind, LegalAct, Option, OptionState, Pool
from essaim.funding.scdl import for_scdl, rows_of
from essaim.initiatives.models import Initiative
from essaim.people.models import Function, Organisation, User
from essaim.replications.actions import agree
from essaim.replications.models import Replication, Side
from essaim.replications.models.replication import ReplicationQuerySet
from tests.dates import today
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.territories.factories import TerritoryFactory

SITE_CENTS = 40_000_00
PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


def funder(
    organisation: Organisation | None = None, *, user: User | None = None, **fields: Any
) -> User:
    """A person with the mandate of a funder; their organisation is ``organisation_of(person)``."""
    found = organisation or OrganisationFactory(
        kind="local_authority", territory=TerritoryFactory(kind="department"), **fields
    )
    return MembershipFactory(
        organisation=found, role="representative", functions=[Function.FUNDER],
        **({"user": user} if user else {}),
    ).user  # fmt: skip


def organisation_of(person: User) -> Organisation:
    return person.memberships.get().organisation


def state_of(option: Option) -> str:
    return Option.objects.get(pk=option.pk).state


@dataclass
class Story:
    """A pool with its people: ``lead`` runs it, ``holder`` carries the card, ``funders`` pledge."""

    pool: Pool
    lead: User
    holder: User
    funders: list[User] = field(default_factory=list)
    options: list[Option] = field(default_factory=list)
    adopts: User | None = None  # represents who takes the pilot up, once it is piloted

    def fresh(self) -> Pool:
        """``refresh_from_db`` keeps what is cached; this does not."""
        self.pool = Pool.objects.for_detail().get(pk=self.pool.pk)
        return self.pool

    @property
    def pilot(self) -> Option:
        return Option.objects.get(pool=self.pool, is_pilot=True)

    @property
    def others(self) -> list[Option]:
        return list(Option.objects.filter(pool=self.pool, is_pilot=False).order_by("pk"))


def forming(lead: User | None = None, holder: User | None = None, **fields: Any) -> Story:
    holder = holder or UserFactory()
    given = {
        "sites_sought": 5, "minimum_options": 2, "pledges_until": today(60),
        "initiated_by": Pool.Initiator.HOLDER,
        "costs": [
            pools.Cost("investment", "Chantier", SITE_CENTS - 5_000_00),
            pools.Cost("holder_engineering", "", 3_000_00),
            pools.Cost("innovator_days", "", 2_000_00),
        ],
    } | fields  # fmt: skip
    card = given.pop("card", None) or InitiativeFactory(published=True, author=holder, holder=None)
    lead = lead or funder()
    body = organisation_of(lead)
    pool = pools.form_pool(
        card, by=lead, submission=uuid.uuid4(), lead=body,
        pilot_territory=body.territory, **given,
    )  # fmt: skip
    return Story(pool, lead, holder)


def opened(**fields: Any) -> Story:
    story = forming(**fields)
    pools.agree_as_holder(story.pool, by=story.holder)
    pools.open_pool(story.pool, by=story.lead)
    story.fresh()
    return story


def pledged(pool: Pool, by: User, **fields: Any) -> Option:
    body = organisation_of(by)
    given = {
        "funder": body, "territory": body.territory, "amount_cents": SITE_CENTS,
        "expires_on": today(400), "submission": uuid.uuid4(),
    } | fields  # fmt: skip
    return options.pledge(pool, by=by, **given)


def with_options(number: int = 3, **fields: Any) -> Story:
    """The lead's option on the pilot, then those of others."""
    story = opened(**fields)
    story.options.append(pledged(story.pool, story.lead))
    for _ in range(number - 1):
        person = funder()
        story.funders.append(person)
        story.options.append(pledged(story.pool, person))
    return story


def sites() -> ReplicationQuerySet:
    """Replications beside those of pilots."""
    pilots = Option.objects.filter(is_pilot=True)
    return Replication.objects.exclude(origin_reference__in={each.reference for each in pilots})


def taken_up(story: Story, adopter: Organisation | None = None) -> User:
    """The pilot's option confirmed, and agreed to by who takes it up; they represent it."""
    adopter = adopter or OrganisationFactory(kind="ccas")
    first = Option.objects.get(pool=story.pool, is_pilot=True, cofunds=None)
    options.confirm(first, by=story.lead, adopter=adopter)
    person = MembershipFactory(organisation=adopter, role="representative").user
    site = Replication.objects.get(origin_reference=first.reference)
    agree(site, side=Side.ADOPTER, by=person)
    return person


def piloting(number: int = 3, *, adopter: Organisation | None = None, **fields: Any) -> Story:
    story = with_options(number, **fields)
    story.adopts = taken_up(story, adopter)
    pools.start_pilot(story.pool, by=story.lead)
    story.fresh()
    return story


def reviewing(number: int = 3, **fields: Any) -> Story:
    story = piloting(number, **fields)
    reports.report(
        story.pool, by=story.holder, submission=uuid.uuid4(), done="Trois chantiers ouverts."
    )
    reviews.start_review(story.pool, by=story.lead)
    story.fresh()
    return story


def vote(story: Story, by: User, favourable: bool = True) -> None:
    reviews.give_opinion(
        story.pool, by=by, organisation=organisation_of(by), is_favourable=favourable,
        reasons="Les chantiers ont tenu leurs délais.",
    )  # fmt: skip


def activating(number: int = 3, **fields: Any) -> Story:
    story = reviewing(number, **fields)
    for person in [story.lead, *story.funders]:
        vote(story, person)
    reviews.publish_finding(story.pool, by=story.lead)
    story.fresh()
    return story


def abandoned(**fields: Any) -> Story:
    story = opened(**fields)
    pools.abandon(story.pool, by=story.lead, reason="Trop peu de sites.", lesson="Trop tôt.")
    story.fresh()
    return story


def record_act(
    option: Option, by: User, amount_cents: int | None = None, **fields: Any
) -> LegalAct:
    given = {
        "submission": uuid.uuid4(), "nature": "deliberation", "reference": f"DEL-{uuid.uuid4().hex[:6]}",
        "on": today(), "signatory": "présidente", "accounting_reference": "2026-118",
        "convention_reference": "CONV-7", "file": io.BytesIO(PDF), "file_name": "deliberation.pdf",
        "file_size": len(PDF),
        "amount_cents": amount_cents or Option.objects.get(pk=option.pk).confirmed_cents,
    } | fields  # fmt: skip
    return money.record_act(option, by=by, **given)


def earlier_act(option: Option, by: User, cents: int, on: dt.date | None = None) -> LegalAct:
    """As it was recorded before acts named their beneficiary."""
    option = Option.objects.get(pk=option.pk)
    act = LegalAct.objects.create(
        option=option, nature="deliberation", reference=f"ANC-{uuid.uuid4().hex[:6]}", on=on or today(),
        signatory="présidente", accounting_reference="2025-9", amount_cents=cents, file="acte",
        file_name="acte.pdf", media_type="application/pdf", by=by,
    )  # fmt: skip
    write(option, Kind.COMMITMENT, cents, key=f"act:{act.submission}", by=by, act=act, on=on)
    return act


def instalment(
    option: Option, by: User, cents: int, reached: bool = True, of_site: bool = False,
    kind: str = "",
) -> Instalment:  # fmt: skip
    row = money.plan_instalment(
        option, by=by, submission=uuid.uuid4(), label="Premier chantier", amount_cents=cents,
        planned_on=today(30), of_site=of_site, kind=kind,
    )  # fmt: skip
    if reached:
        money.reach(row, by=by, on=today())
        row.refresh_from_db()
    return row


def confirmed(**fields: Any) -> tuple[Story, Option, User]:
    """The first option beside the pilot's, confirmed after a positive finding."""
    story = activating(**fields)
    option, person = story.others[0], story.funders[0]
    options.confirm(option, by=person, adopter=OrganisationFactory(kind="ccas"))
    option = Option.objects.get(pk=option.pk)
    assert option.state == OptionState.CONFIRMED
    return story, option, person


def with_holder() -> tuple[Story, Option, User, Organisation]:
    """As ``confirmed``, of a card that an association carries."""
    story, option, person = confirmed()
    holder = OrganisationFactory(kind="association", name="Association du porteur")
    Initiative.objects.filter(pk=story.pool.initiative_id).update(holder=holder)
    return story, Option.objects.get(pk=option.pk), person, holder


def published_rows(option: Option) -> list[dict[str, Any]]:
    """What the national schema says of its acts, the earliest first."""
    return rows_of(for_scdl(LegalAct.objects.filter(option=option)).order_by("pk"))
