"""The network of an initiative: tree, map, uptake, need, peers; what its sites do together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from essaim.common.acts import form_page, posted, press
from essaim.common.errors import DomainError
from essaim.common.kept import signed_in_or_kept
from essaim.initiatives.models import Component, Initiative
from essaim.people.views.signed_in import person
from essaim.replications import rules
from essaim.replications.actions import adapting, refining
from essaim.replications.actions import network as acts
from essaim.replications.costs import grid, has_real, with_costs
from essaim.replications.coverage import coverage_of
from essaim.replications.fidelity import fidelities, weights_of
from essaim.replications.forms.adapting import WeightsForm
from essaim.replications.forms.network import (
    AdviceForm,
    LiftForm,
    MentorForm,
    NeedForm,
    ObstacleForm,
    PeerForm,
    TextForm,
)
from essaim.replications.models import (
    AdviceTime,
    Generalisation,
    Mentorship,
    NeedEstimate,
    Peer,
    Replication,
    State,
)
from essaim.replications.network import advice_given, light, shown, uptake, where

from .common import act, fetch, fetch_card

SITES = 50  # a page of the table; pictures hold them all, but for
TREE = 100  # sites of the tree
PEERS = 50


@require_safe
def network(request: HttpRequest, slug: str) -> HttpResponse:
    card = fetch_card(request, slug)
    user: Any = request.user
    seen = Replication.objects.visible_to(user).filter(initiative=card)
    committed = seen.filter(committed_on__isnull=False)
    sites = light(committed)
    page = Paginator(sites, SITES).get_page(request.GET.get("page"))
    tree, listed = shown(sites, page, TREE)
    known = fidelities(card, listed)
    economy = grid(card, with_costs(committed))
    return render(
        request,
        "replications/network.html",
        {
            "card": card,
            "sites": sites,
            "page": page,
            "rows": [(site, known.get(site.pk)) for site in listed],
            "tree": tree,
            "where": where(committed) if sites else None,
            "uptake": uptake(sites, timezone.localdate()),
            "coverage": coverage_of(card),
            "economy": economy if has_real(economy) else None,
            "proposes_costs": has_real(economy) and rules.can_propose_costs(user, card),
            "advice": _advice(card, user),
            "peers": _peers(card) if user.is_authenticated else None,
            "text": Generalisation.objects.filter(initiative=card).first(),
            "waiting": seen.filter(state=State.INTERESTED, committed_on=None).for_list()[:SITES]
            if user.is_authenticated
            else [],
            "can_declare": rules.can_declare(user, card),
            "can_set_out": rules.can_set_out(user, card),
        },
    )


def _peers(card: Initiative) -> Iterable[Peer]:
    return Peer.objects.filter(replication__initiative=card).listed().for_list()[:PEERS]


def _advice(card: Initiative, user: Any) -> Any:
    """Credited to organisations in public; to persons by name where the reader is signed in or
    the person chose so."""
    rows = AdviceTime.objects.filter(initiative=card).values_list(
        "by__name", "by__name_is_public", "organisation_name", "minutes"
    )
    named = []
    for name, is_public, organisation, minutes in rows:
        shown = name if name and (is_public or user.is_authenticated) else ""
        credit = ", ".join(part for part in (shown, organisation) if part)
        named.append((credit or _("une personne sans nom affiché"), minutes))
    return advice_given(named)


@require_POST
@signed_in_or_kept
def propose_costs(request: HttpRequest, slug: str) -> HttpResponse:
    """What sites told becomes a proposal to the card's grid, which its team accepts or not."""
    card = fetch_card(request, slug, rules.can_propose_costs)
    return press(
        request, lambda: refining.propose_costs(card, by=person(request)),
        done=_("Les coûts réels sont proposés à la grille ; qui écrit la fiche décidera."),
        back="replications:network", slug=slug,
    )  # fmt: skip


@form_page
@signed_in_or_kept
def weights(request: HttpRequest, slug: str) -> HttpResponse:
    card = fetch_card(request, slug, rules.can_set_out)
    components = list(Component.objects.filter(initiative=card, kind=Component.Kind.CORE))
    form = WeightsForm(posted(request), components=components, weights=weights_of(card))
    return act(
        request, form, lambda given: adapting.set_weights(card, form.weights()),
        title=_("Ce que pèse chaque composante du cœur"), button=_("Enregistrer"),
        done=_("C’est enregistré."), back=reverse("replications:network", args=[slug]), card=card,
        intro=_("La fidélité d’un site est la part du cœur qu’il réalise, pondérée ainsi.")
        if components
        else _("La fiche ne donne encore aucune composante du cœur."),
    )  # fmt: skip


@form_page
@signed_in_or_kept
def estimate(request: HttpRequest, slug: str) -> HttpResponse:
    card = fetch_card(request, slug, rules.can_set_out)

    def do(given: dict[str, Any]) -> NeedEstimate:
        try:
            return acts.estimate_need(
                card, territory=given["territory"], population=given["population"],
                prevalence=(given["low"], given["central"], given["high"]),
                source=given["source"], by=person(request),
            )  # fmt: skip
        except DomainError as error:
            field = "central" if error.field == "prevalence" else error.field
            raise DomainError(error.message, field=field) from error

    return act(
        request, NeedForm(posted(request)), do,
        title=_("Estimer le besoin d’un territoire"), button=_("Enregistrer"),
        done=_("L’estimation est enregistrée."),
        back=reverse("replications:network", args=[slug]) + "#besoin", card=card,
        intro=_("Une population, et la part qui a ce besoin. Dite de nouveau, elle remplace."),
    )  # fmt: skip


@require_POST
@signed_in_or_kept
def forget_estimate(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    card = fetch_card(request, slug, rules.can_set_out)
    row = get_object_or_404(NeedEstimate, initiative=card, pk=pk)
    return press(
        request, lambda: acts.forget_estimate(row), done=_("L’estimation est retirée."),
        back=reverse("replications:network", args=[slug]) + "#besoin",
    )  # fmt: skip


@form_page
@signed_in_or_kept
def text(request: HttpRequest, slug: str) -> HttpResponse:
    card = fetch_card(request, slug, rules.can_record_text)
    known = Generalisation.objects.filter(initiative=card).first()
    initial = {"reference": known.reference, "on": known.on, "url": known.url} if known else {}
    return act(
        request, TextForm(posted(request), initial=initial),
        lambda given: acts.record_text(card, by=person(request), **given),
        title=_("Généralisée par un texte"), button=_("Enregistrer"),
        done=_("La page dit désormais quel texte la généralise."),
        back=reverse("replications:network", args=[slug]), card=card,
        intro=_("C’est l’une des fins du changement d’échelle : la règle vaut partout."),
    )  # fmt: skip


@require_POST
@signed_in_or_kept
def withdraw_text(request: HttpRequest, slug: str) -> HttpResponse:
    card = fetch_card(request, slug, rules.can_record_text)
    return press(
        request, lambda: acts.withdraw_text(card), done=_("Ce texte n’est plus cité."),
        back=reverse("replications:network", args=[slug]),
    )  # fmt: skip


# --- of one site ----------------------------------------------------------------------------
@form_page
@signed_in_or_kept
def add_obstacle(request: HttpRequest, pk: int) -> HttpResponse:
    site = fetch(request, pk, rules.can_follow)
    return act(
        request, ObstacleForm(posted(request)),
        lambda given: acts.report_obstacle(site, by=person(request), **given),
        title=_("Signaler un obstacle juridique"), button=_("Signaler"),
        done=_("L’obstacle est signalé."), back=site.get_absolute_url(), card=site.initiative,
        replication=site,
    )  # fmt: skip


@form_page
@signed_in_or_kept
def lift_obstacle(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    site = fetch(request, pk, rules.can_follow)
    obstacle = get_object_or_404(site.obstacles, pk=number)
    return act(
        request, LiftForm(posted(request)), lambda given: acts.lift_obstacle(obstacle, **given),
        title=_("Cet obstacle est levé"), button=_("Enregistrer"), done=_("L’obstacle est levé."),
        back=site.get_absolute_url(), card=site.initiative, replication=site, intro=obstacle.what,
    )  # fmt: skip


@form_page
@signed_in_or_kept
def peer(request: HttpRequest, pk: int) -> HttpResponse:
    site = fetch(request, pk, rules.is_of_adopter)
    known = Peer.objects.filter(replication=site, user=person(request)).first()
    initial = {"topics": known.topics, "contact": known.contact} if known else {}
    return act(
        request, PeerForm(posted(request), initial=initial),
        lambda given: acts.be_callable(site, by=person(request), **given),
        title=_("Se laisser appeler par les autres sites"), button=_("Je veux bien qu’on m’appelle"),
        done=_("Vous figurez parmi les pairs que l’on peut appeler."),
        back=reverse("replications:network", args=[site.initiative.slug]) + "#pairs",
        card=site.initiative, replication=site, known=known,
        intro=_("Votre nom, votre organisation et ce que vous écrivez ici, pour les personnes connectées. Vous vous retirez quand vous voulez."),
    )  # fmt: skip


@require_POST
@signed_in_or_kept
def remove_peer(request: HttpRequest, pk: int) -> HttpResponse:
    site = fetch(request, pk)
    return press(
        request, lambda: acts.no_longer_callable(site, by=person(request)),
        done=_("Vous ne figurez plus parmi les pairs de ce site."), back=site.get_absolute_url(),
    )  # fmt: skip


@form_page
@signed_in_or_kept
def ask_mentor(request: HttpRequest, pk: int) -> HttpResponse:
    site = fetch(request, pk, rules.can_advance)
    return act(
        request, MentorForm(posted(request), replication=site),
        lambda given: acts.ask_mentor(site, given["mentor"], message=given["message"], by=person(request)),
        title=_("Demander un mentor"), button=_("Demander"),
        done=_("La demande est envoyée ; ce site répondra."), back=site.get_absolute_url(),
        card=site.initiative, replication=site,
        intro=_("Un site en service de la même initiative accompagne vos débuts."),
    )  # fmt: skip


@form_page
@signed_in_or_kept
def mentorship(request: HttpRequest, pk: int) -> HttpResponse:
    """What the new site asks, and the answer of the other."""
    both = Mentorship.objects.select_related(
        "replication__initiative__holder", "replication__adopter", "replication__territory",
        "mentor__adopter", "mentor__territory",
    )  # fmt: skip
    seen = Replication.objects.visible_to(request.user).values("pk")
    found = get_object_or_404(both.filter(replication__in=seen), pk=pk)
    answers, ends = (
        rules.can_answer_mentorship(request.user, found),
        rules.can_end_mentorship(request.user, found),
    )
    if not answers and not ends:
        raise PermissionDenied
    if request.method == "POST":
        answer = request.POST.get("answer", "")
        if answer not in {"accept", "decline", "end"} or (answer != "end" and not answers):
            raise PermissionDenied
        acts.answer_mentorship(found, answer, by=person(request))
        return redirect("replications:mentorship", pk)
    return render(
        request,
        "replications/mentorship.html",
        {
            "mentorship": found, "replication": found.replication, "card": found.replication.initiative,
            "answers": answers, "ends": ends,
        },
    )  # fmt: skip


@form_page
@signed_in_or_kept
def advice(request: HttpRequest, pk: int) -> HttpResponse:
    site = fetch(request, pk, rules.can_log_advice)

    def do(given: dict[str, Any]) -> AdviceTime:
        minutes = given.pop("hours")
        return acts.log_advice(site, minutes=minutes, by=person(request), **given)

    return act(
        request, AdviceForm(posted(request), user=person(request)), do,
        title=_("Noter du temps de conseil"), button=_("Noter"),
        done=_("Ce temps est noté et crédité. Merci."),
        back=reverse("replications:network", args=[site.initiative.slug]) + "#conseil",
        card=site.initiative, replication=site,
        intro=_("Le temps donné à ce site par qui connaît l’initiative. Une ligne ne s’efface pas : une erreur se reprend par une ligne négative."),
    )  # fmt: skip
