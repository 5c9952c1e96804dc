"""The API, version 1: what is public, for all; drafts and writing, with a token."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext, gettext_lazy
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from essaim.common.errors import DomainError
from essaim.open_data.api import (
    figure_reads,
    meeting_reads,
    own,
    part_reads,
    place_reads,
    scaling_reads,
)
from essaim.open_data.problems import Problem

# A lazy text where the library's types say a plain one.
_: Any = gettext_lazy
api = NinjaAPI(
    title="Essaim",
    version="1",
    description=_(
        "Ce que la plateforme montre à tous, en lecture libre ; l’écriture demande un jeton."
        " Les territoires sont désignés par leur code officiel."
    ),
    docs_url=None,
    openapi_url=None,
    urls_namespace="api-1",
)
# All write in one router: an address is taken by one.
assert all(
    each.router is own.router
    for each in (figure_reads, meeting_reads, part_reads, place_reads, scaling_reads)
)
api.add_router("", own.router)


@api.exception_handler(Problem)
def on_problem(request: HttpRequest, problem: Any) -> HttpResponse:
    answer: HttpResponse = problem.answer()
    return answer


@api.exception_handler(ValidationError)
def on_validation(request: HttpRequest, error: Any) -> HttpResponse:
    where = [
        {"where": ".".join(str(part) for part in e["loc"][1:]), "detail": str(e["msg"])}
        for e in error.errors
    ]
    return Problem(422, errors=where).answer()


@api.exception_handler(HttpError)
def on_http_error(request: HttpRequest, error: Any) -> HttpResponse:
    return Problem(error.status_code, str(error)).answer()


@api.exception_handler(Http404)
def on_missing(request: HttpRequest, error: Any) -> HttpResponse:
    return Problem(
        404, gettext("Rien de public à cette adresse, ou rien que ce jeton puisse lire.")
    ).answer()


@api.exception_handler(DomainError)
def on_refusal(request: HttpRequest, error: Any) -> HttpResponse:
    """A rule of the product says no, as it would on a page."""
    errors = [{"where": error.field, "detail": str(error.message)}] if error.field else []
    return Problem(422 if error.field else 409, str(error.message), errors=errors).answer()
