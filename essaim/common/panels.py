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

from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from essaim.common.together import some


@dataclass(frozen=True)
class Panel:
    slot: str
    name: str  # also the anchor of the block in its page
    title: Any  # lazy text, for the table of contents
    template: str
    context: Callable[[HttpRequest, Any], dict[str, Any] | None]  # None: nothing to show
    order: int = 100
    # Without a row there, it has nothing to show, and ``context`` is not called: asked with those
    # of the slot's other panels in one query. None: ``context`` says.
    some: Callable[[HttpRequest, Any], QuerySet[Any] | None] | None = None
    # Shown to everybody, with nothing of theirs too: what one may begin.
    for_all: bool = False


@dataclass(frozen=True)
class Rendered:
    name: str
    title: str
    html: SafeString
    for_all: bool


_panels: dict[tuple[str, str], Panel] = {}


def register(panel: Panel) -> None:
    """Add (or, by the same name, replace) a panel."""
    _panels[panel.slot, panel.name] = panel


def render_panels(slot: str, request: HttpRequest, obj: Any) -> list[Rendered]:
    """The slot's panels that have something to show for this object and reader, in order."""
    shown = []
    for panel in _with_something(slot, request, obj):
        context = panel.context(request, obj)
        if context is not None:
            html = render_to_string(panel.template, {**context, "panel": panel}, request=request)
            shown.append(Rendered(panel.name, str(panel.title), html, panel.for_all))
    return shown


def _with_something(slot: str, request: HttpRequest, obj: Any) -> list[Panel]:
    """The slot's panels, in order, but for those that say by ``some`` that they have nothing."""
    panels = [panel for panel in _panels.values() if panel.slot == slot]
    panels.sort(key=lambda panel: (panel.order, panel.name))
    rows = [panel.some(request, obj) if panel.some is not None else None for panel in panels]
    asked = [each for each in rows if each is not None]
    holds = iter(some(asked, beside=obj) if len(asked) > 1 else [True])
    return [panel for panel, each in zip(panels, rows, strict=True) if each is None or next(holds)]
