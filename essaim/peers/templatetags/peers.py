"""Names as each may read them, and scores as people write numbers."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import formats
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def person_name(user: Any) -> str:
    """A chosen name, never an address."""
    return (user.name if user is not None else "") or _("une personne sans nom affiché")


@register.filter
def seat_name(seat: Any) -> str:
    """For managers: the name; an address not yet answered is shown to who typed it."""
    if seat is None:
        return _("l’animateur")
    if seat.user is not None:
        return person_name(seat.user)
    return seat.email or _("compte supprimé")


@register.simple_tag
def reader_name(seat: Any, found: Any, user: Any = None) -> str:
    """For other readers: a number where names are hidden."""
    if seat is None:
        return _("L’animateur")
    if user is not None and seat.user_id == user.pk:
        return _("Vous")
    if found.readers_hidden_from_each_other or seat.user is None:
        return _("Lecteur %(number)s") % {"number": seat.number}
    return person_name(seat.user)


@register.filter
def score(value: float | None) -> str:
    """Of 100, without decimals: more would be false precision."""
    return "–" if value is None else formats.number_format(round(value), 0)


@register.filter
def two(value: float | None) -> str:
    return "–" if value is None else formats.number_format(value, 2)


@register.filter
def signed(value: float) -> str:
    return f"{'+' if value >= 0 else '−'}{formats.number_format(abs(value), 1)}"


@register.filter
def as_percent(value: float | None) -> str:
    return "–" if value is None else _("%(share)s %%") % {
        "share": formats.number_format(round(100 * value), 0)
    }  # fmt: skip
