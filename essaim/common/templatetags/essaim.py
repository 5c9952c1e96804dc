"""Filters and tags every template may use."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import nh3
from django import template
from django.http import HttpRequest
from django.template.defaultfilters import join
from django.utils import formats
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt

from essaim.common import typography
from essaim.common.fields import PARTIAL_DATE
from essaim.common.money import euros, show_euros
from essaim.common.privacy import mask_html
from essaim.common.text import without_marks

register = template.Library()
register.filter("euros", show_euros)  # of cents
register.filter("in_euros", euros)  # of euros

_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")
_TAGS = {
    *("p", "br", "hr", "strong", "em", "code", "pre", "blockquote", "ul", "ol", "li", "a"),
    *("h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}


class _ForReader(template.Node):
    def __init__(self, nodelist: template.NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: template.Context) -> SafeString:
        html = self.nodelist.render(context)
        return html if context["user"].is_authenticated else mask_html(html)


@register.tag
def for_reader(parser: Any, token: Any) -> _ForReader:
    """``{% for_reader %}…{% endfor_reader %}``: visitors read it without e-mail addresses and
    telephone numbers, wherever they were typed."""
    nodelist = parser.parse(("endfor_reader",))
    parser.delete_first_token()
    return _ForReader(nodelist)


@register.simple_tag
def colon() -> str:
    """After what templates put side by side: French sets a space before it, English does not."""
    return typography.colon()


@register.simple_tag
def semicolon() -> str:
    """Between what templates put one after the other; as ``colon``."""
    return typography.semicolon()


@register.filter(needs_autoescape=True)
def in_series(values: Any, autoescape: bool = True) -> Any:
    """One after the other, a semicolon between them."""
    joined: Any = join(values, f"{semicolon()} ", autoescape)
    return joined


@register.filter
def markdown(value: str, top: int = 3) -> SafeString:
    """Markdown as safe HTML; its first level of headings becomes ``h<top>``."""
    tokens = _markdown.parse(value or "")
    levels = [int(t.tag[1]) for t in tokens if t.type == "heading_open"]
    shift = top - min(levels, default=1)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(6, int(token.tag[1]) + shift)}"
    html = _markdown.renderer.render(tokens, _markdown.options, {})
    return mark_safe(  # noqa: S308 - cleaned on this very line
        nh3.clean(html, tags=_TAGS, url_schemes={"http", "https", "mailto"})
    )


@register.filter
def excerpt(value: str, words: int) -> str:
    """The first words of a text in Markdown, without its marks."""
    return Truncator(without_marks(value or "")).words(words)


@register.filter
def partial_date(value: str) -> str:
    """``2015`` → 2015, ``2015-06`` → juin 2015, ``2015-06-12`` → 12 juin 2015."""
    match = PARTIAL_DATE.match(value or "")
    if not match:
        return value or ""
    year, month, day = match.groups()
    if day:
        return formats.date_format(dt.date(int(year), int(month), int(day)), "DATE_FORMAT")
    if month:
        return formats.date_format(dt.date(int(year), int(month), 1), "YEAR_MONTH_FORMAT")
    return year


@register.filter
def amount(value: Decimal | int | None) -> str:
    """A number in the reader's language, without useless cents."""
    if value is None:
        return ""
    places = 0 if value == int(value) else 2
    return formats.number_format(value, decimal_pos=places, force_grouping=True)


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: Any) -> str:
    """This page's query string with some parameters changed (None removes one)."""
    request: HttpRequest = context["request"]
    params = request.GET.copy()
    for key, value in changes.items():
        if value is None or value == "":
            params.pop(key, None)
        else:
            params[key] = str(value)
    return f"?{params.urlencode()}" if params else "?"


@register.filter
def yes_no(value: bool | None) -> str:
    return {True: _("oui"), False: _("non")}.get(value, _("non renseigné"))  # type: ignore[arg-type]
