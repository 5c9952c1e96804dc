"""The pilot's reports, the review, and each funder's own notes."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from essaim.common.acts import form_page, posted, press
from essaim.common.kept import signed_in_or_kept
from essaim.funding import rules
from essaim.funding.actions import milestones as acting_milestones
from essaim.funding.actions import reports as acting
from essaim.funding.actions import reviews
from essaim.funding.forms.pilot import (
    SPENT,
    CommentForm,
    NoteForm,
    OpinionForm,
    RecusalForm,
    ReportForm,
    VisitForm,
)
from essaim.funding.models import Note, Opinion, Pool
from essaim.funding.reading import spending_of

from .common import act, fetch_pool

PER_PAGE = 10


@signed_in_or_kept
@require_safe
def follow(request: HttpRequest, slug: str) -> HttpResponse:
    pool = fetch_pool(request, slug, rules.can_follow)
    reports, visits = _paginators(pool)
    page = reports.get_page(request.GET.get("page"))
    context = {
        "pool": pool,
        "page": page,
        "spending": spending_of(pool, page.object_list),
        "milestones": pool.milestones.all(),
        "may_plan": rules.can_set_milestones(request.user, pool),
        "plans": pool.state in acting_milestones.OPEN,
        "visits": visits.get_page(request.GET.get("visites")),
        "may_report": rules.can_report(request.user, pool),
        "may_visit": pool.is_piloted and rules.can_visit(request.user, pool),
    }
    return render(request, "funding/follow.html", context)


def _paginators(pool: Pool) -> tuple[Any, Any]:
    """Of the reports and of the visits, both counted in one query."""
    counts = Pool.objects.filter(pk=pool.pk).aggregate(
        reports=Count("reports", distinct=True), visits=Count("visits", distinct=True)
    )
    reports: Any = Paginator(pool.reports.for_list(), PER_PAGE)
    visits: Any = Paginator(pool.visits.for_list(), PER_PAGE)
    reports.count, visits.count = counts["reports"], counts["visits"]
    return reports, visits


@signed_in_or_kept
@form_page
def report(request: HttpRequest, slug: str) -> HttpResponse:
    pool = fetch_pool(request, slug, rules.can_report)
    last = pool.reports.prefetch_related("indicators", "spending").first()
    initial: dict[str, Any] = {"on": timezone.localdate()}
    if last is not None:
        initial |= {
            **{f"{SPENT}{row.kind}": row.amount_cents for row in last.spending.all()},
            "indicators": [f"{row.name} = {row.value}" for row in last.indicators.all()],
        }
    kinds = dict.fromkeys(pool.cost_lines.values_list("kind", flat=True))
    return act(
        request, ReportForm(posted(request), initial=initial, kinds=list(kinds)),
        lambda data: acting.report(pool, by=request.user, **data) and None,
        pool=pool, back=reverse("funding:follow", args=[slug]), title=_("Rapport du pilote"),
        intro=_("Court : ce qui est fait, appris, difficile. Tout le groupement le lit."),
        button=_("Envoyer le rapport"), done=_("Le rapport est envoyé au groupement."),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def comment(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    pool = fetch_pool(request, slug, rules.can_follow)
    found = get_object_or_404(pool.reports, pk=pk)
    mine = rules.visiting_organisations(request.user, pool)
    return act(
        request, CommentForm(posted(request), organisations=mine),
        lambda data: acting.comment(found, by=request.user, **data) and None,
        pool=pool, back=reverse("funding:follow", args=[slug]),
        title=_("Commenter un rapport"), button=_("Envoyer"),
        intro=_("Lu par tout le groupement, par le porteur et par qui mène le pilote."),
        done=_("Le commentaire est ajouté."),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def visit(request: HttpRequest, slug: str) -> HttpResponse:
    pool = fetch_pool(request, slug, rules.can_visit)
    mine = rules.visiting_organisations(request.user, pool)
    form = VisitForm(
        posted(request), organisations=mine,
        initial={"organisation": mine.first(), "on": timezone.localdate()},
    )  # fmt: skip
    return act(
        request, form, lambda data: acting.note_visit(pool, by=request.user, **data) and None,
        pool=pool, back=reverse("funding:follow", args=[slug]), title=_("Noter une visite"),
        intro=_("Ce que vous avez vu sur le site pilote : tout le groupement et le porteur le lisent. Ne nommez pas les personnes accompagnées."),
        button=_("Enregistrer la note"), done=_("La note de visite est gardée."),
    )  # fmt: skip


# --- review -------------------------------------------------------------------------------------
@signed_in_or_kept
@require_POST
def start_review(request: HttpRequest, slug: str) -> HttpResponse:
    pool = fetch_pool(request, slug, rules.can_run)
    return press(
        request, lambda: reviews.start_review(pool, by=request.user),
        done=_("L’examen commence : chaque membre donne son avis."), back=pool,
    )  # fmt: skip


@signed_in_or_kept
@form_page
def opinion(request: HttpRequest, slug: str) -> HttpResponse:
    pool = fetch_pool(request, slug, rules.can_vote)
    organisations = rules.voting_organisations(request.user, pool)
    first = organisations.first()
    known = Opinion.objects.filter(pool=pool, period=pool.period, organisation=first).first()
    initial = {"organisation": first}
    if known is not None:
        initial |= {
            "is_favourable": "yes" if known.is_favourable else "no", "reasons": known.reasons
        }  # fmt: skip
    form = OpinionForm(posted(request), organisations=organisations, initial=initial)
    return act(
        request, form,
        lambda data: reviews.give_opinion(pool, by=request.user, **data) and None,
        pool=pool, back=pool, title=_("Avis sur le pilote"), button=_("Donner cet avis"),
        intro=_("Vous pouvez le changer jusqu’à la publication du constat."),
        done=_("L’avis de votre organisation est enregistré."),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def recuse(request: HttpRequest, slug: str) -> HttpResponse:
    pool = fetch_pool(request, slug, rules.can_recuse)
    organisations = rules.recusing_organisations(request.user, pool)
    form = RecusalForm(
        posted(request), organisations=organisations,
        initial={"organisation": organisations.first()},
    )  # fmt: skip
    return act(
        request, form, lambda data: reviews.recuse(pool, by=request.user, **data) and None,
        pool=pool, back=pool, title=_("Se retirer du vote"), button=_("Se retirer du vote"),
        intro=_("Un membre qui a un intérêt dans le projet ne vote pas ; il ne compte pas dans le quorum."),
        done=_("Votre organisation s’est retirée du vote."),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    pool = fetch_pool(request, slug, rules.can_run)
    votes = reviews.count(pool)
    return act(
        request, Form(posted(request)),
        lambda data: reviews.publish_finding(pool, by=request.user) and None,
        pool=pool, back=pool, title=_("Publier le constat"), button=_("Publier le constat"),
        intro=_("%(voters)s avis sur %(members)s membres ; quorum : %(needed)s. La publication clôt le vote et montre tous les avis, en même temps pour tous. Avis attendus jusqu’au : %(day)s.")
        % {
            "voters": votes.voters, "members": votes.members, "needed": votes.needed,
            "day": date_format(pool.vote_until, "DATE_FORMAT") if pool.vote_until else "–",
        },
        done=_("Le constat est publié."),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def pilot_again(request: HttpRequest, slug: str) -> HttpResponse:
    pool = fetch_pool(request, slug, rules.can_run)
    return press(
        request, lambda: reviews.pilot_again(pool, by=request.user),
        done=_("Une nouvelle période du pilote commence."), back=pool,
    )  # fmt: skip


# --- notes --------------------------------------------------------------------------------------
@signed_in_or_kept
@form_page
def notes(request: HttpRequest, slug: str) -> HttpResponse:
    """One's own organisations' only."""
    pool = fetch_pool(request, slug, rules.writes_notes)
    mine = rules.mandates(request.user)
    form = NoteForm(posted(request), organisations=mine, initial={"organisation": mine.first()})
    seen = Note.objects.visible_to(request.user).filter(pool=pool)  # type: ignore[attr-defined]
    page = Paginator(seen.select_related("organisation", "by"), PER_PAGE)
    return act(
        request, form, lambda data: acting.write_note(pool, by=request.user, **data) and None,
        pool=pool, back=reverse("funding:notes", args=[slug]), title=_("Notes internes"),
        button=_("Ajouter la note"), done=_("La note est gardée."),
        template="funding/notes.html", page=page.get_page(request.GET.get("page")),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def delete_note(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    pool = fetch_pool(request, slug, rules.writes_notes)
    own = Note.objects.visible_to(request.user)  # type: ignore[attr-defined]
    note = get_object_or_404(own, pk=pk, pool=pool)
    press(
        request, lambda: acting.delete_note(note, by=request.user),
        done=_("La note est effacée."), back=pool,
    )  # fmt: skip
    return redirect("funding:notes", slug)
