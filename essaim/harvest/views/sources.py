"""Sources: the list, one of them, its form, what is asked of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from essaim.common.acts import form_page, posted, press, take
from essaim.common.forms import Form
from essaim.harvest.actions import runs
from essaim.harvest.actions import sources as actions
from essaim.harvest.forms import SourceForm, defaults_shown, values_of
from essaim.harvest.models import Duplicate, Item, Run, Source
from essaim.harvest.reading.mapping import TARGETS, mapping_of
from essaim.harvest.views.common import PER_PAGE, managers_only


def _source(request: HttpRequest, pk: int) -> Source:
    found: Source = get_object_or_404(Source.objects.visible_to(request.user).for_list(), pk=pk)
    return found


@require_safe
@managers_only
def listing(request: HttpRequest) -> HttpResponse:
    known = Source.objects.visible_to(request.user).for_list()
    page = Paginator(known, PER_PAGE).get_page(request.GET.get("page"))
    states = dict(Run.State.choices)
    for source in page:
        source.last_label = states.get(source.last_state, "")  # type: ignore[attr-defined]
    context = {"page": page, "duplicates": Duplicate.objects.waiting().count()}
    return render(request, "harvest/sources.html", context)


@require_safe
@managers_only
@never_cache
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    source = _source(request, pk)
    passages = Run.objects.filter(source=source).for_list()
    page = Paginator(passages, PER_PAGE).get_page(request.GET.get("page"))
    items = Item.objects.filter(source=source).order_by()
    counts = dict(items.values_list("state").annotate(n=Count("pk")))
    context: dict[str, Any] = {
        "source": source,
        "page": page,
        "last": Run.objects.filter(source=source, is_trial=False).for_list().first(),
        "present": counts.get(Item.State.PRESENT, 0),
        "missing": counts.get(Item.State.MISSING, 0),
        "withdrawn": counts.get(Item.State.WITHDRAWN, 0),
        "mapping": [(TARGETS[name], path) for name, path in mapping_of(source).items()],
        "needs_trial": Run.objects.needs_trial(source),
        "may_schedule": Run.objects.was_tried(source),
    }
    return render(request, "harvest/source.html", context)


@form_page
@managers_only
def new(request: HttpRequest) -> HttpResponse:
    form = SourceForm(posted(request))
    return take(
        request,
        form,
        lambda given: actions.add_source(given, key=given["submission"], by=request.user),
        done=_("La source est ajoutée. Essayez-la : rien n’est écrit avant."),
        back="harvest:sources",
        onward=lambda source: source,
        template="harvest/form.html",
        defaults=defaults_shown(),
    )


@form_page
@managers_only
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    source = _source(request, pk)
    form = SourceForm(posted(request), initial=values_of(source))
    met = Run.objects.filter(source=source).exclude(fields_met=[]).first()
    return take(
        request,
        form,
        lambda given: actions.change_source(source, given, by=request.user),
        done=_said,
        back=source,
        template="harvest/form.html",
        source=source,
        defaults=defaults_shown(),
        met=met.fields_met if met else [],
    )


def _said(source: Source) -> str:
    if Run.objects.needs_trial(source):
        return _(
            "La source est enregistrée, vous la suivez désormais. Ce que l’on en lit a changé :"
            " essayez-la avant son prochain passage."
        )
    return _("La source est enregistrée. Vous la suivez désormais.")


@require_POST
@managers_only
def attempt(request: HttpRequest, pk: int) -> HttpResponse:
    return _begin(request, pk, lambda source: runs.start(source, by=request.user, trial=True))


@require_POST
@managers_only
def launch(request: HttpRequest, pk: int) -> HttpResponse:
    """By hand; with ``accepte`` after a passage that was not believed."""
    accepts = bool(request.POST.get("accepte"))
    return _begin(
        request,
        pk,
        lambda source: runs.launch(source, by=request.user, accepts_vanishing=accepts),
    )


def _begin(request: HttpRequest, pk: int, begin: Callable[[Source], Run]) -> HttpResponse:
    source = _source(request, pk)
    begun: list[Run] = []
    response = press(
        request,
        lambda: begun.append(begin(source)),
        done="",
        back=source,
    )
    if begun:
        response["Location"] = begun[0].get_absolute_url()
    return response


@require_POST
@managers_only
def schedule(request: HttpRequest, pk: int) -> HttpResponse:
    source = _source(request, pk)
    return press(
        request,
        lambda: actions.schedule(source, by=request.user),
        done=_("La source sera lue chaque nuit."),
        back=source,
    )


@require_POST
@managers_only
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    source = _source(request, pk)
    return press(
        request,
        lambda: actions.pause(source),
        done=_("La source n’est plus lue. Ses fiches restent."),
        back=source,
    )


@form_page
@managers_only
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Its cards stay."""
    source = _source(request, pk)
    return take(
        request,
        Form(posted(request)),
        lambda given: actions.remove_source(source, by=request.user),
        done=_("La source est retirée. Ses fiches restent, créditées."),
        back=source,
        onward=lambda nothing: "harvest:sources",
        template="harvest/remove.html",
        source=source,
        cards=Item.objects.filter(source=source, card__isnull=False).count(),
    )
