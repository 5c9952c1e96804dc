"""Blocks that a higher app adds to a lower app's page, without the page knowing it.

At start-up (``AppConfig.ready``) the higher app registers a function for a slot, such as
``initiative`` or ``territory``; the page renders what each function returns for its object
and reader. A panel is server-rendered, works without JavaScript and counts in the page's
budget of queries.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString


@dataclass(frozen=True)
class Panel:
    slot: str
    name: str  # also the anchor of the block in its page
    title: Any  # lazy text, for the table of contents
    template: str
    context: Callable[[HttpRequest, Any], dict[str, Any] | None]  # None: nothing to show
    order: int = 100


@dataclass(frozen=True)
class Rendered:
    name: str
    title: str
    html: SafeString


_panels: dict[tuple[str, str], Panel] = {}


def register(panel: Panel) -> None:
    """Add (or, by the same name, replace) a panel."""
    _panels[panel.slot, panel.name] = panel


def render_panels(slot: str, request: HttpRequest, obj: Any) -> list[Rendered]:
    """The slot's panels that have something to show for this object and reader, in order."""
    shown = []
    for panel in sorted(_panels.values(), key=lambda p: (p.order, p.name)):
        if panel.slot != slot:
            continue
        context = panel.context(request, obj)
        if context is not None:
            html = render_to_string(panel.template, {**context, "panel": panel}, request=request)
            shown.append(Rendered(panel.name, str(panel.title), html))
    return shown
