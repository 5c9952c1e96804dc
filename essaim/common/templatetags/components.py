"""Shared pieces of pages: breadcrumb, pagination, links to fields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.forms import BoundField
from django.utils.safestring import SafeString, mark_safe

from essaim.common.panels import render_panels
from essaim.common.text import in_french

register = template.Library()


@register.inclusion_tag("common/_breadcrumb.html")
def breadcrumb(*parts: Any) -> dict[str, Any]:
    """``{% breadcrumb "Initiatives" "/initiatives" "This card" %}``: pairs, then where one is."""
    *pairs, current = parts
    links = [
        {"label": label, "address": address}
        for label, address in zip(pairs[::2], pairs[1::2], strict=True)
    ]
    return {"links": links, "current": current}


register.filter("in_french", in_french)


@register.inclusion_tag("common/_guide_link.html")
def guide_link(page: str) -> dict[str, str]:
    """``{% guide_link "six-questions" %}``: the page of the method that helps here. The guide stands
    on a higher floor: its tests check that such pages exist."""
    return {"page": page}


@register.simple_tag(takes_context=True)
def head(context: dict[str, Any], slot: str, obj: Any) -> SafeString:
    """``{% head "call" call %}``: what rooms above tell machines in the head of an object's page."""
    shown = render_panels(f"{slot}.head", context["request"], obj)
    return mark_safe("".join(each.html for each in shown))  # noqa: S308 - rendered templates


@register.simple_tag
def operator_site() -> dict[str, str]:
    """Name, logo and switches of this instance."""
    return settings.SITE


@register.filter
def page_numbers(page: Page[Any]) -> Iterator[int | str]:
    """1 2 … 17 18 19 … 41 42."""
    yield from page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)


@register.filter
def first_id(field: BoundField) -> str:
    """Identifier of the element to reach: a group of choices has none, its first choice has."""
    return field.id_for_label or f"{field.auto_id}_0"
