"""Four invented sites of one card, at different moments: one serves people, one that learnt from it
prepares, one overseas is still an intention, one stopped and says what it learnt."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any, TextIO

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from essaim.initiatives.models import Component, EconomicLine, Initiative
from essaim.people.actions.organisations import find_or_create_organisation
from essaim.people.models import Organisation, OrganisationKind, User
from essaim.replications.actions import adapting, declaring, life, network, reporting
from essaim.replications.models import Mode, Replication, Side, quarter_before, quarter_of
from essaim.territories.models import Territory

CARD = "demo:plateforme-precarite-energetique"
ADOPTER = "CCAS de Rochebrune-sur-Loue (fictif)"
Line = EconomicLine.Line


def load_replications(sender: Any = None, *, out: TextIO, **kwargs: Any) -> None:
    """Once, through the actions; on a local machine only, since these accounts' password is
    public."""
    card = Initiative.objects.filter(external_id=CARD).first()
    people = {
        name: User.objects.filter(email=f"{name}@essaim.example").first()
        for name in ("repreneur", "porteur")
    }
    places = Territory.objects.filter(kind="department")
    ready = settings.LOCAL and card is not None and all(people.values()) and places.exists()
    if not ready or Replication.objects.filter(initiative=card).exists():
        return
    with translation.override(settings.LANGUAGE_CODE), transaction.atomic():
        _load(card, people["repreneur"], people["porteur"])
    out.write("replications: 4 demonstration sites\n")


def _key(name: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"essaim:replications:{name}")


def _site(
    card: Any,
    adopter: Organisation,
    place: str,
    *,
    name: str,
    adopts: Any,
    holds: Any,
    on: dt.date,
    **fields: Any,
) -> Replication:
    """Declared by the adopter, then agreed by the holder a fortnight later."""
    site = declaring.declare(
        card, side=Side.ADOPTER, adopter=adopter, by=adopts, submission=_key(name), on=on,
        territory=Territory.objects.by_code(place).get(), mode=Mode.SUPPLE,
        **({"dimensions": ["site"], "terms": {"charter_on": on}} | fields),
    )  # fmt: skip
    if holds is None:
        return site
    return declaring.agree(site, side=Side.HOLDER, by=holds, on=on + dt.timedelta(days=14))


def _organisation(name: str) -> Organisation:
    found, _made = find_or_create_organisation(name=name, kind=OrganisationKind.CCAS)
    return found


def _load(card: Any, adopts: Any, holds: Any) -> None:
    today = timezone.localdate()
    ago = lambda days: today - dt.timedelta(days=days)  # noqa: E731
    first = _site(
        card, Organisation.objects.get(name=ADOPTER), "department:25", name="rochebrune",
        adopts=adopts, holds=holds, on=ago(700), beneficiaries_target=120, planned_on=ago(520),
    )  # fmt: skip
    life.advance(first, "preparing", by=adopts, on=ago(650))
    first = life.advance(first, "live", by=adopts, on=ago(510))
    _follow(card, first, adopts, today)

    second = _site(
        card, _organisation("CCAS de Vaubreuil (fictif)"), "department:974", name="vaubreuil",
        adopts=adopts, holds=holds, on=ago(200), learnt_from=first, beneficiaries_target=60,
        dimensions=["site", "administration"], planned_on=today + dt.timedelta(days=60),
        changes="Porté par un CIAS et une mission locale (fictif)",
    )  # fmt: skip
    life.advance(second, "preparing", by=adopts, on=ago(120))
    network.report_obstacle(
        second, submission=_key("obstacle"),
        reference="Échange de données entre fournisseurs et CIAS (référence fictive)",
        what="Les fournisseurs ne peuvent pas signaler un ménage au CIAS sans son accord (fictif).",
        who_can_lift="Ministère chargé de l’énergie, par décret (fictif)", by=adopts,
    )  # fmt: skip
    network.log_advice(
        second, submission=_key("advice"), on=ago(100), minutes=390, kind="visit",
        organisation=card.holder, by=holds,
    )  # fmt: skip
    network.ask_mentor(second, first, message="Relire notre convention (fictif).", by=adopts)

    third = _site(
        card, _organisation("CCAS de Montclair-les-Eaux (fictif)"), "department:63",
        name="montclair", adopts=adopts, holds=holds, on=ago(560),
    )  # fmt: skip
    life.stop(
        third, by=adopts, on=ago(330),
        reason="Aucun opérateur de l’énergie n’a signé la convention (fictif).",
        lesson="Réunir les opérateurs avant d’annoncer l’ouverture, non après (fictif).",
    )  # fmt: skip
    _site(
        card, _organisation("CCAS de Port-Cendré (fictif)"), "department:22", name="port-cendre",
        adopts=adopts, holds=None, on=ago(20), learnt_from=first,
    )  # fmt: skip
    for place, low, central, high in (("department:25", 9, 11, 14), ("department:974", 15, 19, 24)):
        network.estimate_need(
            card, territory=Territory.objects.by_code(place).get(), population=20_000,
            prevalence=(Decimal(low), Decimal(central), Decimal(high)), by=holds,
            source="Ménages en précarité énergétique, part inventée (fictif)",
        )  # fmt: skip


def _follow(card: Any, site: Replication, adopts: Any, today: dt.date) -> None:
    core = list(Component.objects.filter(initiative=card, kind=Component.Kind.CORE))
    margin = Component.objects.filter(initiative=card, kind=Component.Kind.MARGIN).first()
    adapting.state_deliveries(site, {each.pk: 100 for each in core[:1]})
    if len(core) > 1:
        adapting.record_adaptation(
            site, submission=_key("operators"), component=core[1].pk, share=50, by=adopts,
            what="Deux opérateurs sur quatre seulement autour de la table (fictif)",
            on=site.live_on or today, nature="reactive", decided_by="comité de pilotage (fictif)",
            why="Les deux autres attendent l’accord de leur siège (fictif).", effect="worse",
            effect_note="Un ménage sur trois doit être réorienté (fictif).",
        )  # fmt: skip
    if margin is not None:
        adapting.record_adaptation(
            site, submission=_key("mobile"), component=margin.pk, by=adopts,
            what="Un guichet itinérant, un jour par commune (fictif)", on=site.live_on or today,
            nature="planned", decided_by="conseil d’administration du CCAS (fictif)",
            why="Les habitants les plus touchés ne se déplacent pas (fictif).", effect="better",
        )  # fmt: skip
    quarter = quarter_before(quarter_of(today))
    told = [(96, 6200, 3900), (88, 5900, 3700), (71, 6400, 3600), (52, 7100, 4300)]
    for people, staff, running in told:
        if quarter < quarter_of(site.live_on or today):
            break
        reporting.save_report(
            site, quarter, by=adopts, beneficiaries=people, confirmed=True,
            done="Permanences tenues, visites à domicile (fictif).",
            difficulties="Peu de rendez-vous en été (fictif)." if quarter.month == 7 else "",
            costs={
                Line.RUNNING_STAFF: Decimal(staff), Line.RUNNING_COSTS: Decimal(running),
                Line.AVOIDED_COSTS: Decimal(people * 45),
            },
        )  # fmt: skip
        quarter = quarter_before(quarter)
    opening = quarter_of(site.committed_on or today)
    reporting.save_report(
        site, opening, by=adopts, beneficiaries=None, confirmed=True,
        done="Aménagement de l’accueil, conventions (fictif).",
        costs={Line.SETUP_STAFF: Decimal(14_300), Line.INVESTMENT: Decimal("9850.50"),
               Line.EXCEPTIONAL_FUNDING: Decimal(15_000)},
    )  # fmt: skip
    reporting.publish_results(site, by=adopts)
    network.be_callable(
        site, by=adopts, topics="la convention avec les opérateurs, le guichet itinérant (fictif)",
        contact="01 00 00 00 00 (fictif)",
    )  # fmt: skip
