"""Laureates, in public; what everyone who applied may do next."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from essaim.calls import after_rules, onward, results
from essaim.calls.actions import lessons
from essaim.calls.actions import onward as acting
from essaim.calls.actions.sites import begin_sites as begin
from essaim.calls.forms.support import CreditForm, LessonForm
from essaim.calls.models import RESULTS, Application, ApplicationState, Lesson
from essaim.calls.rules import can_write
from essaim.calls.sites import sites_of
from essaim.common.acts import form_page, posted, press, take
from essaim.common.kept import signed_in_or_kept
from essaim.common.personal_data import mask_personal_data
from essaim.replications.models import Replication

from .common import get_application, header
from .running import call_seen

PER_PAGE = 30


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """404 before the results: not even their number is known earlier."""
    call = call_seen(request, slug)
    if call.state not in RESULTS:
        raise Http404
    found = results.published().filter(call=call).order_by("title", "pk")
    shown = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    keys = [each.pk for each in shown]
    return render(
        request,
        "calls/results.html",
        {
            **header(request, call, "results"),
            "page": shown,
            "laureates": results.laureates(Application.objects.filter(pk__in=keys)),
            "totals": results.totals(call),
            "mentions": results.credited(results.mentions(call)),
        },
    )


def _own(request: HttpRequest, pk: int) -> Application:
    """Of one's side, who write it."""
    written = Application.objects.written_by(request.user).for_detail()  # type: ignore[attr-defined]
    found: Application = get_object_or_404(written, pk=pk)
    return found


@signed_in_or_kept
@require_safe
def next_steps(request: HttpRequest, pk: int) -> HttpResponse:
    """After the results, whatever they are: nobody is left with a refusal alone."""
    found = _own(request, pk)
    known = after_rules.is_known(found)
    context: dict[str, Any] = {
        "application": found,
        "call": found.call,
        "known": known,
        "won": known and found.state == ApplicationState.LAUREATE,
        "schemes": onward.schemes(found),
        "calls": onward.calls(found),
        "lesson": Lesson.objects.filter(application=found).first(),
        "may_tell": after_rules.can_tell_lesson(request.user, found),
        "may_credit": known and after_rules.can_choose_credit(request.user, found),
        "credit": getattr(found, "credit", None),
        "need": _need_query(found),
        **sites_shown(request, found),
    }
    return render(request, "calls/next_steps.html", context)


def _need_query(found: Application) -> str:
    """What the form of a need begins with; contacts stay out of an address."""
    said = next((answer for _question, answer in acting.texts(found)), "")
    words = mask_personal_data(f"{found.title}. {said}"[:900], "")
    query = {"q": words}
    if found.territory is not None:
        query["territory"] = found.territory.address
    return urlencode(query)


@signed_in_or_kept
@require_POST
def write_card(request: HttpRequest, pk: int) -> HttpResponse:
    found = _own(request, pk)
    card = acting.write_card(found, by=request.user)
    return redirect("initiatives:overview", card.slug)


def sites_shown(request: HttpRequest, found: Application) -> dict[str, Any]:
    """Of a laureate that takes an initiative up: its sites, and whether they may be begun."""
    if found.adopts_id is None or not after_rules.is_known(found):
        return {}
    rows = list(sites_of(found))
    visible = Replication.objects.visible_to(request.user)
    opens = set(visible.filter(pk__in=[each.pk for each in rows]).values_list("pk", flat=True))
    return {
        "sites": [(each, each.pk in opens) for each in rows],
        "may_begin": after_rules.can_begin_sites(request.user, found),
        "takes_up": found.state == ApplicationState.LAUREATE,
    }


@signed_in_or_kept
@require_POST
def begin_sites(request: HttpRequest, pk: int) -> HttpResponse:
    seen = Application.objects.visible_to(request.user).for_detail()  # type: ignore[attr-defined]
    found = get_object_or_404(seen, pk=pk)
    if not (can_write(request.user, found) or after_rules.can_plan(request.user, found)):
        raise PermissionDenied
    written = can_write(request.user, found)
    back = "calls:next_steps" if written or not hasattr(found, "support") else "calls:support"
    if not written and back == "calls:next_steps":
        back = "calls:application"

    def do() -> None:
        for reason in begin(found, by=request.user).left:
            messages.warning(request, reason)

    return press(
        request, do, done=_("Les reprises sont commencées : chacun est invité à donner son accord."),
        back=back, pk=pk,
    )  # fmt: skip


@signed_in_or_kept
@form_page
def credit(request: HttpRequest, pk: int) -> HttpResponse:
    found = _own(request, pk)
    if not after_rules.can_choose_credit(request.user, found):
        raise PermissionDenied
    known = getattr(found, "credit", None)
    form = CreditForm(posted(request), initial={"is_named": bool(known and known.is_named)})
    return take(
        request, form, lambda data: lessons.choose_credit(found, by=request.user, **data),
        done=_("Votre choix est enregistré."), back=onward_url(found), template="calls/act_after.html",
        call=found.call, application=found, title=_("Être nommé parmi les lauréats"),
        button=_("Enregistrer"),
        intro=_("Sans votre accord, la page des résultats dit « une personne » et le titre du projet. Vous pouvez changer d’avis à tout moment."),
    )  # fmt: skip


def onward_url(found: Application) -> str:
    return reverse("calls:next_steps", args=[found.pk])


@signed_in_or_kept
@form_page
def lesson(request: HttpRequest, pk: int) -> HttpResponse:
    """Its author writes it; those who run the call read it and give the mention."""
    found = get_application(request, pk, "lesson")
    known = Lesson.objects.filter(application=found).first()
    if not can_write(request.user, found):
        if known is None:
            raise Http404
        return render(
            request, "calls/lesson.html",
            {"application": found, "call": found.call, "lesson": known,
             "may_mention": after_rules.can_plan(request.user, found)},
        )  # fmt: skip
    if not after_rules.can_tell_lesson(request.user, found):
        raise PermissionDenied
    names = ("tried", "failed", "advice", "is_public")
    form = LessonForm(
        posted(request), initial={name: getattr(known, name) for name in names} if known else {}
    )
    card = onward.card_of(found)
    return take(
        request, form, lambda data: lessons.tell_lesson(found, by=request.user, **data),
        done=_("Merci : ce que vous avez appris servira à d’autres."), back=onward_url(found),
        template="calls/lesson_form.html", call=found.call, application=found, lesson=known,
        may_propose=bool(known and known.is_public and card and card.publication == "published"),
        card=card,
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def mention(request: HttpRequest, pk: int) -> HttpResponse:
    """Give it, or take it back (``given=0``)."""
    found = get_application(request, pk, "lesson")
    if not after_rules.can_plan(request.user, found):
        raise PermissionDenied
    given = request.POST.get("given") != "0"
    return press(
        request, lambda: lessons.mention(found, by=request.user, is_given=given),
        done=_("La mention est donnée.") if given else _("La mention est retirée."),
        back="calls:lesson", pk=pk,
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def propose_lesson(request: HttpRequest, pk: int) -> HttpResponse:
    found = _own(request, pk)
    return press(
        request, lambda: lessons.propose_lesson(found, by=request.user),
        done=_("La proposition est envoyée à ceux qui écrivent la fiche."),
        back="calls:lesson", pk=pk,
    )  # fmt: skip
