"""What the templates of calls say of time and of states."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from essaim.calls import clock, steps
from essaim.calls.models import Call
from essaim.calls.reading import Section
from essaim.common.templatetags.essaim import semicolon
from essaim.common.text import in_french

register = template.Library()


@register.filter
def moment(value: dt.datetime | None, call: Call) -> str:
    """An instant by the clock of the call."""
    return clock.shown(value, call) if value is not None else ""


@register.filter
def days_left(call: Call) -> int:
    return steps.days_left(call)


@register.filter
def state_of(call: Call, state: str) -> str:
    """The public name of a state, as this call calls it."""
    return str(steps.name_of(call, state))


@register.filter
def lacking(section: Section) -> SafeString:
    """What a block still lacks: questions as the manager typed them, and our words."""
    asked = {str(field.label) for field in section.block.fields}
    words = [(in_french(each) if each in asked else each,) for each in section.missing]
    return format_html_join(f"{semicolon()} ", "{}", words)


@register.simple_tag
def link_to(name: str, *args: Any) -> str:
    """The address of a page that another part of the room brings; empty without it."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
