"""The schemes that helped a card: its team says so, everyone reads it on the card."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from essaim.common.acts import form_page, posted, press, take
from essaim.common.kept import signed_in_or_kept
from essaim.initiatives.models import Initiative
from essaim.people.views.signed_in import person
from essaim.scaling import rules
from essaim.scaling.actions import used as acting
from essaim.scaling.forms.used import SchemeUsedForm
from essaim.scaling.models import SchemeUsed


def _card(request: HttpRequest, slug: str) -> Initiative:
    card = get_object_or_404(Initiative.objects.visible_to(request.user), slug=slug)
    if not rules.can_plan(request.user, card):
        raise PermissionDenied
    return card


@signed_in_or_kept
@form_page
def schemes_used(request: HttpRequest, slug: str) -> HttpResponse:
    card = _card(request, slug)
    return take(
        request, SchemeUsedForm(posted(request)),
        lambda given: acting.say_scheme_used(card, by=person(request), **given),
        done=_("Le dispositif est noté."), back=reverse("scaling:schemes_used", args=[card.slug]),
        template="scaling/schemes_used.html", card=card,
        used=list(card.schemes_used.select_related("scheme")),  # type: ignore[attr-defined]
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def forget_scheme(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    card = _card(request, slug)
    used = get_object_or_404(SchemeUsed, initiative=card, pk=pk)
    return press(
        request, lambda: acting.forget_scheme_used(used), done=_("Le dispositif est retiré."),
        back=reverse("scaling:schemes_used", args=[card.slug]),
    )  # fmt: skip
