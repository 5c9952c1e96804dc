"""The kit of a card and what is asked about it, as all may read them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from essaim.common.privacy import mask_personal
from essaim.contributions.models import Question
from essaim.kits.models import KitMaterial

from .common import day, site


def material(each: KitMaterial) -> dict[str, Any] | None:
    """Expects ``for_list()`` and its card; None where its file is gone."""
    version = each.current
    if version is None or version.erased_at is not None:
        return None
    version.material = each
    slug = each.initiative.slug
    return {
        "id": each.pk,
        "kind": each.kind,
        "title": mask_personal(each.title),
        "licence": each.licence_name,
        "licence_url": each.licence_url,
        "credit": mask_personal(each.credit),
        "version": version.number,
        "extension": version.extension,
        "bytes": version.size,
        "sha256": version.sha256,
        "updated_at": day(version.at),
        "file": site(version.get_absolute_url()),
        "url": site(reverse("kits:kit", args=[slug])),
    }


def question(each: Question) -> dict[str, Any]:
    """Expects its card and, in ``shown_answers``, the answers that all read."""
    return {
        "id": each.pk,
        "text": mask_personal(each.text),
        "asked_at": day(each.created_at),
        "answers": [
            {
                "text": mask_personal(answer.text),
                "answered_at": day(answer.created_at),
                "useful": answer.useful_at is not None,
            }
            for answer in each.shown_answers  # type: ignore[attr-defined]
        ],
        "url": site(each.get_absolute_url()),
    }
