"""The holder's side: the list, the file, its blocks, its submission."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from essaim.common.acts import form_page, posted, press, take
from essaim.common.errors import DomainError
from essaim.common.kept import forget_kept_text, is_autosave, kept_text, signed_in_or_kept
from essaim.common.panels import render_panels
from essaim.dossiers import rules, targets
from essaim.dossiers.accounts import totals
from essaim.dossiers.actions import versions, writing
from essaim.dossiers.blocks import Block, block_of, blocks_of
from essaim.dossiers.differences import block_differences
from essaim.dossiers.forms.acts import SubmitForm
from essaim.dossiers.forms.blocks import BlockForms, with_one_more_row
from essaim.dossiers.models import Application, State
from essaim.dossiers.reading import (
    attached,
    lacks,
    missing_in,
    sections_of,
    statements_of,
)
from essaim.following.actions.reading import mark_subject_read

from .common import fetch, kept, object_of, opened_on

PER_PAGE = 20


@signed_in_or_kept
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Those of one's organisations, then those one reads."""
    found = Application.objects.visible_to(request.user).for_list()
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    links = targets.shown([each.applies_to for each in page])
    rows = [(each, links.get(each.applies_to)) for each in page]
    return render(request, "dossiers/mine.html", {"page": page, "rows": rows})


@signed_in_or_kept
@require_safe
def application(request: HttpRequest, pk: int) -> HttpResponse:
    """Where it stands; for its writers the blocks, for its readers the latest version."""
    found = fetch(request, pk)
    user: Any = request.user
    if request.method == "GET":
        mark_subject_read(user, "application", str(found.pk))
    writes = rules.can_write(user, found)
    questions = list(found.questions.select_related("organisation", "answered_by"))
    versions = list(found.versions.all())
    requests = found.requests.filter(withdrawn_at=None)
    reports = [row for row in found.reports.all() if writes or row.state == "submitted"]
    until = None if writes else rules.read_until(user, found)
    if until is not None:
        versions = [row for row in versions if row.at <= until]
        questions = [row for row in questions if row.at <= until]
        for row in questions:
            if row.answered_at and row.answered_at > until:
                row.answered_at, row.answer = None, ""
        requests, reports = requests.filter(at__lte=until), []
    titles = {block.slug: block.title for block in blocks_of(found.form)}
    context = {
        "application": found,
        "object": object_of(found),
        "writes": writes,
        "signs": writes and rules.can_sign(user, found),
        "asks": rules.can_ask(user, found),
        "sections": sections_of(found) if writes else [],
        "lacks": lacks(found) if writes and found.is_writable else None,
        "attached": attached(found) if writes or rules.reads(user, found) else [],
        "statements": statements_of(found) if writes else [],
        "versions": versions,
        "until": until,
        "questions": [(row, titles.get(row.block, row.block)) for row in questions],
        "requests": requests.select_related("organisation").prefetch_related(
            "attachments__document"
        ),
        "mine": set(rules.asking_organisations(user, found).values_list("pk", flat=True)),
        "reports": reports,
        "may_report": writes and rules.can_report(user, found),
        "panels": render_panels("application", request, found) if writes else [],
    }  # fmt: skip
    return render(request, "dossiers/application.html", context)


# --- a block ------------------------------------------------------------------------------------
@signed_in_or_kept
@form_page
def edit(request: HttpRequest, pk: int, block: str) -> HttpResponse:
    found = fetch(request, pk, rules.can_write)
    spec = block_of(found.form, block)
    if spec is None:
        raise Http404
    stored = next((row for row in found.answers.all() if row.block == block), None)
    current, version = (stored.content, stored.version) if stored else ({}, 0)
    if request.method == "POST":
        if is_autosave(request):
            return _autosave(request, found, spec, current)
        return _save(request, found, spec, current)
    kept = kept_text(request)
    if kept is None and not found.is_writable:  # read what was submitted
        return redirect(found)
    forms = BlockForms(spec, current, data=kept)
    if kept is not None:
        version = opened_on(kept)
        messages.info(
            request, _("Voici ce que vous aviez tapé avant que votre connexion n’expire.")
        )
    return _show(request, found, spec, forms, current=current, version=version)


def _save(
    request: HttpRequest, found: Application, spec: Block, current: dict[str, Any]
) -> HttpResponse:
    version = opened_on(request.POST)
    added = request.POST.get("add", "")
    forms = BlockForms(spec, current, data=request.POST)
    if added in forms.lists:
        forms = BlockForms(spec, current, data=with_one_more_row(request.POST, added))
        return _show(request, found, spec, forms, current=current, version=version)
    if not forms.is_valid():
        return _show(request, found, spec, forms, current=current, version=version, status=422)
    try:
        writing.save_block(found, spec.slug, forms.content(), by=request.user, version=version)
    except writing.EditConflict as conflict:
        answer = conflict.answer
        return _show(
            request, found, spec, forms, current=answer.content, version=answer.version,
            status=409, conflict=answer,
            differences=block_differences(spec, answer.content, forms.content()),
        )  # fmt: skip
    except DomainError as error:
        forms.form.add_error(None, error.message)
        return _show(request, found, spec, forms, current=current, version=version, status=422)
    forget_kept_text(request)
    messages.success(request, _("« %(block)s » est enregistré.") % {"block": spec.title})
    after = _after(found, spec)
    if "continue" in request.POST and after is not None:
        return redirect("dossiers:edit", found.pk, after.slug)
    if "continue" in request.POST:
        return redirect(found)
    return redirect("dossiers:edit", found.pk, spec.slug)


def _autosave(
    request: HttpRequest, found: Application, spec: Block, current: dict[str, Any]
) -> JsonResponse:
    """Keep what is valid, and say so; the page stays as it is."""
    forms = BlockForms(spec, current, data=request.POST)
    try:
        answer = writing.save_block(
            found, spec.slug, forms.content(), by=request.user,
            version=opened_on(request.POST), checked=False,
        )  # fmt: skip
    except DomainError as error:
        return JsonResponse({"message": str(error.message)}, status=409)
    return kept(answer.version, complete=forms.is_valid())


def _show(
    request: HttpRequest, found: Application, spec: Block, forms: BlockForms, *,
    current: dict[str, Any], version: int, status: int = 200, **context: Any,
) -> HttpResponse:  # fmt: skip
    specs = blocks_of(found.form)
    lines = current.get("lines") or []
    return render(
        request,
        "dossiers/edit.html",
        {
            "application": found,
            "spec": spec,
            "about": found.initiative.title,
            "address": "dossiers:edit",
            "sections": sections_of(found),
            "number": specs.index(spec) + 1,
            "after": _after(found, spec),
            "forms": forms,
            "missing": missing_in(spec, current, found.organisation.siren),
            "sums": totals(lines) if forms.lists else None,
            "version": version,
            "questions": found.questions.filter(block=spec.slug).select_related("organisation"),
            **context,
        },
        status=status,
    )


def _after(found: Application, spec: Block) -> Block | None:
    specs = blocks_of(found.form)
    place = specs.index(spec) + 1
    return specs[place] if place < len(specs) else None


# --- steps --------------------------------------------------------------------------------------
@signed_in_or_kept
@form_page
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """What is still lacking; nothing lacking, the button."""
    found = fetch(request, pk, rules.can_sign)
    form = SubmitForm(posted(request), application=found)
    return take(
        request, form,
        lambda data: versions.submit(found, by=request.user, **data),
        done=_("Le dossier est déposé. Les financeurs lisent cette version."), back=found,
        template="dossiers/submit.html", application=found, lacks=lacks(found),
        writable=found.is_writable, object=object_of(found),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def amend(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(request, pk, rules.can_write)
    return press(
        request, lambda: writing.amend(found, by=request.user), back=found,
        done=_("Vous préparez une nouvelle version ; les financeurs lisent la précédente d’ici là."),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def give_up(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(request, pk, rules.can_write)
    return press(
        request, lambda: writing.give_up_amending(found, by=request.user), back=found,
        done=_("Le dossier est revenu à la version déposée."),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(request, pk, rules.can_sign)
    if request.method == "POST":
        return press(
            request, lambda: writing.withdraw(found, by=request.user), back=found,
            done=_("Le dossier est retiré."),
        )  # fmt: skip
    context = {"application": found, "ended": found.state == State.WITHDRAWN}
    return render(request, "dossiers/withdraw.html", context)
