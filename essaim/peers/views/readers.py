"""A peer: what they read, their profile, their place in a round, words with its manager."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from essaim.common.acts import form_page, posted, press, refuse, status_code
from essaim.common.errors import DomainError
from essaim.common.kept import forget_kept_text, signed_in_or_kept
from essaim.following.actions.reading import mark_subject_read
from essaim.peers import runners
from essaim.peers.actions import invitations, profiles, talk
from essaim.peers.barred import barred_to
from essaim.peers.forms import readers as forms
from essaim.peers.models import (
    Declaration,
    PeerProfile,
    Reading,
    ReadingState,
    Seat,
    SeatState,
    State,
)
from essaim.peers.notifications import SEAT
from essaim.peers.steps import status_of

from .common import act, allow, fetch_seat, page_of


@signed_in_or_kept
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What one is invited to, what one reads, what one has read."""
    rows = (
        Reading.objects.of(request.user)
        .for_list()
        .exclude(state=ReadingState.REMOVED)
        .order_by("state", "-assigned_at", "-pk")
    )
    seats = Seat.objects.of(request.user).for_list()
    if request.method == "GET":
        accepted = seats.filter(state=SeatState.ACCEPTED).order_by("-pk")
        keys = list(accepted.values_list("pk", flat=True)[:200])
        if keys:
            mark_subject_read(request.user, SEAT, *map(str, keys))
    page = page_of(request, rows)
    subjects = runners.subjects_of({each.item.round_id for each in page})
    return render(
        request,
        "peers/readings.html",
        {
            "page": page,
            "rows": [(each, subjects.get(each.item.round_id) or _round_of(each)) for each in page],
            "invitations": seats.filter(
                state=SeatState.INVITED, round__state=State.INVITING
            ).order_by("pk"),
            "seats": seats.filter(
                state=SeatState.ACCEPTED,
                round__state__in=[State.INVITING, State.ASSIGNING, State.READING, State.DISCUSSING],
            ).order_by("-pk")[:50],
            "profile": PeerProfile.objects.filter(user=request.user.pk).first(),
        },
    )


def _round_of(reading: Reading) -> runners.Subject:
    """Of a round that no other room made: itself, at the reader's place in it."""
    seat = reading.seat
    return runners.Subject(_("lecture"), reading.item.round.title, seat.get_absolute_url())


@signed_in_or_kept
@form_page
def profile(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    known = PeerProfile.objects.filter(user=user).first()
    practices = profiles.shareable_practices(user).order_by("title")
    form = forms.ProfileForm(posted(request), profile=known, practices=practices)
    if request.method == "POST" and form.is_valid():
        try:
            profiles.save_profile(user, **form.cleaned_data)
        except DomainError as error:
            refuse(form, error)
        else:
            forget_kept_text(request)
            messages.success(request, _("Votre profil de pair est enregistré."))
            return redirect("peers:profile")
    return render(
        request,
        "peers/profile.html",
        {
            "form": form,
            "profile": known,
            "links": Declaration.objects.filter(user=user).select_related("organisation"),
        },
        status=status_code(request),
    )


@signed_in_or_kept
@form_page
def add_link(request: HttpRequest) -> HttpResponse:
    return act(
        request, forms.LinkForm(posted(request)),
        lambda data: profiles.declare_link(request.user, **data),
        title=_("Déclarer un lien avec une organisation"), done=_("Le lien est déclaré."),
        button=_("Déclarer"), back=reverse("peers:profile"),
        intro=_("Rien de ce que cette organisation porte ne vous sera proposé à lire. Les"
                " organisations dont vous êtes membre sont déjà écartées."),
        mine=True,
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def remove_link(request: HttpRequest, pk: int) -> HttpResponse:
    link = get_object_or_404(Declaration, pk=pk, user=request.user.pk)
    return press(
        request, lambda: profiles.remove_link(request.user, link),
        done=_("Le lien n’est plus déclaré."), back=reverse("peers:profile"),
    )  # fmt: skip


# --- a place in a round -----------------------------------------------------------------------
@signed_in_or_kept
@form_page
def invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """What is asked and by when; accept or decline; once accepted, the thread with managers."""
    seat = fetch_seat(request, pk)
    form = forms.AcceptForm(posted(request) if "accept" in request.POST else None)
    if request.method == "POST" and "accept" in request.POST and form.is_valid():
        try:
            invitations.accept(seat, by=request.user, max_load=form.cleaned_data["max_load"])
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, _("Vous êtes des lecteurs : merci."))
            return redirect(seat)
    if request.method == "GET":
        mark_subject_read(request.user, SEAT, str(seat.pk))
    return render(
        request,
        "peers/invitation.html",
        {
            "seat": seat,
            "round": seat.round,
            "status": status_of(seat.round),
            "form": form,
            "items": seat.round.items.exclude(barred_to(request.user))[:20]
            if not seat.round.applicants_hidden
            else [],
            "items_number": seat.round.items.count(),
            "criteria": seat.college.criteria.all(),
            "may_accept": seat.state in {SeatState.INVITED, SeatState.DECLINED}
            and seat.round.state in {State.INVITING, State.ASSIGNING},
            "may_leave": seat.state == SeatState.ACCEPTED
            and seat.round.state in {State.INVITING, State.ASSIGNING, State.READING},
            "thread": seat.messages.for_list() if seat.user_id == request.user.pk else [],
            "message_form": forms.MessageForm(),
        },
        status=status_code(request),
    )


@signed_in_or_kept
@form_page
def decline_seat(request: HttpRequest, pk: int) -> HttpResponse:
    seat = fetch_seat(request, pk)
    return act(
        request, forms.DeclineForm(posted(request)),
        lambda data: invitations.decline(seat, by=request.user, **data),
        title=_("Décliner l’invitation"), done=_("C’est noté. Rien d’autre ne vous sera envoyé."),
        button=_("Décliner"), back=reverse("peers:readings"), mine=True,
    )  # fmt: skip


@signed_in_or_kept
@form_page
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    seat = fetch_seat(request, pk)
    return act(
        request, forms.DeclineForm(posted(request)),
        lambda data: invitations.leave(seat, by=request.user, **data),
        title=_("Me retirer de cette lecture"), done=_("Vous êtes retiré ; merci d’avoir prévenu."),
        button=_("Me retirer"), back=reverse("peers:readings"), mine=True,
        intro=_("Ce que vous avez rendu reste ; le reste sera confié à d’autres."),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """To the managers."""
    seat = fetch_seat(request, pk)
    allow(seat.user_id == request.user.pk)
    form = forms.MessageForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Écrivez votre message."))
        return redirect(seat)
    return press(
        request,
        lambda: talk.write_to_manager(
            seat, form.cleaned_data["text"], by=request.user, key=form.cleaned_data["key"]
        ),
        done=_("Votre message est envoyé à l’animateur."),
        back=f"{seat.get_absolute_url()}#echanges",
    )
