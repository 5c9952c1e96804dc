"""Amounts, in the templates of what follows a call."""

from __future__ import annotations

from django import template

from essaim.common.money import show_euros

register = template.Library()


@register.filter
def in_euros(cents: int | None) -> str:
    return show_euros(cents) if cents is not None else ""
