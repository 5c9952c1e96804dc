"""The scalability profile of a card."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from essaim.common.kept import forget_kept_text, kept_text, signed_in_or_kept
from essaim.people.views.signed_in import person
from essaim.scaling import rules
from essaim.scaling.actions.profiles import save_profile
from essaim.scaling.forms.profile import ProfileForm
from essaim.scaling.models import ProfileSheet
from essaim.scaling.profiles import profile as draw
from essaim.scaling.views.diagnosis import card_of

MOST_PEOPLE = 50


@require_safe
@signed_in_or_kept
def profile(request: HttpRequest, slug: str) -> HttpResponse:
    """What all answers say, the weakest points first; one's own first where one has none."""
    card = card_of(request, slug)
    if not rules.can_read_profile(request.user, card):
        return redirect("scaling:answer_profile", card.slug)
    found = ProfileSheet.objects.visible_to(request.user).filter(initiative=card)
    sheets = [sheet for sheet in found.select_related("author")[:MOST_PEOPLE] if sheet.ratings]
    names: dict[Any, str] = {
        sheet.author_id: sheet.author.name or _("Personne %(n)s") % {"n": number}
        for number, sheet in enumerate(sheets, start=1)
        if sheet.author
    }
    context = {
        "card": card,
        "profile": draw(sheets, names) if sheets else None,
        "mine": any(sheet.author_id == person(request).pk for sheet in sheets),
    }
    return render(request, "scaling/profile.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_or_kept
def answer(request: HttpRequest, slug: str) -> HttpResponse:
    card = card_of(request, slug)
    if not rules.can_rate(request.user, card):
        raise PermissionDenied
    user = person(request)
    mine = ProfileSheet.objects.filter(initiative=card, author=user).first()
    form = ProfileForm(request.POST or kept_text(request), initial=mine.ratings if mine else {})
    if request.method == "POST" and form.is_valid():
        save_profile(card, form.ratings(), by=user)
        forget_kept_text(request)
        messages.success(request, _("Vos réponses sont enregistrées."))
        return redirect("scaling:profile", card.slug)
    return render(request, "scaling/answer_profile.html", {"card": card, "form": form})
