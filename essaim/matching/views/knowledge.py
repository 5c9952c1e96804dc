"""What people said of answers that were not for them: knowledge for managers, without names."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from essaim.common.kept import signed_in_or_kept
from essaim.common.privacy import mask_personal
from essaim.initiatives.models import Initiative
from essaim.matching.forms import KnowledgeForm
from essaim.matching.models import Category, Dismissal
from essaim.matching.rules import can_read_board
from essaim.schemes.models import Scheme

PER_PAGE = 30


@signed_in_or_kept
@require_safe
def knowledge(request: HttpRequest) -> HttpResponse:
    """Counts and words only where every member may read the need they were said of."""
    if not can_read_board(request.user):
        raise PermissionDenied
    form = KnowledgeForm(request.GET)
    counted = dict(
        Dismissal.objects.shared().order_by().values_list("category").annotate(n=Count("pk"))
    )
    found = Dismissal.objects.shared().select_related("need__territory").order_by("-at", "-pk")
    if form.is_valid() and form.cleaned_data["category"]:
        found = found.filter(category=form.cleaned_data["category"])
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    keys = {
        kind: [row.object_id for row in page if row.kind == kind]
        for kind in ("initiative", "scheme")
    }
    objects: dict[str, dict[int, Any]] = {
        "initiative": Initiative.objects.published()
        .only("slug", "title")
        .in_bulk(keys["initiative"]),
        "scheme": Scheme.objects.published().only("slug", "title").in_bulk(keys["scheme"]),
    }
    rows = []
    for row in page:
        about = objects.get(row.kind, {}).get(row.object_id)
        rows.append(
            {
                "row": row,
                "about": mask_personal(about.title) if about else "",
                "url": about.get_absolute_url() if about else "",
                "text": mask_personal(row.text),
            }
        )
    counts = [(label, counted.get(value, 0)) for value, label in Category.choices]
    context = {"form": form, "page": page, "rows": rows, "counts": counts}
    return render(request, "matching/knowledge.html", context)
