"""A submitted version as data: what it holds, with the names of the published schema."""

from __future__ import annotations

from typing import Any

from .accounts import in_order, totals
from .blocks import blocks_of
from .models import Application, SubmittedVersion

FORMAT = "essaim-dossier-1"


def as_data(application: Application, version: SubmittedVersion, *, schema: str) -> dict[str, Any]:
    """Amounts are whole cents. Persons are in their block as long as they are kept."""
    kept = getattr(version, "persons", None)
    people = kept.content if kept else {}
    content = version.content
    lines = content["blocks"]["budget"]["lines"]
    sums = totals(lines)
    return {
        "$schema": schema,
        "format": FORMAT,
        "form": content["form"],
        "cerfa": "12156*06",
        "file": application.pk,
        "applies_to": application.applies_to,
        "organisation": {
            "name": application.organisation.name,
            "siren": application.organisation.siren,
        },
        "initiative": application.initiative.external_id,
        "version": version.number,
        "submitted_at": version.at.isoformat(),
        "reason": version.reason,
        "sha256": version.sha256,
        "blocks": {
            block.slug: _in_order_of(
                block, (people if block.of_persons else content["blocks"]).get(block.slug, {})
            )
            for block in blocks_of(application.form)
        },
        "budget": {
            "charges_cents": sums.charges,
            "products_cents": sums.products,
            "in_kind_charges_cents": sums.in_kind_charges,
            "in_kind_products_cents": sums.in_kind_products,
            "requested_cents": version.requested_cents,
            "lines": in_order(lines),
        },
        "documents": content["documents"],
        "statements": content["statements"],
    }


def _in_order_of(block: Any, content: dict[str, Any]) -> dict[str, Any]:
    """The fields of the form, in its order; the lines stand under ``budget``."""
    return {
        field.name: content.get(field.name, "") for field in block.fields if field.name != "lines"
    }
