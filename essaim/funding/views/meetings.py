"""The calendar of a pool: meetings, and the date that its step waits for."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from essaim.common.acts import form_page, posted, press
from essaim.common.kept import signed_in_or_kept
from essaim.funding import rules
from essaim.funding.actions import deadlines
from essaim.funding.actions import meetings as acting
from essaim.funding.forms.pools import MeetingForm, PostponeForm

from .common import act, fetch_pool


@signed_in_or_kept
@form_page
def plan(request: HttpRequest, slug: str) -> HttpResponse:
    pool = fetch_pool(request, slug, rules.can_run)
    return act(
        request, MeetingForm(posted(request)),
        lambda data: acting.plan_meeting(pool, by=request.user, **data) and None,
        pool=pool, back=pool, title=_("Prévoir une réunion d’examen"),
        intro=_("Les membres et le porteur en sont informés ; eux seuls lisent le lien et le compte rendu."),
        button=_("Enregistrer"), done=_("La réunion est prévue : le groupement en est informé."),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def change(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    pool = fetch_pool(request, slug, rules.can_run)
    found = get_object_or_404(pool.meetings, pk=pk)
    initial = {"on": found.on, "link": found.link, "minutes": found.minutes}
    return act(
        request, MeetingForm(posted(request), initial=initial),
        lambda data: acting.change_meeting(found, by=request.user, **data) and None,
        pool=pool, back=pool, title=_("Modifier une réunion d’examen"),
        intro=_("Changer la date, le lien, ou ajouter le compte rendu : le groupement en est informé."),
        button=_("Enregistrer"), done=_("La réunion est enregistrée."),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    pool = fetch_pool(request, slug, rules.can_run)
    found = get_object_or_404(pool.meetings, pk=pk)
    return press(
        request, lambda: acting.remove_meeting(found, by=request.user),
        done=_("La réunion est annulée : le groupement en est informé."), back=pool,
    )  # fmt: skip


@signed_in_or_kept
@form_page
def postpone(request: HttpRequest, slug: str) -> HttpResponse:
    pool = fetch_pool(request, slug, rules.can_run)
    if pool.due_on is None:
        raise Http404
    form = PostponeForm(posted(request), initial={"step": pool.state, "until": pool.due_on})
    return act(
        request, form,
        lambda data: deadlines.postpone(pool, by=request.user, **data) and None,
        pool=pool, back=pool, title=_("Reporter la date limite"), button=_("Reporter la date"),
        intro=_("Annoncée : le %(day)s. Les membres, les financeurs invités et le porteur sont informés de la nouvelle date.")
        % {"day": date_format(pool.due_on, "DATE_FORMAT")},
        done=_("La date est reportée : le groupement en est informé."),
    )  # fmt: skip
