"""The status of a public innovator: its terms, the employer's agreement, what is public."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from essaim.common.acts import form_page, posted, refuse
from essaim.common.errors import DomainError
from essaim.common.kept import forget_kept_text, signed_in_or_kept
from essaim.following.actions.reading import mark_subject_read
from essaim.innovators import rules
from essaim.innovators.actions import status as actions
from essaim.innovators.attestation import attestation_pdf
from essaim.innovators.credits import credits_of
from essaim.innovators.forms.status import AgreementForm, DeclareForm, ShownForm, TermsForm
from essaim.innovators.models import StatusCard
from essaim.innovators.notifications import STATUS
from essaim.innovators.wording import agreement_text, period
from essaim.people.models import Organisation


def _own(request: HttpRequest) -> StatusCard:
    """The person's card; until they write something, an empty one that is nowhere kept."""
    user: Any = request.user
    card = StatusCard.objects.for_detail().filter(user=user).first()
    return card or StatusCard(user=user)


def _read_here(request: HttpRequest, card: StatusCard) -> None:
    """What was announced of it is read on this page (a read mark: all that a GET writes)."""
    if request.method == "GET" and card.pk:
        mark_subject_read(request.user, STATUS, str(card.pk))


def _texts(card: StatusCard) -> dict[str, Any]:
    return {"card": card, "period": period(card), "agreement": agreement_text(card)}


@signed_in_or_kept
@require_safe
def status(request: HttpRequest) -> HttpResponse:
    card = _own(request)
    _read_here(request, card)
    return render(
        request,
        "innovators/status.html",
        {
            **_texts(card),
            "credits": credits_of(request.user),
            "awaiting": StatusCard.objects.awaiting(request.user).for_list(),
        },
    )


def _form(
    request: HttpRequest, form: Any, do: Any, *, title: Any, button: Any, done: Any, intro: Any = ""
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            do(form.cleaned_data)
        except DomainError as error:
            refuse(form, error)
        else:
            forget_kept_text(request)
            messages.success(request, done)
            return redirect("innovators:status")
    return render(
        request,
        "innovators/status_form.html",
        {"form": form, "title": title, "button": button, "intro": intro},
    )


@signed_in_or_kept
@form_page
def terms(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    card = _own(request)
    employers = Organisation.objects.filter(memberships__user=user).order_by("name")
    initial = {name: getattr(card, name) for name in TermsForm.base_fields}
    form = TermsForm(posted(request), employers=employers, initial=initial)
    return _form(
        request, form, lambda data: actions.set_terms(user, **data),
        title=_("Le temps que je demande"),
        intro=_("Un accord vaut pour ces termes : changer l’employeur, le temps ou la période oblige"
                " à le redemander."),
        button=_("Enregistrer"), done=_("C’est enregistré."),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    try:
        actions.ask_agreement(request.user)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Votre employeur est prié de répondre."))
    return redirect("innovators:status")


@signed_in_or_kept
@form_page
def declare(request: HttpRequest) -> HttpResponse:
    form = DeclareForm(posted(request), initial={"agreed_on": timezone.localdate()})
    return _form(
        request, form, lambda data: actions.declare_agreement(request.user, **data),
        title=_("Déclarer l’accord de mon employeur"),
        intro=_("Pour un employeur que personne ne représente ici. Votre statut dira que l’accord est"
                " déclaré par vous, sur document."),
        button=_("Déclarer"), done=_("L’accord est déclaré."),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def shown(request: HttpRequest) -> HttpResponse:
    card = _own(request)
    initial = {name: getattr(card, name) for name in ShownForm.base_fields}
    form = ShownForm(posted(request), initial=initial)
    return _form(
        request, form, lambda data: actions.set_public(request.user, **data),
        title=_("Ce que je montre"),
        intro=_("Rien n’est public tant que vous ne le décidez pas, ni plus que vous ne le décidez."),
        button=_("Enregistrer"), done=_("C’est enregistré."),
    )  # fmt: skip


@signed_in_or_kept
@never_cache
@require_safe
def attestation(request: HttpRequest) -> HttpResponse:
    """The person's own, as a PDF."""
    user: Any = request.user
    card = get_object_or_404(StatusCard.objects.for_detail(), user=user)
    response = HttpResponse(attestation_pdf(card), content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="statut-innovateur.pdf"'
    return response


def _asked(request: HttpRequest, pk: int) -> StatusCard:
    visible = StatusCard.objects.visible_to(request.user).for_detail()
    card: StatusCard = get_object_or_404(visible, pk=pk)
    if not rules.can_agree_status(request.user, card):
        raise PermissionDenied
    return card


@signed_in_or_kept
@form_page
def agreement(request: HttpRequest, pk: int) -> HttpResponse:
    """A representative of the employer answers."""
    card = _asked(request, pk)
    _read_here(request, card)
    form = AgreementForm(posted(request))
    seen = {name: request.POST.get(f"seen_{name}", "") for name in actions.TERMS}
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer_agreement(card, by=request.user, seen=seen, **form.cleaned_data)
        except DomainError as error:
            refuse(form, error)
            card = _asked(request, pk)
        else:
            forget_kept_text(request)
            messages.success(request, _("Votre réponse est enregistrée."))
            return redirect("innovators:agreement", pk)
    return render(
        request,
        "innovators/agreement.html",
        {**_texts(card), "form": form, "seen": actions.terms_of(card)},
    )


@signed_in_or_kept
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    card = _asked(request, pk)
    try:
        actions.withdraw_agreement(card)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("L’accord est retiré ; l’agent en est informé."))
    return redirect("innovators:status")


@require_safe
def innovator(request: HttpRequest, slug: str) -> HttpResponse:
    """The public page of a person, as they decided it; they see it before it is public."""
    card = get_object_or_404(StatusCard.objects.for_detail(), slug=slug)
    if not (card.is_public or rules.is_own_status(request.user, card)):
        raise Http404
    credits = credits_of(card.user) if card.show_contributions else []
    return render(request, "innovators/innovator.html", {**_texts(card), "credits": credits})
