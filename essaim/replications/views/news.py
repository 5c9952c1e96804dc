"""The quarterly form: signed in, or by a personal link. Nothing is recorded by a GET."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from essaim.common.acts import form_page, posted, press
from essaim.common.errors import DomainError
from essaim.common.kept import forget_kept_text, signed_in_or_kept
from essaim.modelling.models import SheetLine
from essaim.people.views.signed_in import person
from essaim.replications import rules
from essaim.replications.actions import reporting
from essaim.replications.forms.news import ReportForm, TargetsForm, values_of
from essaim.replications.models import LeftText, Replication, Report, ReportLink

from .common import act, fetch


@require_safe
def reports(request: HttpRequest, pk: int) -> HttpResponse:
    """Quarter by quarter, what was told and what is still to tell."""
    site = fetch(request, pk, rules.can_read_news)
    told = {each.quarter: each for each in site.reports.for_list()}
    rows = [
        {"quarter": quarter, "label": Report(quarter=quarter).quarter_label,
         "address": _address(site, quarter), "report": told.get(quarter)}
        for quarter in reporting.quarters_of(site)
    ]  # fmt: skip
    return render(
        request,
        "replications/reports.html",
        {
            "replication": site, "card": site.initiative, "rows": rows,
            "can_follow": rules.can_follow(request.user, site) and site.is_standing,
        },
    )  # fmt: skip


def _address(site: Replication, quarter: dt.date) -> str:
    return reverse("replications:report", args=[site.pk, quarter.year, (quarter.month + 2) // 3])


@form_page
@signed_in_or_kept
def report(request: HttpRequest, pk: int, year: int, quarter: int) -> HttpResponse:
    site = fetch(request, pk)
    if not 1 <= quarter <= 4 or not 2000 <= year <= 2200:
        raise Http404
    if request.method != "POST" and not rules.can_follow(request.user, site):
        # What is sent by who left is refused by the action, with its words and the text kept.
        raise PermissionDenied
    return _page(request, site, dt.date(year, 3 * quarter - 2, 1), by=person(request), link=None)


@form_page
@never_cache
def report_link(request: HttpRequest, token: str) -> HttpResponse:
    """For the person it was sent to; it opens this form and nothing else."""
    link = reporting.find_link(token)
    if link is None:
        return render(
            request, "replications/link_flawed.html",
            {"flaw": _("Ce lien n’est pas valable, ou ne l’est plus.")}, status=404,
        )  # fmt: skip
    if flaw := link.flaw():
        over = flaw == ReportLink.Flaw.OVER
        return render(
            request,
            "replications/link_flawed.html",
            {
                "flaw": ReportLink.Flaw(flaw).label,
                "address": None if over else _address(link.replication, link.quarter),
                "label": Report(quarter=link.quarter).quarter_label,
            },
            status=410,
        )
    response = _page(request, link.replication, link.quarter, by=link.user, link=link)
    # The address is a secret: it is told to no other site.
    response["Referrer-Policy"] = "no-referrer"
    return response


def _page(
    request: HttpRequest, site: Replication, quarter: dt.date, *, by: Any, link: ReportLink | None
) -> HttpResponse:
    targets = list(site.targets.all())
    known = site.reports.for_list().filter(quarter=quarter).first()
    before = None
    left = LeftText.objects.filter(replication=site, quarter=quarter).first()
    if known is None:
        before = site.reports.for_list().filter(quarter__lt=quarter).first()
    initial: dict[str, Any] = {}
    if known is not None:
        initial = values_of(known, whole=True)
    elif before is not None:
        initial = values_of(before, whole=False)
    if left is not None:
        initial |= left.typed
    ask = "ask" in request.POST
    form = ReportForm(posted(request), targets=targets, ask=ask, initial=initial)
    figures: list[str] = []
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            reporting.save_report(
                site, quarter, by=by, beneficiaries=given["beneficiaries"], done=given["done"],
                difficulties=given["difficulties"], costs=form.costs(), values=form.values(),
                confirmed=bool(given.get("confirmed")), link=link,
            )  # fmt: skip
        except reporting.UnusualError as error:
            figures = error.figures
            form = ReportForm(request.POST, targets=targets, ask=True)
            form.is_valid()
            form.add_error("confirmed", error.message)
        except reporting.LeftError as error:
            typed = {name: str(v) for name, v in request.POST.items() if name in form.fields and v}
            reporting.keep_left(site, quarter, typed, by=by)
            form.add_error(None, error.message)
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            forget_kept_text(request)
            if link is not None:
                return render(request, "replications/link_thanks.html", {"replication": site})
            messages.success(request, _("Vos nouvelles sont enregistrées. Merci."))
            return redirect("replications:reports", site.pk)
    return render(
        request,
        "replications/report.html",
        {
            "replication": site, "card": site.initiative, "form": form, "figures": figures,
            "label": Report(quarter=quarter).quarter_label, "known": known, "before": before,
            "left": left, "link": link, "by": by,
        },
        status=422 if request.method == "POST" else 200,
    )  # fmt: skip


@form_page
@signed_in_or_kept
def targets(request: HttpRequest, pk: int) -> HttpResponse:
    site = fetch(request, pk, rules.can_follow)
    indicators = list(
        SheetLine.objects.filter(
            sheet__initiative=site.initiative_id, topic=SheetLine.Topic.INDICATOR
        )
    )
    known = {each.indicator_id: each for each in site.targets.all() if each.indicator_id}
    form = TargetsForm(posted(request), indicators=indicators, known=known)
    return act(
        request, form, lambda given: reporting.set_targets(site, form.given()),
        title=_("Fixer les objectifs"), button=_("Enregistrer"), done=_("C’est enregistré."),
        back=site.get_absolute_url(), card=site.initiative, replication=site,
        intro=_("Les indicateurs sont ceux de la modélisation, avec la même définition.")
        if indicators
        else _("La modélisation de cette fiche ne donne encore aucun indicateur."),
    )  # fmt: skip


@require_POST
@signed_in_or_kept
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """The site's figures become a proof on the card, at the level they can carry."""
    site = fetch(request, pk, rules.can_stop)
    return press(
        request,
        lambda: reporting.publish_results(site, by=person(request)),
        done=_("Les résultats figurent parmi les preuves de la fiche."),
        back=site.get_absolute_url(),
    )
