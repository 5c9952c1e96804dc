"""The holder's one file for a pool, begun from the pool's page."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from essaim.common.acts import form_page
from essaim.common.errors import DomainError
from essaim.common.kept import signed_in_or_kept
from essaim.dossiers import rules as files
from essaim.dossiers.actions.writing import save_block
from essaim.dossiers.blocks import block_of
from essaim.dossiers.differences import block_differences
from essaim.dossiers.models import Application
from essaim.funding import application

from .common import fetch_pool


@signed_in_or_kept
@require_POST
def start(request: HttpRequest, slug: str) -> HttpResponse:
    pool = fetch_pool(request, slug)
    if not application.can_start(request.user, pool):
        raise PermissionDenied
    try:
        made = application.start_for(pool, by=request.user)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect(pool)
    return redirect(made)


BLOCK = "budget"


@signed_in_or_kept
@form_page
def take_amounts(request: HttpRequest, slug: str) -> HttpResponse:
    """What the pool says now, beside what the file says; taken at one press, by who writes it."""
    pool = fetch_pool(request, slug)
    living = Application.objects.exclude(state="withdrawn").filter(
        applies_to=application.reference(pool)
    )
    found = get_object_or_404(living.visible_to(request.user).for_detail())
    if not files.can_write(request.user, found):
        raise PermissionDenied
    spec = block_of(found.form, BLOCK)
    assert spec is not None  # of every form of a pool
    stored = next((row for row in found.answers.all() if row.block == BLOCK), None)
    current, version = (stored.content, stored.version) if stored else ({}, 0)
    taken = application.with_amounts(current, pool)
    if request.method == "POST":
        opened = request.POST.get("version", "")
        try:
            save_block(
                found, BLOCK, taken, by=request.user, checked=False,
                version=int(opened) if opened.isdecimal() and len(opened) < 9 else -1,
            )  # fmt: skip
        except DomainError as error:
            messages.error(request, error.message)
        else:
            messages.success(
                request,
                _("Les montants du groupement sont dans votre dossier : relisez le budget."),
            )
            return redirect(found)
        return redirect("funding:take_amounts", slug)
    context = {
        "pool": pool, "application": found, "version": version,
        "differences": block_differences(spec, current, taken),
    }  # fmt: skip
    return render(request, "funding/amounts.html", context)
