"""Putting two organisations together: which one disappears, what moves, then the button."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from essaim.common.acts import form_page, refuse
from essaim.common.errors import DomainError
from essaim.people import rules
from essaim.people.actions.merging import are_different, merge_organisations, pointing_here
from essaim.people.forms.organisations import MergeForm, OrganisationSearchForm
from essaim.people.models import Membership, Organisation
from essaim.people.views.signed_in import person

FOUND_AT_MOST = 20


@login_required
@form_page
def merge(request: HttpRequest, slug: str) -> HttpResponse:
    """The page's organisation stays; ``autre`` in the address names the one that disappears."""
    if not rules.can_merge_organisations(request.user):
        raise PermissionDenied
    kept = get_object_or_404(Organisation.objects.for_detail(), slug=slug)
    if not (wanted := request.GET.get("autre", "")):
        return _choose(request, kept)
    other = get_object_or_404(Organisation.objects.for_detail().exclude(pk=kept.pk), slug=wanted)
    different = are_different(kept, other)
    form = MergeForm(request.POST if request.method == "POST" else None, different=different)
    if request.method == "POST" and form.is_valid():
        try:
            merge_organisations(kept, other, by=person(request), **form.cleaned_data)
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(
                request, _("« %(name)s » est réunie à cette organisation.") % {"name": other.name}
            )
            return redirect(kept)
    return render(
        request,
        "people/merge.html",
        {
            "kept": kept,
            "other": other,
            "form": form,
            "different": different,
            "moving": _moving(other),
        },
        status=422 if request.method == "POST" else 200,
    )


def _choose(request: HttpRequest, kept: Organisation) -> HttpResponse:
    asked = {"q": request.GET.get("q", kept.name), "kind": ""}
    form = OrganisationSearchForm(asked)
    found = Organisation.objects.none()
    if form.is_valid():
        found = Organisation.objects.for_list().matching(form.cleaned_data["q"], "")
    rows = found.exclude(pk=kept.pk).order_by("name")[: FOUND_AT_MOST + 1]
    return render(
        request,
        "people/merge_choose.html",
        {
            "kept": kept,
            "q": asked["q"],
            "rows": rows[:FOUND_AT_MOST],
            "more": len(rows) > FOUND_AT_MOST,
        },
    )


def _moving(other: Organisation) -> list[tuple[Any, int]]:
    """What names the one that disappears, by nature; a constant number of queries."""
    counted = []
    for model, name in pointing_here():
        if model is Membership or not model.__module__.startswith("essaim.people."):
            number = model._base_manager.filter(**{name: other.pk}).count()
            if number:
                counted.append((model._meta.verbose_name_plural, number))
    return counted
