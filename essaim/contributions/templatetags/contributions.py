"""Who said it, and their words, as this reader may see them."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from essaim.common.privacy import mask_html
from essaim.initiatives.templatetags.cards import prose

register = template.Library()


@register.simple_tag(takes_context=True)
def who(context: dict[str, Any], posted: Any) -> SafeString:
    """The organisation, in public; the person too if they chose so, or to members."""
    user, author = context["user"], posted.author
    named = author is not None and (user.is_authenticated or author.name_is_public)
    shown = render_to_string(
        "contributions/_who.html",
        {
            "name": author.name if named else "",
            "organisation": posted.organisation,
            "gone": author is None or author.deleted_at is not None,
        },
    )
    return SafeString(shown.strip())  # a comma may follow


@register.simple_tag(takes_context=True)
def said(context: dict[str, Any], text: str, top: int = 4) -> SafeString:
    """Words as safe HTML; addresses and telephone numbers are for members."""
    html = prose(text, top)
    return html if context["user"].is_authenticated else mask_html(html)
