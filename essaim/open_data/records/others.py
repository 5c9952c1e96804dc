"""Needs, schemes, pools, findings, replications, places and lists, as all may read them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from essaim.calls.models import Call
from essaim.common.privacy import mask_personal
from essaim.evaluations.evidence import sources
from essaim.funding.models import Finding, Pool
from essaim.funding.reading import totals
from essaim.initiatives.models import Initiative
from essaim.needs.models import Need
from essaim.needs.reading import mask, show
from essaim.people.models import Organisation
from essaim.replications.models import Replication
from essaim.schemes.interchange import write
from essaim.schemes.models import Scheme
from essaim.territories.models import Territory
from essaim.themes.models import Term

from .common import NOBODY, api, day, masked, number, site


def _siren(organisation: Organisation | None) -> str | None:
    return (organisation.siren or None) if organisation else None


def territory(place: Territory) -> dict[str, Any]:
    return {
        "address": place.address,
        "kind": place.kind,
        "code": place.code,
        "name": place.name,
        "label": place.label,
        "siren": place.siren or None,
        "population": place.population,
        "postal_codes": list(place.postal_codes),
        "gone_on": day(place.gone_on),
        "successor": place.successor.address if place.successor else None,
        "url": site(place.get_absolute_url()),
        "api_url": api(f"territories/{place.address}"),
    }


def term(each: Term) -> dict[str, Any]:
    return {
        "slug": each.slug,
        "name": each.name,
        "name_en": each.name_en,
        "synonyms": list(each.synonyms),
    }


def need(each: Need, reader: Any = NOBODY) -> dict[str, Any]:
    """As this reader sees it: personal data are masked for all but its author."""
    shown = show(each, reader)
    unit = each.count_unit if not shown.is_masked else mask(each.count_unit)
    return {
        "id": each.pk,
        "text": shown.text,
        "territory": each.territory.address if each.territory else None,
        "theme": each.theme.slug if each.theme else None,
        "organisation": mask_personal(each.organisation.name) if each.organisation else None,
        "organisation_siren": _siren(each.organisation),
        "for_whom": shown.for_whom,
        "count_min": each.count_min,
        "count_max": each.count_max,
        "count_unit": mask(unit),
        "tried": shown.tried,
        "budget_min": number(each.budget_min),
        "budget_max": number(each.budget_max),
        "staff_days": each.staff_days,
        "needed_by": day(each.needed_by),
        "state": each.state,
        "answer": shown.answer,
        "found": each.found,
        "created_at": day(each.created_at),
        "updated_at": day(each.updated_at),
        "url": site(each.get_absolute_url()),
        "api_url": api(f"needs/{each.pk}"),
    }


def scheme(each: Scheme) -> dict[str, Any]:
    known = masked(write(each))
    lists = ("funders", "stages", "helps", "applicants", "points", "themes", "territories")
    site_url = known.pop("url", None)
    return {
        **{name: known.get(name, []) for name in lists},
        **known,
        "site": site_url,
        "url": site(each.get_absolute_url()),
        "api_url": api(f"schemes/{each.slug}"),
    }


def pools(found: Sequence[Pool]) -> list[dict[str, Any]]:
    """Three queries whatever their number; expects ``for_list()``."""
    sums = totals(found)
    return [
        {
            "id": pool.slug,
            "initiative": pool.initiative.external_id,
            "lead": mask_personal(pool.lead.name),
            "lead_siren": _siren(pool.lead),
            "pilot_territory": pool.pilot_territory.address,
            "state": pool.state,
            "period": pool.period,
            "site_cents": pool.site_cents,
            "sites_sought": pool.sites_sought,
            "minimum_options": pool.minimum_options,
            "options": sums[pool.pk].options,
            "pledged_cents": sums[pool.pk].balance.pledged,
            "confirmed_cents": sums[pool.pk].balance.confirmed,
            "committed_cents": sums[pool.pk].balance.committed,
            "paid_cents": sums[pool.pk].balance.paid,
            "pledges_until": day(pool.pledges_until),
            "confirm_until": day(pool.confirm_until),
            "opened_on": day(pool.opened_on),
            "activating_on": day(pool.activating_on),
            "closed_on": day(pool.closed_on),
            "abandoned_on": day(pool.abandoned_on),
            "url": site(pool.get_absolute_url()),
            "api_url": api(f"pools/{pool.slug}"),
        }
        for pool in found
    ]


def call(each: Call) -> dict[str, Any]:
    """Themes fetched with it. Instants with their offset, by the clock of the call."""
    return {
        "slug": each.slug,
        "kind": each.kind,
        "state": each.state,
        "title": mask(each.title),
        "summary": mask(each.summary),
        "organiser": mask_personal(each.organiser.name),
        "organiser_siren": _siren(each.organiser),
        "themes": [theme.slug for theme in each.themes.all()],
        "wave": each.wave,
        "opens_at": _instant(each, each.opens_at),
        "closes_at": _instant(each, each.closes_at),
        "results_on": day(each.results_on),
        "url": site(each.get_absolute_url()),
    }


def results(each: Call, laureates: int) -> dict[str, Any]:
    """How many, and where they are read: each may change their mind on being named."""
    return {
        **call(each),
        "results_at": _instant(each, each.results_at),
        "laureates": laureates,
        "results_url": site(reverse("calls:results", args=[each.slug])),
    }


def _instant(each: Call, at: dt.datetime | None) -> str | None:
    return at.astimezone(each.clock).isoformat() if at else None


def finding(each: Finding) -> dict[str, Any]:
    return {
        "id": each.pk,
        "pool": each.pool.slug,
        "initiative": each.pool.initiative.external_id,
        "period": each.period,
        "is_positive": each.is_positive,
        "members": each.members,
        "voters": each.voters,
        "favourable": each.favourable,
        "on": day(each.on),
        "url": site(each.pool.get_absolute_url()),
    }


def replication(each: Replication) -> dict[str, Any]:
    return {
        "id": each.pk,
        "initiative": each.initiative.external_id,
        "adopter": mask_personal(each.adopter.name),
        "adopter_siren": _siren(each.adopter),
        "territory": each.territory.address,
        "site_name": mask_personal(each.site_name),
        "state": each.state,
        "mode": each.mode,
        "dimensions": list(each.dimensions),
        "origin": each.origin,
        "learnt_from": each.learnt_from_id,
        "beneficiaries_target": each.beneficiaries_target,
        "planned_on": day(each.planned_on),
        "committed_on": day(each.committed_on),
        "preparing_on": day(each.preparing_on),
        "live_on": day(each.live_on),
        "sustained_on": day(each.sustained_on),
        "stopped_on": day(each.stopped_on),
        "stop_reason": mask_personal(each.stop_reason),
        "stop_lesson": mask_personal(each.stop_lesson),
        "url": site(each.get_absolute_url()),
        "api_url": api(f"replications/{each.pk}"),
    }


def proofs(card: Initiative) -> list[dict[str, Any]]:
    """Expects the card's ``evidence`` and ``facts``."""
    return [
        {
            "source": str(source.name),
            "title": mask_personal(proof.title),
            "url": masked(proof.url, "url"),
            "on": str(proof.on),
            "level": proof.level,
        }
        for source in sources(card)
        for proof in source.proofs
    ]
