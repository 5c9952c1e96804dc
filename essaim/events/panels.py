"""What events add to the pages of others: a card, a territory, an organisation."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from essaim.common.panels import Panel, register
from essaim.initiatives.models import Initiative, Publication
from essaim.initiatives.rules import is_of_the_team
from essaim.people.models import Organisation
from essaim.people.rules import can_manage

from .models import Event, Registration, Task

SHOWN = 5


def _events(rows: Any) -> dict[str, Any] | None:
    events = list(rows.select_related("territory", "place").order_by("-starts_at", "-pk")[:SHOWN])
    return {"events": events} if events else None


def _of_card(request: HttpRequest, card: Initiative) -> Any:
    return Event.objects.visible_to(request.user).filter(initiatives=card)


def on_card(request: HttpRequest, card: Initiative) -> dict[str, Any] | None:
    if card.publication != Publication.PUBLISHED:
        return None
    return _events(_of_card(request, card))


def _tasks(request: HttpRequest, card: Initiative) -> Any:
    return Task.objects.filter(initiative=card)


def tasks_of_card(request: HttpRequest, card: Initiative) -> dict[str, Any] | None:
    """For its team and managers: what creativity sessions kept."""
    if card.publication != Publication.PUBLISHED or not request.user.is_authenticated:
        return None
    if not (is_of_the_team(request.user, card) or can_manage(request.user)):
        return None
    tasks = list(_tasks(request, card).select_related("event").order_by("-pk")[:30])
    return {"tasks": tasks} if tasks else None


def _near(request: HttpRequest, territory: Any) -> Any:
    return Event.objects.visible_to(request.user).coming().near(territory)


def on_territory(request: HttpRequest, territory: Any) -> dict[str, Any] | None:
    return _events(_near(request, territory))


def _organised(request: HttpRequest, organisation: Organisation) -> Any:
    return Event.objects.visible_to(request.user).filter(organisers__organisation=organisation)


def _but_networks(request: HttpRequest, organisation: Organisation) -> Any:
    """A network's page has its link, whatever it organised."""
    return None if organisation.is_network else _organised(request, organisation)


def on_organisation(request: HttpRequest, organisation: Organisation) -> dict[str, Any] | None:
    found = _events(_organised(request, organisation))
    if found is None and not organisation.is_network:
        return None
    return {**(found or {}), "network": organisation if organisation.is_network else None}


def _linked(link: str) -> Any:
    def on_page(request: HttpRequest, obj: Any) -> dict[str, Any] | None:
        """Of a need, a call or a pool: the events that name it."""
        return _events(Event.objects.visible_to(request.user).filter(**{link: obj}))

    return on_page


def _to_come(request: HttpRequest, user: Any) -> Any:
    """Where this person is registered, or waits for a place."""
    return Registration.objects.current().filter(
        user=user, event__in=Event.objects.coming().values("pk")
    )


def workspace(request: HttpRequest, user: Any) -> dict[str, Any] | None:
    rows = _to_come(request, user).select_related("event").order_by("event__starts_at", "pk")
    found = list(rows[:SHOWN])
    return {"rows": found} if found else None


def register_panels() -> None:
    title = _("Événements")
    shown: list[tuple[str, Any, int, Any]] = [
        ("need", _linked("needs"), 730, None),
        ("call", _linked("calls"), 730, None),
        ("pool", _linked("pools"), 730, None),
        ("initiative", on_card, 730, _of_card),
        ("territory", on_territory, 730, _near),
        ("organisation", on_organisation, 140, _but_networks),
    ]
    for slot, context, order, some in shown:
        register(
            Panel(slot, "evenements", title, "events/panel.html", context, order=order, some=some)
        )
    register(
        Panel(
            "workspace", "evenements", _("Mes événements"), "events/panel_workspace.html",
            workspace, order=140, some=_to_come,
        )
    )  # fmt: skip
    register(
        Panel(
            "initiative", "taches", _("À faire, d’une séance de créativité"),
            "events/panel_tasks.html", tasks_of_card, order=735, some=_tasks,
        )
    )  # fmt: skip
