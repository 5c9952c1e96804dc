"""Organisations that join a network."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from essaim.common.acts import form_page
from essaim.common.errors import DomainError
from essaim.people import rules
from essaim.people.actions import networks
from essaim.people.forms.memberships import NetworkForm
from essaim.people.models import NetworkMembership, Organisation
from essaim.people.views.signed_in import person


@login_required
@form_page
def propose(request: HttpRequest, slug: str) -> HttpResponse:
    """On a network's page: that one's own organisation join it. On another organisation's: that
    it join one's own network."""
    user = person(request)
    there = get_object_or_404(Organisation.objects.for_detail(), slug=slug)
    mine = Organisation.objects.proposable_by(user, there)
    if request.method != "POST" and not mine.exists():
        raise PermissionDenied
    form = NetworkForm(request.POST or None, organisations=mine)
    if request.method == "POST" and form.is_valid():
        own = form.cleaned_data["organisation"]
        pair = (there, own) if there.is_network else (own, there)
        try:
            made = networks.propose(*pair, by_network=pair[0] == own, by=user)
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(
                request,
                _("C’est fait : l’organisation est membre du réseau.")
                if made.is_current
                else _("La proposition est faite : l’autre organisation doit l’accepter."),
            )
            return redirect(there)
    context = {"organisation": there, "form": form}
    return render(request, "people/network_propose.html", context)


@login_required
@form_page
def membership(request: HttpRequest, pk: int) -> HttpResponse:
    """A proposal to answer or take back, or a membership to end."""
    user = person(request)
    found = get_object_or_404(NetworkMembership.objects.for_list(), pk=pk)
    if not rules.can_view_network(user, found):
        raise PermissionDenied
    may_answer = found.is_proposed and rules.can_answer_network(user, found)
    if request.method == "POST":
        try:
            if "accept" in request.POST:
                if not rules.can_answer_network(user, found):
                    raise PermissionDenied
                networks.accept(found, by=user)
                messages.success(request, _("C’est fait : l’organisation est membre du réseau."))
            else:
                networks.end(found, by=user)
                messages.success(
                    request, _("C’est fait : cette proposition ou adhésion est close.")
                )
        except DomainError as error:
            messages.error(request, error.message)
        mine = found.network if rules.is_representative(user, found.network) else found.organisation
        return redirect(mine)
    context = {"membership": found, "may_answer": may_answer}
    return render(request, "people/network_membership.html", context)
