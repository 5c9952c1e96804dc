"""Sites: their list, one's own, one page each, and its steps."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from essaim.common.acts import form_page, posted
from essaim.common.kept import signed_in_or_kept
from essaim.common.listing import chips, filters_in_place
from essaim.common.panels import render_panels
from essaim.common.take_away import Listed, take_away
from essaim.initiatives.models import Fact, Initiative
from essaim.people.views.signed_in import person
from essaim.replications import rules
from essaim.replications.actions import declaring, life
from essaim.replications.costs import grid, has_real
from essaim.replications.fidelity import compare
from essaim.replications.forms.listing import ListForm
from essaim.replications.forms.sites import (
    AgreeForm,
    DeclareForm,
    MilestoneForm,
    ModeForm,
    PlanForm,
    StepForm,
    StopForm,
)
from essaim.replications.models import Mentorship, Replication, Side, State
from essaim.replications.models.replication import ReplicationQuerySet
from essaim.replications.modes import ASKED, missing_terms
from essaim.replications.steps import acts_for, next_step
from essaim.replications.taken_away import COLUMNS

from .common import act, fetch, fetch_card

PER_PAGE = 20


@require_safe
def replications(request: HttpRequest) -> HttpResponse:
    """Every site that committed itself, the latest first."""
    if former := request.GET.get("etat"):  # of addresses given before
        asked = request.GET.copy()
        del asked["etat"]
        asked.setdefault("state", former)
        return redirect(f"{request.path}?{asked.urlencode()}")
    form, found = _found(request, request.GET)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        **filters_in_place(request, form, page, lambda asked: _found(request, asked)[1]),
    }
    return render(request, "replications/list.html", context)


def _found(request: HttpRequest, asked: QueryDict) -> tuple[ListForm, ReplicationQuerySet]:
    """The sites that this reader sees and these filters keep."""
    form = ListForm(asked)
    found = Replication.objects.visible_to(request.user).committed().for_list()
    if form.is_valid():
        found = form.narrowed(found)
    return form, found.order_by("-committed_on", "-pk")


@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """Exactly the rows of the list, with the columns one chooses."""
    form, found = _found(request, request.GET)
    path = reverse("replications:replications")
    listed = Listed(_("Les reprises"), path, found, chips(request, form))
    return take_away(request, listed, COLUMNS, name="reprises")


@require_safe
@signed_in_or_kept
def mine(request: HttpRequest) -> HttpResponse:
    """Those of one's organisations, and of the cards one carries."""
    user = person(request)
    organisations = user.memberships.values("organisation")
    cards = Initiative.objects.written_by(user).values("pk")
    found = Replication.objects.filter(
        Q(adopter__in=organisations) | Q(initiative__in=cards)
    ).for_list()
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "replications/mine.html", {"page": page})


@form_page
@signed_in_or_kept
def declare(request: HttpRequest, slug: str) -> HttpResponse:
    card = fetch_card(request, slug, rules.can_declare)
    user = person(request)
    form = DeclareForm(posted(request), card=card, user=user)
    if not form.may_declare:
        return render(request, "replications/cannot_declare.html", {"card": card}, status=200)
    names = ("mode", "dimensions", "site_name", "another_site", "changes", "learnt_from",
             "planned_on", "beneficiaries_target")  # fmt: skip

    def do(given: dict[str, Any]) -> Replication:
        return declaring.declare(
            card,
            side=given["side"],
            adopter=given["adopter"],
            territory=given["territory"],
            submission=given["submission"],
            terms=form.terms(),
            by=user,
            **{name: given[name] for name in names},
        )

    return act(
        request, form, do,
        title=_("Déclarer une reprise"), button=_("Déclarer la reprise"),
        intro=_("Une initiative, sur un nouveau site. L’autre partie confirme ; selon le mode, un contrat ou une charte est demandé."),
        done=_said, back="", card=card, wide=True,
    )  # fmt: skip


def _said(replication: Replication) -> str:
    if replication.state == State.INTERESTED:
        return _("La reprise est déclarée. Elle sera engagée quand ce qui manque sera donné.")
    return _("La reprise est engagée.")


@require_safe
def replication(request: HttpRequest, pk: int) -> HttpResponse:
    """The site's page: where it stands, what comes next, the core and what differs, its figures."""
    site = fetch(request, pk)
    user: Any = request.user
    compared = compare(site)
    reads_news = rules.can_read_news(user, site)
    economy = grid(site.initiative, [site], mine=site)
    last = site.reports.for_list().first()
    return render(
        request,
        "replications/replication.html",
        {
            "replication": site,
            "card": site.initiative,
            "next": next_step(site),
            "acts": acts_for(user, site),
            "asked": ASKED[site.mode],
            "compared": compared,
            "milestones": site.milestones.all(),
            "obstacles": site.obstacles.all(),
            "steps": site.changes_of_state.all(),
            "targets": _targets(site, last),
            "last": last,
            "reads_news": reads_news,
            "can_follow": rules.can_follow(user, site),
            "economy": economy if has_real(economy) else None,
            "mentorship": site.mentorships.filter(
                state__in=[Mentorship.State.ASKED, Mentorship.State.ACCEPTED]
            )
            .select_related("mentor__adopter", "mentor__territory")
            .first(),
            "followers": site.followers.committed().for_list(),
            "evaluated": _independent(site),
            "panels": render_panels("replication", request, site),
        },
    )


def _targets(site: Replication, last: Any) -> list[dict[str, Any]]:
    values = {row.target_id: row.value for row in last.values.all()} if last else {}
    return [{"target": each, "value": values.get(each.pk)} for each in site.targets.all()]


def _independent(site: Replication) -> bool:
    """Whether a confirmed independent evaluation of a replication stands on the card."""
    return Fact.objects.filter(
        initiative=site.initiative_id, kind=Fact.Kind.EVALUATION_CONCLUDED,
        value__about="replication", value__kind="independent", value__confirmed=True,
    ).exists()  # fmt: skip


def _fetch_for(request: HttpRequest, pk: int, side: str) -> Replication:
    """For who decides in the name of this side."""
    if side not in Side.values:
        raise Http404
    site = fetch(request, pk)
    if side not in rules.sides_of(request.user, site):
        raise PermissionDenied
    return site


@form_page
@signed_in_or_kept
def agree(request: HttpRequest, pk: int, side: str) -> HttpResponse:
    site = _fetch_for(request, pk, side)
    form = AgreeForm(posted(request), replication=site)

    def do(given: dict[str, Any]) -> Replication:
        return declaring.agree(
            site, side=side, by=person(request), terms=form.terms(), seen=form.seen
        )

    agreed = getattr(site, f"{side}_agreed_at")
    return act(
        request, form, do,
        title=_("Donner ce que le mode demande") if agreed else _("Donner votre accord"),
        button=_("Enregistrer") if agreed else _("Donner mon accord"),
        intro=ASKED[site.mode].says, done=_said, back="", card=site.initiative, replication=site,
        missing=missing_terms(site),
    )  # fmt: skip


@form_page
@signed_in_or_kept
def mode(request: HttpRequest, pk: int, side: str) -> HttpResponse:
    site = _fetch_for(request, pk, side)
    return act(
        request, ModeForm(posted(request), initial={"mode": site.mode}),
        lambda given: declaring.choose_mode(site, given["mode"], side=side, by=person(request)),
        title=_("Choisir le mode"), button=_("Enregistrer"), done=_said, back="",
        intro=_("Les deux parties le choisissent : si vous en prenez un autre, l’autre partie redonne son accord."),
        card=site.initiative, replication=site,
    )  # fmt: skip


STEPS = {
    State.PREPARING: (lambda: _("La préparation a commencé"), lambda: _("Dire que la préparation a commencé")),
    State.LIVE: (lambda: _("Le site est en service"), lambda: _("Dire que le site est en service")),
    State.SUSTAINED: (lambda: _("La reprise est pérennisée"), lambda: _("Dire que la reprise est pérennisée")),
}  # fmt: skip


@form_page
@signed_in_or_kept
def advance(request: HttpRequest, pk: int, state: str) -> HttpResponse:
    if state not in STEPS:
        raise Http404
    site = fetch(request, pk, rules.can_advance)
    done, title = STEPS[State(state)]
    return act(
        request, StepForm(posted(request)),
        lambda given: life.advance(site, state, on=given["on"], by=person(request)),
        title=title(), button=_("Enregistrer"), done=done(), back="", card=site.initiative,
        replication=site,
    )  # fmt: skip


@form_page
@signed_in_or_kept
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    site = fetch(request, pk, rules.can_stop)
    return act(
        request, StopForm(posted(request)),
        lambda given: life.stop(site, by=person(request), **given),
        title=_("Arrêter la reprise"), button=_("Arrêter"), back="", card=site.initiative,
        intro=_("On a le droit de s’arrêter. Ce que vous écrivez sera public si la reprise était engagée."),
        done=_("La reprise est arrêtée. Merci pour ce que vous en dites."), replication=site,
    )  # fmt: skip


@form_page
@signed_in_or_kept
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    site = fetch(request, pk, rules.can_advance)
    return act(
        request, PlanForm(posted(request), replication=site),
        lambda given: life.plan(site, **given),
        title=_("Ce qui est prévu"), button=_("Enregistrer"), done=_("C’est enregistré."), back="",
        card=site.initiative, replication=site,
    )  # fmt: skip


@form_page
@signed_in_or_kept
def add_milestone(request: HttpRequest, pk: int) -> HttpResponse:
    site = fetch(request, pk, rules.can_follow)
    form = MilestoneForm(posted(request))
    return act(
        request, form, lambda given: life.add_milestone(site, **given),
        title=_("Ajouter un jalon"), button=_("Ajouter"), done=_("Le jalon est ajouté."),
        back=site.get_absolute_url(), card=site.initiative, replication=site,
    )  # fmt: skip


@form_page
@signed_in_or_kept
def reach_milestone(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    site = fetch(request, pk, rules.can_follow)
    milestone = get_object_or_404(site.milestones, pk=number)
    return act(
        request, StepForm(posted(request)),
        lambda given: life.reach_milestone(milestone, on=given["on"]),
        title=_("Jalon atteint : %(title)s") % {"title": milestone.title}, button=_("Enregistrer"),
        done=_("Le jalon est atteint."), back=reverse("replications:replication", args=[site.pk]),
        card=site.initiative, replication=site,
    )  # fmt: skip
