"""What people said of answers that were not for them: knowledge for managers, without names."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from essaim.calls.models import Call
from essaim.common.kept import signed_in_or_kept
from essaim.common.privacy import mask_personal
from essaim.funding.models import Pool
from essaim.initiatives.models import Initiative
from essaim.matching.forms import KnowledgeForm
from essaim.matching.models import Category, Dismissal
from essaim.matching.rules import can_read_board
from essaim.schemes.models import Scheme
from essaim.sponsorship.models import Sponsor

PER_PAGE = 30
KINDS = ("initiative", "scheme", "call", "pool", "sponsor")


def _objects(reader: Any, page: Any) -> dict[str, dict[int, tuple[str, str]]]:
    """(title, address) of what was set aside, by kind: what this reader may see of it, closed or
    ended since or not. One query for each kind, whatever the rows."""
    keys: dict[str, list[int]] = {kind: [] for kind in KINDS}
    for row in page:
        if row.kind in keys:
            keys[row.kind].append(row.object_id)
    cards = Initiative.objects.published().only("slug", "title")
    schemes = Scheme.objects.published().only("slug", "title")
    calls = Call.objects.visible_to(reader).only("slug", "title")
    pools = Pool.objects.visible_to(reader).select_related("initiative")
    sponsors = Sponsor.objects.visible_to(reader).select_related("user", "employer")
    return {
        "initiative": _titled(cards.in_bulk(keys["initiative"])),
        "scheme": _titled(schemes.in_bulk(keys["scheme"])),
        "call": _titled(calls.in_bulk(keys["call"])),
        "pool": {
            pk: (pool.initiative.title, pool.get_absolute_url())
            for pk, pool in pools.in_bulk(keys["pool"]).items()
        },
        # An agent who was set aside is not named to others for it.
        "sponsor": {
            pk: (
                _("Un agent de %(employer)s") % {"employer": one.employer.name},
                one.get_absolute_url(),
            )
            for pk, one in sponsors.in_bulk(keys["sponsor"]).items()
        },
    }


def _titled(found: dict[int, Any]) -> dict[int, tuple[str, str]]:
    return {pk: (each.title, each.get_absolute_url()) for pk, each in found.items()}


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
    objects = _objects(request.user, page)
    rows = []
    for row in page:
        about = objects.get(row.kind, {}).get(row.object_id)
        rows.append(
            {
                "row": row,
                "about": mask_personal(about[0]) if about else "",
                "url": about[1] if about else "",
                "text": mask_personal(row.text),
            }
        )
    counts = [(label, counted.get(value, 0)) for value, label in Category.choices]
    context = {"form": form, "page": page, "rows": rows, "counts": counts}
    return render(request, "matching/knowledge.html", context)
