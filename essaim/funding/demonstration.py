"""Three invented pools, at three moments: Cuisine mode d’emploi(s), open to options; the farm of
Moyembrie, whose pilot is under way, paid in shares by two funders; Enerterre, whose pilot was
judged, with three confirmations, one decline, one expiry, and three sites alive. Every amount,
funder and report is invented (« fictif »)."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from typing import Any, TextIO

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from essaim.funding.actions import (
    ending,
    meetings,
    milestones,
    money,
    options,
    papers,
    pools,
    reports,
    reviews,
)
from essaim.funding.actions.pools import Cost
from essaim.funding.demonstration_sites import bring_to_life
from essaim.funding.document import option_pdf
from essaim.funding.models import CostLine, Instalment, Option, Pool
from essaim.funding.press import press_sheet
from essaim.funding.shares import split
from essaim.initiatives.models import Initiative
from essaim.people.actions.accounts import create_account
from essaim.people.actions.organisations import add_member, find_or_create_organisation
from essaim.people.demonstration import PASSWORD
from essaim.people.models import Function, Membership, Organisation, OrganisationKind, User
from essaim.replications.actions import agree
from essaim.replications.models import Replication, Side
from essaim.territories.models import Territory

LEAD = "financeur@essaim.example"
# Holds the mandates of the other départements, so that one account plays them all.
OTHERS = ("financeurs@essaim.example", "Sacha Financeurs (fictif)")
# Answers for the adopters of the sites, in their own name.
ADOPTERS = ("repreneurs@essaim.example", "Camille Repreneurs (fictif)")
CARDS = {
    "demo:enerterre": ("parc@essaim.example", "Anaïs Parc (fictif)"),
    "demo:cuisine-mode-d-emploi": ("cuisine@essaim.example", "Gaël Cuisine (fictif)"),
    "demo:ferme-de-moyembrie": ("ferme@essaim.example", "Lou Ferme (fictif)"),
}
SITE = 60_000_00
COSTS = [
    Cost("setup_staff", "Animation des chantiers, première année (fictif)", 28_000_00),
    Cost("investment", "Outils et matériaux (fictif)", 20_000_00),
    Cost("holder_engineering", "Formation et appui du porteur (fictif)", 8_000_00),
    Cost("innovator_days", "Vingt jours de l’innovateur (fictif)", 4_000_00),
]


def load_pools(sender: Any = None, *, out: TextIO, **kwargs: Any) -> None:
    """Once, through the actions; on a local machine only, since these accounts' password is
    public."""
    cards = {each.external_id: each for each in Initiative.objects.filter(external_id__in=CARDS)}
    lead = User.objects.filter(email=LEAD).first()
    places = Territory.objects.filter(kind="department").exists()
    if not (settings.LOCAL and lead and places) or Pool.objects.exists():
        return
    with translation.override(settings.LANGUAGE_CODE), transaction.atomic():
        others = _account(*OTHERS)
        if "demo:enerterre" in cards:
            _judged(cards["demo:enerterre"], lead, others)
        if "demo:cuisine-mode-d-emploi" in cards:
            _open(cards["demo:cuisine-mode-d-emploi"], lead, others)
        if "demo:ferme-de-moyembrie" in cards:
            _piloting(cards["demo:ferme-de-moyembrie"], lead, others)
    for email, name in (OTHERS, ADOPTERS, *CARDS.values()):
        out.write(f"  {email:28} {PASSWORD}  {name}\n")


def _account(email: str, name: str) -> User:
    known = User.objects.filter(email=email).first()
    return known or create_account(email=email, name=name, password=PASSWORD)


def _holder(card: Initiative) -> User:
    """Someone of the organisation that carries the card."""
    person = _account(*CARDS[card.external_id])
    if card.holder is not None:
        add_member(card.holder, person, functions=(Function.HOLDER,))
    return person


def _funder(name: str, by: User) -> Organisation:
    body, _made = find_or_create_organisation(name=name, kind=OrganisationKind.LOCAL_AUTHORITY)
    if not body.memberships.filter(user=by).exists():
        add_member(body, by, role=Membership.Role.REPRESENTATIVE, functions=(Function.FUNDER,))
    return body


def _adopter(name: str, kind: str = OrganisationKind.ASSOCIATION) -> Organisation:
    body, _made = find_or_create_organisation(name=f"{name} (fictif)", kind=kind)
    person = _account(*ADOPTERS)
    if not body.memberships.filter(user=person).exists():
        add_member(body, person, role=Membership.Role.REPRESENTATIVE, functions=(Function.ADOPTER,))
    return body


def _agreed(option: Option, on: dt.date) -> None:
    """The adopter's own word, after the confirmation."""
    site = Replication.objects.get(origin_reference=option.reference)
    agree(site, side=Side.ADOPTER, by=_account(*ADOPTERS), on=on)


def _place(code: str) -> Territory:
    return Territory.objects.by_code(code).get()


def _key(name: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"essaim:funding:{name}")


def _ago(days: int) -> dt.date:
    return timezone.localdate() - dt.timedelta(days=days)


def _formed(
    card: Initiative, lead: User, holder: User, pilot: str, on: dt.date, **more: Any
) -> Pool:
    pool = pools.form_pool(
        card, by=lead, submission=_key(card.external_id), costs=COSTS, today=on,
        lead=lead.memberships.get().organisation, pilot_territory=_place(pilot),
        initiated_by=Pool.Initiator.HOLDER, **more,
    )  # fmt: skip
    pools.agree_as_holder(pool, by=holder)
    pools.open_pool(pool, by=lead, today=on)
    return Pool.objects.get(pk=pool.pk)


def _option(
    pool: Pool, by: User, funder: Organisation, place: str, on: dt.date, **more: Any
) -> Option:
    given: dict[str, Any] = {"amount_cents": SITE, "expires_on": _ago(-200)} | more
    return options.pledge(
        pool, by=by, submission=_key(f"{pool.slug}:{place}:{funder.pk}"), funder=funder,
        territory=_place(place), today=on, **given,
    )  # fmt: skip


def _judged(card: Initiative, lead: User, others: User) -> None:
    holder = _holder(card)
    pool = _formed(
        card, lead, holder, "department:50", _ago(420), sites_sought=5, minimum_options=4,
        pledges_until=_ago(330),
        presentation="Cinq départements essaient ensemble : un pilote, puis chacun décide (fictif).",
    )  # fmt: skip
    body = pool.lead
    bodies = [
        _funder(f"Département {name} (fictif)", others)
        for name in ("des Trois-Rivières", "du Haut-Plateau", "de la Côte-Grise", "des Vallons")
    ]
    sites = ("department:35", "department:61", "department:22", "department:53")
    pilot = _option(pool, lead, body, "department:50", _ago(400))
    taken = [
        _option(
            pool, others, each, place, _ago(390 - 5 * n),
            **({"expires_on": _ago(5)} if n == 3 else {}),
        )
        for n, (each, place) in enumerate(zip(bodies, sites, strict=True))
    ]  # fmt: skip
    adopters = [
        _adopter(name)
        for name in ("Chantiers du Bocage", "Terre et Toits", "Maisons du Haut-Plateau")
    ]
    options.confirm(pilot, by=lead, adopter=adopters[0], charter_on=_ago(350), today=_ago(350))
    _agreed(pilot, _ago(348))
    first = _committed(Option.objects.get(pk=pilot.pk), lead)
    pools.start_pilot(pool, by=lead, today=_ago(340))
    _paid(first, lead, holder)
    for name, planned, reached in (
        ("Quatre chantiers ouverts (fictif)", 250, 245),
        ("Dix logements terminés (fictif)", 150, 125),
    ):
        found = milestones.plan_milestone(
            pool, by=lead, submission=_key(name), title=name, planned_on=_ago(planned)
        )
        milestones.reach_milestone(found, by=holder, on=_ago(reached))
    for days, done, spent, houses in (
        (240, "Quatre chantiers ouverts avec les habitants (fictif).",
         {"setup_staff": 9_500_00, "investment": 7_000_00, "holder_engineering": 2_000_00}, 4),
        (120, "Onze logements terminés, trois équipes formées (fictif).",
         {"setup_staff": 20_250_50, "investment": 14_000_00, "holder_engineering": 5_000_00,
          "innovator_days": 2_000_00}, 11),
    ):  # fmt: skip
        made = reports.report(
            pool, by=holder, submission=_key(f"report:{days}"), on=_ago(days), done=done,
            learnt="Le système d’échange local demande un animateur dès le premier mois (fictif).",
            problems="Les artisans ont manqué deux mois (fictif).", spending=spent,
            indicators=[("Logements rénovés (fictif)", str(houses))],
        )  # fmt: skip
        reports.comment(
            made, by=others, organisation=bodies[0], submission=_key(f"comment:{days}"),
            text="Combien d’heures d’habitants par logement ? (fictif)",
        )  # fmt: skip
    meetings.plan_meeting(
        pool, by=lead, on=_ago(70), minutes="Visite de deux chantiers, puis échange (fictif)."
    )
    reviews.start_review(pool, by=lead, today=_ago(80))
    opinions = (
        (lead, body, True, "Les délais et les coûts ont été tenus (fictif)."),
        (others, bodies[0], True, "Les habitants recommandent la démarche (fictif)."),
        (others, bodies[1], True, "Le transfert a été bien préparé (fictif)."),
        (others, bodies[2], False, "Trop peu de logements pour juger (fictif)."),
    )
    for person, organisation, favourable, why in opinions:
        reviews.give_opinion(
            pool,
            by=person,
            organisation=organisation,
            is_favourable=favourable,
            reasons=why,
            today=_ago(70),
        )
    reviews.publish_finding(pool, by=lead, today=_ago(60))
    for option, adopter in zip(taken[:2], adopters[1:], strict=True):
        options.confirm(option, by=others, adopter=adopter, charter_on=_ago(30), today=_ago(30))
        _agreed(option, _ago(28))
    ending.decline(
        taken[2], by=others, today=_ago(25),
        reason="Le budget de l’année est déjà engagé ailleurs ; le projet garde notre intérêt (fictif).",
    )  # fmt: skip
    ending.expire(taken[3].pk)
    bring_to_life(card, [pilot, *taken[:2]], _account(*ADOPTERS), holder)


def _committed(option: Option, lead: User) -> Instalment:
    """The pilot's money: one deliberation, for the adopter and for the holder's transfer; two
    instalments of the one, one of the other. Returns the first."""
    file, holder = option_pdf(option), option.pool.initiative.holder
    transfer = sum(each.amount_cents for each in COSTS if each.kind in CostLine.TRANSFER)
    transfer = transfer if holder else 0
    for number, whose, cents in ((118, option.adopter, SITE - transfer), (119, holder, transfer)):
        if cents:
            money.record_act(
                option, by=lead, submission=_key(f"act:{number}"), nature="deliberation",
                reference="FICTIF-2025-12", on=_ago(345), beneficiary=whose,
                signatory="présidente du conseil départemental (fictif)",
                convention_reference=f"CONV-FICTIVE-{number}", convention_on=_ago(343),
                accounting_reference=f"EJ-FICTIF-{number}", amount_cents=cents,
                file=io.BytesIO(file), file_name="deliberation-fictive.pdf", file_size=len(file),
                today=_ago(343),
            )  # fmt: skip
    halves = split(SITE - transfer, 2)
    first = money.plan_instalment(
        option, by=lead, submission=_key("instalment:1"), label="Premiers chantiers ouverts (fictif)",
        amount_cents=halves[0], planned_on=_ago(300),
    )  # fmt: skip
    money.plan_instalment(
        option, by=lead, submission=_key("instalment:2"), label="Onze logements terminés (fictif)",
        amount_cents=halves[1], planned_on=_ago(-30),
    )  # fmt: skip
    if transfer:
        money.plan_instalment(
            option, by=lead, submission=_key("instalment:3"), label="Équipe du repreneur formée (fictif)",
            amount_cents=transfer, planned_on=_ago(-30), kind=CostLine.Kind.HOLDER_ENGINEERING,
        )  # fmt: skip
    return first


def _paid(first: Instalment, lead: User, holder: User) -> None:
    money.reach(first, by=lead, on=_ago(290))
    money.ask_for_payment(first, by=holder, on=_ago(280))
    money.pay(first, by=lead, reference="MANDAT-FICTIF-77", on=_ago(270))


def _open(card: Initiative, lead: User, others: User) -> None:
    holder = _holder(card)
    pool = _formed(
        card, lead, holder, "department:59", _ago(20), sites_sought=4, minimum_options=3,
        pledges_until=_ago(-45),
        presentation="Une cuisine d’application par site, pour trois promotions par an (fictif).",
    )  # fmt: skip
    _option(pool, lead, pool.lead, "department:59", _ago(18))
    body = _funder("Département des Vallons (fictif)", others)
    _option(
        pool, others, body, "department:62", _ago(10), amount_cents=SITE - 10_000_00,
        conditions="Sous réserve d’un local mis à disposition (fictif).",
    )  # fmt: skip


def _piloting(card: Initiative, lead: User, others: User) -> None:
    """Two funders share the pilot; one report, one visit, one document; the next report is due."""
    holder = _holder(card)
    pool = _formed(
        card, lead, holder, "department:11", _ago(200), sites_sought=3, minimum_options=2,
        pledges_until=_ago(130),
        presentation="Une ferme d’insertion de plus, puis deux autres si elle tient (fictif).",
    )  # fmt: skip
    plateau = _funder("Département du Haut-Plateau (fictif)", others)
    pilot = _option(pool, lead, pool.lead, "department:11", _ago(190), amount_cents=40_000_00)
    share = _option(
        pool, others, plateau, "department:11", _ago(180), amount_cents=20_000_00, cofund=True,
        conditions="Deux places réservées à des personnes du Haut-Plateau (fictif).",
    )  # fmt: skip
    coast = _funder("Département de la Côte-Grise (fictif)", others)
    _option(pool, others, coast, "department:66", _ago(170))
    adopter = _adopter("Ferme des Corbières", OrganisationKind.SOCIAL_ENTERPRISE)
    options.confirm(pilot, by=lead, adopter=adopter, charter_on=_ago(150), today=_ago(150))
    _agreed(pilot, _ago(148))
    options.confirm(share, by=others, charter_on=_ago(145), today=_ago(145))
    pools.start_pilot(pool, by=lead, today=_ago(120))
    reports.report(
        pool, by=holder, submission=_key("farm:report"), on=_ago(40),
        spending={"setup_staff": 6_200_00, "investment": 8_000_00},
        done="Bâti remis en état, quatre personnes accueillies (fictif).",
        learnt="Le juge d’application des peines veut un interlocuteur unique (fictif).",
        problems="Le forage n’a pas donné d’eau : un second est à payer (fictif).",
        indicators=[("Personnes accueillies (fictif)", "4")],
    )  # fmt: skip
    reports.note_visit(
        pool, by=others, organisation=plateau, submission=_key("farm:visit"), on=_ago(60),
        seen="Les chambres sont prêtes, le maraîchage commence (fictif).",
        questions="Qui prend le relais la nuit et le dimanche ? (fictif)",
    )  # fmt: skip
    file = press_sheet(pool, pool.get_absolute_url())
    papers.add_paper(
        pool, by=lead, submission=_key("farm:paper"), audience="page", file=io.BytesIO(file),
        title="Présentation du groupement (fictif)", file_name="presentation-fictive.pdf",
        file_size=len(file),
    )  # fmt: skip
