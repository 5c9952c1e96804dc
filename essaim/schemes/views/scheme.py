"""One scheme: its page, and writing it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.common.acts import refuse
from essaim.common.errors import DomainError
from essaim.common.kept import forget_kept_text, kept_text, signed_in_or_kept
from essaim.common.panels import render_panels
from essaim.people import audit
from essaim.people.views.signed_in import person
from essaim.schemes import rules
from essaim.schemes.actions import writing
from essaim.schemes.forms.writing import SchemeForm, WindowForm, initial_of
from essaim.schemes.kinds import PUBLIC_STAGES, Applicant, Help, Point, Stage, labels
from essaim.schemes.models import Scheme, Window

HISTORY = "schemes.schemeevent"
CHANGES_SHOWN = 50


@require_safe
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    scheme = _scheme(request, slug)
    today = timezone.localdate()
    context = {
        "scheme": scheme,
        "stages": labels(Stage, scheme.stages),
        "notes": [
            (stage.label, scheme.stage_notes[stage.value])
            for stage in PUBLIC_STAGES
            if scheme.stage_notes.get(stage.value)
        ],
        "helps": labels(Help, scheme.helps),
        "points": labels(Point, scheme.points),
        "applicants": labels(Applicant, scheme.applicants),
        "unmatched": scheme.unmatched,
        "windows": [
            (window, window.is_open(today), window.is_over(today))
            for window in scheme.windows.all()
        ],
        "can_edit": rules.can_edit(request.user, scheme),
        "can_review": rules.can_review(request.user),
        "acts": render_panels("scheme.actions", request, scheme),
        "panels": render_panels("scheme", request, scheme),
    }
    return render(request, "schemes/detail.html", context)


@require_safe
@signed_in_or_kept
def history(request: HttpRequest, slug: str) -> HttpResponse:
    scheme = _scheme(request, slug)
    kind = audit.kind(HISTORY)
    assert kind is not None
    rows = audit.rows(kind, number=scheme.pk)[:CHANGES_SHOWN]
    context = {"scheme": scheme, "entries": audit.entries(kind, rows)}
    return render(request, "schemes/history.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_or_kept
def new(request: HttpRequest) -> HttpResponse:
    user = person(request)
    if not rules.can_add(user):
        messages.info(
            request,
            _(
                "Un dispositif est ajouté au nom d’une organisation : rejoignez la vôtre, ou"
                " créez-la."
            ),
        )
        return redirect("people:organisations")
    if request.method != "POST":
        own = user.current_organisation
        initial = {"submission": uuid.uuid4(), "owner": own.slug if own else None}
        return _form(request, SchemeForm(kept_text(request), initial=initial, user=user))
    form = SchemeForm(request.POST, user=user)
    if not form.is_valid():
        return _form(request, form)
    try:
        scheme = writing.add_scheme(form.content(), by=user, submission=form.submission_key())
    except DomainError as error:
        refuse(form, error)
        return _form(request, form)
    forget_kept_text(request)
    if scheme.is_published:
        done = _("Le dispositif est dans l’annuaire. Ajoutez ses périodes de dépôt, s’il en a.")
    else:
        done = _(
            "Le dispositif est proposé : un animateur le lit avant qu’il paraisse, et vous serez"
            " prévenu. Ajoutez ses périodes de dépôt, s’il en a."
        )
    messages.success(request, done)
    return redirect(scheme)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_or_kept
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    user = person(request)
    scheme = _editable(request, slug)
    if request.method != "POST":
        form = SchemeForm(kept_text(request), initial=initial_of(scheme), user=user, scheme=scheme)
        return _form(request, form, scheme)
    form = SchemeForm(request.POST, user=user, scheme=scheme)
    if not form.is_valid():
        return _form(request, form, scheme)
    try:
        writing.change_scheme(
            scheme, form.content(), version=form.cleaned_data["version"] or 0, by=user
        )
    except DomainError as error:
        refuse(form, error)
        return _form(request, form, scheme)
    forget_kept_text(request)
    messages.success(request, _("Le dispositif est à jour."))
    return redirect(scheme)


@require_POST
@signed_in_or_kept
def check(request: HttpRequest, slug: str) -> HttpResponse:
    """What the page says is still right."""
    scheme = _editable(request, slug)
    writing.mark_checked(scheme)
    messages.success(request, _("Merci : la page est vérifiée à la date d’aujourd’hui."))
    return redirect(scheme)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_or_kept
def new_window(request: HttpRequest, slug: str) -> HttpResponse:
    scheme = _editable(request, slug)
    form = WindowForm(request.POST or kept_text(request))
    if request.method == "POST" and form.is_valid():
        try:
            writing.add_window(scheme, by=person(request), **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            forget_kept_text(request)
            messages.success(request, _("La période est annoncée."))
            return redirect(scheme)
    return render(request, "schemes/window.html", {"form": form, "scheme": scheme})


@require_POST
@signed_in_or_kept
def remove_window(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    scheme = _editable(request, slug)
    window = get_object_or_404(Window, scheme=scheme, pk=pk)
    writing.remove_window(window)
    messages.success(request, _("La période est retirée."))
    return redirect(scheme)


def _scheme(request: HttpRequest, slug: str) -> Scheme:
    return get_object_or_404(Scheme.objects.visible_to(request.user).for_detail(), slug=slug)


def _editable(request: HttpRequest, slug: str) -> Scheme:
    scheme = _scheme(request, slug)
    if not rules.can_edit(request.user, scheme):
        raise PermissionDenied
    return scheme


def _form(request: HttpRequest, form: SchemeForm, scheme: Scheme | None = None) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "scheme": scheme,
        "reviewed": scheme is None and not rules.can_review(request.user),
    }
    return render(request, "schemes/form.html", context)
