"""Pages of needs: the list, one need, and stating one."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.common.acts import posted, refuse, status_code
from essaim.common.errors import DomainError
from essaim.common.kept import forget_kept_text, kept_text, signed_in_or_kept
from essaim.common.panels import render_panels
from essaim.common.take_away import Listed, take_away
from essaim.groups.rules import can_view as can_view_group
from essaim.needs import actions
from essaim.needs.filters import read_filters
from essaim.needs.forms import DETAILS, AnswerForm, NeedFilterForm, NeedForm
from essaim.needs.models import Joining, Need
from essaim.needs.reading import mask, show
from essaim.needs.rules import can_ask_to_join, can_close, can_delete, can_edit, can_state
from essaim.needs.similar import similar_needs
from essaim.needs.taken_away import COLUMNS
from essaim.territories.models import Territory

PER_PAGE = 20
# Characters of a text that is being typed, read to find the needs that resemble it.
LOOKED_AT = 3000
# Key of the session: what a visitor wrote before signing in.
DRAFT = "need_draft"


@require_safe
def needs(request: HttpRequest) -> HttpResponse:
    """``/besoins``: the needs that the reader may see, filtered."""
    form = NeedFilterForm(request.GET, user=request.user)
    filters = read_filters(form)
    visible = Need.objects.visible_to(request.user)
    found = filters.apply(visible, request.user)
    page = Paginator(found.for_list(), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "shown": [show(need, request.user) for need in page],
        "chips": filters.chips(),
        "relaxed": [] if page.paginator.count else filters.relaxed(visible, request.user),
    }
    return render(request, "needs/list.html", context)


@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """Exactly the rows of the list, each as this reader may read it, with the columns chosen."""
    filters = read_filters(NeedFilterForm(request.GET, user=request.user))
    rows = filters.apply(Need.objects.visible_to(request.user), request.user).for_list()
    listed = Listed(
        _("Besoins"), reverse("needs:list"), rows, filters.chips(),
        told=lambda needs: (show(need, request.user) for need in needs),
    )  # fmt: skip
    return take_away(request, listed, COLUMNS, name="besoins")


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    need = _visible(request, pk)
    if need is None:
        return _absent(request, pk)
    mine = can_edit(request.user, need)  # one's own, or one's organisation's
    context = {
        "need": need,
        "shown": show(need, request.user),
        "can_edit": can_edit(request.user, need),
        "can_delete": can_delete(request.user, need),
        "can_close": can_close(request.user, need),
        "can_join": can_ask_to_join(request.user, need),
        "mine": mine,
        "similar": similar_needs(need.text, need.place, request.user, but=need)
        if need.is_open
        else [],
        "received": _shown_joinings(request, need.received) if mine else [],
        "asked": _shown_joinings(request, need.asked) if mine else [],
        # A group is named after the words of one of its needs: only who sees the group reads it.
        "group": need.group if need.group and can_view_group(request.user, need.group) else None,
        "panels": render_panels("need", request, need),
    }
    return render(request, "needs/detail.html", context)


def _shown_joinings(request: HttpRequest, rows: Any) -> list[tuple[Joining, Any]]:
    """Requests without an answer yet, each with the other need as this reader may see it."""
    waiting = rows.filter(state=Joining.State.ASKED).select_related(
        "need__author", "need__organisation", "other__author", "other__organisation",
        "need__territory", "other__territory",
    )  # fmt: skip
    ours = rows.instance.pk
    return [
        (each, show(each.other if each.need_id == ours else each.need, request.user))
        for each in waiting
    ]


def _visible(request: HttpRequest, pk: int) -> Need | None:
    return Need.objects.visible_to(request.user).for_detail().filter(pk=pk).first()


def _absent(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdrawn while it was being read: said so. A visitor may have to sign in (404 once
    signed in)."""
    gone = Need.objects.withdrawn_from(request.user).filter(pk=pk).first()
    if gone is not None:
        return render(request, "needs/withdrawn.html", {"need": gone}, status=410)
    if request.user.is_authenticated:
        raise Http404
    return redirect_to_login(request.get_full_path())


@require_http_methods(["POST"])
def similar(request: HttpRequest) -> HttpResponse:
    """The needs that resemble what is being typed: a piece of page, nothing is written."""
    form = NeedForm(request.POST, user=request.user)
    form.is_valid()
    text = str(request.POST.get("text", ""))[:LOOKED_AT]
    place = form.cleaned_data.get("territory")
    found = similar_needs(text, place, request.user)
    return render(request, "needs/_similar.html", {"similar": found, "live": True})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """State a need, prefilled from the bank's search.

    The query string is the bank's own (``q``, ``territory=commune:38185``, ``theme``, other
    filters) with ``found``, the number of cards it had found. A visitor may write first: the
    draft waits in the session while they sign in or up.
    """
    if request.method != "POST":
        draft: dict[str, Any] = request.session.get(DRAFT, {})
        # A new search comes before an older draft, which is not thrown away.
        restored = bool(draft) and not request.GET
        initial = draft if restored else _from_search(request) | _own_place(request)
        initial = initial | {"territory": _place(initial["territory"])}
        form = NeedForm(initial=initial, user=request.user)
        return _form(request, form, restored=restored, waiting=bool(draft) and not restored)
    form = NeedForm(request.POST, user=request.user)
    if not form.is_valid() or "look" in request.POST:
        return _form(request, form)
    if not can_state(request.user):
        request.session[DRAFT] = form.draft()
        messages.info(
            request,
            _("Votre besoin est gardé : connectez-vous ou créez un compte, il vous attend ici."),
        )
        return redirect_to_login(reverse("needs:new"))
    try:
        author: Any = request.user
        need = actions.state_need(
            author,
            form.content(),
            submission=form.submission_key(),
            search=form.cleaned_data["search"],
            found=form.cleaned_data["found"],
            personal_data_accepted=form.cleaned_data.get("personal_data_accepted", False),
        )
    except DomainError as error:
        return _refused(request, form, error)
    request.session.pop(DRAFT, None)
    messages.success(
        request, _("Votre besoin est enregistré : les réponses d’aujourd’hui sont plus bas.")
    )
    return redirect(need)


def _from_search(request: HttpRequest) -> dict[str, Any]:
    get = request.GET
    # A zero byte can be in no field of the form: it would be refused long after.
    clean = {name: get.get(name, "").replace("\x00", "") for name in ("q", "territory", "found")}
    return {
        "text": clean["q"],
        "territory": clean["territory"],
        "theme": next((slug for slug in get.getlist("theme") if slug), ""),
        "found": clean["found"] if clean["found"].isdecimal() and len(clean["found"]) < 10 else "",
        "search": actions.filters_only(get.urlencode()),
        "submission": uuid.uuid4(),
    }


def _own_place(request: HttpRequest) -> dict[str, Any]:
    """Where the reader's organisation is, unless the search said where."""
    user: Any = request.user
    if request.GET.get("territory") or not user.is_authenticated:
        return {}
    mine = user.current_organisation
    return {"territory": mine.territory} if mine is not None and mine.territory_id else {}


def _place(address: Any) -> Territory | str:
    """The place of an address, to be shown by its name; anything else as it was given."""
    if isinstance(address, Territory) or ":" not in address:
        return address
    return Territory.objects.by_code(address).first() or address


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_or_kept
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    need = get_object_or_404(Need.objects.visible_to(request.user).for_detail(), pk=pk)
    if not can_edit(request.user, need):
        raise PermissionDenied
    if request.method != "POST":
        if (kept := kept_text(request)) is not None:
            return _form(request, NeedForm(kept, user=request.user), need=need)
        seen = show(need, request.user)
        texts = {name: getattr(seen, name) for name in ("text", "for_whom", "tried")}
        whole = need.for_whom == seen.for_whom
        texts["count_unit"] = need.count_unit if whole else mask(need.count_unit)
        initial = {
            "territory": need.territory,
            "theme": need.theme and need.theme.slug,
            "organisation": need.organisation and need.organisation.slug,
            "visibility": need.visibility,
            "version": need.version,
            **{name: getattr(need, name) for name in DETAILS},
            **texts,
        }
        return _form(request, NeedForm(initial=initial, user=request.user), need=need)
    form = NeedForm(request.POST, user=request.user)
    if not form.is_valid():
        return _form(request, form, need=need)
    try:
        actions.change_need(
            need,
            form.content(),
            version=form.cleaned_data["version"] or 0,
            by=request.user,
            personal_data_accepted=form.cleaned_data.get("personal_data_accepted", False),
        )
    except DomainError as error:
        return _refused(request, form, error, need=need)
    forget_kept_text(request)
    messages.success(request, _("Votre besoin est à jour."))
    return redirect(need)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    need = get_object_or_404(Need.objects.visible_to(request.user).for_detail(), pk=pk)
    if not can_delete(request.user, need):
        raise PermissionDenied
    if request.method != "POST":
        context = {"need": need, "shown": show(need, request.user)}
        return render(request, "needs/withdraw.html", context)
    actions.withdraw_need(need)
    messages.success(request, _("Le besoin est retiré."))
    return redirect("needs:list")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_or_kept
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    need = get_object_or_404(Need.objects.visible_to(request.user).for_detail(), pk=pk)
    if not can_close(request.user, need):
        raise PermissionDenied
    form = AnswerForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer_need(need, by=request.user, how=form.cleaned_data["answer"])
        except DomainError as error:
            refuse(form, error)
        else:
            forget_kept_text(request)
            messages.success(request, _("Votre besoin est noté comme résolu."))
            return redirect(need)
    context = {"need": need, "shown": show(need, request.user), "form": form}
    return render(request, "needs/answer.html", context, status=status_code(request))


@require_POST
@login_required
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    need = get_object_or_404(Need.objects.visible_to(request.user).for_detail(), pk=pk)
    if not can_close(request.user, need):
        raise PermissionDenied
    actions.reopen_need(need, by=request.user)
    messages.success(request, _("Votre besoin est de nouveau ouvert."))
    return redirect(need)


def _refused(
    request: HttpRequest, form: NeedForm, error: DomainError, need: Need | None = None
) -> HttpResponse:
    refuse(form, error)
    if isinstance(error, actions.PersonalData):
        form.ask_about_personal_data()
    return _form(request, form, need=need)


def _form(
    request: HttpRequest,
    form: NeedForm,
    *,
    need: Need | None = None,
    restored: bool = False,
    waiting: bool = False,
) -> HttpResponse:
    text, place = str(form["text"].value() or "")[:LOOKED_AT], form["territory"].value()
    if form.is_bound:
        place = getattr(form, "cleaned_data", {}).get("territory")
    context = {
        "form": form,
        "need": need,
        "similar": similar_needs(
            text, place if isinstance(place, Territory) else None, request.user, but=need
        ),
        "shown": show(need, request.user) if need else None,
        "restored": restored,
        "waiting": waiting,
    }
    # Looking for what resembles it refuses nothing.
    status = 200 if "look" in request.POST else status_code(request)
    return render(request, "needs/form.html", context, status=status)
