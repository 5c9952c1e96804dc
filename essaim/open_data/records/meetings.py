"""Calls, their laureates, events, organisations, third places and groups of territories, as all
may read them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from essaim.calls import results
from essaim.calls.models import Application, Call
from essaim.common.privacy import mask_personal
from essaim.events.models import Event, ThirdPlace
from essaim.groups.models import Group, Member
from essaim.needs.reading import mask
from essaim.people.models import Organisation

from . import others
from .common import api, day, masked, site


def call(each: Call) -> dict[str, Any]:
    """Themes and territories fetched with it. What webhooks tell of it, and more."""
    told = others.results(each, 0)
    for name in ("laureates", "results_url"):
        told.pop(name)
    return {
        **told,
        "territories": sorted(place.address for place in each.territories.all()),
        "budget_cents": each.budget_cents,
        "api_url": api(f"calls/{each.slug}"),
    }


def laureates(found: Sequence[Application]) -> list[dict[str, Any]]:
    """In their order, a constant number of queries; each under the name that they chose."""
    keys = [row.pk for row in found]
    known = {
        each.application.pk: each
        for each in results.laureates(Application.objects.filter(pk__in=keys))
    }
    return [_laureate(known[key]) for key in keys if key in known]  # one may go meanwhile


def _laureate(each: results.Laureate) -> dict[str, Any]:
    application = each.application
    return {
        "id": application.pk,
        "call": application.call.slug,
        "title": mask(application.title),
        "name": mask_personal(each.name),
        "organisation_siren": (each.organisation.siren or None) if each.organisation else None,
        "territory": application.territory.address if application.territory else None,
        "initiatives": [card.external_id for card in each.cards],
        "url": site(f"{application.call.get_absolute_url()}/resultats"),
    }


def event(each: Event) -> dict[str, Any]:
    """Expects ``for_list()``."""
    return {
        "slug": each.slug,
        "kind": each.kind,
        "state": each.state,
        "title": mask(each.title),
        "summary": mask(each.summary),
        "organisers": [mask_personal(row.organisation.name) for row in each.organisers.all()],
        "themes": [theme.slug for theme in each.themes.all()],
        "territory": each.territory.address if each.territory else None,
        "address": mask(each.address),
        "starts_at": day(each.starts_at),
        "ends_at": day(each.ends_at),
        "url": site(each.get_absolute_url()),
        "api_url": api(f"events/{each.slug}"),
    }


def organisation(each: Organisation) -> dict[str, Any]:
    """Expects ``for_list()``."""
    return {
        "slug": each.slug,
        "name": mask_personal(each.name),
        "kind": each.kind,
        "siren": each.siren or None,
        "siret": each.siret or None,
        "territory": each.territory.address if each.territory else None,
        "url": site(each.get_absolute_url()),
        "api_url": api(f"organisations/{each.slug}"),
    }


def third_place(each: ThirdPlace) -> dict[str, Any]:
    """Expects ``for_list()``."""
    body = each.organisation
    return {
        "slug": each.slug,
        "name": mask(each.name),
        "summary": mask(each.summary),
        "services": mask(each.services),
        "organisation": mask_personal(body.name) if body else None,
        "organisation_siren": (body.siren or None) if body else None,
        "territory": each.territory.address,
        "address": mask(each.address),
        "site": masked(each.website, "url"),
        "themes": [theme.slug for theme in each.themes.all()],
        "url": site(each.get_absolute_url()),
        "api_url": api(f"third-places/{each.slug}"),
    }


def group(each: Group) -> dict[str, Any]:
    """Expects ``with_members()``, and a public one."""
    assert each.territory is not None  # a public group is a place
    by_state: dict[str, list[str]] = {state: [] for state in Member.PRESENT}
    for member in each.members.all():
        by_state[member.state].append(member.territory.address)
    return {
        "code": each.code,
        "name": mask(each.name),
        "purpose": mask(each.purpose),
        "state": each.state,
        "territory": each.territory.address,
        "members": sorted(by_state["accepted"]),
        "invited": sorted(by_state["invited"]),
        "created_at": day(each.created_at),
        "ended_on": day(each.ended_on),
        "url": site(each.get_absolute_url()),
        "api_url": api(f"groups/{each.code}"),
    }
