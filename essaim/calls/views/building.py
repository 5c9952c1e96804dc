"""The form of a call, by plain pages: its blocks, their questions, what is published of it."""

from __future__ import annotations

import copy
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from essaim.calls import content, form_defaults
from essaim.calls.actions import building
from essaim.calls.forms.building import BlockForm, FieldForm, shown_condition
from essaim.calls.forms.setting import ReasonForm
from essaim.calls.models import SETTING_UP, Call
from essaim.common.acts import form_page, posted, press, status_code, take
from essaim.common.errors import DomainError
from essaim.common.kept import signed_in_or_kept
from essaim.common.typography import labelled
from essaim.dossiers import definitions

from .common import get_run
from .setting import tab_page


def _back(call: Call, slug: str = "") -> str:
    return reverse("calls:builder", args=[call.slug]) + (f"#bloc-{slug}" if slug else "")


def _stamp(request: HttpRequest) -> str:
    return request.POST.get("stamp", "")


@signed_in_or_kept
@form_page
def builder(request: HttpRequest, slug: str) -> HttpResponse:
    """The blocks in order, what is wrong with them, what may be added. A POST adds a block."""
    call = get_run(request, slug)
    if request.method == "POST":
        wanted = request.POST.get("block", "")
        block = form_defaults.CATALOGUE.get(wanted)
        if block is None:
            made = {"title": _("Nouveau bloc"), "why": "", "fields": []}
        else:
            made = copy.deepcopy(block)
        return press(
            request, lambda: building.add_block(call, made, stamp_seen=_stamp(request)),
            done=_("Le bloc est ajouté, en bas du formulaire."), back=_back(call),
        )  # fmt: skip
    blocks = content.blocks_now(call)
    published = content.published_blocks(call)
    context = {
        **tab_page(request, call, "form"),
        "blocks": [_shown(each, blocks) for each in blocks],
        "stamp": content.stamp(call, "form"),
        "problems": list(definitions.problems_of(blocks)),
        "catalogue": [(name, row["title"]) for name, row in form_defaults.CATALOGUE.items()],
        "has_replication": building.has_replication(blocks),
        "changes": list(content.differences({"form": published}, {"form": blocks}))
        if call.form_draft is not None and call.form_number else [],
    }  # fmt: skip
    return render(request, "calls/builder.html", context, status=status_code(request))


def _shown(block: dict[str, Any], blocks: list[dict[str, Any]]) -> dict[str, Any]:
    """A block with the words of its kinds and of its condition."""
    when, words = block.get("when"), ""
    if when:
        for other in blocks:
            for field in other.get("fields") or []:
                if other["slug"] == when["block"] and field["name"] == when["field"]:
                    names = dict(field.get("choices") or [])
                    answers = ", ".join(names.get(key, key) for key in when["values"])
                    words = labelled(field["label"], answers)
    return {
        **block,
        "condition": words or (when and _("une question qui n’existe plus")),
        "answered_by": definitions.blocks.SOURCES.get(block.get("source") or ""),
        "fields": [
            {**each, "kind_name": definitions.KINDS.get(each["kind"], each["kind"])}
            for each in block.get("fields") or []
        ],
    }


def _block(call: Call, name: str) -> dict[str, Any]:
    try:
        return building.find(content.blocks_now(call), name)
    except DomainError:
        raise Http404 from None


@signed_in_or_kept
@form_page
def block(request: HttpRequest, slug: str, block: str) -> HttpResponse:
    """Its words and its condition."""
    call = get_run(request, slug)
    found, blocks = _block(call, block), content.blocks_now(call)
    initial = {
        "title": found["title"], "why": found.get("why", ""),
        "when": shown_condition(found.get("when")), "stamp": content.stamp(call, "form"),
    }  # fmt: skip
    form = BlockForm(posted(request), blocks=blocks, slug=block, initial=initial)

    def do(given: dict[str, Any]) -> None:
        building.change_block(call, block, given, stamp_seen=given.pop("stamp"))

    return take(
        request, form, do, done=_("Le bloc est enregistré."), back=_back(call, block),
        template="calls/build_act.html", title=_("Bloc « %(title)s »") % {"title": found["title"]},
        button=_("Enregistrer"), **tab_page(request, call, "form"),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def field(request: HttpRequest, slug: str, block: str, name: str = "") -> HttpResponse:
    """A question, new where ``name`` is empty."""
    call = get_run(request, slug)
    found = _block(call, block)
    known: dict[str, Any] = {}
    if name:
        try:
            known = building.find_field(found, name)
        except DomainError:
            raise Http404 from None
    initial: dict[str, Any] = {
        **{key: known[key] for key in ("label", "kind", "required", "help", "longest") if key in known},
        "choices": [words for _key, words in known.get("choices") or []],
        "stamp": content.stamp(call, "form"),
    }  # fmt: skip
    form = FieldForm(posted(request), known=known, initial=initial)

    def do(given: dict[str, Any]) -> None:
        building.save_field(call, block, name, form.definition(), stamp_seen=given["stamp"])

    return take(
        request, form, do, done=_("La question est enregistrée."), back=_back(call, block),
        template="calls/build_act.html",
        title=_("Question de « %(title)s »") % {"title": found["title"]},
        button=_("Enregistrer"), **tab_page(request, call, "form"),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def move(request: HttpRequest, slug: str, block: str, name: str = "") -> HttpResponse:
    """A block, or one of its questions, one place up or down."""
    call = get_run(request, slug)
    up, stamp = request.POST.get("up") == "1", _stamp(request)

    def do() -> None:
        if name:
            building.move_field(call, block, name, up, stamp_seen=stamp)
        else:
            building.move_block(call, block, up, stamp_seen=stamp)

    return press(request, do, done="", back=_back(call, block))


@signed_in_or_kept
@form_page
def remove(request: HttpRequest, slug: str, block: str, name: str = "") -> HttpResponse:
    """A question at once; the last block of replication asks for a reason first."""
    call = get_run(request, slug)
    found, stamp = _block(call, block), _stamp(request)
    if name:
        if request.method != "POST":
            return redirect(_back(call, block))
        return press(
            request, lambda: building.remove_field(call, block, name, stamp_seen=stamp),
            done=_("La question est retirée."), back=_back(call, block),
        )  # fmt: skip
    rest = [each for each in content.blocks_now(call) if each["slug"] != block]
    asks = building.has_replication([found]) and not building.has_replication(rest)
    if not asks or call.no_replication_reason:
        if request.method != "POST":
            return redirect(_back(call, block))
        return press(
            request, lambda: building.remove_block(call, block, stamp_seen=stamp),
            done=_("Le bloc est retiré."), back=_back(call),
        )  # fmt: skip
    form = ReasonForm(posted(request) if "reason" in request.POST else None)
    form.fields["reason"].label = _("Pourquoi cet appel ne demande pas comment reprendre ailleurs")

    def do(given: dict[str, Any]) -> None:
        building.remove_block(call, block, reason=given["reason"], stamp_seen=None)

    return take(
        request, form, do, done=_("Le bloc est retiré, et la raison sera lue des candidats."),
        back=_back(call), template="calls/build_act.html",
        title=_("Retirer « %(title)s »") % {"title": found["title"]}, button=_("Retirer"),
        **tab_page(request, call, "form"),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    """What was built becomes what applicants answer, with a reason once the call is open."""
    call = get_run(request, slug)
    if call.state in SETTING_UP:
        if request.method != "POST":
            return redirect(_back(call))
        return press(
            request, lambda: building.publish_form(call, by=request.user),
            done=_("Le formulaire est enregistré."), back=_back(call),
        )  # fmt: skip
    form = ReasonForm(posted(request))
    return take(
        request, form,
        lambda given: building.publish_form(call, by=request.user, reason=given["reason"]),
        done=_("Le nouveau formulaire est publié : les brouillons gardent tout ce qu’ils ont."),
        back=_back(call), template="calls/build_act.html",
        title=_("Publier le nouveau formulaire"), button=_("Publier"),
        **tab_page(request, call, "form"),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def give_up(request: HttpRequest, slug: str) -> HttpResponse:
    call = get_run(request, slug)
    return press(
        request, lambda: building.give_up_form(call, stamp_seen=_stamp(request)),
        done=_("Le formulaire est revenu à sa version publiée."), back=_back(call),
    )  # fmt: skip
