"""After opening, what applicants read changes only by a new edition, with its reason."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.calls import following
from essaim.calls.content import content_of
from essaim.calls.models import Call, Edition, State
from essaim.common.errors import DomainError

# Of an edition: the question that every change after opening answers.
REASON_AT_LEAST = 10


def require_reason(call: Call, reason: str) -> str:
    """Changes before opening need none; those after are explained to applicants."""
    kept = " ".join(reason.split())
    if call.state != State.DRAFT and call.edition_number and len(kept) < REASON_AT_LEAST:
        raise DomainError(
            _("L’appel est public : dites aux candidats ce qui change, et pourquoi."),
            field="reason",
        )
    return kept[:500]


def first_edition(call: Call, *, by: Any) -> None:
    """What applicants read on the day of the opening. The caller holds the lock."""
    if not Edition.objects.filter(call=call).exists():
        _write(call, reason="", by=by)


def new_edition(call: Call, *, reason: str, by: Any, waits: bool = False) -> Edition | None:
    """Where nothing of what applicants read differs, nothing is written and nobody told.
    ``waits``: less time is left. The caller holds the lock and has saved the change."""
    last = call.editions.first()
    fresh = Call.objects.for_detail().get(pk=call.pk)
    if last is not None and last.content == _plain(content_of(fresh)):
        return None
    edition = _write(call, reason=reason, by=by)
    following.changed(call, edition.number, by=by, waits=waits)
    return edition


def _write(call: Call, *, reason: str, by: Any) -> Edition:
    fresh = Call.objects.for_detail().get(pk=call.pk)
    last = call.editions.order_by("-number").first()
    number = max(call.edition_number, last.number if last else 0) + (1 if last else 0)
    edition = Edition.objects.create(
        call=call, number=max(number, 1), content=_plain(content_of(fresh)), reason=reason,
        by=by, at=timezone.now(),
    )  # fmt: skip
    call.edition_number = edition.number
    call.save(update_fields=["edition_number"])
    return edition


def _plain(content: dict[str, Any]) -> dict[str, Any]:
    """As the database gives it back: keys and values of JSON."""
    import json

    found: dict[str, Any] = json.loads(json.dumps(content, default=str))
    return found
