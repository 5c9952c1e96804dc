from __future__ import annotations

import datetime as dt

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe

from essaim.schemes.calendar import icalendar
from essaim.schemes.filters import read_filters
from essaim.schemes.finding import answering
from essaim.schemes.forms.directory import DirectoryForm
from essaim.schemes.models import Scheme, Window

# What ended long ago leaves calendars; the number bounds the answer, not the year.
KEPT = dt.timedelta(days=90)
MOST = 2000


@require_safe
@conditional_page
def calendar(request: HttpRequest) -> HttpResponse:
    """``/dispositifs/calendrier.ics``: the days of the schemes that the list would show."""
    filters = read_filters(DirectoryForm(request.GET))
    allowed = answering(filters.q, filters.apply(Scheme.objects.published()))
    recent = timezone.localdate() - KEPT
    windows = (
        Window.objects.filter(scheme__in=allowed.order_by().values("pk"))
        .filter(Q(closes_on__gte=recent) | Q(closes_on__isnull=True, opens_on__gte=recent))
        .select_related("scheme")
        .order_by("closes_on", "opens_on", "pk")[:MOST]
    )
    text = icalendar(
        windows,
        name=_("Dispositifs : dates de dépôt"),
        site=request.build_absolute_uri("/").rstrip("/"),
    )
    answer = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'inline; filename="dispositifs.ics"'
    return answer
