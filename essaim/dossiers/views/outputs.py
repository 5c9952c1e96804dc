"""A submitted version as PDF, as data, its budget as a table; and the schema of the data."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie

from essaim.common import spreadsheets
from essaim.common.kept import signed_in_or_kept
from essaim.common.spreadsheets import Cell
from essaim.dossiers.accounts import account_label, in_order
from essaim.dossiers.document import version_document
from essaim.dossiers.export import as_data
from essaim.dossiers.schema import file_schema

from .readers import fetch_version

DUMPS = {"ensure_ascii": False, "indent": 2}


@require_safe
@cache_control(public=True, max_age=3600)
@vary_on_cookie
def schema(request: HttpRequest) -> JsonResponse:
    """The JSON Schema of a file, in the reader's language."""
    address = request.build_absolute_uri(reverse("dossiers:schema"))
    return JsonResponse(
        file_schema(address), json_dumps_params=DUMPS,
        content_type="application/schema+json; charset=utf-8",
    )  # fmt: skip


@signed_in_or_kept
@require_safe
def version_json(request: HttpRequest, pk: int, number: int) -> JsonResponse:
    found, row = fetch_version(request, pk, number)
    address = request.build_absolute_uri(reverse("dossiers:schema"))
    response = JsonResponse(as_data(found, row, schema=address), json_dumps_params=DUMPS)
    response["Content-Disposition"] = f'attachment; filename="dossier-{pk}-v{number}.json"'
    return response


@signed_in_or_kept
@require_safe
def version_pdf(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    found, row = fetch_version(request, pk, number)
    response = HttpResponse(version_document(found, row), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="dossier-{pk}-v{number}.pdf"'
    return response


@signed_in_or_kept
@require_safe
def budget_csv(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    _found, row = fetch_version(request, pk, number)
    lines = in_order(row.content["blocks"]["budget"]["lines"])

    def rows() -> Iterator[list[Cell]]:
        yield [_("Sens"), _("Compte"), _("Intitulé du compte"), _("Libellé"), _("Montant (€)")]
        for line in lines:
            yield [
                _("charge") if line["side"] == "charge" else _("produit"), line["account"],
                account_label(line), line["label"], Decimal(line["amount_cents"]) / 100,
            ]  # fmt: skip

    return spreadsheets.download(  # type: ignore[return-value]
        rows(), kind=spreadsheets.CSV, name=f"budget-{pk}-v{number}"
    )
