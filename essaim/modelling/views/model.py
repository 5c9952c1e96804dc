"""The model of an initiative: what to keep, what may change, and the rest of the sheet."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from essaim.common.acts import form_page, status_code
from essaim.common.errors import DomainError
from essaim.common.kept import forget_kept_text, kept_text, signed_in_or_kept
from essaim.modelling import rules
from essaim.modelling.actions.sheets import LINES_AT_MOST, TEXTS, save_sheet
from essaim.modelling.forms import TOPICS, LineForm, SheetForm
from essaim.modelling.models import ModelSheet, SheetLine, Workshop, WorkshopState
from essaim.modelling.views.common import fetch_card

BLANK_ROWS = 2


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    card = fetch_card(request, slug)
    components = list(card.components.all())
    sheet = ModelSheet.objects.filter(initiative=card).first()
    lines = list(sheet.lines.all()) if sheet else []
    workshops = list(
        Workshop.objects.filter(initiative=card).select_related("facilitator", "participant")[:5]
    )
    return render(
        request,
        "modelling/model.html",
        {
            "card": card,
            "core": [c for c in components if c.kind == "core"],
            "margin": [c for c in components if c.kind == "margin"],
            "sheet": sheet,
            "topics": [
                (topic, labels, [line for line in lines if line.topic == topic])
                for topic, labels in TOPICS.items()
            ],
            "workshops": workshops,
            "open": WorkshopState.OPEN,
            "is_open": any(each.state == WorkshopState.OPEN for each in workshops),
            "can_edit": rules.can_edit_model(request.user, card),
        },
    )


@form_page
@signed_in_or_kept
def edit_sheet(request: HttpRequest, slug: str) -> HttpResponse:
    card = fetch_card(request, slug, edit=True)
    sheet = ModelSheet.objects.filter(initiative=card).first()
    known = list(sheet.lines.all()) if sheet else []
    data = request.POST if request.method == "POST" else kept_text(request)
    form = SheetForm(data, initial=SheetForm.values_of(sheet))
    groups = [(topic, labels, _rows(topic, known, data)) for topic, labels in TOPICS.items()]
    rows = [row for _topic, _labels, found in groups for row in found]
    # Each is asked, so that all errors are told at once.
    sent = request.method == "POST" and "add" not in request.POST
    if sent and False not in {form.is_valid(), *(row.is_valid() for row in rows)}:
        given = form.cleaned_data
        lines = [
            {"topic": row.topic.value} | row.cleaned_data
            for row in rows
            if row.cleaned_data["name"]
        ]
        try:
            save_sheet(
                card, texts={name: given[name] for name in TEXTS}, lines=lines,
                version=given["version"], by=request.user,
            )  # fmt: skip
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            forget_kept_text(request)
            messages.success(request, _("La fiche de modélisation est enregistrée."))
            return redirect("modelling:model", slug)
    return render(
        request,
        "modelling/sheet.html",
        {"card": card, "form": form, "groups": groups},
        status=200 if "add" in request.POST else status_code(request),
    )


def _rows(topic: SheetLine.Topic, known: list[SheetLine], data: QueryDict | None) -> list[Any]:
    """The rows there are, and blank ones below; one more of a topic when its button was pressed."""
    lines = [line for line in known if line.topic == topic]
    number = len(lines) + BLANK_ROWS
    if data is not None:
        while f"{topic.value}-{number}-name" in data and number < LINES_AT_MOST:
            number += 1
        number += BLANK_ROWS if data.get("add") == topic.value else 0
    rows = []
    for n in range(number):
        line = lines[n] if n < len(lines) else None
        names = ("name", "detail", "more")
        initial = {name: getattr(line, name) for name in names} if line else {}
        rows.append(LineForm(data, topic=topic, number=n, initial=initial))
    return rows
