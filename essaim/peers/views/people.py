"""A manager finds peers, invites them, and writes with one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from essaim.common.acts import form_page, posted, press, status_code
from essaim.common.errors import DomainError
from essaim.common.kept import signed_in_or_kept
from essaim.common.keys import numbers_in
from essaim.common.typography import labelled
from essaim.following.actions.reading import mark_subject_read
from essaim.peers.actions import invitations, reminders, talk
from essaim.peers.conflicts import conflicts_between
from essaim.peers.forms.readers import MessageForm
from essaim.peers.forms.rounds import AddressesForm, PeersFilterForm
from essaim.peers.models import PeerProfile, Round, Seat, SeatState
from essaim.peers.notifications import THREAD

from .common import act, context_of, fetch_round, page_of


@signed_in_or_kept
@require_safe
def listing(request: HttpRequest, pk: int) -> HttpResponse:
    """The peers of the round, college by college."""
    found = fetch_round(request, pk)
    state = request.GET.get("etat", "")
    seats = Seat.objects.filter(round=found).for_list().order_by("college__kind", "state", "pk")
    if state in SeatState.values:
        seats = seats.filter(state=state)
    return render(
        request,
        "peers/people.html",
        context_of(
            found,
            page=page_of(request, seats),
            states=SeatState.choices,
            state=state,
            can_invite=found.state == "inviting",
        ),
    )


@signed_in_or_kept
@form_page
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Among those who said « je suis pair ». Several at once: checkboxes and a college."""
    found = fetch_round(request, pk)
    if request.method == "POST":
        return _invite(request, found)
    form = PeersFilterForm(request.GET or None)
    rows = _candidates(found, form, request.user)
    page = page_of(request, rows)
    people = [profile.user_id for profile in page]
    items = list(found.items.all())
    barred: dict[int, list[Any]] = {}
    for (_item, person), why in conflicts_between(items, people).items():
        barred.setdefault(person, []).extend(why)
    return render(
        request,
        "peers/invite.html",
        context_of(
            found,
            form=form,
            page=page,
            rows=[
                (profile, barred.get(profile.user_id, []), _all_barred(items, barred, profile))
                for profile in page
            ],
            number=page.paginator.count,
        ),
    )


def _all_barred(items: list[Any], barred: dict[int, list[Any]], profile: PeerProfile) -> bool:
    return len(items) == 1 and profile.user_id in barred


def _candidates(found: Round, form: PeersFilterForm, manager: Any) -> Any:
    rows = PeerProfile.objects.invitable().for_list().order_by("user__name", "user")
    rows = rows.exclude(user=manager).exclude(
        user__in=found.seats.exclude(state__in=[SeatState.CANCELLED, SeatState.LEFT])
        .exclude(user=None)
        .values("user")
    )
    if not form.is_bound or not form.is_valid():
        return rows
    data = form.cleaned_data
    if words := data["q"]:
        rows = rows.filter(user__name__unaccent__icontains=words) | rows.filter(
            profession__unaccent__icontains=words
        )
    if data["theme"]:
        rows = rows.filter(themes=data["theme"])
    if data["innovators"]:
        rows = rows.filter(practices__isnull=False)
    return rows.distinct()


def _invite(request: HttpRequest, found: Round) -> HttpResponse:
    college = get_object_or_404(found.colleges.all(), kind=request.POST.get("college", ""))
    keys = numbers_in(request.POST.getlist("peer"))
    profiles = PeerProfile.objects.invitable().filter(user__in=keys[: invitations.AT_ONCE])
    done = 0
    for profile in profiles.select_related("user"):
        try:
            invitations.invite_peer(college, profile.user, by=request.user)
            done += 1
        except DomainError as error:
            messages.error(request, labelled(profile.user.name, error.message))
    if done:
        messages.success(
            request,
            ngettext("%(n)s pair est invité.", "%(n)s pairs sont invités.", done) % {"n": done},
        )
    elif not keys:
        messages.error(request, _("Cochez les personnes à inviter."))
    return redirect("peers:people", found.pk)


@signed_in_or_kept
@form_page
def invite_addresses(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch_round(request, pk)

    def send(data: dict[str, Any]) -> None:
        college = found.colleges.get(kind=data["college"])
        addresses = list(dict.fromkeys(data["emails"].replace(",", "\n").split()))
        if len(addresses) > invitations.AT_ONCE:
            raise DomainError(
                _("%(n)s adresses au plus à la fois.") % {"n": invitations.AT_ONCE},
                field="emails",
            )
        with transaction.atomic():
            for address in addresses:
                invitations.invite_address(college, address, by=request.user)

    return act(
        request, AddressesForm(posted(request), round=found), send,
        title=_("Inviter par adresse e-mail"), done=_("Les invitations partent."),
        button=_("Inviter"), back=reverse("peers:people", args=[found.pk]), **context_of(found),
    )  # fmt: skip


def _seat(request: HttpRequest, pk: int, seat: int) -> tuple[Round, Seat]:
    found = fetch_round(request, pk)
    one: Seat = get_object_or_404(Seat.objects.for_list(), pk=seat, round=found)
    return found, one


@signed_in_or_kept
@form_page
def seat(request: HttpRequest, pk: int, seat: int) -> HttpResponse:
    """One peer of the round: what they read, and the thread with them."""
    found, one = _seat(request, pk, seat)
    form = MessageForm(posted(request))
    if request.method == "POST" and form.is_valid():
        return press(
            request,
            lambda: talk.write_to_manager(
                one, form.cleaned_data["text"], by=request.user, key=form.cleaned_data["key"]
            ),
            done=_("Votre message est envoyé."),
            back=reverse("peers:seat", args=[found.pk, one.pk]),
        )
    if request.method == "GET":
        mark_subject_read(request.user, THREAD, str(one.pk))
    return render(
        request,
        "peers/seat.html",
        context_of(
            found,
            seat=one,
            profile=PeerProfile.objects.filter(user=one.user).for_list().first(),
            readings=one.readings.select_related("item"),
            thread=one.messages.for_list(),
            form=form,
        ),
        status=status_code(request),
    )


@signed_in_or_kept
@require_POST
def cancel(request: HttpRequest, pk: int, seat: int) -> HttpResponse:
    found, one = _seat(request, pk, seat)
    return press(
        request, lambda: invitations.cancel(one, by=request.user),
        done=_("L’invitation est annulée."), back=reverse("peers:people", args=[found.pk]),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def remind(request: HttpRequest, pk: int, seat: int) -> HttpResponse:
    found, one = _seat(request, pk, seat)
    if reminders.remind_one(one, by=request.user):
        messages.success(request, _("Un rappel est envoyé."))
    else:
        messages.error(request, _("Deux rappels sont déjà partis : il n’y en aura pas d’autre."))
    return redirect("peers:follow", found.pk)
