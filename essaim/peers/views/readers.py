"""A peer: profile, invitations, readings, words with the manager and with other readers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from essaim.common.acts import form_page, posted, press, refuse, status_code
from essaim.common.errors import DomainError
from essaim.common.kept import forget_kept_text, is_autosave, signed_in_or_kept
from essaim.following.actions.reading import mark_subject_read
from essaim.peers import runners
from essaim.peers.actions import invitations, profiles, readings, talk
from essaim.peers.barred import barred_to
from essaim.peers.content import without_names
from essaim.peers.forms import readers as forms
from essaim.peers.models import (
    READ,
    STANDING,
    Declaration,
    PeerProfile,
    Reading,
    ReadingState,
    Seat,
    SeatState,
    State,
)
from essaim.peers.notifications import READING, SEAT
from essaim.peers.steps import status_of

from .common import act, allow, fetch_reading, fetch_seat, is_free, page_of
from .conclusions import _spelt


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
    return render(
        request,
        "peers/readings.html",
        {
            "page": page_of(request, rows),
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


# --- a reading --------------------------------------------------------------------------------
def shown_text(reading: Reading) -> str:
    """What this reader reads: without the holder's name where applicants are hidden."""
    item = reading.item
    if not item.round.applicants_hidden:
        return str(item.text)
    names = [organisation.name for organisation in item.organisations.all()]
    names += [person.name for person in item.people.all()]
    if item.initiative is not None and item.initiative.holder is not None:
        names.append(item.initiative.holder.name)
    return without_names(item.text, names)


@signed_in_or_kept
@form_page
def reading(request: HttpRequest, pk: int) -> HttpResponse:
    """The text and the rubric; the draft saves itself as one writes."""
    one = fetch_reading(request, pk)
    if request.method == "POST":
        return _autosave(request, one) if is_autosave(request) else _send(request, one)
    mark_subject_read(request.user, READING, str(one.pk))
    data = posted(request)
    form = forms.ReadingForm(data, reading=one)
    if data is not None:
        messages.info(
            request, _("Voici ce que vous aviez tapé avant que votre connexion n’expire.")
        )
    return _show(request, one, form)


def _send(request: HttpRequest, one: Reading) -> HttpResponse:
    form = forms.ReadingForm(request.POST, reading=one)
    content, version = form.content(), form.opened_on()
    submits = "submit" in request.POST
    try:
        if one.state == ReadingState.SUBMITTED and one.is_revisable:
            readings.revise(one, content, by=request.user, version=version)
            done = _("Votre lecture est reprise ; la précédente reste connue.")
        elif submits:
            if not form.is_valid():
                readings.save_draft(one, content, by=request.user, version=version)
                fresh = fetch_reading(request, one.pk)
                return _show(request, fresh, _renewed(request, fresh), status=422)
            readings.submit(one, content, by=request.user, version=version)
            done = _("Votre lecture est rendue. Merci.")
        else:
            readings.save_draft(one, content, by=request.user, version=version)
            done = _("Votre brouillon est enregistré.")
    except readings.EditConflict as conflict:
        fresh = fetch_reading(request, one.pk)
        return _show(
            request, fresh, _renewed(request, fresh), status=409, conflict=conflict,
            saved=_spelt(fresh),
        )  # fmt: skip
    except DomainError as error:
        fresh = fetch_reading(request, one.pk)
        form = _renewed(request, fresh)
        form.is_valid()
        refuse(form, error)
        return _show(request, fresh, form, status=422)
    forget_kept_text(request)
    messages.success(request, done)
    return redirect(one)


def _renewed(request: HttpRequest, fresh: Reading) -> forms.ReadingForm:
    """What was typed, on the version that stands now: sent again, it is taken."""
    data = request.POST.copy()
    data["version"] = str(fresh.version)
    return forms.ReadingForm(data, reading=fresh)


def _autosave(request: HttpRequest, one: Reading) -> JsonResponse:
    """Keep what is valid of a draft, and say so; the page stays as it is."""
    form = forms.ReadingForm(request.POST, reading=one)
    try:
        saved = readings.save_draft(one, form.content(), by=request.user, version=form.opened_on())
    except DomainError as error:
        return JsonResponse({"message": str(error.message)}, status=409)
    now = formats.time_format(timezone.localtime(), "H:i")
    complete = form.is_valid()
    message = (
        _("Enregistré à %(time)s") if complete
        else _("Enregistré à %(time)s, sauf ce qui est à corriger")
    )  # fmt: skip
    return JsonResponse(
        {
            "message": message % {"time": now},
            "version": saved.version,
            "seen": "",
            "rows": {},
            "complete": complete,
        }
    )


def _show(
    request: HttpRequest,
    one: Reading,
    form: forms.ReadingForm,
    *,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    found = one.item.round
    # Taken back, or a link appeared since: one's own words stay one's own, the item does not.
    reads = one.state in STANDING and is_free(request.user, one.item)
    return render(
        request,
        "peers/reading.html",
        {
            "reading": one,
            "item": one.item,
            "round": found,
            "reads": reads,
            "text": shown_text(one) if reads else "",
            "notes": runners.notes_of(one.item) if reads else [],
            "form": form,
            "writes": one.is_writable,
            "revises": one.is_revisable,
            "spelt": _spelt(one),
            "discusses": one.state == ReadingState.SUBMITTED and found.state in READ,
            "others": _others_owed(request.user, one),
            **context,
        },
        status=status,
    )


def _others_owed(user: Any, one: Reading) -> list[tuple[int, str]]:
    """(key, title) of what this reader still owes beside this one, the soonest first."""
    owed = Reading.objects.of(user).to_do().exclude(pk=one.pk)
    return list(owed.order_by("item__round__read_by", "pk").values_list("pk", "item__title")[:100])


@signed_in_or_kept
@form_page
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    one = fetch_reading(request, pk)
    return act(
        request, forms.DeclineReadingForm(posted(request)),
        lambda data: readings.decline(one, by=request.user, **data),
        title=_("Décliner cette lecture"), done=_("C’est noté : quelqu’un d’autre la lira."),
        button=_("Décliner"), back=reverse("peers:readings"), mine=True,
        intro=_("« %(title)s » ne vous sera plus demandé.") % {"title": one.item.title},
    )  # fmt: skip


@signed_in_or_kept
@form_page
def discussion(request: HttpRequest, pk: int) -> HttpResponse:
    """Others' readings of the same item, and what readers say: once one's own is submitted."""
    one = fetch_reading(request, pk)
    allow(one.state == ReadingState.SUBMITTED and one.item.round.state in READ)
    allow(is_free(request.user, one.item))
    form = forms.MessageForm(posted(request))
    if request.method == "POST" and form.is_valid():
        return press(
            request,
            lambda: talk.discuss(
                one.item, form.cleaned_data["text"], by=request.user, key=form.cleaned_data["key"]
            ),
            done=_("Votre message est écrit."),
            back=reverse("peers:discussion", args=[one.pk]),
        )
    others = (
        Reading.objects.beside(one)
        .select_related("seat__college", "seat__user")
        .prefetch_related("seat__college__criteria", "earlier")
        .order_by("seat__college__kind", "seat__number")
    )
    page = page_of(request, others, 20)
    return render(
        request,
        "peers/discussion.html",
        {
            "reading": one,
            "item": one.item,
            "round": one.item.round,
            "page": page,
            "readings": [_spelt(other) for other in page],
            "own": _spelt(one),
            "thread": one.item.messages.for_list(),
            "form": form,
            "open": one.item.round.state == State.DISCUSSING,
        },
        status=status_code(request),
    )
