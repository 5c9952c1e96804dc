"""Refusing a card, contesting it, deciding."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from essaim.common.errors import DomainError
from essaim.common.kept import forget_kept_text, kept_text, signed_in_or_kept
from essaim.initiatives import rules
from essaim.initiatives.actions import refusals
from essaim.initiatives.forms.review import AppealDecisionForm, AppealForm, RefuseForm
from essaim.initiatives.models import Initiative, Refusal
from essaim.initiatives.views.publication import card_for


@require_http_methods(["GET", "POST"])
@signed_in_or_kept
def refuse(request: HttpRequest, slug: str) -> HttpResponse:
    card = card_for(request, slug, rules.can_refuse)
    return _decide(
        request,
        card,
        RefuseForm,
        lambda values: refusals.refuse_card(card, values["reason"], by=request.user),
        template="initiatives/refuse.html",
        done=_("La fiche est refusée ; son auteur en est prévenu et peut contester."),
    )


@require_http_methods(["GET", "POST"])
@signed_in_or_kept
def appeal(request: HttpRequest, slug: str) -> HttpResponse:
    card = card_for(request, slug, rules.can_appeal)
    return _decide(
        request,
        card,
        AppealForm,
        lambda values: refusals.appeal_refusal(card, values["appeal"], by=request.user),
        template="initiatives/appeal.html",
        done=_("Votre contestation est enregistrée : une autre personne la lira."),
    )


@require_http_methods(["GET", "POST"])
@signed_in_or_kept
def decide(request: HttpRequest, slug: str) -> HttpResponse:
    card = card_for(request, slug, rules.can_decide_appeal)
    return _decide(
        request,
        card,
        AppealDecisionForm,
        lambda values: refusals.decide_appeal(
            card, values["outcome"], values["decision"], by=request.user
        ),
        template="initiatives/decide_appeal.html",
        done=_("La décision est enregistrée ; l’auteur en est prévenu."),
    )


def _decide(
    request: HttpRequest,
    card: Initiative,
    form_class: type[Any],
    action: Callable[[dict[str, Any]], Initiative],
    *,
    template: str,
    done: str,
) -> HttpResponse:
    form = form_class(request.POST if request.method == "POST" else kept_text(request))
    if request.method == "POST" and form.is_valid():
        try:
            action(form.cleaned_data)
        except DomainError as error:
            refuse(form, error)
        else:
            forget_kept_text(request)
            messages.success(request, done)
            return redirect("initiatives:detail", card.slug)
    context = {"card": card, "form": form, "refusal": Refusal.objects.current(card)}
    return render(request, template, context, status=422 if request.method == "POST" else 200)
