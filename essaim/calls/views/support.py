"""The support plan of a laureate: prepared, followed, closed."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import F, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from essaim.calls import access, after_rules
from essaim.calls.actions import ending
from essaim.calls.actions import support as acting
from essaim.calls.forms.support import ClosingForm, FollowUpForm, PlanForm
from essaim.calls.models import Application, Officer, Support, SupportState
from essaim.calls.selection import left_out, workable
from essaim.common.acts import form_page, posted, press, take
from essaim.common.kept import signed_in_or_kept
from essaim.people.models import User

from .common import header
from .results import sites_shown
from .running import call_run, page_name

PER_PAGE = 30


@signed_in_or_kept
@require_safe
def supports(request: HttpRequest, slug: str) -> HttpResponse:
    """All plans of a call, late reports first; laureates without a plan."""
    call = call_run(request, slug)
    mine = workable(call, request.user)
    found = Support.objects.filter(application__in=mine.values("pk")).for_list()  # type: ignore[attr-defined]
    late = F("next_report_on").asc(nulls_last=True)
    page = Paginator(found.order_by(late, "application__title", "pk"), PER_PAGE)
    # Prepared with its decision, a plan is announced with its laureate.
    chosen = Q(state="laureate") | Q(
        call__state="deciding", state__in=["eligible", "in_reading"], decision__outcome="laureate"
    )
    without = mine.filter(chosen, support=None).select_related("organisation")
    return render(
        request,
        "calls/supports.html",
        {
            **header(request, call, "support"),
            "page": page.get_page(request.GET.get("page")),
            "without": without.order_by("title", "pk")[:PER_PAGE],
            "left_out": left_out(call, request.user),
        },
    )


@signed_in_or_kept
@require_POST
def begin(request: HttpRequest, slug: str) -> HttpResponse:
    call = call_run(request, slug)
    return press(
        request, lambda: ending.begin_support(call, by=request.user),
        done=_("L’accompagnement commence : écrivez le plan de chaque lauréat."), back="calls:supports", slug=slug,
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def archive(request: HttpRequest, slug: str) -> HttpResponse:
    call = call_run(request, slug)
    return press(
        request, lambda: ending.archive(call, by=request.user), done=_("L’appel est archivé."),
        back="calls:supports", slug=slug,
    )  # fmt: skip


def _plan(request: HttpRequest, pk: int) -> Support:
    seen = Support.objects.visible_to(request.user).for_detail()  # type: ignore[attr-defined]
    found: Support = get_object_or_404(seen, application=pk)
    return found


@signed_in_or_kept
@require_safe
def support(request: HttpRequest, pk: int) -> HttpResponse:
    plan = _plan(request, pk)
    plans = after_rules.can_plan(request.user, plan.application)
    if plans:
        access.record(
            plan.application.call, by=request.user, what="support", application=plan.application
        )
    return render(
        request,
        "calls/support.html",
        {
            "plan": plan,
            "application": plan.application,
            "call": plan.application.call,
            "may_plan": plans,
            "may_report": after_rules.can_report(request.user, plan),
            "running": plan.state == SupportState.RUNNING,
            **sites_shown(request, plan.application),
        },
    )


def _planned(request: HttpRequest, pk: int) -> Application:
    """Submitted, of a call that this person runs, and without a link."""
    seen = Application.objects.visible_to(request.user).for_detail()  # type: ignore[attr-defined]
    found: Application = get_object_or_404(seen, pk=pk)
    if not after_rules.can_plan(request.user, found):
        raise PermissionDenied
    access.record(found.call, by=request.user, what=page_name(request), application=found)
    return found


@signed_in_or_kept
@form_page
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    found = _planned(request, pk)
    known = Support.objects.filter(application=found).prefetch_related("milestones").first()
    names = (
        "version",
        "who",
        "adviser",
        "days",
        "starts_on",
        "ends_on",
        "content",
        "report_months",
    )
    initial: dict[str, Any] = {"version": 0, "starts_on": timezone.localdate()}
    if known is not None:
        initial |= {name: getattr(known, name) for name in names}
        initial["milestones"] = [
            f"{row.title} = {row.due_on:%Y-%m-%d}" if row.due_on else row.title
            for row in known.milestones.all()
        ]
    form = PlanForm(posted(request), advisers=_advisers(found, request.user), initial=initial)
    public = known is not None and known.state != SupportState.PLANNED
    return take(
        request, form, lambda data: acting.save_plan(found, by=request.user, **data),
        done=_("Le plan d’accompagnement est enregistré."), back=_back(found),
        template="calls/act_after.html", call=found.call, application=found,
        title=_("Plan d’accompagnement"), button=_("Enregistrer le plan"),
        intro=_("Qui accompagne, combien de jours, jusqu’à quels jalons : cela figure sur la page des lauréats.")
        if public or after_rules.is_known(found)
        else _("Préparé maintenant, il est annoncé avec les lauréats, au même instant. Si la candidature n’est pas retenue, il disparaît."),
    )  # fmt: skip


def _back(found: Application) -> str:
    return reverse("calls:support", args=[found.pk])


def _advisers(found: Application, user: Any) -> Any:
    named = Officer.objects.filter(call=found.call_id).values("user")
    people = list(User.objects.filter(Q(pk__in=named) | Q(pk=user.pk), is_active=True))
    linked = {
        each.pk
        for each in people
        if Application.objects.linked_to(each).filter(pk=found.pk).exists()  # type: ignore[attr-defined]
    }
    return User.objects.filter(pk__in=[each.pk for each in people if each.pk not in linked])


@signed_in_or_kept
@form_page
def report(request: HttpRequest, pk: int) -> HttpResponse:
    found = _plan(request, pk)
    if not after_rules.can_report(request.user, found):
        raise PermissionDenied
    last = found.follow_ups.first()
    initial: dict[str, Any] = {"on": timezone.localdate()}
    if last is not None:
        initial["indicators"] = [f"{row.name} = {row.value}" for row in last.indicators.all()]
    return take(
        request, FollowUpForm(posted(request), initial=initial),
        lambda data: acting.report(found.application, by=request.user, **data),
        done=_("Le bilan est envoyé."), back=found, template="calls/act_after.html",
        call=found.application.call, application=found.application, title=_("Bilan d’étape"),
        button=_("Envoyer le bilan"),
        intro=_("Court : ce qui est fait, appris, difficile. Lu par ceux qui conduisent l’appel et par vos partenaires ; ne nommez pas les personnes accompagnées."),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def close(request: HttpRequest, pk: int) -> HttpResponse:
    found = _planned(request, pk)
    known = Support.objects.filter(application=found).first()
    if known is None:
        raise Http404
    initial = {name: getattr(known, name) for name in ("outcome", "review", "advice")}
    return take(
        request, ClosingForm(posted(request), initial=initial),
        lambda data: acting.close(found, by=request.user, **data),
        done=_("L’accompagnement est terminé."), back=known, template="calls/act_after.html",
        call=found.call, application=found, title=_("Clore l’accompagnement"),
        button=_("Clore l’accompagnement"),
        intro=_("L’issue est publique ; le texte est lu par le lauréat et par ceux qui conduisent l’appel. Un projet arrêté n’a pas de conséquence pour son porteur."),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def open_again(request: HttpRequest, pk: int) -> HttpResponse:
    found = _planned(request, pk)
    return press(
        request, lambda: acting.open_again(found, by=request.user),
        done=_("L’accompagnement est rouvert."), back="calls:support", pk=pk,
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def reach(request: HttpRequest, pk: int, milestone: int) -> HttpResponse:
    """Said reached, or not (``reached=0``)."""
    found = _plan(request, pk)
    done = request.POST.get("reached") != "0"
    return press(
        request,
        lambda: acting.reach(found.application, milestone, by=request.user, is_reached=done),
        done=_("Le jalon est dit atteint.") if done else _("Le jalon n’est plus dit atteint."),
        back="calls:support", pk=pk,
    )  # fmt: skip
