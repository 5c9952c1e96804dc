"""One reading: the text beside the rubric, a draft that saves itself, what readers say afterwards."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from essaim.common.acts import form_page, posted, press, refuse, status_code
from essaim.common.errors import DomainError
from essaim.common.kept import forget_kept_text, is_autosave, signed_in_or_kept
from essaim.following.actions.reading import mark_subject_read
from essaim.peers import runners
from essaim.peers.actions import readings, talk
from essaim.peers.content import without_names
from essaim.peers.forms import readers as forms
from essaim.peers.models import READ, STANDING, Reading, ReadingState, State
from essaim.peers.notifications import READING

from .common import act, allow, fetch_reading, is_free, page_of
from .conclusions import _spelt


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
