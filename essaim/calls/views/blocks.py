"""One block of the form: shown, saved as it is typed, its files."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from essaim.calls import rules
from essaim.calls.actions import files as joining
from essaim.calls.actions import writing
from essaim.calls.eligibility import checks
from essaim.calls.forms.applying import FileForm
from essaim.calls.models import Application, ApplicationFile
from essaim.calls.reading import Section, asked_by_mail, form_of, options_of, sections_of
from essaim.common.acts import form_page, posted, press, take
from essaim.common.errors import DomainError
from essaim.common.kept import forget_kept_text, is_autosave, kept_text, signed_in_or_kept
from essaim.common.text import in_french
from essaim.dossiers import blocks
from essaim.dossiers.blocks import Block
from essaim.dossiers.differences import block_differences
from essaim.dossiers.forms.blocks import BlockForms, with_one_more_row
from essaim.dossiers.views.common import kept

from .common import as_attachment, get_application, get_own


def _opened_on(data: QueryDict) -> int:
    """The version the form was opened on; a form without it is taken as outdated."""
    version = data.get("version", "")
    return int(version) if version.isdecimal() and len(version) <= 9 else 0


def _block(application: Application, slug: str) -> Block:
    found = next((each for each in form_of(application) if each.slug == slug), None)
    if found is None:
        raise Http404
    return found


@signed_in_or_kept
@form_page
def edit(request: HttpRequest, pk: int, block: str) -> HttpResponse:
    found = get_own(request, pk)
    spec = _block(found, block)
    stored = next((row for row in found.answers.all() if row.block == block), None)
    current, version = (stored.content, stored.version) if stored else ({}, 0)
    if request.method == "POST":
        if is_autosave(request):
            return _autosave(request, found, spec, current)
        return _save(request, found, spec, current)
    kept = kept_text(request)
    if kept is None and not found.is_writable:  # read what was submitted
        return redirect(found)
    forms = BlockForms(spec, current, data=kept, options=options_of(found, spec))
    if kept is not None:
        version = _opened_on(kept)
        messages.info(
            request, _("Voici ce que vous aviez tapé avant que votre connexion n’expire.")
        )
    return _show(request, found, spec, forms, version=version)


def _save(
    request: HttpRequest, found: Application, spec: Block, current: dict[str, Any]
) -> HttpResponse:
    version = _opened_on(request.POST)
    added, options = request.POST.get("add", ""), options_of(found, spec)
    forms = BlockForms(spec, current, data=request.POST, options=options)
    if added in forms.lists:
        data = with_one_more_row(request.POST, added)
        forms = BlockForms(spec, current, data=data, options=options)
        return _show(request, found, spec, forms, version=version)
    if not forms.is_valid():
        return _show(request, found, spec, forms, version=version, status=422)
    try:
        answer = writing.save_block(
            found, spec.slug, forms.content(), by=request.user, version=version
        )
    except writing.EditConflict as conflict:
        answer = conflict.answer
        return _show(
            request, found, spec, forms, version=answer.version, status=409, conflict=answer,
            differences=block_differences(
                spec, answer.content, {**answer.content, **forms.content()}
            ),
        )  # fmt: skip
    except DomainError as error:
        forms.form.add_error(None, error.message)
        return _show(request, found, spec, forms, version=version, status=422)
    forget_kept_text(request)
    messages.success(request, _("« %(block)s » est enregistré.") % {"block": spec.title})
    if not answer.is_checked:
        messages.info(
            request,
            _("Vous reprenez une autre initiative : dites ce que vous gardez de son cœur à elle."),
        )
        return redirect("calls:application_block", found.pk, spec.slug)
    if "continue" not in request.POST:
        return redirect("calls:application_block", found.pk, spec.slug)
    # Read again: an answer may have opened or closed the blocks that follow.
    sections = sections_of(Application.objects.for_detail().get(pk=found.pk))
    after = _after(sections, spec)
    return redirect("calls:application_block", found.pk, after.slug) if after else redirect(found)


def _autosave(
    request: HttpRequest, found: Application, spec: Block, current: dict[str, Any]
) -> JsonResponse:
    """Keep what is valid, and say so; the page stays as it is."""
    forms = BlockForms(spec, current, data=request.POST, options=options_of(found, spec))
    try:
        answer = writing.save_block(
            found, spec.slug, forms.content(), by=request.user,
            version=_opened_on(request.POST), checked=False,
        )  # fmt: skip
    except DomainError as error:
        return JsonResponse({"message": str(error.message)}, status=409)
    return kept(answer.version, complete=forms.is_valid())


def _show(
    request: HttpRequest, found: Application, spec: Block, forms: BlockForms, *,
    version: int, status: int = 200, **context: Any,
) -> HttpResponse:  # fmt: skip
    sections = sections_of(found)
    here = next((each for each in sections if each.block.slug == spec.slug), None)
    if here is None:  # its condition no longer holds
        messages.info(
            request,
            _("« %(block)s » n’est pas demandé, d’après vos réponses.") % {"block": spec.title},
        )
        return redirect(found)
    return render(
        request,
        "calls/block.html",
        {
            "application": found,
            "call": found.call,
            "spec": spec,
            "about": found.title,
            "address": "calls:application_block",
            "said_in": "fr",  # questions are as the manager of the call typed them
            "only_to_read": spec.source in blocks.CARD_SOURCES and not spec.fields,
            "sections": sections,
            "here": here,
            "number": sections.index(here) + 1,
            "after": _after(sections, spec),
            "forms": forms,
            "version": version,
            "files": _files(here),
            "is_card": spec.source in blocks.CARD_SOURCES,
            "is_consortium": spec.source == blocks.CONSORTIUM,
            "is_replication": spec.source == blocks.REPLICATION,
            "partners": list(found.partners.select_related("organisation", "territory"))
            if spec.source == blocks.CONSORTIUM
            else [],
            "by_mail": asked_by_mail(found) if spec.source == blocks.CONSORTIUM else [],
            "refusing": [each for each in checks(found, sections) if each.holds is False],
            **context,
        },
        status=status,
    )


def _files(section: Section) -> list[tuple[blocks.Field, list[dict[str, Any]]]]:
    return [
        (each, section.content.get(each.name) or [])
        for each in section.block.fields
        if each.kind == blocks.FILE
    ]


def _after(sections: list[Section], spec: Block) -> Block | None:
    slugs = [each.block.slug for each in sections]
    if spec.slug not in slugs:
        return None
    place = slugs.index(spec.slug) + 1
    return sections[place].block if place < len(sections) else None


# --- files --------------------------------------------------------------------------------------
@signed_in_or_kept
@form_page
def join_file(request: HttpRequest, pk: int, block: str, field: str) -> HttpResponse:
    found = get_own(request, pk)
    spec = _block(found, block)
    asked = next((each for each in spec.fields if each.name == field), None)
    if asked is None or asked.kind != blocks.FILE:
        raise Http404
    files = request.FILES if request.method == "POST" else None
    form = FileForm(
        posted(request), files, application=found, carries=rules.can_carry(request.user, found)
    )

    def join(data: dict[str, Any]) -> ApplicationFile:
        if data.get("file"):
            given = data["file"]
            return joining.join_file(
                found, block, field, by=request.user, submission=data["submission"], file=given,
                file_name=given.name, file_size=given.size,
            )  # fmt: skip
        return joining.join_document(
            found, block, field, data["document"], by=request.user, submission=data["submission"]
        )

    return take(
        request, form, join, done=_("Le fichier est joint."),
        back=reverse("calls:application_block", args=[pk, block]), template="calls/applying_act.html",
        application=found, call=found.call, title=str(asked.label), title_lang="fr",
        button=_("Joindre"), intro=in_french(asked.help), upload=True,
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def remove_file(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    found = get_own(request, pk)
    row = get_object_or_404(found.files.filter(removed_at=None), pk=number)
    return press(
        request, lambda: joining.remove_file(row, by=request.user),
        done=_("Le fichier est retiré."), back=reverse("calls:application_block", args=[pk, row.block]),
    )  # fmt: skip


@signed_in_or_kept
@require_safe
def download(request: HttpRequest, pk: int, number: int) -> FileResponse:
    """Of the draft for its side; for the others those of a submitted version."""
    found = get_application(request, pk, "file")
    row = get_object_or_404(found.files.all(), pk=number)
    if not Application.objects.written_by(request.user).filter(pk=pk).exists():
        submitted = {each["id"] for v in found.versions.all() for each in v.content["files"]}
        if row.pk not in submitted:
            raise Http404
    return as_attachment(row.file, row.file_name, row.media_type)
