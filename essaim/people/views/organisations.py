"""The organisations' public pages."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from essaim.common.acts import form_page
from essaim.common.errors import DomainError
from essaim.common.listing import chips, filters_in_place
from essaim.common.panels import render_panels
from essaim.common.take_away import Listed, take_away
from essaim.people import rules
from essaim.people.actions import organisations as actions
from essaim.people.forms.organisations import OrganisationForm, OrganisationSearchForm
from essaim.people.models import EmailDomain, FormerOrganisation, Organisation
from essaim.people.models.organisations import OrganisationQuerySet
from essaim.people.proposals import proposed_organisation
from essaim.people.taken_away import ORGANISATIONS
from essaim.people.views.running import right_lost
from essaim.people.views.signed_in import person

PER_PAGE = 30
MEMBERS_SHOWN = 50


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    form, found = _found(request.GET)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        **filters_in_place(request, form, page, lambda asked: _found(asked)[1]),
        "may_create": rules.can_create_organisation(request.user),
    }
    return render(request, "people/organisations.html", context)


def _found(asked: QueryDict) -> tuple[OrganisationSearchForm, OrganisationQuerySet]:
    form = OrganisationSearchForm(asked)
    found = Organisation.objects.for_list()
    if form.is_valid():
        found = found.matching(form.cleaned_data["q"], form.cleaned_data["kind"])
    return form, found


@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """Exactly the rows of the list, with the columns one chooses."""
    form, found = _found(request.GET)
    path = reverse("people:organisations")
    listed = Listed(_("Organisations"), path, found, chips(request, form))
    return take_away(request, listed, ORGANISATIONS, name="organisations")


@require_safe
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """What it is; other rooms add what it carries, adopted, funds."""
    found = Organisation.objects.for_detail().filter(slug=slug).first()
    if found is None:
        former = get_object_or_404(FormerOrganisation.objects.select_related("into"), slug=slug)
        return redirect(former.into, permanent=True)
    members = list(found.members_visible_to(request.user)[: MEMBERS_SHOWN + 1])
    context = {
        "organisation": found,
        "members": members[:MEMBERS_SHOWN],
        "more_members": len(members) > MEMBERS_SHOWN,
        "networks": found.networks.current().for_list().order_by("network__name"),
        "page": _member_organisations(request, found),
        "may_change": rules.can_change_organisation(request.user, found),
        "may_merge": rules.can_merge_organisations(request.user),
        "may_run": rules.can_run_organisation(request.user, found),
        "panels": render_panels("organisation", request, found),
        "acts": render_panels("organisation.actions", request, found),
    }
    if request.user.is_authenticated:
        is_member = rules.is_member(request.user, found)
        context |= {
            "is_member": is_member,
            "unrepresented": rules.has_no_representative(found),
            "may_propose": Organisation.objects.proposable_by(request.user, found).exists(),
            "to_confirm": EmailDomain.objects.of(request.user).filter(
                organisation=found, verified_at=None
            )
            if is_member
            else (),
        }
    return render(request, "people/organisation.html", context)


def _member_organisations(request: HttpRequest, network: Organisation) -> Any:
    """A network's members, by pages; nothing for another organisation."""
    if not network.is_network:
        return None
    rows = network.member_organisations.current().select_related("organisation__territory")
    return Paginator(rows.order_by("organisation__name"), PER_PAGE).get_page(
        request.GET.get("page")
    )


@login_required
@form_page
def create(request: HttpRequest) -> HttpResponse:
    proposal = proposed_organisation(request.user)
    known = {}  # what the identity says is not asked again
    if proposal is not None and proposal.organisation is None:
        known = {"siren": proposal.siren, "siret": proposal.siret, "name": proposal.name}
    form = OrganisationForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            created = actions.create_organisation(**form.cleaned_data, by=person(request))
        except DomainError as error:
            form.add_error(error.field, error.message)
        else:
            messages.success(request, _("L’organisation est créée ; vous la représentez."))
            return redirect(created)
    context = {"form": form, "proposal": proposal}
    return render(request, "people/organisation_form.html", context)


@login_required
@form_page
def change(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Organisation.objects.for_detail(), slug=slug)
    if not rules.can_change_organisation(request.user, found):
        if request.method == "POST":
            return right_lost(request, found)
        raise PermissionDenied
    form = OrganisationForm(request.POST) if request.POST else OrganisationForm.for_(found)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_organisation(found, **form.cleaned_data)
        except DomainError as error:
            form.add_error(error.field, error.message)
        else:
            messages.success(request, _("L’organisation est enregistrée."))
            return redirect(found)
    return render(request, "people/organisation_form.html", {"form": form, "organisation": found})
