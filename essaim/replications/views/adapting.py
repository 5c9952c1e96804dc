"""The log of adaptations, the core, and what goes back to the card."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.shortcuts import render as render_page
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from essaim.common.acts import form_page, posted, press
from essaim.common.kept import signed_in_or_kept
from essaim.initiatives.models import Component
from essaim.people.views.signed_in import person
from essaim.replications import rules
from essaim.replications.actions import adapting
from essaim.replications.fidelity import compare
from essaim.replications.forms.adapting import AdaptationForm, DeliveriesForm, EffectForm
from essaim.replications.forms.sites import StepForm
from essaim.replications.models import Adaptation

from .common import act, fetch


@require_safe
def log(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet and the site side by side, then the whole log, what was left included."""
    site = fetch(request, pk)
    can_follow = rules.can_follow(request.user, site)
    return render_page(
        request,
        "replications/log.html",
        {
            "replication": site,
            "card": site.initiative,
            "compared": compare(site),
            "adaptations": site.adaptations.for_list(),
            "can_follow": can_follow,
            "can_propose": rules.can_stop(request.user, site),
        },
    )


@form_page
@signed_in_or_kept
def record(request: HttpRequest, pk: int) -> HttpResponse:
    site = fetch(request, pk, rules.can_follow)
    components = list(Component.objects.filter(initiative=site.initiative_id))
    form = AdaptationForm(posted(request), components=components)

    def do(given: dict[str, Any]) -> Adaptation:
        component, name = given.pop("component")
        return adapting.record_adaptation(
            site, component=component, component_name=name, by=person(request), **given
        )

    def done(adaptation: Adaptation) -> str:
        if adaptation.is_orphan:
            messages.warning(
                request,
                _("« %(name)s » n’est plus sur la fiche : votre ligne garde son nom.")
                % {"name": adaptation.component_name},
            )
        return _("L’adaptation est notée.")

    return act(
        request, form, do, title=_("Noter une adaptation"), button=_("Noter"), done=done,
        back=reverse("replications:log", args=[site.pk]), card=site.initiative, replication=site,
        intro=_("Ce qui diffère de l’origine, et pourquoi. Les suivants en apprendront."),
    )  # fmt: skip


def _adaptation(request: HttpRequest, pk: int, number: int) -> Adaptation:
    site = fetch(request, pk, rules.can_follow)
    found: Adaptation = get_object_or_404(site.adaptations.for_list(), pk=number)
    found.replication = site
    return found


@form_page
@signed_in_or_kept
def effect(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    adaptation = _adaptation(request, pk, number)
    site = adaptation.replication
    initial = {"effect": adaptation.effect, "effect_note": adaptation.effect_note}
    return act(
        request, EffectForm(posted(request), initial=initial),
        lambda given: adapting.observe_effect(adaptation, **given),
        title=_("Ce que l’on a observé"), button=_("Enregistrer"), done=_("C’est enregistré."),
        back=reverse("replications:log", args=[pk]), card=site.initiative, replication=site,
        intro=adaptation.what,
    )  # fmt: skip


@form_page
@signed_in_or_kept
def end(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    adaptation = _adaptation(request, pk, number)
    site = adaptation.replication
    return act(
        request, StepForm(posted(request)),
        lambda given: adapting.end_adaptation(adaptation, on=given["on"]),
        title=_("Revenir à l’origine"), button=_("Enregistrer"),
        done=_("Cette adaptation est abandonnée ; la ligne reste dans le journal."),
        back=reverse("replications:log", args=[pk]), card=site.initiative, replication=site,
        intro=adaptation.what,
    )  # fmt: skip


@require_POST
@signed_in_or_kept
def propose(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The adaptation becomes a proposal to the card, which its team accepts or not."""
    site = fetch(request, pk, rules.can_stop)
    adaptation = get_object_or_404(site.adaptations, pk=number)
    adaptation.replication = site
    return press(
        request,
        lambda: adapting.propose_variant(adaptation, by=person(request)),
        done=_("La variante est proposée ; qui écrit la fiche décidera."),
        back=reverse("replications:log", args=[pk]),
    )


@form_page
@signed_in_or_kept
def core(request: HttpRequest, pk: int) -> HttpResponse:
    site = fetch(request, pk, rules.can_follow)
    components = list(
        Component.objects.filter(initiative=site.initiative_id, kind=Component.Kind.CORE)
    )
    shares = {
        component: share
        for component, share in site.deliveries.values_list("component", "share")
        if component
    }
    form = DeliveriesForm(posted(request), components=components, shares=shares)
    return act(
        request, form, lambda given: adapting.state_deliveries(site, form.shares()),
        title=_("Ce qui est réalisé du cœur"), button=_("Enregistrer"),
        done=_("C’est enregistré."), back=site.get_absolute_url(), card=site.initiative,
        replication=site,
        intro=_("Pour chaque composante à garder. De ce que vous ne savez pas, rien n’est supposé."),
    )  # fmt: skip


@require_POST
@signed_in_or_kept
def lesson(request: HttpRequest, pk: int) -> HttpResponse:
    site = fetch(request, pk)
    if not rules.can_stop(request.user, site):
        raise PermissionDenied
    return press(
        request,
        lambda: adapting.propose_lesson(site, by=person(request)),
        done=_("La leçon est proposée à la fiche."),
        back=site.get_absolute_url(),
    )
