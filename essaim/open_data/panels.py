"""What machines read on the page of a public card: Open Graph, schema.org."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from essaim.common.panels import Panel, register
from essaim.common.privacy import mask_personal
from essaim.initiatives.models import Initiative, Publication
from essaim.open_data.records.common import api, day, masked, site

# What would end the element that holds it, or begin another.
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026",
            0x2028: "\\u2028", 0x2029: "\\u2029"}  # fmt: skip


def as_script(value: Any) -> SafeString:
    """JSON inside a script element: data, which no browser runs."""
    text = json.dumps(value, ensure_ascii=False).translate(_ESCAPES)
    return mark_safe(text)  # noqa: S308 - every character that HTML reads is escaped


def linked_data(card: Initiative) -> dict[str, Any]:
    """The card in the words of schema.org; reads what ``for_detail`` loaded."""
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "CreativeWork",
        "@id": site(card.get_absolute_url()),
        "url": site(card.get_absolute_url()),
        "identifier": card.external_id,
        "name": mask_personal(card.title),
        "abstract": mask_personal(card.summary),
        "description": mask_personal(card.need or card.summary),
        "inLanguage": "fr",
        "datePublished": day(card.published_at),
        "dateModified": day(card.updated_at),
        "keywords": [theme.name for theme in card.themes.all()],
        "spatialCoverage": [
            {
                "@type": "AdministrativeArea",
                "name": place.label,
                "identifier": place.address,
                "url": site(place.get_absolute_url()),
            }
            for place in card.territories.all()
        ],
    }
    if card.holder is not None:
        found["creator"] = {
            "@type": "Organization",
            "name": mask_personal(card.holder.name),
            "url": site(card.holder.get_absolute_url()),
        }
        if card.holder.siren:
            found["creator"]["identifier"] = f"SIREN {card.holder.siren}"
    if card.source_licence:
        found["license"] = mask_personal(card.source_licence)
    if card.source_url:
        found["isBasedOn"] = masked(card.source_url, "url")
    if card.url:
        found["sameAs"] = masked(card.url, "url")
    return {name: value for name, value in found.items() if value not in ("", None, [])}


def head(request: HttpRequest, card: Initiative) -> dict[str, Any] | None:
    if card.publication != Publication.PUBLISHED:
        return None
    return {
        "address": site(card.get_absolute_url()),
        "api_address": api(f"initiatives/{card.slug}"),
        "title": mask_personal(card.title),
        "summary": mask_personal(card.summary),
        "linked": as_script(linked_data(card)),
    }


def register_panels() -> None:
    register(
        Panel("initiative.head", "open_data", _("Pour les machines"), "open_data/head.html", head)
    )
