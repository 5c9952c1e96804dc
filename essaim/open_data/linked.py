"""Public pages in the words of schema.org, with what networks show of a link.

Each is worded from what the API says of it: personal data masked, in French as it was written,
whoever reads. None for what visitors do not read. No function asks the database for more than its
page has loaded.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from essaim.calls.models import Call
from essaim.calls.rules import is_public as is_public_call
from essaim.common.privacy import mask_personal
from essaim.common.text import without_marks
from essaim.events.models import Event, ThirdPlace
from essaim.events.models.event import PUBLIC as PUBLIC_EVENTS
from essaim.events.models.event import State as EventState
from essaim.events.rules import can_view_place
from essaim.funding.models import Pool
from essaim.funding.rules import is_public as is_public_pool
from essaim.initiatives.models import Initiative, Publication
from essaim.needs.models import Need
from essaim.needs.reading import mask, show
from essaim.needs.rules import can_view as can_view_need
from essaim.open_data.records import meetings, others
from essaim.open_data.records.common import NOBODY, api, day, masked, site
from essaim.people.models import Organisation, OrganisationKind
from essaim.replications.models import Replication
from essaim.replications.rules import is_public as is_public_replication
from essaim.schemes.kinds import Applicant, Help, labels
from essaim.schemes.models import Scheme
from essaim.territories.models import Territory

Linked = dict[str, Any]
_PUBLIC_BODIES = {
    OrganisationKind.CENTRAL_SERVICE, OrganisationKind.TERRITORIAL_SERVICE,
    OrganisationKind.OPERATOR, OrganisationKind.LOCAL_AUTHORITY, OrganisationKind.CCAS,
}  # fmt: skip
_NOT_FOR_PROFIT = {
    OrganisationKind.ASSOCIATION, OrganisationKind.FOUNDATION, OrganisationKind.NETWORK,
}  # fmt: skip


@dataclass(frozen=True)
class Told:
    """What the head of a page says; nothing personal is left in it."""

    path: str
    title: str
    summary: str
    linked: Linked
    api: str = ""  # below /api/v1/, where the API has it
    kind: str = "article"  # of Open Graph


def _told(
    path: str, title: str, summary: str, api_path: str, *, kind: str = "article", **linked: Any
) -> Told:
    summary = without_marks(summary)
    whole = {
        "@context": "https://schema.org",
        "@id": site(path),
        "url": site(path),
        "name": title,
        "description": summary,
        **linked,
    }
    return Told(path, title, summary, _without_empty(whole), api_path, kind)


def _without_empty(found: Linked) -> Linked:
    return {name: value for name, value in found.items() if value not in ("", None, [], {})}


def _place(place: Territory) -> Linked:
    return {
        "@type": "AdministrativeArea",
        "name": place.label,
        "identifier": place.address,
        "url": site(place.get_absolute_url()),
    }


def _places(found: Iterable[Territory]) -> list[Linked]:
    return [_place(each) for each in found]


def _type_of(each: Organisation) -> str:
    if each.kind in _PUBLIC_BODIES:
        return "GovernmentOrganization"
    if each.kind in _NOT_FOR_PROFIT:
        return "NGO"
    if each.kind == OrganisationKind.HOSPITAL:
        return "MedicalOrganization"
    return "Organization"


def _body(each: Organisation) -> Linked:
    found = {
        "@type": _type_of(each),
        "name": mask_personal(each.name),
        "url": site(each.get_absolute_url()),
    }
    # ISO 6523: 0002 is the register of SIREN, 0009 that of SIRET.
    if each.siret:
        found |= {"identifier": f"SIRET {each.siret}", "iso6523Code": f"0009:{each.siret}"}
    elif each.siren:
        found |= {"identifier": f"SIREN {each.siren}", "iso6523Code": f"0002:{each.siren}"}
    return found


def _euros(cents: int | None, name: str = "") -> Linked | None:
    if not cents:
        return None
    amount = {"@type": "MonetaryAmount", "currency": "EUR", "value": f"{cents / 100:.2f}"}
    return amount | ({"name": name} if name else {})


def _work(card: Initiative) -> Linked:
    return {
        "@type": "CreativeWork",
        "name": mask_personal(card.title),
        "identifier": card.external_id,
        "url": site(card.get_absolute_url()),
    }


def initiative(card: Initiative) -> Told | None:
    if card.publication != Publication.PUBLISHED:
        return None
    summary = mask_personal(card.summary)
    path = card.get_absolute_url()
    return _told(
        path, mask_personal(card.title), summary, f"initiatives/{card.slug}",
        **_work(card),
        abstract=summary,
        inLanguage="fr",
        datePublished=day(card.published_at),
        dateModified=day(card.updated_at),
        keywords=[theme.name for theme in card.themes.all()],
        spatialCoverage=_places(card.territories.all()),
        creator=_body(card.holder) if card.holder is not None else None,
        license=mask_personal(card.source_licence),
        isBasedOn=masked(card.source_url, "url"),
        sameAs=masked(card.url, "url"),
        **({"description": without_marks(mask_personal(card.need))} if card.need else {}),
    )  # fmt: skip


def call(each: Call) -> Told | None:
    """A grant that is offered, and the act of applying, from the opening to the closing."""
    if not is_public_call(NOBODY, each):
        return None
    told = meetings.call(each)
    path = each.get_absolute_url()
    return _told(
        path, told["title"], told["summary"], f"calls/{each.slug}",
        **{"@type": "MonetaryGrant" if each.budget_cents else "Grant"},
        identifier=each.slug,
        alternateName=each.get_kind_display().capitalize(),
        funder=_body(each.organiser),
        amount=_euros(each.budget_cents),
        potentialAction=_without_empty(
            {
                "@type": "ApplyAction",
                "startTime": told["opens_at"],
                "endTime": told["closes_at"],
                "location": _places(each.territories.all()),
                "target": site(path),
            }
        ),
    )  # fmt: skip


def event(each: Event) -> Told | None:
    if each.state not in PUBLIC_EVENTS:
        return None
    told = meetings.event(each)
    path = each.get_absolute_url()
    on_line = bool(each.online_link)
    # With a link and no address, its territory is the one it is about.
    on_site = bool(each.place or each.address or (each.territory and not on_line))
    attendance = "Mixed" if on_site and on_line else "Online" if on_line else "Offline"
    cancelled = each.state == EventState.CANCELLED
    places: list[Linked] = []
    if on_site:
        area = each.territory.label if each.territory else ""
        where = {
            "@type": "Place",
            "name": mask(each.place.name) if each.place else told["address"] or area,
            "address": ", ".join(part for part in (told["address"], area) if part),
        }
        places.append(_without_empty(where))
    if on_line:
        # The link itself is for those registered: they find it on the page.
        places.append({"@type": "VirtualLocation", "url": site(path)})
    return _told(
        path, told["title"], told["summary"], f"events/{each.slug}",
        **{"@type": "Event"},
        identifier=each.slug,
        inLanguage="fr",
        startDate=told["starts_at"],
        endDate=told["ends_at"],
        eventStatus=f"https://schema.org/Event{'Cancelled' if cancelled else 'Scheduled'}",
        eventAttendanceMode=f"https://schema.org/{attendance}EventAttendanceMode",
        location=places,
        organizer=[_body(row.organisation) for row in each.organisers.all()],
        keywords=[theme.name for theme in each.themes.all()],
        maximumAttendeeCapacity=each.capacity,
    )  # fmt: skip


def need(each: Need) -> Told | None:
    """What is sought, where, until when; never who wrote it."""
    if not can_view_need(NOBODY, each):
        return None
    shown = show(each, NOBODY)
    return _told(
        each.get_absolute_url(), shown.title, shown.excerpt, f"needs/{each.pk}",
        **{"@type": "Demand"},
        identifier=str(each.pk),
        areaServed=_place(each.territory) if each.territory else None,
        availabilityStarts=day(each.created_at),
        availabilityEnds=day(each.needed_by),
        itemOffered=_without_empty(
            {
                "@type": "Service",
                "name": shown.title,
                "category": each.theme.name if each.theme else "",
                "audience": {"@type": "Audience", "audienceType": shown.for_whom}
                if shown.for_whom
                else None,
            }
        ),
    )  # fmt: skip


def scheme(each: Scheme) -> Told | None:
    if not each.is_published:
        return None
    told = others.scheme(each)
    summary = told.get("description") or ", ".join(told["funders"])
    windows = [
        _without_empty(
            {
                "@type": "OpeningHoursSpecification",
                "validFrom": window["opens_on"],
                "validThrough": window["closes_on"],
            }
        )
        for window in told.get("windows", [])
    ]
    return _told(
        each.get_absolute_url(), told["title"], summary, f"schemes/{each.slug}",
        **{"@type": "GovernmentService"},
        identifier=each.external_id,
        provider=[{"@type": "Organization", "name": name} for name in told["funders"]],
        serviceType=labels(Help, each.helps),
        audience=[
            {"@type": "Audience", "audienceType": name}
            for name in labels(Applicant, each.applicants)
        ],
        areaServed=_places(each.territories.all()),
        availableChannel={"@type": "ServiceChannel", "serviceUrl": told["site"]}
        if told.get("site")
        else None,
        hoursAvailable=windows,
    )  # fmt: skip


def organisation(each: Organisation) -> Told:
    where = each.territory.label if each.territory else ""
    kind = each.get_kind_display().capitalize() if each.kind else ""
    return _told(
        each.get_absolute_url(), mask_personal(each.name),
        ", ".join(part for part in (kind, where) if part),
        f"organisations/{each.slug}", kind="profile",
        **_body(each),
        location=_place(each.territory) if each.territory else None,
    )  # fmt: skip


def pool(each: Pool) -> Told | None:
    if not is_public_pool(NOBODY, each):
        return None
    card = each.initiative
    title = f"Subvention d’essaimage : {mask_personal(card.title)}"
    return _told(
        each.get_absolute_url(), title, mask_personal(each.presentation or card.summary),
        f"pools/{each.slug}",
        **{"@type": "MonetaryGrant"},
        identifier=each.slug,
        funder=_body(each.lead),
        amount=_euros(each.site_cents, "Par site"),
        fundedItem=_work(card),
    )  # fmt: skip


def replication(each: Replication) -> Told | None:
    if not is_public_replication(NOBODY, each):
        return None
    card = each.initiative
    title = mask_personal(f"{card.title} – {each.title}")
    return _told(
        each.get_absolute_url(), title, mask_personal(card.summary), f"replications/{each.pk}",
        **{"@type": "Project"},
        identifier=str(each.pk),
        foundingDate=day(each.committed_on),
        dissolutionDate=day(each.stopped_on),
        location=_place(each.territory),
        parentOrganization=_body(each.adopter),
        subjectOf=_work(card),
    )  # fmt: skip


def third_place(each: ThirdPlace) -> Told | None:
    if not can_view_place(NOBODY, each):
        return None
    return _told(
        each.get_absolute_url(), mask(each.name), mask(each.summary), f"third-places/{each.slug}",
        **{"@type": "Place"},
        address=", ".join(part for part in (mask(each.address), each.territory.label) if part),
        containedInPlace=_place(each.territory),
    )  # fmt: skip


def territory(each: Territory) -> Told:
    return _told(
        each.get_absolute_url(), each.label, each.label, f"territories/{each.address}",
        **_place(each),
    )  # fmt: skip


def address_of(told: Told) -> str:
    return api(told.api) if told.api else ""
