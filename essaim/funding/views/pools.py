"""The list of pools, one pool's page, and what carries it from its formation to its end."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.forms import formset_factory
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from essaim.common.acts import form_page, posted, press
from essaim.common.kept import signed_in_or_kept
from essaim.common.listing import chips, filters_in_place
from essaim.common.panels import render_panels
from essaim.common.take_away import Listed, take_away
from essaim.funding import rules
from essaim.funding.actions import pools as acting
from essaim.funding.actions.lessons import propose_lesson
from essaim.funding.actions.reviews import count
from essaim.funding.application import file_of
from essaim.funding.forms.pools import (
    AbandonForm,
    CloseForm,
    CostForm,
    CostsFormSet,
    ListForm,
    MemberListForm,
    PoolForm,
)
from essaim.funding.models import Invitation, Opinion, OptionState, Pool, State
from essaim.funding.reading import grid_costs, readiness, shares_of, totals
from essaim.funding.steps import acts_of, may_move, next_step
from essaim.funding.taken_away import COLUMNS, with_totals
from essaim.initiatives.models import Initiative
from essaim.people.models import Organisation
from essaim.people.rules import can_manage

from .common import act, fetch_pool

PER_PAGE = 20
LINES_SHOWN = 8


def _found(request: HttpRequest, asked: QueryDict) -> tuple[ListForm, Any]:
    user = request.user
    form = MemberListForm(asked, user=user) if user.is_authenticated else ListForm(asked)
    found = Pool.objects.visible_to(request.user).for_list().order_by("-created_at", "-pk")
    if form.is_valid():
        found = form.narrowed(found)
    return form, found


@require_safe
def pools(request: HttpRequest) -> HttpResponse:
    form, found = _found(request, request.GET)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    sums = totals(page)
    context = {
        "form": form,
        "page": page,
        "rows": [(pool, sums[pool.pk]) for pool in page],
        **filters_in_place(request, form, page, lambda asked: _found(request, asked)[1]),
        "is_funder": rules.is_funder(request.user),
    }
    return render(request, "funding/pools.html", context)


@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """Exactly the rows of the list, with the columns one chooses."""
    form, found = _found(request, request.GET)
    path = reverse("funding:pools")
    filters = chips(request, form)
    listed = Listed(_("Subventions d’essaimage"), path, found, filters, told=with_totals)
    return take_away(request, listed, COLUMNS, name="subventions")


@require_safe
def of_card(request: HttpRequest, slug: str) -> HttpResponse:
    """The latest pool of a card that this reader sees; else where one is formed."""
    card = get_object_or_404(Initiative.objects.visible_to(request.user), slug=slug)
    pool = Pool.objects.visible_to(request.user).filter(initiative=card).order_by("-pk").first()
    if pool is not None:
        return redirect(pool)
    if rules.can_form(request.user):
        return redirect("funding:form", slug)
    raise Http404


@require_safe
def pool(request: HttpRequest, slug: str) -> HttpResponse:
    """Where it stands, what is pledged, sought, missing; who; what comes next."""
    found = fetch_pool(request, slug)
    user: Any = request.user
    follows = rules.can_follow(user, found)
    options = list(found.options.within(user).for_line())  # the pool is seen
    balances, shares = found.ledger.balances(options), shares_of(options)
    findings = list(found.findings.all())
    judged = any(each.period == found.period for each in findings)
    acts = acts_of(user, found, judged=judged)
    missing = acting.missing_to_pilot(found) if found.state == State.OPEN else []
    votes = count(found) if found.state == State.REVIEWING and follows else None
    moves = may_move(found, missing=missing, votes=votes, options=options)
    offered = {each.address for each in acts}
    context = {
        "pool": found,
        "card": found.initiative,
        "sums": totals([found])[found.pk],
        "costs": found.cost_lines.all(),
        "options": [(option, balances[option.pk], shares.get(option.pk)) for option in options],
        "may_pledge": reverse("funding:pledge", args=[slug]) in offered,
        "next": next_step(found, may_move=moves, judged=judged),
        "acts": acts,
        "follows": follows,
        "findings": findings,
        "opinions": _opinions(user, found) if findings else [],
        "recusals": found.recusals.select_related("organisation") if follows else [],
        "count": votes,
        "meetings": found.meetings.all(),
        "sets_meetings": reverse("funding:meeting", args=[slug]) in offered,
        "invitations": _invitations(user, found),
        "papers": found.documents.within(user),
        "adds_papers": reverse("funding:add_paper", args=[slug]) in offered,
        "missing": missing,
        "ready": readiness(found.initiative),
        "writes_notes": rules.is_funder(user),
        "file": file_of(user, found),
        "panels": render_panels("pool", request, found) if found.opened_on else [],
    }
    return render(request, "funding/pool.html", context)


def _opinions(user: Any, found: Pool) -> list[Opinion]:
    seen = found.opinions.within(user).filter(period__in=found.findings.values("period"))
    return list(seen.select_related("organisation").order_by("period", "pk"))


def _invitations(user: Any, found: Pool) -> list[Invitation]:
    if not rules.can_run(user, found):
        return []
    rows = found.invitations.filter(withdrawn_on=None)
    return list(rows.select_related("organisation", "territory"))


# --- forming ------------------------------------------------------------------------------------
COSTS = formset_factory(CostForm, formset=CostsFormSet, extra=2, max_num=LINES_SHOWN + 12)


def _leads(user: Any) -> Any:
    """One's own funders; any funder's organisation, for managers."""
    if can_manage(user):
        return Organisation.objects.filter(memberships__functions__contains=["funder"]).distinct()
    return rules.mandates(user)


def _costs(lines: Any) -> list[acting.Cost]:
    return [
        acting.Cost(line.cleaned_data["kind"], line.cleaned_data["label"], cents)
        for line in lines
        if (cents := line.cleaned_data.get("amount_cents"))
    ]


@signed_in_or_kept
@form_page
def form_pool(request: HttpRequest, slug: str) -> HttpResponse:
    card = get_object_or_404(
        Initiative.objects.visible_to(request.user).select_related("holder"), slug=slug
    )
    if not rules.can_form(request.user):
        raise PermissionDenied
    sent = posted(request)
    leads = _leads(request.user)
    first = leads.first()
    initial = {"lead": first, "pilot_territory": first.territory if first else None}
    form = PoolForm(sent, leads=leads, initial=initial)
    lines = COSTS(sent, prefix="lines", initial=[*grid_costs(card)[:LINES_SHOWN], *TRANSFER])
    if request.method == "POST" and form.is_valid() and lines.is_valid():
        given = form.cleaned_data
        answer = act(
            request, form,
            lambda data: acting.form_pool(card, by=request.user, costs=_costs(lines), **given),
            pool=None, title="", button="",  # type: ignore[arg-type]
            done=_("Le groupement est formé. Le porteur doit donner son accord avant l’ouverture."),
            back=card, template="funding/form.html",
            card=card, lines=lines, ready=readiness(card),
        )  # fmt: skip
        return answer
    context = {"form": form, "lines": lines, "card": card, "pool": None, "ready": readiness(card)}
    status = 422 if request.method == "POST" else 200
    return render(request, "funding/form.html", context, status=status)


TRANSFER = [{"kind": "holder_engineering"}, {"kind": "innovator_days"}]
FIELDS = (
    *("pilot_territory", "sites_sought", "minimum_options", "pledges_until", "report_months"),
    *("majority_percent", "quorum_percent", "initiated_by", "prescribed", "audience"),
    "presentation",
)


@signed_in_or_kept
@form_page
def change(request: HttpRequest, slug: str) -> HttpResponse:
    found = fetch_pool(request, slug, rules.can_run)
    sent = posted(request)
    initial = {name: getattr(found, name) for name in FIELDS}
    form = PoolForm(sent, leads=Organisation.objects.none(), pool=found, initial=initial)
    known = [
        {"kind": line.kind, "label": line.label, "amount_cents": line.amount_cents}
        for line in found.cost_lines.all()
    ]
    lines = COSTS(sent, prefix="lines", initial=known)
    context: dict[str, Any] = {
        "lines": lines, "card": found.initiative, "ready": readiness(found.initiative)
    }  # fmt: skip
    if request.method == "POST" and form.is_valid() and lines.is_valid():
        given = {name: form.cleaned_data[name] for name in FIELDS}
        return act(
            request, form,
            lambda data: acting.change_pool(found, costs=_costs(lines), **given),
            pool=found, title="", button="",
            done=_("C’est enregistré. Le porteur redonne son accord sur ce qui est écrit maintenant."),
            back=found, template="funding/form.html", **context,
        )  # fmt: skip
    status = 422 if request.method == "POST" else 200
    return render(
        request, "funding/form.html", {"form": form, "pool": found, **context}, status=status
    )


# --- steps --------------------------------------------------------------------------------------
@signed_in_or_kept
@require_POST
def agree(request: HttpRequest, slug: str) -> HttpResponse:
    found = fetch_pool(request, slug, rules.can_agree_as_holder)
    return press(
        request, lambda: acting.agree_as_holder(found, by=request.user),
        done=_("Votre accord est donné : le chef de file peut ouvrir aux options."), back=found,
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def open_pool(request: HttpRequest, slug: str) -> HttpResponse:
    found = fetch_pool(request, slug, rules.can_run)
    return press(
        request, lambda: acting.open_pool(found, by=request.user),
        done=_("La subvention d’essaimage est ouverte aux options : invitez des financeurs."), back=found,
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def start_pilot(request: HttpRequest, slug: str) -> HttpResponse:
    found = fetch_pool(request, slug, rules.can_run)
    return press(
        request, lambda: acting.start_pilot(found, by=request.user),
        done=_("Le pilote commence."), back=found,
    )  # fmt: skip


@signed_in_or_kept
@form_page
def close(request: HttpRequest, slug: str) -> HttpResponse:
    found = fetch_pool(request, slug, rules.can_run)
    silent = found.options.filter(state__in=[OptionState.PREPARED, OptionState.PLEDGED])
    until = found.confirm_until
    number = silent.count() if found.state == State.ACTIVATING else 0
    if not number or until is None:
        intro = ""
    elif found.is_late:
        intro = ngettext(
            "%(n)s option n’a pas eu de réponse avant la date limite : elle expire à la clôture, et son montant est libéré.",
            "%(n)s options n’ont pas eu de réponse avant la date limite : elles expirent à la clôture, et leurs montants sont libérés.",
            number,
        ) % {"n": number}
    else:
        intro = ngettext(
            "%(n)s option attend encore d’être confirmée ou déclinée : la clôture vient ensuite, ou après le %(day)s : elle expire alors, si rien n’en est dit.",
            "%(n)s options attendent encore d’être confirmées ou déclinées : la clôture vient ensuite, ou après le %(day)s : elles expirent alors, si rien n’en est dit.",
            number,
        ) % {"n": number, "day": date_format(until)}
    return act(
        request, CloseForm(posted(request)),
        lambda data: acting.close_pool(found, by=request.user, **data),
        pool=found, back=found, title=_("Clore la subvention d’essaimage"), button=_("Clore"),
        intro=intro,
        done=_("La subvention d’essaimage est close."),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def abandon(request: HttpRequest, slug: str) -> HttpResponse:
    found = fetch_pool(request, slug, rules.can_run)
    waiting = found.options.filter(state__in=[OptionState.PREPARED, OptionState.PLEDGED]).count()
    return act(
        request, AbandonForm(posted(request)),
        lambda data: acting.abandon(
            found, by=request.user, reason=data["reason"], lesson=data["lesson"],
            stop_sites=data["stop_sites"],
        ),
        pool=found, back=found, title=_("Abandonner, au titre du droit à l’erreur"),
        intro=_("Les options qui restent (%(n)s) seront libérées ; ce qui est engagé juridiquement ou versé reste au registre.")
        % {"n": waiting},
        button=_("Abandonner"), done=_("La subvention d’essaimage est abandonnée."),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def lesson(request: HttpRequest, slug: str) -> HttpResponse:
    found = fetch_pool(request, slug, rules.can_tell_lesson)
    return press(
        request, lambda: propose_lesson(found, by=request.user),
        done=_("La leçon est proposée à la fiche."), back=found,
    )  # fmt: skip
