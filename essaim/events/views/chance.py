"""Who met whom by chance: a list that one agrees to be in, a code to give, a confirmation."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from essaim.common.acts import form_page, posted, press
from essaim.common.kept import signed_in_or_kept
from essaim.events import rules
from essaim.events.actions import chance as acting
from essaim.events.forms.taking_part import MetForm

from .common import act, fetch


@signed_in_or_kept
@form_page
def by_chance(request: HttpRequest, slug: str) -> HttpResponse:
    event = fetch(request, slug)
    user: Any = request.user
    if not rules.is_registered(user, event) or not acting.may_be_said(event):
        raise Http404
    listed = event.registrations.listed().for_list().exclude(user=user)
    return act(
        request, MetForm(posted(request), listed=listed),
        lambda given: acting.say_met_by_chance(event, by=user, **given) and None,
        event=event, back=reverse("events:my_meetings", args=[event.slug]),
        title=_("Dire qui j’ai rencontré"), button=_("Nous nous sommes rencontrés"),
        done=_("C’est noté : la rencontre compte quand l’autre la confirme."),
        intro=_("Cette personne lit alors votre nom et répond. Tant qu’elle n’a pas confirmé,"
                " personne d’autre ne le lit, et rien n’est compté."),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def list_me(request: HttpRequest, slug: str) -> HttpResponse:
    event = fetch(request, slug)
    if not rules.is_registered(request.user, event):
        raise Http404
    listed = request.POST.get("listed") == "yes"
    return press(
        request, lambda: acting.set_listed(event, by=request.user, listed=listed),
        done=_("Vous figurez dans la liste des participants.") if listed
        else _("Vous ne figurez plus dans la liste des participants."),
        back=reverse("events:my_meetings", args=[event.slug]),
    )  # fmt: skip
