"""The page of those who run an organisation: members, roles, invitations, requests, domains."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from essaim.common.acts import form_page
from essaim.common.errors import DomainError
from essaim.common.forms import Form
from essaim.people import rules
from essaim.people.actions import domains, invitations, memberships
from essaim.people.forms.memberships import DomainForm, InvitationForm, MembershipForm
from essaim.people.models import (
    EmailDomain,
    Invitation,
    Membership,
    NetworkMembership,
    Organisation,
)
from essaim.people.notifications import shown
from essaim.people.views.running import act, press, run_by
from essaim.people.views.signed_in import person

PER_PAGE = 50
SHOWN = 100


@run_by()
@require_safe
def members(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    rows = organisation.memberships.select_related("user").order_by("-role", "user__name", "pk")
    pending = organisation.invitations.pending().for_list()
    asked = organisation.membership_requests.pending().for_list()
    listed = list(organisation.email_domains.all())
    own = set(organisation.email_domains.of(request.user).values_list("pk", flat=True))
    return render(
        request,
        "people/members.html",
        {
            "organisation": organisation,
            "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
            "invitations": pending[:SHOWN],
            "requests": asked[:SHOWN],
            "domains": [(domain, domain.pk in own) for domain in listed],
            "networks": NetworkMembership.objects.of(organisation).for_list()[:SHOWN],
            "unrepresented": rules.has_no_representative(organisation),
            "is_member": rules.is_member(request.user, organisation),
            "may_verify": rules.can_verify_domain(request.user),
        },
    )


@run_by()
@form_page
def invite(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    user = person(request)
    return act(
        request, organisation, InvitationForm(request.POST or None),
        lambda data: invitations.invite(organisation, by=user, **data),
        title=_("Inviter une personne"), button=_("Envoyer l’invitation"),
        done=_("L’invitation est partie."),
    )  # fmt: skip


@run_by()
@require_POST
def resend_invitation(request: HttpRequest, organisation: Organisation, pk: int) -> HttpResponse:
    found = get_object_or_404(organisation.invitations, pk=pk)
    return press(
        request, organisation, lambda: invitations.resend(found),
        done=_("L’invitation est repartie ; l’ancien lien ne sert plus."),
    )  # fmt: skip


@run_by()
@require_POST
def withdraw_invitation(request: HttpRequest, organisation: Organisation, pk: int) -> HttpResponse:
    found: Invitation = get_object_or_404(organisation.invitations, pk=pk)
    return press(
        request, organisation, lambda: invitations.withdraw(found),
        done=_("L’invitation est retirée : son lien ne sert plus."),
    )  # fmt: skip


def _membership(organisation: Organisation, pk: int) -> Membership:
    rows = organisation.memberships.select_related("user", "organisation")
    found: Membership = get_object_or_404(rows, pk=pk)
    return found


@run_by()
@form_page
def change(request: HttpRequest, organisation: Organisation, pk: int) -> HttpResponse:
    found = _membership(organisation, pk)
    initial = {"role": found.role, "functions": found.functions}
    return act(
        request, organisation, MembershipForm(request.POST or None, initial=initial),
        lambda data: memberships.change_membership(found, **data),
        title=_("Rôle et fonctions de %(name)s") % {"name": shown(found.user)},
        button=_("Enregistrer"), done=_("Le rôle est enregistré."),
        to=_after(request, organisation, found),
    )  # fmt: skip


@run_by()
@form_page
def remove(request: HttpRequest, organisation: Organisation, pk: int) -> HttpResponse:
    found = _membership(organisation, pk)
    return act(
        request, organisation, Form(request.POST if request.method == "POST" else None),
        lambda _data: memberships.remove_member(found),
        title=_("Retirer %(name)s de l’organisation") % {"name": shown(found.user)},
        intro=_("Ce que cette personne a écrit reste. Elle ne pourra plus agir au nom de"
                " l’organisation ; elle en est informée."),
        button=_("Retirer cette personne"), done=_("Cette personne n’est plus membre."),
        to=_after(request, organisation, found),
    )  # fmt: skip


def _after(request: HttpRequest, organisation: Organisation, found: Membership) -> str:
    """Who changes their own role may have lost the page they came from."""
    own = found.user_id == person(request).pk and not rules.can_manage(request.user)
    return "people:organisation" if own else "people:members"


@run_by(rules.is_member)
@form_page
def leave(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    user = person(request)
    return act(
        request, organisation, Form(request.POST if request.method == "POST" else None),
        lambda _data: memberships.leave(organisation, by=user),
        title=_("Quitter cette organisation"),
        intro=_("Ce que vous avez écrit reste. Vous ne pourrez plus agir en son nom."),
        button=_("Quitter"), done=_("Vous n’êtes plus membre de cette organisation."),
        to="people:organisation",
    )  # fmt: skip


@run_by()
@form_page
def add_domain(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    user = person(request)
    return act(
        request, organisation, DomainForm(request.POST or None),
        lambda data: domains.ask_domain(organisation, by=user, **data),
        title=_("Ajouter un domaine de messagerie"),
        intro=_("Une fois vérifié, toute personne qui a une adresse confirmée de ce domaine peut"
                " rejoindre l’organisation comme membre, sans invitation. N’ajoutez pas un domaine"
                " que d’autres organisations utilisent aussi."),
        button=_("Ajouter"), done=_("Le domaine est ajouté : il reste à le vérifier."),
    )  # fmt: skip


@run_by()
@require_POST
def verify_domain(request: HttpRequest, organisation: Organisation, pk: int) -> HttpResponse:
    """By a programme manager only."""
    found: EmailDomain = get_object_or_404(organisation.email_domains, pk=pk)
    if not rules.can_verify_domain(request.user):
        raise PermissionDenied
    user = person(request)
    return press(
        request, organisation, lambda: domains.verify(found, by=user),
        done=_("Le domaine est vérifié."),
    )  # fmt: skip


@run_by()
@require_POST
def remove_domain(request: HttpRequest, organisation: Organisation, pk: int) -> HttpResponse:
    found = EmailDomain.objects.filter(organisation=organisation, pk=pk).first()
    return press(
        request, organisation, lambda: domains.remove(found) if found else None,
        done=_("Le domaine est retiré ; les membres restent."),
    )  # fmt: skip


@login_required
@require_POST
def choose_current(request: HttpRequest) -> HttpResponse:
    """In whose name one writes from now on; back to the page where it was chosen."""
    slug = request.POST.get("organisation", "")
    chosen = Organisation.objects.filter(slug=slug).first() if slug else None
    try:
        if slug and chosen is None:
            raise DomainError(_("Cette organisation n’existe plus."))
        memberships.choose_current(person(request), chosen)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(
            request,
            _("Vos formulaires proposent désormais « %(name)s ».") % {"name": chosen.name}
            if chosen
            else _("Vos formulaires ne proposent plus d’organisation."),
        )
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()})
    return redirect(back if safe else "people:profile")
