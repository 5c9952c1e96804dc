"""What a pool gives to read: its documents, its press sheet."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from essaim.common.acts import form_page, posted, press
from essaim.common.kept import signed_in_or_kept
from essaim.funding import rules
from essaim.funding.actions import papers as acting
from essaim.funding.forms.pools import PaperForm
from essaim.funding.models import PoolDocument
from essaim.funding.press import press_sheet

from .common import act, as_attachment, fetch_pool


@signed_in_or_kept
@form_page
def add(request: HttpRequest, slug: str) -> HttpResponse:
    pool = fetch_pool(request, slug, rules.can_add_paper)
    form = PaperForm(
        posted(request), request.FILES if request.method == "POST" else None,
        initial={"audience": PoolDocument.Audience.POOL},
    )  # fmt: skip

    def do(given: dict[str, Any]) -> None:
        file = given.pop("file")
        acting.add_paper(
            pool, by=request.user, file=file.file, file_name=file.name, file_size=file.size,
            **given,
        )  # fmt: skip

    return act(
        request, form, do, pool=pool, back=pool, title=_("Ajouter un document"),
        intro=_("Par exemple : le règlement du groupement, un projet de convention, le rapport d’un site."),
        button=_("Ajouter"), done=_("Le document est ajouté."), upload=True,
    )  # fmt: skip


def _found(request: HttpRequest, slug: str, pk: int) -> PoolDocument:
    pool = fetch_pool(request, slug)
    seen = PoolDocument.objects.visible_to(request.user).filter(pool=pool)
    found: PoolDocument = get_object_or_404(seen, pk=pk)
    return found


@require_safe
def paper(request: HttpRequest, slug: str, pk: int) -> FileResponse:
    found = _found(request, slug, pk)
    return as_attachment(found.file, found.file_name, found.media_type)


@signed_in_or_kept
@require_POST
def remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    pool = fetch_pool(request, slug, rules.can_add_paper)
    found = _found(request, slug, pk)
    return press(
        request, lambda: acting.remove_paper(found), done=_("Le document est retiré."), back=pool
    )


@require_safe
def sheet(request: HttpRequest, slug: str) -> HttpResponse:
    """Every funder credited; from the opening on."""
    pool = fetch_pool(request, slug)
    if pool.opened_on is None:
        raise Http404
    address = request.build_absolute_uri(pool.get_absolute_url())
    response = HttpResponse(press_sheet(pool, address), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="presse-{pool.slug}.pdf"'
    return response
