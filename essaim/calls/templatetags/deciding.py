"""What the pages of instruction and decision say of scores, applicants and outcomes."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import formats
from django.utils.translation import gettext_lazy as _

from essaim.calls.models import Application, Outcome
from essaim.common.money import typed_euros
from essaim.people.models import Organisation

register = template.Library()

DIMENSIONS = {"region": _("Territoire"), "theme": _("Thème"), "kind": _("Nature du porteur")}

UNSAID = {"region": _("territoire non dit"), "theme": _("thème non dit")}


@register.filter
def score(value: float | None) -> str:
    return "–" if value is None else formats.number_format(round(value, 1), 1)


@register.filter
def cents(value: str) -> str:
    """As typed in the field."""
    return typed_euros(int(value))


@register.filter
def applicant(application: Application) -> str:
    if application.organisation is not None:
        return application.organisation.name
    return application.person.name if application.person is not None else "–"


@register.filter
def outcome(value: str) -> Any:
    return Outcome(value).label


@register.filter
def dimension(name: str) -> Any:
    return DIMENSIONS[name]


@register.filter
def at(values: dict[str, str], name: str) -> str:
    return values.get(name, "")


@register.filter
def holder_kind(value: str, dimension: str) -> Any:
    if dimension != "kind":
        return value or UNSAID[dimension]
    return dict(Organisation._meta.get_field("kind").choices or ()).get(value, _("personne")) or ""


@register.simple_tag(takes_context=True)
def without(context: dict[str, Any], name: str) -> str:
    """The same address without this filter, from the first page."""
    given = context["request"].GET.copy()
    for each in (name, "page"):
        given.pop(each, None)
    return f"?{given.urlencode()}"
