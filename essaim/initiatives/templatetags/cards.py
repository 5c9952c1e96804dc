"""Filters of the card's pages."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django import template
from django.conf import settings
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from essaim.common.templatetags.essaim import markdown, partial_date
from essaim.common.typography import quoted
from essaim.initiatives.forms.fields import PeriodField
from essaim.initiatives.models import Fact, Initiative

register = template.Library()

_INVENTED = re.compile(r"\bfictifs?\b|\bfictives?\b", re.IGNORECASE)
_SINGLE_NEWLINE = re.compile(r"(?<!\n)\n(?!\n)")


@register.filter
def prose(value: str, top: int = 3) -> SafeString:
    """Text typed in a box: Markdown in which an end of line is an end of line."""
    return markdown(_SINGLE_NEWLINE.sub("  \n", value or ""), top)


@register.filter
def invented(value: Any) -> bool:
    """True for what says of itself that it was made up for the demonstration."""
    fields = ("label", "title", "name", "source", "contribution", "why")
    texts = [value] if isinstance(value, str) else [getattr(value, f, "") for f in fields]
    return any(_INVENTED.search(str(text)) for text in texts)


@register.filter
def period(value: str) -> str:
    """``year`` → par an; a period in other words stays as it was written."""
    if value == "once":  # as what sites paid is brought back to the card
        return _("en une fois")
    return str(dict(PeriodField.CHOICES).get(value, value)) if value else ""


@register.filter
def phase_reason(reason: dict[str, Any]) -> str:
    """Why a card is in its phase, from the fact that opened it."""
    if not reason:
        return _("la fiche n’est pas publiée")
    on = partial_date(reason.get("on") or "")
    if reason.get("fact") == "published":
        return _("fiche publiée le %(on)s") % {"on": on}
    label = dict(Fact.Kind.choices).get(reason.get("fact", ""), reason.get("fact", ""))
    title = (reason.get("value") or {}).get("title", "")
    text = f"{label} {quoted(title)}" if title else str(label)
    return f"{text} ({on})" if on else text


@register.filter
def review_by(card: Initiative) -> dt.datetime | None:
    """The day by which managers mean to have read a submitted card."""
    if card.submitted_at is None:
        return None
    return card.submitted_at + dt.timedelta(days=settings.CARD_REVIEW_DAYS)
