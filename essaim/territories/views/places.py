"""Pages of territories, the combobox's proposals, and the zonings that managers load."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.common.errors import DomainError
from essaim.common.panels import render_panels

from .. import actions, lookup
from ..forms import EntryForm, ZoningForm
from ..models import KINDS, NATURES, PLURALS, Territory, Zoning, ZoningDraft
from ..resolve import resolve_territory
from .common import managers_only

PER_PAGE = 60


@require_safe
@cache_control(public=True, max_age=3600)
def search(request: HttpRequest) -> JsonResponse:
    """For the combobox: at most ten territories that fit ``q``, among the ``kind``s given.

    The language is in the address, so that a shared cache never mixes readers.
    """
    language = request.GET.get("lang", "")
    if language not in dict(settings.LANGUAGES):
        language = settings.LANGUAGE_CODE
    found = lookup.search(request.GET.get("q", ""), kinds=request.GET.getlist("kind")[:10])
    with translation.override(language):
        names = lookup.kind_names({t.kind for t in found})
        results = [
            {"address": t.address, "label": t.label, "kind": names.get(t.kind, t.kind)}
            for t in found
        ]
    return JsonResponse({"results": results})


@require_safe
def entry(request: HttpRequest) -> HttpResponse:
    """Choose a territory by its name, or from the list of regions and departments."""
    form = EntryForm(request.GET if "territory" in request.GET else None)
    if form.is_bound and form.is_valid():
        return redirect(form.cleaned_data["territory"])
    context = {
        "form": form,
        "regions": Territory.objects.regions_with_departments(),
        "zonings": Zoning.objects.with_counts(),
        "panels": render_panels("territories", request, None),
    }
    return render(request, "territories/entry.html", context)


@require_safe
def detail(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """What it is, what contains it, what it contains; other rooms add what happens there."""
    if "\x00" in code:  # no database accepts to look for it
        raise Http404
    territory = Territory.objects.for_detail().filter(kind=kind, code=code).first()
    if territory is None:
        return _to_the_one_of_today(f"{kind}:{code}")
    names = lookup.kind_names()
    containing = list(Territory.objects.containing(territory).offered().for_list())
    counts = Territory.objects.within(territory).current().counts_by_kind()
    inside = _inside(request, territory, counts, names)
    given = request.GET.get("from", "")
    # Groups it belongs to are a panel of their own: they are no level of the country.
    containing = [t for t in containing if t.kind != "group"]
    path = sorted((t for t in containing if t.kind in KINDS), key=_by_scale)
    context = {
        "territory": territory,
        "crumbs": [
            {"label": _("Territoires"), "address": reverse("territories:entry")},
            *(
                {"label": above.label, "address": above.get_absolute_url()}
                for above in path
                if above.kind != "country"
            ),
        ],
        "kind": names.get(kind, kind),
        "nature": NATURES.get(territory.nature, ""),
        "note": resolve_territory(given).note if given else None,
        "path": path,
        "zones": [(t, names.get(t.kind, t.kind)) for t in containing if t.kind not in KINDS],
        "overlapping": [
            (t, names.get(t.kind, t.kind))
            for t in Territory.objects.overlapping(territory)
            .current()
            .exclude(kind="group")
            .for_list()[:PER_PAGE]
        ],
        "panels": render_panels("territory", request, territory),
        "acts": render_panels("territory.actions", request, territory),
    }
    return render(request, "territories/detail.html", context | inside)


def _to_the_one_of_today(address: str) -> HttpResponse:
    """A code written otherwise, or a former one, leads to the territory that answers for it."""
    found = resolve_territory(address).territory
    if found is None or found.address == address:
        raise Http404
    return redirect(f"{found.get_absolute_url()}?{urlencode({'from': address})}")


def _by_scale(territory: Territory) -> int:
    return list(KINDS).index(territory.kind)


def _inside(
    request: HttpRequest, territory: Territory, counts: dict[str, int], names: dict[str, str]
) -> dict[str, Any]:
    """What the territory contains, one kind at a time, by pages."""
    order = [kind for kind in KINDS if kind in counts]
    order += sorted(kind for kind in counts if kind not in KINDS)
    chosen = request.GET.get("inside", "")
    if chosen not in counts:
        chosen = order[0] if order else ""
    page = None
    if chosen:
        rows = Territory.objects.within(territory).current().filter(kind=chosen).for_list()
        paginator = Paginator(rows, PER_PAGE)
        paginator.count = counts[chosen]  # counted already
        page = paginator.get_page(request.GET.get("page"))
    return {
        "inside_kinds": [
            (kind, PLURALS.get(kind, names.get(kind, kind)), counts[kind]) for kind in order
        ],
        "inside_kind": chosen,
        "page": page,
    }


@require_safe
def zoning(request: HttpRequest, slug: str) -> HttpResponse:
    """The zones of one zoning, in alphabetical order."""
    found = get_object_or_404(Zoning, slug=slug)
    zones = Territory.objects.current().filter(kind=slug).for_list()
    page = Paginator(zones, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "territories/zoning.html", {"zoning": found, "page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@managers_only
def zonings(request: HttpRequest) -> HttpResponse:
    """The zonings, and a form to load one; what it would do is shown before it is done."""
    form = ZoningForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        fields = dict(form.cleaned_data)
        try:
            draft = actions.keep_draft(fields.pop("file").read(), **fields)
        except DomainError as error:
            form.add_error(error.field, error.message)
        else:
            return redirect("territories:zoning_draft", draft.pk)
    context = {"form": form, "zonings": Zoning.objects.with_counts()}
    return render(request, "territories/zonings.html", context)


@require_safe
@managers_only
def zoning_draft(request: HttpRequest, pk: int) -> HttpResponse:
    draft = get_object_or_404(ZoningDraft, pk=pk)
    context = {
        "draft": draft,
        "existing": Zoning.objects.filter(slug=draft.slug).first(),
        "report": actions.preview_zoning(draft),
    }
    return render(request, "territories/zoning_draft.html", context)


@require_POST
@managers_only
def confirm_zoning(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        report = actions.confirm_draft(pk, by=request.user)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        written = report.created + report.updated
        messages.success(
            request,
            ngettext(
                "Le zonage est chargé : %(n)s zone écrite.",
                "Le zonage est chargé : %(n)s zones écrites.",
                written,
            )
            % {"n": written},
        )
    return redirect("territories:zonings")


@require_POST
@managers_only
def discard_zoning(request: HttpRequest, pk: int) -> HttpResponse:
    actions.discard_draft(pk)
    messages.info(request, _("Le fichier est abandonné, rien n’a été chargé."))
    return redirect(reverse("territories:zonings"))
