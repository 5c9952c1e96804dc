"""The list of calls, one call’s page, its documents, its editions."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Case, F, IntegerField, Value, When
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    QueryDict,
)
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from essaim.calls import jury, rules
from essaim.calls.cards import listed
from essaim.calls.content import blocks_now, differences, published_blocks
from essaim.calls.forms.listing import ListForm
from essaim.calls.models import SETTING_UP, Application, Call, Edition, State
from essaim.calls.taken_away import COLUMNS
from essaim.common.listing import chips, filters_in_place
from essaim.common.panels import render_panels
from essaim.common.take_away import Listed, take_away
from essaim.common.typography import labelled, quoted
from essaim.dossiers import blocks as kinds
from essaim.dossiers import definitions
from essaim.dossiers.blocks import Block
from essaim.dossiers.forms.blocks import BlockForms
from essaim.following.reading import button
from essaim.people.rules import can_manage

from .. import following
from .common import as_attachment, get_call, get_run, header

PER_PAGE = 20


def _found(request: HttpRequest, asked: QueryDict) -> tuple[ListForm, Any]:
    """The calls that this reader sees and these filters keep."""
    form = ListForm(asked)
    found = Call.objects.visible_to(request.user).filter(is_template=False).for_list()
    if form.is_valid():
        found = form.narrowed(found)
    return form, in_order(found)


def in_order(found: Any) -> Any:
    """Open ones first, those that close soonest on top; then those to come; then the others."""
    rank = Case(
        When(state=State.OPEN, then=Value(0)), When(state=State.ANNOUNCED, then=Value(1)),
        When(state=State.DRAFT, then=Value(2)), default=Value(3), output_field=IntegerField(),
    )  # fmt: skip
    soonest = Case(
        When(state=State.OPEN, then=F("closes_at")), When(state=State.ANNOUNCED, then=F("opens_at"))
    )
    return found.annotate(rank=rank, soonest=soonest).order_by(
        "rank", F("soonest").asc(nulls_last=True), F("closes_at").desc(nulls_last=True), "-pk"
    )


@require_safe
def calls(request: HttpRequest) -> HttpResponse:
    form, found = _found(request, request.GET)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "filtered": any(request.GET.get(name) for name in form.fields),
        **filters_in_place(
            request, form, page, lambda asked: _found(request, asked)[1], but=["organiser"]
        ),
        "organiser": form.cleaned_data.get("organiser") if form.is_valid() else None,
        "feed_query": form.feed_query(),
        "may_set_up": can_manage(request.user),
        "templates": list(Call.objects.filter(is_template=True).order_by("kind", "title")[:20])
        if can_manage(request.user)
        else [],
    }
    return render(request, "calls/calls.html", context)


@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """Exactly the rows of the list, with the columns one chooses."""
    form, found = _found(request, request.GET)
    listed = Listed(_("Appels et prix"), reverse("calls:calls"), found, chips(request, form))
    return take_away(request, listed, COLUMNS, name="appels")


def asked(blocks: list[dict[str, Any]]) -> list[Any]:
    """The blocks, for the page of what is asked; one that is not yet a form shows nothing."""
    if list(definitions.problems_of(blocks)):
        return []
    return list(definitions.read(blocks, as_written=True))


@require_safe
def call(request: HttpRequest, slug: str) -> HttpResponse:
    """All that anyone reads before applying."""
    found = get_call(request, slug)
    own = Application.objects.of_side(request.user).filter(call=found).order_by("pk")
    shown = header(request, found, "call")
    context = {
        **shown,
        **_page(found, preview=False),
        "juror": not shown["runs"] and jury.sees_board(request.user, found),
        "own": list(own[:20]) if request.user.is_authenticated else [],
        "panels": render_panels("call", request, found) if found.state != State.DRAFT else [],
        **(button(request, *following.ref(found)) if found.state != State.DRAFT else {}),
    }
    return render(request, "calls/call.html", context)


def _page(found: Call, *, preview: bool) -> dict[str, Any]:
    blocks = blocks_now(found) if preview or found.state in SETTING_UP else published_blocks(found)
    return {
        "blocks": _shown(found, asked(blocks), filled=preview),
        "listed": listed(found),
        "criteria": found.criteria.all(),
        "rules": found.rules.all(),
        "documents": list(found.documents.all()),
        "editions": list(found.editions.defer("content")[:10]) if found.edition_number else [],
        "waves": list(
            Call.objects.filter(series=found.series_id).exclude(pk=found.pk)
            .exclude(state=State.DRAFT).order_by("wave").only("slug", "title", "wave", "state", "state_names")
        ) if found.series_id else [],
        "preview": preview,
    }  # fmt: skip


def _shown(call: Call, blocks: list[Block], *, filled: bool) -> list[tuple[Block, Any, str]]:
    """Each block, its form as an applicant fills it in (``filled``), and when it is asked."""
    labels = {(b.slug, each.name): each for b in blocks for each in b.fields}
    rows = []
    for block in blocks:
        condition, forms = "", None
        if block.when is not None and (asks := labels.get((block.when.block, block.when.field))):
            answers = [str(words) for key, words in asks.choices if key in block.when.values]
            condition = labelled(quoted(asks.label), ", ".join(answers))
        if filled and block.fields:
            offered = [(card.slug, card.title) for card in call.initiatives.all()]
            options = {
                each.name: offered if each.kind == kinds.INITIATIVE else []
                for each in block.fields
                if each.kind in (kinds.INITIATIVE, kinds.COMPONENTS)
            }
            forms = BlockForms(block, {}, options=options)
            for each in (forms.form, *forms.lists.values()):
                each.auto_id = f"{block.slug}_%s"  # two blocks may ask by the same name
        rows.append((block, forms, condition))
    return rows


@require_safe
def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """As an applicant reads it and answers it, what is being prepared included; nothing is sent."""
    found = get_run(request, slug)
    return render(
        request, "calls/preview.html",
        {**header(request, found, "preparation"), **_page(found, preview=True)},
    )  # fmt: skip


@require_safe
def document(request: HttpRequest, slug: str, pk: int) -> FileResponse:
    found = get_object_or_404(get_call(request, slug).documents, pk=pk)
    return as_attachment(found.file, found.file_name, found.media_type)


@require_safe
def editions(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    """What changed since the opening, and why; each version against the one before."""
    found = get_call(request, slug)
    rows = list(found.editions.defer("content"))
    if not rows:
        raise Http404
    shown: Edition | None = None
    changes: list[Any] = []
    if number is not None:
        shown = get_object_or_404(found.editions, number=number)
        before = found.editions.filter(number__lt=number).first()
        changes = list(differences(before.content, shown.content)) if before else []
    context = {
        **header(request, found), "rows": rows, "shown": shown, "changes": changes,
        "may_see_authors": rules.can_run(request.user, found),
    }  # fmt: skip
    return render(request, "calls/editions.html", context)
