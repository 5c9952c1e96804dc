"""Joining an organisation: by invitation, by e-mail domain, by request."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from essaim.common.acts import form_page, refuse
from essaim.common.errors import DomainError
from essaim.people import rules
from essaim.people.actions import domains, invitations, membership_requests, memberships
from essaim.people.forms.memberships import AnswerForm, JoinForm
from essaim.people.models import (
    EmailDomain,
    Invitation,
    Membership,
    MembershipRequest,
    Organisation,
)
from essaim.people.notifications import shown
from essaim.people.views.running import press, run_by
from essaim.people.views.signed_in import person


@require_safe
@never_cache
def invitation_link(request: HttpRequest, token: str) -> HttpResponse:
    """Where the message leads. Says which organisation invites, never whom it invites."""
    found = invitations.find(token)
    if found is not None and rules.is_invited(request.user, found):
        return redirect(found)
    context = {"flaw": invitations.flaw(found), "invitation": found, "next": request.path}
    status = 410 if context["flaw"] else 200
    if not context["flaw"] and request.user.is_authenticated:
        status = 403
    return render(request, "people/invitation_link.html", context, status=status)


@login_required
@form_page
@never_cache
def received_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """For the person invited alone: join, or decline."""
    user = person(request)
    found: Invitation = get_object_or_404(Invitation.objects.visible_to(user).for_list(), pk=pk)
    if request.method == "POST":
        try:
            if "decline" in request.POST:
                invitations.decline(found, by=user)
                messages.success(request, _("L’invitation est déclinée."))
                return redirect("/")
            invitations.accept(found, by=user)
        except DomainError as error:
            messages.error(request, error.message)
            return redirect(found)
        messages.success(
            request,
            _("Vous êtes membre de « %(name)s ».") % {"name": found.organisation.name},
        )
        return redirect(found.organisation)
    context = {"invitation": found, "flaw": invitations.flaw(found)}
    return render(request, "people/invitation.html", context)


@login_required
@form_page
def join(request: HttpRequest, slug: str) -> HttpResponse:
    """The ways in that are open to this person."""
    user = person(request)
    organisation = get_object_or_404(Organisation.objects.for_detail(), slug=slug)
    form = JoinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            membership_requests.request_to_join(organisation, user, form.cleaned_data["message"])
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("Votre demande est envoyée."))
            return redirect("people:join", slug=slug)
    asked = MembershipRequest.objects.filter(organisation=organisation, user=user)
    received = Invitation.objects.open().visible_to(user)
    context = {
        "organisation": organisation,
        "form": form,
        "is_member": rules.is_member(user, organisation),
        "by_domain": rules.can_join_by_domain(user, organisation),
        "asked": asked.order_by("-created_at", "-pk").first(),
        "invitation": received.filter(organisation=organisation).first(),
        "unrepresented": rules.has_no_representative(organisation),
    }
    return render(request, "people/join.html", context)


@login_required
@require_POST
def join_by_domain(request: HttpRequest, slug: str) -> HttpResponse:
    organisation = get_object_or_404(Organisation, slug=slug)
    user = person(request)
    return press(
        request, organisation, lambda: memberships.join_by_domain(organisation, by=user),
        done=_("Vous êtes membre de cette organisation."), to="people:organisation",
    )  # fmt: skip


@login_required
@require_POST
def withdraw_request(request: HttpRequest, slug: str) -> HttpResponse:
    organisation = get_object_or_404(Organisation, slug=slug)
    user = person(request)
    return press(
        request, organisation,
        lambda: membership_requests.withdraw_request(organisation, by=user),
        done=_("Votre demande est retirée."), to="people:join",
    )  # fmt: skip


@run_by()
@form_page
def membership_request(request: HttpRequest, organisation: Organisation, pk: int) -> HttpResponse:
    """A request to join, read and answered by those who represent the organisation."""
    user = person(request)
    found: MembershipRequest = get_object_or_404(organisation.membership_requests.for_list(), pk=pk)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            if "decline" in request.POST:
                reason = form.cleaned_data["reason"]
                membership_requests.decline_request(found, by=user, reason=reason)
                done = _("La demande est déclinée ; la personne en lit le motif.")
            else:
                role = request.POST.get("accept", "")
                named = role == Membership.Role.REPRESENTATIVE
                membership_requests.accept_request(
                    found, by=user, role=role if named else Membership.Role.MEMBER
                )
                done = _("Cette personne est membre de l’organisation.")
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, done)
            return redirect("people:members", slug=organisation.slug)
    context = {
        "organisation": organisation,
        "asked": found,
        "name": shown(found.user),
        "unrepresented": rules.has_no_representative(organisation),
        "form": form,
    }
    return render(request, "people/membership_request.html", context)


@run_by(rules.is_member)
@require_POST
def send_domain_link(request: HttpRequest, organisation: Organisation, pk: int) -> HttpResponse:
    found: EmailDomain = get_object_or_404(organisation.email_domains, pk=pk)
    user = person(request)
    return press(
        request, organisation, lambda: domains.send_link(found, by=user),
        done=_("Un lien vient d’être envoyé à votre adresse en @%(domain)s.")
        % {"domain": found.domain},
        to="people:members" if rules.can_run_organisation(user, organisation)
        else "people:organisation",
    )  # fmt: skip


@login_required
@form_page
@never_cache
def confirm_domain(request: HttpRequest, token: str) -> HttpResponse:
    """Where the message leads: nothing is verified before the button is pressed."""
    user = person(request)
    found = domains.find(token)
    mine = found if found is not None and found.asked_by_id == user.pk else None
    if request.method == "POST":
        try:
            domain = domains.confirm(token, by=user)
        except DomainError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, _("Le domaine est vérifié."))
            return redirect(domain.organisation)
    context = {"domain": mine}
    return render(request, "people/confirm_domain.html", context, status=200 if mine else 410)
