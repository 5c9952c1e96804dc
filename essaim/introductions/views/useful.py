"""Where would my initiative be useful? The list, its map, its table, and proposing it there."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from essaim.common import spreadsheets
from essaim.common.acts import form_page, posted
from essaim.common.kept import signed_in_or_kept
from essaim.contributions.views.common import fetch_card
from essaim.initiatives.models import Initiative
from essaim.introductions import rules
from essaim.introductions.actions import requests
from essaim.introductions.forms.useful import KIND, KINDS, ProposeForm, UsefulForm, kind_asked
from essaim.introductions.models import Introduction, OrganisationChoice
from essaim.introductions.useful import export as exporting
from essaim.introductions.useful import wording
from essaim.introductions.useful.picture import picture
from essaim.introductions.useful.ranking import Ranking, rank
from essaim.territories.models import Territory
from essaim.territories.similar import choices

from .common import PER_PAGE, act


def _form(request: HttpRequest) -> UsefulForm:
    kind = kind_asked(request.GET)
    given = request.GET.copy()
    given["kind"] = kind
    return UsefulForm(given, indicators=choices(kind))


@signed_in_or_kept
@require_safe
def territories(request: HttpRequest, slug: str) -> HttpResponse:
    card = fetch_card(request, slug, rules.can_look_for_territories)
    form = _form(request)
    found = rank(card, request.user, form.asked())
    page = Paginator(found.order, PER_PAGE).get_page(request.GET.get("page"))
    places = [int(place) for place in page]
    rows = wording.rows(found, places, page.start_index(), request.user)
    may_propose = rules.can_propose(request.user, card)
    if may_propose:
        _reachable(card, rows)
    context = {
        "card": card,
        "form": form,
        "found": found,
        "count": found.count,
        "rows": rows,
        "page": page,
        "picture": picture(found) if found.count else None,
        "silent": wording.silent(found),
        "weighed": _weighed(found),
        "kinds": dict(KINDS)[found.asked.kind],
        "may_propose": may_propose,
        "limits": settings.INTRODUCTIONS,
        "opened": bool(found.asked.indicators),
        "query": request.GET.urlencode(),
    }
    return render(request, "introductions/useful.html", context)


def _weighed(found: Ranking) -> list[tuple[str, int]]:
    """Each part with what it counts for, in percent."""
    whole = sum(found.weights.values())
    return [
        (str(wording.LABELS[part]), round(weight / whole * 100))
        for part, weight in found.weights.items()
    ]


def _reachable(card: Initiative, rows: list[wording.Row]) -> None:
    """Which of these may be written to; one query."""
    keys = [row.territory.pk for row in rows]
    choices = OrganisationChoice.objects.reachable().filter(organisation__territory__in=keys)
    there = set(
        choices.exclude(organisation=card.holder_id).values_list(
            "organisation__territory", flat=True
        )
    )
    for row in rows:
        row.reachable = row.territory.pk in there


@signed_in_or_kept
@require_safe
def export(request: HttpRequest, slug: str) -> HttpResponseBase:
    card = fetch_card(request, slug, rules.can_look_for_territories)
    found = rank(card, request.user, _form(request).asked())
    return spreadsheets.download(
        exporting.table(found, request.user),
        kind=spreadsheets.CSV,
        name=f"territoires-utiles-{card.slug}",
    )


@signed_in_or_kept
@form_page
def propose(request: HttpRequest, slug: str, kind: str, code: str) -> HttpResponse:
    """One organisation at a time; the territory decides."""
    card = fetch_card(request, slug, rules.can_propose)
    if "\x00" in code:
        raise Http404
    territory = Territory.objects.current().filter(kind=kind, code=code).first()
    if territory is None:
        raise Http404
    organisations = [each for each in requests.reachable(territory) if each.pk != card.holder_id]
    form = ProposeForm(posted(request), organisations=organisations)
    useful = reverse("introductions:useful", args=[card.slug])
    crumbs: list[tuple[Any, str]] = [
        (_("Initiatives"), "/initiatives"),
        (card.title, card.get_absolute_url()),
        (_("Où serait-elle utile ?"), useful),
    ]
    if not organisations:
        context = {
            "card": card, "territory": territory, "useful": useful,
            "crumbs": [{"label": label, "address": url} for label, url in crumbs],
        }  # fmt: skip
        return render(request, "introductions/nobody.html", context)

    def do(given: dict[str, Any]) -> Introduction:
        return requests.propose(card, territory, by=request.user, **given)

    return act(
        request,
        form,
        do,
        title=_("Proposer l’initiative : %(place)s") % {"place": territory.label},
        lead=card.title,
        intro=_(
            "Votre message est lu sur la plateforme par qui représente l’organisation, et personne"
            " d’autre. Elle accepte ou décline ; aucune adresse n’est montrée."
        ),
        button=_("Envoyer la proposition"),
        done=_("Votre proposition est envoyée : c’est au territoire de décider."),
        back=f"{useful}?kind={kind if kind in dict(KINDS) else KIND}",
        crumbs=crumbs,
    )
