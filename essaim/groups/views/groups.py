"""The list of groups, one group and its comparison, making and ending one."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from essaim.common import spreadsheets
from essaim.common.acts import posted
from essaim.common.forms import Form
from essaim.common.kept import signed_in_or_kept
from essaim.common.listing import chips, filters_in_place
from essaim.common.panels import render_panels
from essaim.common.take_away import Listed, take_away
from essaim.groups import actions, reading
from essaim.groups.forms import FilterForm, NewForm, WordsForm
from essaim.groups.models import GroupQuerySet, Member
from essaim.groups.reading import Comparison, comparable, compare, shown_members
from essaim.groups.rules import can_run
from essaim.groups.taken_away import COLUMNS
from essaim.people.rules import can_manage
from essaim.territories.lookup import kind_names

from .common import act, fetch

PER_PAGE = 20
INDICATORS_FIRST, INDICATORS_MOST, PREFILLED_MOST = 5, 20, 200
form_page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """``/groupes``: the groups that the reader may see, filtered."""
    form, found = _found(request, request.GET)
    page = Paginator(found.for_list(), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        **filters_in_place(
            request, form, page, lambda asked: _found(request, asked)[1], but=["ended"]
        ),
    }
    return render(request, "groups/list.html", context)


@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """Exactly the rows of the list, with the columns one chooses."""
    form, found = _found(request, request.GET)
    path = reverse("groups:list")
    listed = Listed(_("Groupes de territoires"), path, found.for_list(), chips(request, form))
    return take_away(request, listed, COLUMNS, name="groupes")


def _found(request: HttpRequest, asked: QueryDict) -> tuple[FilterForm, GroupQuerySet]:
    """The groups that this reader sees and these filters keep."""
    form = FilterForm(asked, user=request.user, manager=can_manage(request.user))
    form.is_valid()
    clean = form.cleaned_data
    return form, reading.found(request.user, clean)


@require_safe
def detail(request: HttpRequest, code: str) -> HttpResponse:
    """Why, who, side by side; other rooms add the needs and the initiatives of its places."""
    group = fetch(request, code)
    may_run = can_run(request.user, group)
    rows = shown_members(group, request.user, may_run=may_run)
    accepted = [row.member.territory for row in rows if row.member.state == Member.State.ACCEPTED]
    choices, chosen, comparison = _comparison(request, accepted)
    place = group.territory
    context = {
        "group": group,
        "rows": rows,
        "kinds": kind_names({row.member.territory.kind for row in rows}),
        "accepted": len(accepted),
        "invited": sum(row.member.state == Member.State.INVITED for row in rows),
        "stewards": list(group.stewards.select_related("user")),
        "choices": choices,
        "chosen": chosen,
        "comparison": comparison,
        "may_run": may_run and group.is_active,
        "panels": [
            *render_panels("group", request, group),
            *(render_panels("territory", request, place) if place else []),
        ],
        "acts": render_panels("territory.actions", request, place) if place else [],
    }
    return render(request, "groups/detail.html", context)


def _comparison(request: HttpRequest, accepted: Any) -> tuple[Any, set[str], Comparison]:
    """The indicators that may be chosen, those that are, and the table."""
    choices = comparable([each.kind for each in accepted])
    asked = request.GET.getlist("indicator")[:INDICATORS_MOST]
    kept = [each for each in choices if each.code in asked] or choices[:INDICATORS_FIRST]
    return choices, {each.code for each in kept}, compare(accepted, kept)


@require_safe
def table(request: HttpRequest, code: str) -> HttpResponseBase:
    """The same table as a file, with the year of each figure."""
    group = fetch(request, code)
    accepted = [each.territory for each in group.members.accepted().for_list()]
    _choices, _chosen, found = _comparison(request, accepted)
    header: list[spreadsheets.Cell] = [_("territoire"), _("nom")]
    for indicator in found.indicators:
        header += [indicator.name, _("%(name)s (année)") % {"name": indicator.name}]
    rows = [header]
    for line in found.lines:
        row: list[spreadsheets.Cell] = [line.territory.address, line.territory.label]
        for cell in line.cells:
            row += [None if cell.value is None else Decimal(str(cell.value)), cell.year]
        rows.append(row)
    return spreadsheets.download(rows, kind=spreadsheets.CSV, name=group.code)


@form_page
@signed_in_or_kept
def new(request: HttpRequest) -> HttpResponse:
    """``?territory=epci:…`` several times: those picked elsewhere, to be looked over."""
    picked = [each.replace("\x00", "") for each in request.GET.getlist("territory")]
    initial = {
        "territories": "\n".join(picked[:PREFILLED_MOST]),
        "submission": uuid.uuid4(),
    }
    form = NewForm(posted(request), initial=initial)
    user: Any = request.user
    return act(
        request,
        None,
        form,
        lambda given: actions.make_group(
            by=user,
            name=given["name"],
            purpose=given["purpose"],
            visibility=given["visibility"],
            territories=given["territories"],
            submission=form.submission_key(),
        ),
        title=_("Former un groupe de territoires"),
        intro=_(
            "Chaque territoire est invité : il devient membre quand une organisation publique de"
            " ce territoire l’accepte. Ceux que vous représentez le sont tout de suite."
        ),
        button=_("Former le groupe"),
        done=_("Le groupe est formé."),
        back=reverse("groups:list"),
    )


@form_page
@signed_in_or_kept
def edit(request: HttpRequest, code: str) -> HttpResponse:
    group = fetch(request, code, can_run)
    initial = {"name": group.name, "purpose": group.purpose, "visibility": group.visibility}
    form = WordsForm(posted(request), initial=initial)
    return act(
        request,
        group,
        form,
        lambda given: actions.change_group(group, by=request.user, **given),
        title=_("Modifier le groupe"),
        button=_("Enregistrer"),
        done=_("Le groupe est à jour."),
        back=group.get_absolute_url(),
    )


@form_page
@signed_in_or_kept
def end(request: HttpRequest, code: str) -> HttpResponse:
    group = fetch(request, code)
    if not group.is_active:
        return redirect(group)
    if not can_run(request.user, group):
        raise PermissionDenied
    return act(
        request,
        group,
        Form(request.POST if request.method == "POST" else None),
        lambda given: actions.end_group(group, by=request.user),
        title=_("Terminer ce groupe ?"),
        intro=_(
            "Sa page et son histoire restent lisibles. Les invitations sans réponse sont"
            " retirées, et le groupe n’est plus proposé. On ne peut pas revenir en arrière."
        ),
        button=_("Terminer le groupe"),
        done=_("Le groupe est terminé."),
        back=group.get_absolute_url(),
    )
