"""Taking applications away: columns, format, progress, file; templates of columns."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from essaim.calls import access
from essaim.calls.actions import exports as acting
from essaim.calls.exporting import columns_of, default_columns
from essaim.calls.forms.exports import ExportForm, TemplateForm
from essaim.calls.models import CallExport, ColumnTemplate, ExportFormat, ExportState
from essaim.calls.selection import filters_of, left_out, read_selection, workable
from essaim.common.acts import form_page, posted, press, refuse
from essaim.common.errors import DomainError
from essaim.common.kept import forget_kept_text, signed_in_or_kept

from .common import as_attachment, header
from .running import call_run

LATEST = 10
TYPES = {
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportFormat.ZIP: "application/zip",
}


@signed_in_or_kept
@form_page
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose, then ask; or keep the choice under a name (button « keep »)."""
    call = call_run(request, slug)
    filters, columns = filters_of(request.GET), columns_of(call)
    templates = list(ColumnTemplate.objects.for_call(call))  # type: ignore[attr-defined]
    chosen = next((each for each in templates if str(each.pk) == request.GET.get("modele")), None)
    data = posted(request)
    form = ExportForm(
        data, columns=columns,
        initial={"columns": chosen.columns if chosen else default_columns()},
    )  # fmt: skip
    keeping = "keep" in request.POST
    naming = TemplateForm(data if keeping else None)
    if request.method == "POST" and form.is_valid() and (not keeping or naming.is_valid()):
        given = form.cleaned_data
        try:
            if keeping:
                made = acting.keep_columns(
                    call, by=request.user, name=naming.cleaned_data["name"],
                    columns=given["columns"],
                )  # fmt: skip
                messages.success(request, _("Le modèle « %(name)s » est gardé.") % {"name": made})
                filters["modele"] = str(made.pk)
                forget_kept_text(request)
                return redirect(f"{reverse('calls:exports', args=[slug])}?{filters.urlencode()}")
            export = acting.ask(
                call, by=request.user, format=given["format"], columns=given["columns"],
                query=filters.urlencode(),
            )  # fmt: skip
        except DomainError as error:
            refuse(naming if keeping and error.field == "name" else form, error)
        else:
            forget_kept_text(request)
            return redirect(export)
    refused = request.method == "POST"
    selection = read_selection(filters)
    found = selection.apply(workable(call, request.user))
    context = {
        **header(request, call, "instruction"),
        "form": form,
        "naming": naming,
        "groups": form.groups(),
        "templates": templates,
        "chosen": chosen,
        "filters": filters.urlencode(),
        "chips": selection.said(),
        "count": found.count(),
        "left_out": left_out(call, request.user),
        "latest": CallExport.objects.visible_to(request.user).filter(call=call)[:LATEST],  # type: ignore[attr-defined]
    }
    return render(request, "calls/exports.html", context, status=422 if refused else 200)


def _export(request: HttpRequest, slug: str, key: uuid.UUID) -> CallExport:
    seen = CallExport.objects.visible_to(request.user)  # type: ignore[attr-defined]
    found: CallExport = get_object_or_404(seen.select_related("call"), key=key, call__slug=slug)
    return found


@signed_in_or_kept
@require_safe
@never_cache
def export(request: HttpRequest, slug: str, key: uuid.UUID) -> HttpResponse:
    call = call_run(request, slug)
    found = _export(request, slug, key)
    return render(
        request, "calls/export.html", {**header(request, call, "instruction"), "export": found}
    )


@signed_in_or_kept
@require_safe
@never_cache
def progress(request: HttpRequest, slug: str, key: uuid.UUID) -> HttpResponse:
    found = _export(request, slug, key)
    response = render(request, "calls/_export_progress.html", {"export": found})
    if found.state != ExportState.MAKING:
        response["HX-Refresh"] = "true"
    return response


@signed_in_or_kept
@require_safe
@never_cache
def file(request: HttpRequest, slug: str, key: uuid.UUID) -> HttpResponse | FileResponse:
    """Each taking is recorded; a link with what it holds closes it."""
    found = _export(request, slug, key)
    try:
        taken = acting.take(found, by=request.user)
    except DomainError:
        raise Http404 from None
    if taken.state != ExportState.READY:
        messages.warning(
            request,
            _(
                "Vous avez désormais un lien avec une candidature de ce fichier : il est effacé."
                " Demandez-le de nouveau, elle n’y sera pas."
            ),
        )
        return redirect(found)
    access.record(found.call, by=request.user, what="export")
    return as_attachment(taken.file, found.name, TYPES[ExportFormat(taken.format)])


@signed_in_or_kept
@require_POST
def delete(request: HttpRequest, slug: str, key: uuid.UUID) -> HttpResponse:
    found = _export(request, slug, key)
    return press(
        request, lambda: acting.delete(found, by=request.user), done=_("Le fichier est effacé."),
        back=reverse("calls:exports", args=[slug]),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def drop_template(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    call = call_run(request, slug)
    template = get_object_or_404(ColumnTemplate, pk=pk, call=call)
    return press(
        request, lambda: acting.drop_columns(template, by=request.user),
        done=_("Le modèle est effacé."), back=reverse("calls:exports", args=[slug]),
    )  # fmt: skip
