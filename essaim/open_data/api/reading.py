"""What a request asks: parameters as the site's own forms read them, and bodies in JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal
from itertools import islice
from typing import Any, TypeVar

import jsonschema
from django import forms
from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from essaim.open_data import cursors
from essaim.open_data.problems import Problem

LISTING = ("limit", "cursor", "count")
BODY_BYTES = 2 * 1024 * 1024
_YES, _NO = {"true", "1", "on"}, {"false", "0"}

F = TypeVar("F", bound=forms.Form)


def problems_of(errors: Iterable[tuple[str, str]]) -> Problem:
    found = [{"where": where, "detail": str(detail)} for where, detail in errors]
    return Problem(422, found[0]["detail"] if found else "", errors=found)


def conform(value: Any, schema: dict[str, Any]) -> None:
    """What does not follow the published schema, each with its place. Raises Problem."""
    found = jsonschema.Draft202012Validator(schema).iter_errors(value)
    errors = [(_place(error.absolute_path), _why(error)) for error in islice(found, 50)]
    if errors:
        raise problems_of(sorted(errors))


def _place(path: Iterable[str | int]) -> str:
    parts = [f"[{each}]" if isinstance(each, int) else f".{each}" for each in path]
    return "".join(parts).removeprefix(".")


def _why(error: jsonschema.ValidationError) -> str:
    asked: Any = error.validator_value
    if error.validator == "type":
        kinds = " / ".join([asked] if isinstance(asked, str) else asked)
        return _("Type attendu : %(kinds)s.") % {"kinds": kinds}
    if error.validator == "maxLength":
        return _("%(n)s caractères au plus.") % {"n": asked}
    if error.validator == "enum":
        values = ", ".join(str(each) for each in asked[:20])
        return _("Une de ces valeurs : %(values)s.") % {"values": values}
    return _("Ne suit pas le schéma publié (« %(rule)s »).") % {"rule": error.validator}


def parameters(
    request: HttpRequest,
    known: Iterable[str],
    several: Iterable[str] = (),
    *,
    paged: bool = True,
) -> QueryDict:
    """The query string, if it asks nothing else and each thing once: a mistyped filter would
    otherwise answer everything. ``lang`` and an empty value of a text are let through."""
    names, lists = {*known, *(LISTING if paged else ()), "lang"}, set(several)
    errors = [
        (name, _("Paramètre inconnu. Connus : %(names)s.") % {"names": ", ".join(sorted(names))})
        for name in request.GET
        if name not in names
    ]
    errors += [
        (name, _("Ce paramètre se donne une fois."))
        for name, values in request.GET.lists()
        if name in names and name not in lists and len(values) > 1
    ]
    if errors:
        raise problems_of(errors)
    return request.GET


def filters(
    request: HttpRequest, form_class: type[F], without: Iterable[str] = (), **options: Any
) -> F:
    """A bound form of the site, every value of which was understood. Raises Problem."""
    fields = {n: f for n, f in form_class.base_fields.items() if n not in set(without)}
    several = [n for n, f in fields.items() if isinstance(f, forms.MultipleChoiceField)]
    given = parameters(request, fields, several).copy()
    errors = []
    for name, field in fields.items():
        if name not in given:
            continue
        if isinstance(field, forms.BooleanField):
            value = str(given[name]).lower()
            if value not in _YES | _NO:
                errors.append((name, _("« true » ou « false » est attendu.")))
            elif value in _NO:
                del given[name]
            else:
                given[name] = "on"
        elif not isinstance(field, forms.CharField) and "" in given.getlist(name):
            errors.append((name, _("Une valeur est attendue.")))
        elif "\x00" in "".join(given.getlist(name)):
            errors.append((name, _("Caractère interdit.")))
    form: Any = form_class(given, **options)
    criteria = getattr(form, "criteria", None)  # adds what it alone can find
    if callable(criteria):
        form.read = criteria()
    else:
        form.is_valid()
    errors += [(n, str(e)) for n, found in form.errors.items() for e in found if n != "__all__"]
    if errors:
        raise problems_of(dict(reversed(errors)).items())
    return form  # type: ignore[no-any-return]


def whole(request: HttpRequest, name: str, default: int, low: int, high: int) -> int:
    text = request.GET.get(name)
    if text is None:
        return default
    # At most as many digits as anything here is written with: what is read is what is checked.
    usable = text.isascii() and text.removeprefix("-").isdigit() and len(text) <= 12
    if not usable or not low <= int(text) <= high:
        raise problems_of(
            [(name, _("Un nombre de %(low)s à %(high)s est attendu.") % {"low": low, "high": high})]
        )
    return int(text)


def flag(request: HttpRequest, name: str) -> bool:
    text = request.GET.get(name)
    if text is None:
        return False
    if text.lower() not in _YES | _NO:
        raise problems_of([(name, _("« true » ou « false » est attendu."))])
    return text.lower() in _YES


def limit(request: HttpRequest) -> int:
    known = settings.OPEN_DATA
    return whole(request, "limit", known["page"], 1, known["largest_page"])


def query_of(request: HttpRequest) -> str:
    """Names the list that is asked, whatever the page of it."""
    pairs = sorted(
        (name, tuple(values))
        for name, values in request.GET.lists()
        if name not in {*LISTING, "lang"}
    )
    return cursors.digest(request.path, pairs)


def position(request: HttpRequest) -> list[Any] | None:
    text = request.GET.get("cursor")
    return cursors.read(text, query_of(request)) if text is not None else None


def body(request: HttpRequest) -> dict[str, Any]:
    """The JSON object that was sent. Raises Problem."""
    kind = (request.content_type or "").lower()
    if kind != "application/json" and not kind.endswith("+json"):
        raise Problem(415, _("Envoyez « Content-Type: application/json »."))
    try:
        length = int(request.headers.get("Content-Length") or 0)
    except ValueError:
        length = 0
    if length > BODY_BYTES or len(raw := request.body) > BODY_BYTES:
        raise Problem(413, _("%(mb)s Mo au plus.") % {"mb": BODY_BYTES // 1024 // 1024})
    try:
        value = json.loads(raw, parse_constant=_refuse, parse_float=Decimal)
        # Halves of characters are written nowhere.
        json.dumps(value, ensure_ascii=False, default=str).encode()
    except (ValueError, RecursionError):
        raise Problem(400, _("Le corps n’est pas du JSON bien formé, en UTF-8.")) from None
    if not isinstance(value, dict):
        raise problems_of([("", _("Un objet est attendu, entre accolades."))])
    return value


def _refuse(constant: str) -> Any:
    raise ValueError(constant)
