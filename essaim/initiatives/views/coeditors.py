"""Who else writes the card: inviting, answering, taking back."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from essaim.common.errors import DomainError
from essaim.common.kept import forget_kept_text, kept_text, signed_in_or_kept
from essaim.initiatives import rules
from essaim.initiatives.actions import coeditors as actions
from essaim.initiatives.forms.coeditors import InviteForm
from essaim.initiatives.models import CoEditor, CoEditorInvitation, Initiative

PER_PAGE = 30


def _card(request: HttpRequest, slug: str) -> Initiative:
    card: Initiative = get_object_or_404(Initiative.objects.visible_to(request.user), slug=slug)
    if not rules.can_name_coeditors(request.user, card):
        raise PermissionDenied
    return card


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_or_kept
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """Who coedits, who was asked; and asking one more person."""
    card = _card(request, slug)
    form = InviteForm(request.POST if request.method == "POST" else kept_text(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.invite_coeditor(card, form.cleaned_data["email"], by=request.user)
        except DomainError as error:
            form.add_error(error.field, error.message)
        else:
            forget_kept_text(request)
            messages.success(
                request,
                _(
                    "L’invitation est enregistrée. Si un compte utilise cette adresse, son titulaire"
                    " reçoit un message et peut accepter."
                ),
            )
            return redirect("initiatives:coeditors", card.slug)
    coeditors = CoEditor.objects.filter(card=card).select_related("user", "by")
    return render(
        request,
        "initiatives/coeditors.html",
        {
            "card": card,
            "form": form,
            "page": Paginator(coeditors, PER_PAGE).get_page(request.GET.get("page")),
            "invitations": CoEditorInvitation.objects.current().for_list().filter(card=card),
        },
        status=422 if request.method == "POST" else 200,
    )


@require_POST
@signed_in_or_kept
def remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    card = _card(request, slug)
    coeditor = CoEditor.objects.filter(card=card, pk=pk).select_related("card").first()
    if coeditor is not None:
        actions.remove_coeditor(coeditor, by=request.user)
    messages.success(request, _("Cette personne ne modifie plus la fiche ; son travail reste."))
    return redirect("initiatives:coeditors", card.slug)


@require_POST
@signed_in_or_kept
def cancel(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    card = _card(request, slug)
    invitation = CoEditorInvitation.objects.filter(card=card, pk=pk).first()
    if invitation is not None:
        actions.cancel_invitation(invitation)
    messages.success(request, _("L’invitation est annulée."))
    return redirect("initiatives:coeditors", card.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_or_kept
def leave(request: HttpRequest, slug: str) -> HttpResponse:
    """A co-editor stops; they may no longer read the card, if it is not public."""
    card = get_object_or_404(Initiative.objects.visible_to(request.user), slug=slug)
    if not rules.can_leave_coediting(request.user, card):
        raise PermissionDenied
    if request.method != "POST":
        return render(request, "initiatives/leave_coediting.html", {"card": card})
    actions.leave_coediting(card, by=request.user)
    messages.success(request, _("Vous ne coéditez plus cette fiche ; votre travail y reste."))
    return redirect("initiatives:mine")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_or_kept
def answer(request: HttpRequest, slug: str) -> HttpResponse:
    """The invited person says yes or no; to anyone else, this page does not exist."""
    invitations = CoEditorInvitation.objects.for_person(request.user)
    invitation = invitations.for_list().filter(card__slug=slug).first()
    if invitation is None:
        card = Initiative.objects.visible_to(request.user).filter(slug=slug).first()
        if card is not None and rules.is_coeditor(request.user, card):
            return redirect("initiatives:overview", slug)
        raise Http404
    card = invitation.card
    if request.method != "POST":
        return render(
            request, "initiatives/coediting.html", {"card": card, "invitation": invitation}
        )
    if request.POST.get("answer") != "yes":
        actions.decline_invitation(card, by=request.user)
        messages.success(request, _("Vous avez refusé l’invitation."))
        return redirect("initiatives:mine")
    try:
        actions.accept_invitation(card, by=request.user)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("initiatives:mine")
    messages.success(request, _("Vous coéditez cette fiche."))
    return redirect("initiatives:overview", card.slug)
