"""The directory of sponsors, a profile, and what they taught that may serve again."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Case, Q, When
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from essaim.common.kept import signed_in_or_kept
from essaim.common.listing import filters_in_place
from essaim.sponsorship import rules
from essaim.sponsorship.forms import DirectoryForm, SponsorsForm
from essaim.sponsorship.models import Advice, Sponsor
from essaim.territories.models import Containment, Territory

PER_PAGE = 20
MOST_WORDS = 10


def name_for(reader: Any, sponsor: Sponsor) -> str:
    """Signed-in people read names; others those who chose to be named in public."""
    person = sponsor.user
    if person.name and (reader.is_authenticated or person.name_is_public):
        return str(person.name)
    return _("Un agent de %(employer)s") % {"employer": sponsor.employer.name}


@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    form, found = _found(request, request.GET)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": [(sponsor, name_for(request.user, sponsor)) for sponsor in page],
        **filters_in_place(request, form, page, lambda asked: _found(request, asked)[1]),
    }
    return render(request, "sponsorship/directory.html", context)


def _found(request: HttpRequest, asked: QueryDict) -> tuple[SponsorsForm, Any]:
    """The sponsors that these filters keep."""
    form = SponsorsForm(asked)
    found: Any = Sponsor.objects.directory().with_load().for_list()
    found = found.order_by("territory__sort_name", "pk")
    if form.is_valid():
        found = _filtered(request, found, form.cleaned_data)
    return form, found


def _filtered(request: HttpRequest, found: Any, given: dict[str, Any]) -> Any:
    for word in given["q"].split()[:MOST_WORDS]:
        holds = (
            Q(employer__name__unaccent__icontains=word)
            | Q(presentation__unaccent__icontains=word)
            | Q(territory__name__unaccent__icontains=word)
            | Q(themes__name__unaccent__icontains=word)
        )
        # A name that the reader may not read is not found by either.
        named = Q(user__name__unaccent__icontains=word)
        holds |= named if request.user.is_authenticated else named & Q(user__name_is_public=True)
        found = found.filter(pk__in=Sponsor.objects.filter(holds).values("pk"))
    if given["territory"]:
        found = found.filter(territory__in=Territory.objects.keys_touching(given["territory"]))
    if given["theme"]:
        found = found.filter(themes=given["theme"])
    if given["knowledge"]:
        found = found.filter(knowledge__contains=[given["knowledge"]])
    if given["language"]:
        found = found.filter(languages__contains=[given["language"]])
    if given["free"]:
        free = Sponsor.objects.present().with_room().order_by()
        found = found.filter(pk__in=[each.pk for each in free])
    if given["territory"]:
        found = _by_place(found, given["territory"])
    return found


def _by_place(found: Any, territory: Territory) -> Any:
    """Who covers the place, then who knows a part of it, then who is of the whole country."""
    above = Containment.objects.filter(descendant=territory).values("ancestor")
    return found.annotate(
        reach=Case(
            When(territory__kind="country", then=2),
            When(Q(territory=territory) | Q(territory__in=above), then=0),
            default=1,
        )
    ).order_by("reach", "territory__sort_name", "pk")


@require_safe
def sponsor(request: HttpRequest, pk: int) -> HttpResponse:
    visible = Sponsor.objects.visible_to(request.user).for_detail().with_load()
    found: Any = get_object_or_404(visible, pk=pk)
    context = {
        "sponsor": found,
        "name": name_for(request.user, found),
        "is_self": rules.is_self(request.user, found),
        "has_room": found.load < found.capacity,
    }
    return render(request, "sponsorship/sponsor.html", context)


@signed_in_or_kept
@require_safe
def lessons(request: HttpRequest) -> HttpResponse:
    """What sponsors told that may serve others, without names."""
    form = DirectoryForm(request.GET)
    found = Advice.objects.exclude(shared="").select_related("request__territory", "request__theme")
    if form.is_valid():
        given = form.cleaned_data
        for word in given["q"].split()[:MOST_WORDS]:
            found = found.filter(
                Q(shared__unaccent__icontains=word) | Q(shared_title__unaccent__icontains=word)
            )
        if given["territory"]:
            keys = Territory.objects.keys_touching(given["territory"])
            found = found.filter(request__territory__in=keys)
        if given["theme"]:
            found = found.filter(request__theme=given["theme"])
        if given["knowledge"]:
            found = found.filter(request__knowledge=given["knowledge"])
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "sponsorship/lessons.html", {"form": form, "page": page})
