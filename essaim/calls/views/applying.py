"""The applicant’s side: one’s applications, their beginning, their page."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from essaim.calls import clock, rules
from essaim.calls.actions import applying, writing
from essaim.calls.cards import card_of
from essaim.calls.eligibility import checks
from essaim.calls.forms.applying import EssentialsForm, StartForm
from essaim.calls.models import Application, ApplicationState
from essaim.calls.reading import (
    applicant_name,
    form_change,
    lacks,
    progress,
    sections_of,
)
from essaim.calls.steps import next_for_application
from essaim.common.acts import form_page, posted, press, take
from essaim.common.kept import signed_in_or_kept
from essaim.following.actions.reading import mark_subject_read

from .common import get_application, get_call, get_own

PER_PAGE = 20


@signed_in_or_kept
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Those I write, and those that my organisations sign; the ones to finish first."""
    found = Application.objects.of_side(request.user).for_list()
    page = Paginator(found.order_by("-created_at", "-pk"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    rows = [(each, applicant_name(each), clock.ends_at(each)) for each in page]
    return render(request, "calls/mine.html", {"page": page, "rows": rows})


@signed_in_or_kept
@form_page
def start(request: HttpRequest, slug: str) -> HttpResponse:
    call = get_call(request, slug)
    user: Any = request.user
    form = StartForm(posted(request), call=call, user=user)
    own = Application.objects.written_by(user).filter(call=call)
    living = list(own.exclude(state=ApplicationState.WITHDRAWN).for_list()[:50])

    def refused() -> str:
        if not call.is_taking:
            return _("Cet appel ne prend pas de candidature en ce moment.")
        if (
            call.administration_id
            and call.administration
            and not rules.is_agent_of(user, call.administration)
        ):
            return rules.why_not_apply(user, call, None) or _(
                "Cet appel est réservé aux agents de %(name)s."
            ) % {"name": call.administration.name}
        if not form.has_applicant:
            return _("Aucune de vos organisations n’est de celles que cet appel admet.")
        return ""

    return take(
        request, form,
        lambda data: applying.start(call, by=user, **data),
        done=_("Votre candidature est commencée : elle s’enregistre à mesure que vous écrivez."),
        back=call, onward=lambda made: made, template="calls/start.html", call=call,
        living=living, refused=refused(), closes=_closes(call),
    )  # fmt: skip


def _closes(call: Any) -> str:
    return clock.shown(call.closes_at, call) if call.closes_at else ""


@signed_in_or_kept
@require_safe
def application(request: HttpRequest, pk: int) -> HttpResponse:
    """Where it stands; for its writers what is done and what lacks; for partners and for those who
    run the call what was submitted."""
    found = get_application(request, pk)
    user: Any = request.user
    if request.method == "GET":
        mark_subject_read(user, "call_application", str(found.pk))
    writes = rules.can_write(user, found)
    sections = sections_of(found) if writes else []
    ends = clock.ends_at(found)
    what, who, by_when = next_for_application(found)
    versions = list(found.versions.all())
    context = {
        "application": found,
        "call": found.call,
        "applicant": applicant_name(found),
        "writes": writes,
        "carries": writes and rules.can_carry(user, found),
        "signs": writes and rules.can_sign(user, found),
        "instructs": not writes and rules.can_instruct(user, found),
        "sections": sections,
        "lacks": lacks(found, sections) if writes and found.is_writable else None,
        "progress": progress(sections),
        "done": sum(section.is_done for section in sections),
        "checks": checks(found, sections) if writes else [],
        "change": form_change(found) if writes else None,
        "in_time": clock.is_in_time(found),
        "not_yet": clock.not_yet(found),
        "ends": clock.shown(ends, found.call) if ends else "",
        "next": (what, who, clock.shown(by_when, found.call) if by_when else ""),
        "partners": list(found.partners.select_related("organisation", "territory")),
        "versions": versions,
        "asked_since": _asked_since(found, versions),
        "before_decision": found.state in _LIVING,
        "completion": found.completions.waiting().first()
        if found.state == ApplicationState.TO_COMPLETE
        else None,
    }
    return render(request, "calls/application.html", context)


_LIVING = {
    ApplicationState.DRAFT, ApplicationState.SUBMITTED, ApplicationState.TO_COMPLETE,
    ApplicationState.ELIGIBLE, ApplicationState.IN_READING,
}  # fmt: skip


def _asked_since(found: Application, versions: list[Any]) -> bool:
    """The form has changed since it was submitted: it stands, and may be completed in time."""
    return bool(
        versions
        and found.state == ApplicationState.SUBMITTED
        and versions[0].form_number < found.call.form_number
    )


@signed_in_or_kept
@form_page
def essentials(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_own(request, pk)
    form = EssentialsForm(posted(request), application=found, user=request.user)
    return take(
        request, form,
        lambda data: applying.save_essentials(found, by=request.user, **data),
        done=_("L’essentiel est enregistré."), back=found, template="calls/applying_act.html",
        application=found, call=found.call, title=_("L’essentiel"), button=_("Enregistrer"),
        intro=_("De quoi il s’agit. Changer d’initiative ne perd rien de ce que vous avez écrit."),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def accept_form(request: HttpRequest, pk: int) -> HttpResponse:
    """The changes of the form were read."""
    found = get_own(request, pk)
    text = request.POST.get("number", "")
    number = int(text) if text.isdecimal() and len(text) < 9 else 0
    return press(
        request, lambda: writing.accept_form(found, by=request.user, number=number),
        done=_("C’est noté : ce qui est nouveau est demandé avec le reste."), back=found,
    )  # fmt: skip


@signed_in_or_kept
@form_page
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_own(request, pk)
    if not rules.can_sign(request.user, found):
        raise PermissionDenied
    if request.method == "POST":
        return press(
            request, lambda: applying.withdraw(found, by=request.user), back=found,
            done=_("La candidature est retirée."),
        )  # fmt: skip
    context = {
        "application": found, "call": found.call, "possible": found.state in _LIVING,
    }  # fmt: skip
    return render(request, "calls/withdraw.html", context)


@signed_in_or_kept
@require_safe
def help_on_replication(request: HttpRequest, pk: int) -> HttpResponse:
    """The guide, the diagnosis and a sponsor, beside the draft."""
    from essaim.initiatives.models import Fact
    from essaim.scaling.models import Diagnosis
    from essaim.scaling.questions import QUESTIONS

    found = get_own(request, pk)
    card = card_of(found)
    latest = None
    if card is not None:
        seen = Diagnosis.objects.visible_to(request.user).concluded().filter(initiative=card)
        latest = seen.order_by("-concluded_at", "-pk").first()
    ready = None
    if card is not None:
        fact = Fact.objects.filter(initiative=card, kind=Fact.Kind.READINESS).first()
        ready = fact.value.get("ready") if fact else None
    context = {
        "application": found, "call": found.call, "card": card, "latest": latest, "ready": ready,
        "questions": QUESTIONS,
        "facilitator": _("Pour « %(title)s », nous demandons un animateur : penser ce qui se transmet et ce qui s’adapte, avant de déposer.")
        % {"title": found.title},
        "question": _("Je prépare une candidature à « %(call)s » : « %(title)s ». Qui pourrait m’aider à penser sa reprise sur d’autres territoires, et par quelle procédure ?")
        % {"call": found.call.title, "title": found.title},
    }  # fmt: skip
    return render(request, "calls/replication_help.html", context)
