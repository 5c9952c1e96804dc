"""« Je suis intéressé »: saying so, and who did."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from essaim.common.acts import form_page, posted, press, refuse, status_code
from essaim.common.errors import DomainError
from essaim.common.kept import forget_kept_text, signed_in_or_kept
from essaim.contributions import notifications, rules
from essaim.contributions.actions import interest as actions
from essaim.contributions.forms.questions import InterestForm
from essaim.contributions.models import Interest
from essaim.contributions.views.common import PER_PAGE, fetch_card, read_here
from essaim.needs.models import Need
from essaim.needs.reading import mask
from essaim.people.views.signed_in import person


def _from_need(request: HttpRequest) -> dict[str, Any]:
    """``?need=12``: what one has said already in a need of one's own is not typed again. Nobody
    else's: words that are masked, or read by few, would be sent on in another's name."""
    number = request.GET.get("need", "")
    if not number.isdecimal() or len(number) > 17:
        return {}
    need = Need.objects.filter(author=person(request), pk=int(number)).open().for_detail().first()
    if need is None:
        return {}
    found: dict[str, Any] = {"message": mask(need.text)[:3000], "territory": need.place}
    if need.organisation is not None:
        found["organisation"] = need.organisation_id
    return found


@form_page
@signed_in_or_kept
def interested(request: HttpRequest, slug: str) -> HttpResponse:
    """One's own interests for this card, and the form for one more."""
    card = fetch_card(request, slug, rules.can_be_interested)
    form = InterestForm(posted(request), user=request.user, initial=_from_need(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.be_interested(
                card,
                by=request.user,
                message=given["message"],
                territory=given["territory"],
                organisation=given.get("organisation"),
            )
        except DomainError as error:
            refuse(form, error)
        else:
            forget_kept_text(request)
            messages.success(request, _("Votre message est transmis à l’équipe de la fiche."))
            return redirect("contributions:interest", slug)
    own = list(Interest.objects.open_for(card).filter(user=person(request)).for_list())
    read_here(request, notifications.INTEREST, *(interest.pk for interest in own))
    return render(
        request,
        "contributions/interest.html",
        {
            "card": card,
            "form": form,
            "own": own,
            "nobody": rules.nobody_answers(card),
        },
        status=status_code(request),
    )


@require_POST
@signed_in_or_kept
def close(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The person no longer is; only they may say so."""
    visible = Interest.objects.visible_to(request.user).select_related("card")
    found = get_object_or_404(visible, card__slug=slug, pk=pk)
    if found.user_id != request.user.pk:
        raise PermissionDenied
    return press(
        request,
        lambda: actions.close_interest(found, by=request.user),
        done=_("Votre intérêt est retiré, et votre message effacé."),
        back="contributions:interest",
        slug=slug,
    )


@require_safe
@signed_in_or_kept
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """Who is interested, for those who carry the card; those who wait first."""
    card = fetch_card(request, slug)
    if not rules.can_read_interests(request.user, card):
        raise PermissionDenied
    waiting_first = F("contacted_at").asc(nulls_first=True)
    interests = Interest.objects.open_for(card).for_list().order_by(waiting_first, "created_at")
    page = Paginator(interests, PER_PAGE).get_page(request.GET.get("page"))
    read_here(request, notifications.INTEREST, *(interest.pk for interest in page))
    return render(request, "contributions/interests.html", {"card": card, "page": page})


@require_POST
@signed_in_or_kept
def contact(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    visible = Interest.objects.visible_to(request.user).select_related("card")
    found = get_object_or_404(visible, card__slug=slug, pk=pk)
    if not rules.can_read_interests(request.user, found.card):
        raise PermissionDenied
    return press(
        request,
        lambda: actions.make_contact(found, by=request.user),
        done=_("C’est noté : vous êtes en contact."),
        back="contributions:interests",
        slug=slug,
    )
