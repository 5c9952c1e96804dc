"""What a funder must publish of its grants: what remains, by when, what is done."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from essaim.common.acts import form_page, posted
from essaim.common.kept import signed_in_or_kept
from essaim.funding import rules
from essaim.funding.actions import publishing as acting
from essaim.funding.forms.options import PublishedForm
from essaim.funding.models import LegalAct
from essaim.funding.scdl import for_scdl, lines_of

from .common import act, fetch_option

PER_PAGE = 50


def _acts(user: Any) -> Any:
    """Of the organisations whose mandate this person holds; the oldest first."""
    mine = LegalAct.objects.filter(option__funder__in=rules.mandate_keys(user))
    return mine.order_by("on", "pk")


def _whole(acts: Any) -> Any:
    return for_scdl(acts).select_related("publication")


@signed_in_or_kept
@require_safe
def publications(request: HttpRequest) -> HttpResponse:
    done = request.GET.get("faites") == "oui"
    rows = _acts(request.user)
    rows = rows.filter(publication__isnull=False) if done else rows.to_publish()
    # Keys alone are sorted and counted: a funder of many grants has thousands of wide rows.
    page = Paginator(rows.values_list("pk", flat=True), PER_PAGE).get_page(request.GET.get("page"))
    shown = LegalAct.objects.filter(pk__in=list(page)).for_line().order_by("on", "pk")
    context = {
        "page": page,
        "rows": [(row, acting.due_on(row)) for row in shown],
        "done": done,
        "today": timezone.localdate(),
    }
    return render(request, "funding/publications.html", context)


@signed_in_or_kept
@require_safe
def publications_export(request: HttpRequest) -> HttpResponse:
    """What remains to be published, ready to be."""
    rows = _whole(_acts(request.user).to_publish())
    response = HttpResponse(lines_of(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="subventions-a-publier.csv"'
    return response


@signed_in_or_kept
@form_page
def mark(request: HttpRequest, slug: str, pk: int, number: int) -> HttpResponse:
    found = fetch_option(request, slug, pk, rules.is_funder_of)
    row: LegalAct = get_object_or_404(found.acts.select_related("publication"), pk=number)
    known = getattr(row, "publication", None)
    initial = {"on": known.on, "url": known.url} if known else {"on": timezone.localdate()}
    return act(
        request, PublishedForm(posted(request), initial=initial),
        lambda data: acting.mark_published(row, by=request.user, **data) and None,
        pool=found.pool, option=found, back=found,
        title=_("Dire que la subvention est publiée"), button=_("Enregistrer"),
        intro=_("Où chacun peut lire les données essentielles de l’acte « %(act)s ».")
        % {"act": row.reference},
        done=_("C’est noté : cette subvention est publiée."),
    )  # fmt: skip
