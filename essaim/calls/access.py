"""What those who run a call opened is written down: the one write that a reading makes."""

from __future__ import annotations

from typing import Any

from .models import Access, Application, Call


def record(call: Call, *, by: Any, what: str, application: Application | None = None) -> None:
    """``what``: a word of the page or of the file (« application », « export », « board »)."""
    Access.objects.create(call=call, application=application, user_id=by.pk, what=what)
