"""Writing a card: a new draft, then its sections one by one, each saved on its own."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from essaim.common.errors import DomainError
from essaim.common.kept import (
    forget_kept_text,
    is_autosave,
    kept_text,
    signed_in_or_kept,
)
from essaim.common.panels import render_panels
from essaim.following.actions.reading import mark_subject_read
from essaim.initiatives import following, rules
from essaim.initiatives.actions.cards import EditConflict, create_card, save_section
from essaim.initiatives.comparison import differences
from essaim.initiatives.completeness import completeness
from essaim.initiatives.forms.sections import NewCardForm, SectionForms, with_one_more_row
from essaim.initiatives.history import last_editor
from essaim.initiatives.models import Initiative, Publication
from essaim.initiatives.sections import SECTIONS, Section, digest, read_section
from essaim.people.views.running import right_lost

# A draft saves itself as one types; what the public already reads waits for the button.
SAVES_ITSELF = {Publication.DRAFT, Publication.RETURNED}


@require_http_methods(["GET", "POST"])
@signed_in_or_kept
def create(request: HttpRequest) -> HttpResponse:
    if not rules.can_create(request.user):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else kept_text(request)
    form = NewCardForm(data, initial={"key": uuid.uuid4()})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            card = create_card(
                key=str(values["key"]),
                title=values["title"],
                summary=values["summary"],
                track=values["track"],
                by=request.user,
            )
        except DomainError as error:
            form.add_error(error.field, error.message)
        else:
            forget_kept_text(request)
            messages.success(
                request, _("Le brouillon est créé. Vous seul le voyez pour l’instant.")
            )
            return redirect("initiatives:edit_section", card.slug, "essentiel")
    status = 422 if request.method == "POST" else 200
    return render(request, "initiatives/create.html", {"form": form}, status=status)


@require_safe
@signed_in_or_kept
def mine(request: HttpRequest) -> HttpResponse:
    """The cards a person may edit: as author, for their organisation, as co-editor."""
    cards = Initiative.objects.written_by(request.user).for_list().by_what_waits()
    page = Paginator(cards, 30).get_page(request.GET.get("page"))
    return render(request, "initiatives/mine.html", {"page": page})


@require_safe
@signed_in_or_kept
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """The sections, and what each missing part would bring."""
    card = _editable(request, slug, Initiative.objects.for_detail())
    if request.method == "GET":
        mark_subject_read(request.user, *following.ref(card))  # what was asked of it is here
    complete = completeness(card)
    rows = [(section, complete.in_section(section.slug)) for section in SECTIONS.values()]
    return render(
        request,
        "initiatives/overview.html",
        {
            "card": card,
            "complete": complete,
            "rows": rows,
            "acts": render_panels("initiative.writing", request, card),
            **_rights(request, card),
        },
    )


@require_http_methods(["GET", "POST"])
@signed_in_or_kept
def edit_section(request: HttpRequest, slug: str, section: str) -> HttpResponse:
    if section not in SECTIONS:
        raise Http404
    try:
        card = _editable(request, slug, Initiative.objects.for_detail())
    except (Http404, PermissionDenied):
        if request.method != "POST" or is_autosave(request):
            raise
        # Of the holder no more, for example: the text goes back to who wrote it.
        return right_lost(request)
    spec = SECTIONS[section]
    current = read_section(card, spec)
    if request.method == "POST":
        if is_autosave(request):
            return _autosave(request, card, spec, current)
        return _save(request, card, spec, current)
    kept = kept_text(request)
    forms = SectionForms(spec, current, card=card, user=request.user, data=kept)
    if kept is None:
        return _show(request, card, spec, forms, version=card.version, seen=digest(current))
    forms.forget_errors()
    messages.info(
        request,
        _(
            "Voici ce que vous aviez tapé avant que votre connexion n’expire : à relire et enregistrer."
        ),
    )
    version, seen = _opened_on(kept)
    return _show(request, card, spec, forms, version=version, seen=seen)


def _save(
    request: HttpRequest, card: Initiative, spec: Section, current: dict[str, Any]
) -> HttpResponse:
    forms = SectionForms(spec, current, card=card, user=request.user, data=request.POST)
    version, seen = _opened_on(request.POST)
    added = request.POST.get("add", "")
    if added in forms.formsets:
        data = with_one_more_row(request.POST, added)
        forms = SectionForms(spec, current, card=card, user=request.user, data=data)
        forms.forget_errors()
        last = forms.formsets[added].total_form_count() - 1
        return _show(
            request, card, spec, forms, version=version, seen=seen, focus=f"{added}-{last}"
        )
    if not forms.is_valid():
        return _show(request, card, spec, forms, version=version, seen=seen, status=422)
    try:
        save_section(
            card,
            spec.slug,
            forms.content(),
            by=request.user,
            version=version,
            seen=seen,
            new_holder=forms.new_holder(),
            reason=request.POST.get("reason", ""),
        )
    except EditConflict as conflict:
        return _show(
            request,
            conflict.card,
            spec,
            forms,
            version=conflict.card.version,
            seen=digest(conflict.current),
            status=409,
            conflict=conflict,
            differences=differences(conflict.current, forms.content()),
            editor=last_editor(conflict.card),
        )
    except DomainError as error:
        forms.form.add_error(None, error.message)
        return _show(request, card, spec, forms, version=version, seen=seen, status=422)
    forget_kept_text(request)
    messages.success(request, _("« %(section)s » est enregistré.") % {"section": spec.title})
    following = _following(spec)
    if "continue" in request.POST and following:
        return redirect("initiatives:edit_section", card.slug, following.slug)
    if "continue" in request.POST:
        return redirect("initiatives:overview", card.slug)
    return redirect("initiatives:edit_section", card.slug, spec.slug)


def _autosave(
    request: HttpRequest, card: Initiative, spec: Section, current: dict[str, Any]
) -> JsonResponse:
    """Save what is valid of a draft, and say so; the page stays as it is."""
    if card.publication not in SAVES_ITSELF:
        return JsonResponse({"message": _("Cette fiche ne s’enregistre pas seule.")}, status=409)
    forms = SectionForms(spec, current, card=card, user=request.user, data=request.POST)
    content = forms.content()
    version, seen = _opened_on(request.POST)
    try:
        # An organisation is created by the button only: half a name must not become one.
        card = save_section(card, spec.slug, content, by=request.user, version=version, seen=seen)
    except DomainError as error:
        return JsonResponse({"message": str(error.message)}, status=409)
    now = formats.time_format(timezone.localtime(), "H:i")
    fresh = Initiative.objects.for_detail().get(pk=card.pk)
    if forms.is_valid():
        message = _("Enregistré à %(time)s") % {"time": now}
    else:
        message = _("Enregistré à %(time)s, sauf ce qui est à corriger") % {"time": now}
    rows = {
        row["prefix"]: row["id"]
        for name in spec.lists
        for row in content[name]
        if row.get("prefix") and row.get("id")
    }
    return JsonResponse(
        {
            "message": message,
            "version": fresh.version,
            "seen": digest(read_section(fresh, spec)),
            "rows": rows,
            "complete": forms.is_valid() and forms.new_holder() is None,
        }
    )


def _show(
    request: HttpRequest,
    card: Initiative,
    spec: Section,
    forms: SectionForms,
    *,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    slugs = list(SECTIONS)
    complete = completeness(card)
    return render(
        request,
        "initiatives/edit_section.html",
        {
            "card": card,
            "section": spec,
            "sections": [(s, complete.in_section(s.slug)) for s in SECTIONS.values()],
            "number": slugs.index(spec.slug) + 1,
            "following": _following(spec),
            "forms": forms,
            "missing": complete.in_section(spec.slug),
            "saves_itself": card.publication in SAVES_ITSELF,
            "reason": forms.form.data.get("reason", ""),
            **context,
        },
        status=status,
    )


def _following(spec: Section) -> Section | None:
    slugs = list(SECTIONS)
    after = slugs[slugs.index(spec.slug) + 1 :]
    return SECTIONS[after[0]] if after else None


def _opened_on(data: QueryDict) -> tuple[int, str]:
    """Version and digest the form was opened on; a form without them is taken as outdated."""
    version = data.get("version", "")
    known = version.isdecimal() and len(version) <= 9
    return (int(version) if known else 0), data.get("seen", "")


def _editable(request: HttpRequest, slug: str, cards: Any) -> Initiative:
    card: Initiative = get_object_or_404(cards.visible_to(request.user), slug=slug)
    if not rules.can_edit(request.user, card):
        raise PermissionDenied
    return card


def _rights(request: HttpRequest, card: Initiative) -> dict[str, bool]:
    manager = rules.can_publish(request.user)
    return {
        "can_edit": True,
        "can_publish": manager,
        "can_archive": rules.can_archive(request.user, card),
        "can_leave_coediting": rules.can_leave_coediting(request.user, card),
        "can_name_coeditors": rules.can_name_coeditors(request.user, card),
    }
