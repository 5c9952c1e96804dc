"""Errors of the API in one shape: application/problem+json (RFC 9457)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

CONTENT_TYPE = "application/problem+json"
DOCS = "/api/v1/docs"

TITLES: dict[int, tuple[str, Any]] = {
    400: ("bad-request", gettext_lazy("La demande ne se lit pas.")),
    401: ("not-authenticated", gettext_lazy("Un jeton valide est nécessaire.")),
    403: ("not-allowed", gettext_lazy("Ce jeton ne permet pas cela.")),
    404: ("not-found", gettext_lazy("Rien à cette adresse.")),
    405: ("method-not-allowed", gettext_lazy("Cette adresse ne prend pas cette méthode.")),
    406: ("not-acceptable", gettext_lazy("Ce format n’existe pas ici.")),
    409: ("conflict", gettext_lazy("L’objet ne s’y prête plus.")),
    412: ("changed-meanwhile", gettext_lazy("L’objet a changé depuis que vous l’avez lu.")),
    413: ("too-large", gettext_lazy("La demande est trop grande.")),
    415: ("not-json", gettext_lazy("Le corps doit être en JSON.")),
    422: ("not-valid", gettext_lazy("La demande n’est pas valable.")),
    429: ("too-many-requests", gettext_lazy("Trop de demandes.")),
    500: ("server-error", gettext_lazy("Erreur du service.")),
    503: ("unavailable", gettext_lazy("Service momentanément indisponible.")),
}


class Problem(Exception):
    """Raised anywhere below /api; becomes the answer. ``errors``: [{"where", "detail"}], where
    is a parameter's name or a place in the body (``economics[2].low``)."""

    def __init__(
        self,
        status: int,
        detail: Any = "",
        *,
        errors: Iterable[dict[str, str]] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = list(errors)
        self.headers = headers or {}

    def answer(self) -> HttpResponse:
        slug, title = TITLES.get(self.status, TITLES[400 if self.status < 500 else 500])
        body: dict[str, Any] = {
            "type": f"{DOCS}#{slug}",
            "title": str(title),
            "status": self.status,
        }
        if self.detail:
            body["detail"] = str(self.detail)
        if self.errors:
            body["errors"] = self.errors
        response = HttpResponse(
            json.dumps(body, ensure_ascii=False), status=self.status, content_type=CONTENT_TYPE
        )
        for name, value in self.headers.items():
            response[name] = value
        return response


def scope_missing(scope: str) -> Problem:
    return Problem(403, _("Il faut la permission « %(scope)s ».") % {"scope": scope})
