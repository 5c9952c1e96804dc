"""The training that a practice carries, and its sessions: public with its card."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from essaim.common.acts import form_page, posted, press
from essaim.common.kept import signed_in_or_kept
from essaim.dialogues import rules
from essaim.dialogues.actions import training as acting
from essaim.dialogues.forms.dialogues import ModuleForm, SessionForm
from essaim.dialogues.models import Module, Session
from essaim.initiatives.models import Initiative

from .common import act


def _card(request: HttpRequest, slug: str) -> Initiative:
    found: Initiative = get_object_or_404(
        Initiative.objects.visible_to(request.user).select_related("holder"), slug=slug
    )
    return found


def _trail(card: Initiative) -> list[dict[str, Any]]:
    return [
        {"label": _("Initiatives"), "address": reverse("search:bank")},
        {"label": card.title, "address": card.get_absolute_url()},
    ]


def _address(card: Initiative) -> str:
    return reverse("dialogues:training", args=[card.slug])


@require_safe
def training(request: HttpRequest, slug: str) -> HttpResponse:
    card = _card(request, slug)
    modules = list(
        Module.objects.filter(initiative=card, removed_at=None)
        .select_related("material")
        .prefetch_related("sessions__organisation", "sessions__territory")
    )
    may_write = rules.can_write_modules(request.user, card)
    for module in modules:
        module.initiative = card
    # The same for all modules of a card: asked once.
    may_schedule = bool(modules) and rules.can_schedule(request.user, modules[0])
    context = {
        "card": card, "modules": modules, "may_write": may_write, "may_schedule": may_schedule,
        "crumbs": _trail(card),
        "mine": set(request.user.memberships.filter(role="representative")
                    .values_list("organisation", flat=True))
        if request.user.is_authenticated else set(),
    }  # fmt: skip
    return render(request, "dialogues/training.html", context)


@signed_in_or_kept
@form_page
def add_module(request: HttpRequest, slug: str) -> HttpResponse:
    card = _card(request, slug)
    if not rules.can_write_modules(request.user, card):
        raise PermissionDenied
    return act(
        request, ModuleForm(posted(request), card=card),
        lambda given: acting.add_module(card, by=request.user, **given),
        title=_("Ajouter un module de formation"), button=_("Ajouter"),
        done=_("Le module est ajouté."), back=_address(card), trail=_trail(card), lead=card.title,
    )  # fmt: skip


def _module(request: HttpRequest, pk: int) -> Module:
    found: Module = get_object_or_404(
        Module.objects.visible_to(request.user).select_related("initiative"), pk=pk
    )
    return found


@signed_in_or_kept
@require_POST
def remove_module(request: HttpRequest, pk: int) -> HttpResponse:
    one = _module(request, pk)
    if not rules.can_write_modules(request.user, one.initiative):
        raise PermissionDenied
    return press(
        request, lambda: acting.remove_module(one), back=_address(one.initiative),
        done=_("Le module est retiré, et ses sessions à venir annulées."),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def add_session(request: HttpRequest, pk: int) -> HttpResponse:
    one = _module(request, pk)
    if not rules.can_schedule(request.user, one):
        raise PermissionDenied
    card = one.initiative
    return act(
        request, SessionForm(posted(request), module=one, user=request.user),
        lambda given: acting.schedule(one, by=request.user, **given),
        title=_("Prévoir une session"), button=_("Enregistrer"), done=_("La session est prévue."),
        back=_address(card), trail=_trail(card), lead=one.title,
        intro=_("Les dates et l’organisation sont publiques, comme la fiche."),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def cancel_session(request: HttpRequest, pk: int) -> HttpResponse:
    modules = Module.objects.visible_to(request.user).values("pk")
    one: Session = get_object_or_404(
        Session.objects.filter(module__in=modules).select_related(
            "module__initiative", "organisation"
        ),
        pk=pk,
    )
    if not rules.can_cancel_session(request.user, one):
        raise PermissionDenied
    return press(
        request, lambda: acting.cancel_session(one), back=_address(one.module.initiative),
        done=_("La session est annulée."),
    )  # fmt: skip
