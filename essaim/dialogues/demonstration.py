"""An invented yearly dialogue between a directorate and a region that adopted two practices out of
four proposed and followed them; a second region declined, a third lacks a figure. Everything
invented says « fictif »."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from decimal import Decimal
from typing import Any, TextIO

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from essaim.dialogues.actions import (
    campaigns,
    findings,
    follow_up,
    proposals,
    territories,
    training,
)
from essaim.dialogues.models import Campaign, Dialogue, Proposal
from essaim.dialogues.practices import validated
from essaim.initiatives.models import Initiative
from essaim.people.actions.accounts import create_account
from essaim.people.actions.organisations import add_member, find_or_create_organisation
from essaim.people.demonstration import PASSWORD
from essaim.people.models import Membership, Organisation, OrganisationKind, User
from essaim.territories.models import Territory
from essaim.themes.models import Theme

CARDS = [
    "demo:plateforme-precarite-energetique", "demo:accorderies", "demo:cuisine-mode-d-emploi",
    "demo:ferme-de-moyembrie", "demo:ateliers-du-bocage", "demo:groupe-sos-alliance-gestion",
]  # fmt: skip
PROPOSED = 4  # to the region that adopts two
REGION, SECOND, THIRD = "region:84", "region:27", "region:53"
CENTRE = ("direction@essaim.example", "Lou Direction (fictif)",
          "Direction nationale de la cohésion (fictif)")  # fmt: skip
BODIES = {
    REGION: ("region@essaim.example", "Sam Région (fictif)", "Direction régionale Auvergne-Rhône-Alpes (fictif)"),
    SECOND: ("region2@essaim.example", "Alix Région (fictif)", "Direction régionale Bourgogne-Franche-Comté (fictif)"),
}  # fmt: skip
THEMES = ["precarite-energetique", "pauvrete-exclusion", "emploi-insertion"]
NAME = "Ménages aidés pour des impayés d’énergie (fictif)"
FIGURES = f"""territory,indicator,year,value
{REGION},"{NAME}",2023,31
{REGION},"{NAME}",2025,44
{SECOND},"{NAME}",2023,38
{SECOND},"{NAME}",2025,41
{THIRD},"{NAME}",2025,
"""


def _key(name: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"essaim:dialogues:{name}")


def load_dialogues(sender: Any = None, *, out: TextIO, **kwargs: Any) -> None:
    """Once, through the same actions as people; nothing outside a local machine, since these
    accounts have a public password."""
    if not settings.LOCAL:
        return
    if not Campaign.objects.filter(submission=_key("campaign")).exists():
        places = [Territory.objects.by_code(code).first() for code in (REGION, SECOND, THIRD)]
        cards = [Initiative.objects.filter(external_id=each).first() for each in CARDS]
        if not all(places) or not any(cards):
            return
        with translation.override(settings.LANGUAGE_CODE), transaction.atomic():
            offered = _load([each for each in places if each], [each for each in cards if each])
        if offered < PROPOSED:
            out.write(f"dialogues: {offered} validated practices of {PROPOSED}: a shorter story\n")
    for email, name, _body in (CENTRE, *BODIES.values()):
        out.write(f"  {email:28} {PASSWORD}  {name}\n")


def _person(email: str, name: str, body: str, kind: str, place: Territory | None) -> Any:
    known = User.objects.filter(email=email).first()
    person = known or create_account(email=email, name=name, password=PASSWORD)
    organisation, _made = find_or_create_organisation(name=body, kind=kind, territory=place)
    add_member(organisation, person, role=Membership.Role.REPRESENTATIVE)
    return person, Organisation.objects.get(pk=organisation.pk)


def _load(places: list[Territory], cards: list[Initiative]) -> int:
    """Returns how many practices were there to propose."""
    today = timezone.localdate()
    ago = lambda days: today - dt.timedelta(days=days)  # noqa: E731
    head, centre = _person(*CENTRE, OrganisationKind.CENTRAL_SERVICE, None)
    people = {
        code: _person(*BODIES[code], OrganisationKind.TERRITORIAL_SERVICE, place)
        for code, place in zip((REGION, SECOND), places, strict=False)
    }
    year = ago(280).year
    campaign = campaigns.begin(
        centre, by=head, submission=_key("campaign"), title=f"Dialogue de gestion {year} (fictif)",
        year=year, opens_on=ago(280), answers_by=ago(200), ends_on=today + dt.timedelta(days=60),
        purpose="Proposer à chaque région ce qui a fait ses preuves ailleurs ; elle reste libre."
        " (fictif)",
    )  # fmt: skip
    indicator = campaigns.add_indicator(
        campaign, submission=_key("indicator"), series=None, own_name=NAME, own_unit="pour 1\u00a0000",
        own_source="Chiffres inventés (fictif)", worse="high", rule="threshold", limit=40.0,
        count=None, themes=list(Theme.objects.filter(slug__in=THEMES)),
    )  # fmt: skip
    territories.add_territories(campaign, places)
    findings.load_own_figures(indicator, io.BytesIO(FIGURES.encode()))
    findings.take_findings(campaign)
    campaigns.open_campaign(campaign)
    keep = set(validated(campaign).values_list("pk", flat=True))
    offered = [card for card in cards if card.pk in keep][:PROPOSED]
    talks = {
        each.territory.address: each for each in campaign.dialogues.select_related("territory")
    }
    for code, (person, body) in people.items():
        territories.add_organisation(talks[code], body)
        rows = _proposed(talks[code], offered if code == REGION else offered[:2], head, ago(275))
        proposals.send(talks[code], by=head, on=ago(270))
        if code == REGION:
            _agreed(talks[code], rows, person, body, head=head, today=today)
        else:
            _declined(talks[code], rows, person, ago(205))
    if offered:
        _training(offered[0], centre, head, today)
    return len(offered)


def _proposed(dialogue: Dialogue, cards: list[Initiative], by: Any, on: dt.date) -> list[Proposal]:
    return [
        proposals.propose(
            dialogue, card, by=by, on=on, submission=_key(f"{dialogue.pk}:{card.external_id}"),
            words="Votre chiffre a beaucoup augmenté ; d’autres ont essayé ceci. (fictif)",
        )
        for card in cards
    ]  # fmt: skip


def _agreed(
    talk: Dialogue,
    rows: list[Proposal],
    person: Any,
    body: Organisation,
    *,
    head: Any,
    today: dt.date,
) -> None:
    ago = lambda days: today - dt.timedelta(days=days)  # noqa: E731
    at = timezone.make_aware(dt.datetime.combine(ago(240), dt.time(10, 0)))
    follow_up.set_meeting(
        talk, by=head, at=at, place="Lyon, salle des Canuts (fictif)",
        link="https://visio.exemple.fr/dialogue",
    )  # fmt: skip
    follow_up.note_meeting(
        talk,
        on=ago(240),
        notes="Deux pratiques intéressent les départements de montagne ; les deux autres arrivent"
        " trop tôt. Revoir ensemble le premier site avant l’hiver. (fictif)",
    )
    choices: list[tuple[str, str, Any, bool]] = [
        ("adopted", "", body, True),
        ("adapted", "Un échange de services par vallée, avec les maisons France Services. (fictif)",
         body, False),
        ("declined", "Le plateau technique manque, et la mission locale ouvre déjà une classe."
         " (fictif)", None, False),
        ("declined", "Aucun terrain cette année ; à revoir l’an prochain. (fictif)", None, False),
    ]  # fmt: skip
    for row, (answer, words, adopter, objective) in zip(rows, choices, strict=False):
        proposals.choose(
            row, answer, by=person, words=words, adopter=adopter, is_objective=objective,
            objective_by=today + dt.timedelta(days=45) if objective else None, on=ago(225),
        )  # fmt: skip
    follow_up.say_for_territory(
        Dialogue.objects.get(pk=talk.pk),
        "Nous gardons la main sur le calendrier : l’hiver commence tôt chez nous. (fictif)",
    )
    proposals.conclude(talk, by=person, on=ago(220))
    for number, row in enumerate(rows[:2]):
        _followed(Proposal.objects.get(pk=row.pk), number, person, head, today)


def _followed(row: Proposal, number: int, person: Any, head: Any, today: dt.date) -> None:
    ago = lambda days: today - dt.timedelta(days=days)  # noqa: E731
    plan = [
        ("Réunir les départements volontaires (fictif)", ago(190), ago(192)),
        ("Signer la convention avec les opérateurs (fictif)", ago(120), ago(101)),
        ("Ouvrir le premier site (fictif)", today + dt.timedelta(days=20), None),
    ]
    for place, (title, due, done) in enumerate(plan):
        step = follow_up.add_step(
            row, submission=_key(f"step:{number}:{place}"), title=title, due_on=due
        )
        if done is not None:
            follow_up.mark_step(step, done=True, on=done)
    follow_up.add_helper(
        row, submission=_key(f"help:{number}"), by=head, name="Cellule d’appui (fictif)",
        contact="01 00 00 00 00 (fictif)", hours="mardi et jeudi, de 9 h à 12 h",
        topics="la convention, les premiers mois (fictif)",
    )  # fmt: skip
    follow_up.plan_check(
        row, submission=_key(f"seen:{number}"), by=head, on=ago(60),
        seen="Le guichet d’essai reçoit une fois par semaine ; les visites à domicile n’ont pas"
        " commencé. (fictif)",
    )  # fmt: skip
    follow_up.plan_check(
        row, submission=_key(f"next:{number}"), by=person, on=today + dt.timedelta(days=30)
    )


def _declined(talk: Dialogue, rows: list[Proposal], person: Any, on: dt.date) -> None:
    for row in rows:
        proposals.choose(
            row, "declined", by=person, on=on,
            words="Un dispositif proche existe déjà chez nous et vient d’être évalué. (fictif)",
        )  # fmt: skip
    proposals.conclude(talk, by=person, on=on)


def _training(card: Initiative, centre: Organisation, head: Any, today: dt.date) -> None:
    module = training.add_module(
        card, by=head, submission=_key("module"), title="Tenir un guichet unique (fictif)",
        hours=Decimal("7"), audience="Agents d’accueil et travailleurs sociaux (fictif)",
        link="https://formation.exemple.fr/guichet",
    )  # fmt: skip
    for setting, days, place in (
        ("continuing", 40, "Lyon (fictif)"), ("job_start", 75, "Paris (fictif)")
    ):  # fmt: skip
        day = today + dt.timedelta(days=days)
        training.schedule(
            module, by=head, submission=_key(f"session:{setting}"), setting=setting, starts_on=day,
            ends_on=day, organisation=centre, place=place,
        )  # fmt: skip
