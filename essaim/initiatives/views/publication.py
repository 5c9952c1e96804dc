"""Submitting, publishing, sending back, archiving; and the managers' list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.common.errors import DomainError
from essaim.common.kept import forget_kept_text, kept_text, signed_in_or_kept
from essaim.initiatives import rules
from essaim.initiatives.actions import publication
from essaim.initiatives.completeness import completeness
from essaim.initiatives.forms.review import ReviewFilter, SendBackForm
from essaim.initiatives.models import Initiative


def card_for(request: HttpRequest, slug: str, may: Callable[[Any, Initiative], bool]) -> Initiative:
    card: Initiative = get_object_or_404(Initiative.objects.visible_to(request.user), slug=slug)
    if not may(request.user, card):
        raise PermissionDenied
    return card


def _act(
    request: HttpRequest, card: Initiative, action: Callable[..., Initiative], done: str
) -> HttpResponse:
    """Run the action and say on the card's page what came of it."""
    try:
        action(card, by=request.user)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, done)
    return redirect("initiatives:detail", card.slug)


@require_POST
@signed_in_or_kept
def submit(request: HttpRequest, slug: str) -> HttpResponse:
    card = card_for(request, slug, rules.can_submit)
    try:
        publication.submit_card(card, by=request.user)
    except DomainError as error:
        messages.error(request, error.message)
        if completeness(card).blocking:
            return redirect("initiatives:overview", card.slug)
    else:
        messages.success(
            request, _("La fiche est soumise. Un animateur la relit ; vous serez prévenu s’il manque quelque chose.")
        )  # fmt: skip
    return redirect("initiatives:detail", card.slug)


@require_POST
@signed_in_or_kept
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    card = card_for(request, slug, rules.can_publish)
    return _act(request, card, publication.publish_card, _("La fiche est publiée."))


@require_POST
@signed_in_or_kept
def restore(request: HttpRequest, slug: str) -> HttpResponse:
    card = card_for(request, slug, rules.can_restore)
    return _act(request, card, publication.restore_card, _("La fiche est rétablie."))


@require_http_methods(["GET", "POST"])
@signed_in_or_kept
def send_back(request: HttpRequest, slug: str) -> HttpResponse:
    card = card_for(request, slug, rules.can_send_back)
    data = request.POST if request.method == "POST" else kept_text(request)
    form = SendBackForm(data)
    if request.method == "POST" and form.is_valid():
        try:
            publication.send_back(card, form.cleaned_data["reason"], by=request.user)
        except DomainError as error:
            form.add_error(error.field, error.message)
        else:
            forget_kept_text(request)
            messages.success(request, _("La fiche est renvoyée à son auteur, qui en est prévenu."))
            return redirect("initiatives:review")
    status = 422 if request.method == "POST" else 200
    return render(
        request, "initiatives/send_back.html", {"card": card, "form": form}, status=status
    )


@require_http_methods(["GET", "POST"])
@signed_in_or_kept
def archive(request: HttpRequest, slug: str) -> HttpResponse:
    card = card_for(request, slug, rules.can_archive)
    if request.method == "POST":
        return _act(request, card, publication.archive_card, _("La fiche est archivée."))
    return render(request, "initiatives/archive.html", {"card": card})


@require_safe
@signed_in_or_kept
def review(request: HttpRequest) -> HttpResponse:
    """Managers: the cards that wait, oldest first, with filters."""
    if not rules.can_review(request.user):
        raise PermissionDenied
    form = ReviewFilter(request.GET or None)
    cards = Initiative.objects.for_list().select_related("author")
    cards = form.apply(cards)
    page = Paginator(cards, 50).get_page(request.GET.get("page"))
    return render(request, "initiatives/review.html", {"page": page, "form": form})
