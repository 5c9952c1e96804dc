"""The kit of a card: its page, its files, its archive, and what the team does with them."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.common.errors import DomainError
from essaim.common.kept import forget_kept_text, kept_text, signed_in_or_kept
from essaim.common.privacy import mask_personal
from essaim.initiatives.models import Initiative, Publication
from essaim.kits import rules
from essaim.kits.actions import archives, materials
from essaim.kits.forms import DescriptionForm, MaterialForm, RemovalForm, VersionForm
from essaim.kits.kit import (
    archives_of,
    download_name,
    downloads_of,
    fingerprint,
    items_of,
    plain_name,
)
from essaim.kits.models import ArchiveState, KitArchive, KitMaterial, MaterialVersion

form_page = require_http_methods(["GET", "HEAD", "POST"])


def _card(request: HttpRequest, slug: str, *, edit: bool = False, cards: Any = None) -> Initiative:
    cards = Initiative.objects.select_related("holder") if cards is None else cards
    card: Initiative = get_object_or_404(cards.visible_to(request.user), slug=slug)
    if edit and not rules.can_edit_kit(request.user, card):
        raise PermissionDenied
    return card


def _material(request: HttpRequest, slug: str, pk: int) -> KitMaterial:
    card = _card(request, slug, edit=True)
    found = KitMaterial.objects.visible_to(request.user).for_list().select_related("initiative")
    material: KitMaterial = get_object_or_404(found, initiative=card, pk=pk)
    return material


@require_safe
@never_cache
def kit(request: HttpRequest, slug: str) -> HttpResponse:
    """What there is to take, under which licence, and the archive of it all."""
    card = _card(request, slug, cards=Initiative.objects.prefetch_related("materials"))
    can_edit = rules.can_edit_kit(request.user, card)
    known = KitMaterial.objects.visible_to(request.user).filter(initiative=card).for_list()
    shown = list(known.select_related("removed_by"))
    items = items_of(card)
    groups = [
        (kind.label, [each for each in shown if each.kind == kind and each.removed_at is None])
        for kind in KitMaterial.Kind
    ]
    return render(
        request,
        "kits/kit.html",
        {
            "card": card,
            "can_edit": can_edit and card.publication != Publication.ARCHIVED,
            "groups": [(label, rows) for label, rows in groups if rows],
            "removed": [each for each in shown if each.removed_at is not None],
            "links": card.materials.all(),
            "archives": archives_of(card, fingerprint(card, items)),
            "downloads": downloads_of(card),
            "weight": sum(item.version.size for item in items),
            "can_archive": card.publication == Publication.PUBLISHED or can_edit,
        },
    )


@form_page
@signed_in_or_kept
def add(request: HttpRequest, slug: str) -> HttpResponse:
    card = _card(request, slug, edit=True)
    sent = request.method == "POST"
    form = MaterialForm(
        request.POST if sent else kept_text(request),
        request.FILES if sent else None,
        initial={
            "submission": uuid.uuid4(),
            "credit": card.holder.name if card.holder else "",
        },
    )
    if sent and form.is_valid():
        given = form.cleaned_data
        file = given["file"]
        try:
            materials.add_material(
                card, kind=given["kind"], title=given["title"], licence=given["licence"],
                credit=given["credit"], file=file, name=file.name, size=file.size,
                submission=given["submission"], by=request.user,
            )  # fmt: skip
        except DomainError as error:
            form.add_error(error.field, error.message)
        else:
            forget_kept_text(request)
            messages.success(
                request, _("« %(title)s » est dans le kit.") % {"title": given["title"]}
            )
            return redirect("kits:kit", card.slug)
    return _form(request, card, form, _("Déposer un matériel"), button=_("Déposer"))


@form_page
@signed_in_or_kept
def describe(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    material = _material(request, slug, pk)
    form = DescriptionForm(
        request.POST if request.method == "POST" else kept_text(request),
        initial=DescriptionForm.values_of(material),
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            materials.describe_material(
                material, kind=given["kind"], title=given["title"], licence=given["licence"],
                credit=given["credit"], by=request.user,
            )  # fmt: skip
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            forget_kept_text(request)
            messages.success(request, _("La description est enregistrée."))
            return redirect("kits:kit", slug)
    return _form(
        request,
        material.initiative,
        form,
        _("Décrire un matériel"),
        button=_("Enregistrer"),
        material=material,
    )


@form_page
@signed_in_or_kept
def new_version(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    material = _material(request, slug, pk)
    sent = request.method == "POST"
    form = VersionForm(
        request.POST if sent else kept_text(request),
        request.FILES if sent else None,
        initial={"submission": uuid.uuid4()},
    )
    if sent and form.is_valid():
        given = form.cleaned_data
        file = given["file"]
        try:
            made = materials.add_version(
                material, file=file, name=file.name, size=file.size, note=given["note"],
                submission=given["submission"], by=request.user,
            )  # fmt: skip
        except DomainError as error:
            form.add_error(error.field, error.message)
        else:
            forget_kept_text(request)
            messages.success(
                request,
                _("La version %(n)s est déposée ; les précédentes restent.") % {"n": made.number},
            )
            return redirect("kits:kit", slug)
    return _form(
        request,
        material.initiative,
        form,
        _("Déposer une nouvelle version"),
        button=_("Déposer"),
        material=material,
    )


@form_page
@signed_in_or_kept
def remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    material = _material(request, slug, pk)
    form = RemovalForm(request.POST if request.method == "POST" else kept_text(request))
    if request.method == "POST" and form.is_valid():
        try:
            materials.remove_material(material, reason=form.cleaned_data["reason"], by=request.user)
        except DomainError as error:
            form.add_error(error.field, error.message)
        else:
            forget_kept_text(request)
            messages.success(request, _("Ce matériel n’est plus dans le kit."))
            return redirect("kits:kit", slug)
    return _form(
        request,
        material.initiative,
        form,
        _("Retirer un matériel"),
        button=_("Retirer"),
        material=material,
    )


@require_POST
@signed_in_or_kept
def put_back(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    material = _material(request, slug, pk)
    try:
        materials.put_back_material(material, by=request.user)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Ce matériel est de nouveau dans le kit."))
    return redirect("kits:kit", slug)


def _form(
    request: HttpRequest,
    card: Initiative,
    form: Any,
    title: str,
    *,
    button: str,
    material: KitMaterial | None = None,
) -> HttpResponse:
    return render(
        request,
        "kits/form.html",
        {"card": card, "form": form, "title": title, "button": button, "material": material},
        status=422 if request.method == "POST" else 200,
    )


# --- files to take away -----------------------------------------------------------------------
def _attachment(stored: Any, name: str, media_type: str) -> FileResponse:
    """To be saved, never shown: whatever the file holds, it does not run on this site."""
    try:
        opened = stored.open("rb")
    except (FileNotFoundError, ValueError):
        raise Http404 from None
    response = FileResponse(opened, as_attachment=True, filename=name, content_type=media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def file(request: HttpRequest, slug: str, pk: int) -> HttpResponse | FileResponse:
    """One version of a material; older ones too. Counted (an access record)."""
    card = _card(request, slug)
    readable = KitMaterial.objects.visible_to(request.user).filter(initiative=card)
    version = get_object_or_404(
        MaterialVersion.objects.select_related("material").filter(
            material__in=readable.values("pk")
        ),
        pk=pk,
    )
    response = _attachment(version.file, download_name(version), version.format.media_type)
    if request.method == "GET":
        archives.record_download(card, version)
    return response


@form_page
@never_cache
def archive(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for the archive (by the button only), then follow it."""
    card = _card(request, slug)
    if card.publication != Publication.PUBLISHED and not rules.can_edit_kit(request.user, card):
        raise PermissionDenied
    if request.method == "POST":
        try:
            asked = archives.ask_archive(card)
        except DomainError as error:
            messages.error(request, error.message)
            return redirect("kits:kit", slug)
        if asked.state == ArchiveState.READY:
            return redirect("kits:archive_file", slug)
        return redirect("kits:archive", slug)
    latest = KitArchive.objects.filter(initiative=card).first()
    if latest is None:
        return redirect("kits:kit", slug)
    return render(request, "kits/archive.html", {"card": card, "archive": latest})


@require_safe
@never_cache
def progress(request: HttpRequest, slug: str) -> HttpResponse:
    """The progress bar alone, asked every second; the whole page once there is a result."""
    card = _card(request, slug)
    latest = KitArchive.objects.filter(initiative=card).first()
    if latest is None:
        raise Http404
    response = render(request, "kits/_progress.html", {"card": card, "archive": latest})
    if latest.state != ArchiveState.BUILDING:
        response["HX-Refresh"] = "true"
    return response


@require_safe
def archive_file(request: HttpRequest, slug: str) -> HttpResponse | FileResponse:
    card = _card(request, slug)
    known = archives_of(card, fingerprint(card, items_of(card)))
    if known.ready is None or not known.is_current:
        return redirect("kits:kit", slug)  # where it is asked for anew
    response = _attachment(
        known.ready.file, f"kit-{plain_name(mask_personal(card.title))}.zip", "application/zip"
    )
    if request.method == "GET":
        archives.record_download(card)
    return response
