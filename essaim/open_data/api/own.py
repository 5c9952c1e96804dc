"""With a token: what is the bearer's own, and writing it by the same actions as the pages."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pghistory
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext, gettext_lazy

from essaim.initiatives.actions.cards import lock_card
from essaim.initiatives.actions.publication import submit_card
from essaim.needs.actions import Content, change_need, state_need
from essaim.needs.forms import DETAILS, NeedForm
from essaim.needs.models import Need
from essaim.open_data import conditional
from essaim.open_data.actions import writing
from essaim.open_data.api import access, document, reading
from essaim.open_data.api.listing import listing
from essaim.open_data.api.open_reads import PAGE, card_answer, card_of, router
from essaim.open_data.models import ApiToken, Scope
from essaim.open_data.problems import Problem
from essaim.open_data.records import cards, others
from essaim.open_data.records.common import NOBODY, api
from essaim.open_data.tables import NEEDS

# A lazy text where the library's types say a plain one.
_: Any = gettext_lazy
OWN = ["own"]  # of the document
KEY = {
    "name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "format": "uuid"},
    "description": _("Un UUID : le même envoyé deux fois ne crée qu’un objet."),
}  # fmt: skip
MATCH = {
    "name": "If-Match", "in": "header", "schema": {"type": "string"},
    "description": _("L’ETag de la lecture : 412 si l’objet a changé depuis."),
}  # fmt: skip
ME = {
    "type": "object",
    "required": ["token", "scopes", "expires_at", "organisation"],
    "properties": {
        "token": {"type": "string"},
        "scopes": {"type": "array", "items": {"type": "string"}},
        "expires_at": {"type": "string", "format": "date-time"},
        "organisation": {"type": ["string", "null"]},
        "organisation_siren": {"type": ["string", "null"]},
    },
}
_NEED_FIELDS: dict[str, Any] = {
    "text": {"type": "string", "minLength": 1, "maxLength": 5000},
    "visibility": {"type": "string", "enum": list(Need.Visibility.values)},
    "territory": {"type": "string"},
    "theme": {"type": "string"},
    "for_whom": {"type": "string", "maxLength": 300},
    "count_min": {"type": "integer", "minimum": 0, "maximum": 100_000_000},
    "count_max": {"type": "integer", "minimum": 0, "maximum": 100_000_000},
    "count_unit": {"type": "string", "maxLength": 60},
    "tried": {"type": "string", "maxLength": 3000},
    "budget_min": {"type": "number", "minimum": 0},
    "budget_max": {"type": "number", "minimum": 0},
    "staff_days": {"type": "integer", "minimum": 0, "maximum": 100_000_000},
    "needed_by": {"type": "string", "format": "date"},
}
NEW_NEED = {
    "type": "object",
    "required": ["text", "visibility"],
    "properties": _NEED_FIELDS,
    "additionalProperties": False,
}
CHANGED_NEED = {
    "type": "object",
    "minProperties": 1,
    "properties": _NEED_FIELDS,
    "additionalProperties": False,
}


@router.get("me", tags=OWN, summary=_("Ce que ce jeton permet"),
            openapi_extra=document.operation(ME, scope=Scope.READ.value))  # fmt: skip
def get_me(request: HttpRequest) -> HttpResponse:
    token = access.demand(request, Scope.READ)
    organisation = token.organisation
    value = {
        "token": token.name,
        "scopes": token.scopes,
        "expires_at": token.expires_at.isoformat(),
        "organisation": organisation.name if organisation else None,
        "organisation_siren": (organisation.siren or None) if organisation else None,
    }
    return conditional.answer(request, value)


@router.get("me/initiatives", tags=OWN, summary=_("Les fiches que vous écrivez, brouillons compris"),
            openapi_extra=document.operation(document.page_of(document.CARD), parameters=PAGE,
                                         problems=(422,), scope=Scope.READ.value))  # fmt: skip
def list_my_initiatives(request: HttpRequest) -> HttpResponse:
    token = access.demand(request, Scope.READ)
    reading.parameters(request, ())
    mine = access.own_cards(token)
    return listing(
        request, mine, ["-id"], lambda found: found,
        fetched=lambda keys: cards.records(keys, mine),
    )  # fmt: skip


@router.get("me/needs", tags=OWN, summary=_("Vos besoins, privés compris"),
            openapi_extra=document.operation(document.page_of(document.of_table(NEEDS)), parameters=PAGE,
                                         problems=(422,), scope=Scope.READ.value))  # fmt: skip
def list_my_needs(request: HttpRequest) -> HttpResponse:
    token = access.demand(request, Scope.READ)
    reading.parameters(request, ())
    whose = access.reader(request)
    return listing(
        request, access.own_needs(token).for_list(), ["-created_at", "-id"],
        lambda rows: [others.need(row, whose) for row in rows],
    )  # fmt: skip


# --- cards ------------------------------------------------------------------------------
@router.post("initiatives", tags=OWN, summary=_("Écrire un brouillon de fiche"),
             openapi_extra=document.operation(
                 document.CARD, status=201, scope=Scope.WRITE_CARDS.value,
                 problems=(400, 409, 413, 415, 422), parameters=[KEY],
                 body=document.card_body(new=True)))  # fmt: skip
def create_initiative(request: HttpRequest) -> HttpResponse:
    token = access.demand(request, Scope.WRITE_CARDS)
    reading.parameters(request, ())
    record = reading.body(request)
    _checked(record, title="", summary="", new=True)
    record.pop("reason", None)
    try:
        written = writing.write_new_card(
            record, key=_key(request), token=token, by=access.as_anyone(token)
        )
    except writing.NotValid as error:
        raise _not_valid(error) from None
    answer = card_answer(request, written.card.slug, status=201 if written.created else 200)
    answer["Location"] = api(f"initiatives/{written.card.slug}")
    return answer


@router.patch("initiatives/{slug:slug}", tags=OWN, summary=_("Changer les champs donnés d’une fiche"),
              openapi_extra=document.operation(
                  document.CARD, scope=Scope.WRITE_CARDS.value, parameters=[MATCH],
                  problems=(400, 404, 409, 412, 413, 415, 422),
                  body=document.card_body(new=False)))  # fmt: skip
def update_initiative(request: HttpRequest, slug: str) -> HttpResponse:
    token = access.demand(request, Scope.WRITE_CARDS)
    reading.parameters(request, ())
    record = reading.body(request)
    if not record:
        raise reading.problems_of([("", gettext("Rien à changer."))])
    reason = record.pop("reason", "")
    if not isinstance(reason, str):
        raise reading.problems_of([("reason", gettext("Un texte est attendu."))])
    if "\x00" in reason:
        raise reading.problems_of([("reason", gettext("Caractère interdit."))])
    with transaction.atomic():
        # Locked before it is compared: of two that read the same card, the second is told so.
        card = lock_card(_writable(request, token, slug))
        _check_match(request, card_answer(request, slug))
        _checked(record, title=card.title, summary=card.summary, new=False)
        try:
            writing.change_card(
                card, record, token=token, by=access.as_anyone(token), reason=reason
            )
        except writing.NotValid as error:
            raise _not_valid(error) from None
    return card_answer(request, slug)


@router.post("initiatives/{slug:slug}/submit", tags=OWN, summary=_("Soumettre un brouillon"),
             openapi_extra=document.operation(document.CARD, scope=Scope.WRITE_CARDS.value,
                                          problems=(404, 409, 422)))  # fmt: skip
def submit_initiative(request: HttpRequest, slug: str) -> HttpResponse:
    token = access.demand(request, Scope.WRITE_CARDS)
    reading.parameters(request, ())
    submit_card(_writable(request, token, slug), by=access.as_anyone(token))
    return card_answer(request, slug)


def _writable(request: HttpRequest, token: ApiToken, slug: str) -> Any:
    card = card_of(request, slug)
    if not access.may_write(token, card):
        raise Problem(403, gettext("Cette fiche n’est pas à vous."))
    return card


def _checked(record: dict[str, Any], *, title: str, summary: str, new: bool) -> None:
    """What the format refuses, in its words; then what it would mend in a file and the published
    schema does not promise: a program is told, since it can do better. Raises Problem."""
    said = {name: value for name, value in record.items() if name != "reason"}
    try:
        writing.read(said, title=title, summary=summary)
    except writing.NotValid as error:
        raise _not_valid(error) from None
    reading.conform(record, document.card_body(new=new))


def _check_match(request: HttpRequest, now: HttpResponse) -> None:
    wanted = request.headers.get("If-Match")
    if wanted is None or wanted.strip() == "*":
        return
    if now.headers.get("ETag") not in [part.strip() for part in wanted.split(",")]:
        raise Problem(412, gettext("Relisez l’objet, puis envoyez votre changement."))


def _key(request: HttpRequest) -> uuid.UUID:
    given = request.headers.get("Idempotency-Key")
    if given is None:
        return uuid.uuid4()
    try:
        return uuid.UUID(given)
    except ValueError:
        raise reading.problems_of([("Idempotency-Key", gettext("Un UUID est attendu."))]) from None


def _not_valid(error: writing.NotValid) -> Problem:
    return reading.problems_of((issue.field, issue.reason) for issue in error.issues)


# --- needs ------------------------------------------------------------------------------
@router.post("needs", tags=OWN, summary=_("Exprimer un besoin"),
             openapi_extra=document.operation(
                 document.of_table(NEEDS), status=201, scope=Scope.WRITE_NEEDS.value,
                 problems=(400, 409, 413, 415, 422), parameters=[KEY], body=NEW_NEED))  # fmt: skip
def create_need(request: HttpRequest) -> HttpResponse:
    token = access.demand(request, Scope.WRITE_NEEDS)
    reading.parameters(request, ())
    content = _content(reading.body(request), token)
    with pghistory.context(user=token.user_id, action="api", token=token.pk):
        need = state_need(token.user, content, submission=_key(request))
    return _need_answer(request, token, need, 201)


@router.patch("needs/{int:number}", tags=OWN, summary=_("Changer un de vos besoins"),
              openapi_extra=document.operation(
                  document.of_table(NEEDS), scope=Scope.WRITE_NEEDS.value, parameters=[MATCH],
                  problems=(400, 404, 409, 412, 413, 415, 422), body=CHANGED_NEED))  # fmt: skip
def update_need(request: HttpRequest, number: int) -> HttpResponse:
    token = access.demand(request, Scope.WRITE_NEEDS)
    reading.parameters(request, ())
    given = reading.body(request)
    if not given:
        raise reading.problems_of([("", gettext("Rien à changer."))])
    need = get_object_or_404(access.readable_needs(request).for_list(), pk=number)
    if not access.own_needs(token).filter(pk=need.pk).exists():
        raise Problem(403, gettext("Ce besoin n’est pas à vous."))
    _check_match(request, _need_answer(request, token, need, 200))
    # No field of the API names it: what the page said of it stays.
    content = replace(_content(_as_given(need) | given, token), organisation=need.organisation)
    with pghistory.context(user=token.user_id, action="api", token=token.pk):
        need = change_need(need, content, version=need.version)
    return _need_answer(request, token, need, 200)


def _need_answer(request: HttpRequest, token: ApiToken, need: Need, status: int) -> HttpResponse:
    found = Need.objects.for_list().get(pk=need.pk)
    whose = access.reader(request) if Scope.READ in token.scopes else NOBODY
    answer = conditional.answer(request, others.need(found, whose))
    if status == 201:
        answer.status_code = status
        answer["Location"] = api(f"needs/{need.pk}")
    return answer


def _as_given(need: Need) -> dict[str, Any]:
    """What the need says, as a program would have sent it; blanks left out."""
    values: dict[str, Any] = {
        "text": need.text,
        "visibility": need.visibility,
        "territory": need.territory.address if need.territory else None,
        "theme": need.theme.slug if need.theme else None,
        **{name: getattr(need, name) for name in DETAILS},
    }
    return {name: value for name, value in values.items() if value not in (None, "")}


def _content(given: dict[str, Any], token: ApiToken) -> Content:
    """What the page's own form understands of it. Raises Problem."""
    errors: list[tuple[str, str]] = [
        (name, gettext("Champ inconnu.")) for name in given if name not in _NEED_FIELDS
    ]
    for name, value in given.items():
        kind = _NEED_FIELDS.get(name, {}).get("type")
        right = {
            "string": isinstance(value, str),
            "integer": isinstance(value, int) and not isinstance(value, bool),
            "number": isinstance(value, int | Decimal) and not isinstance(value, bool),
        }.get(kind, True)
        if not (right or isinstance(value, Decimal | dt.date)):
            errors.append((name, gettext("Ce type de valeur n’est pas attendu.")))
    if errors:
        raise reading.problems_of(errors)
    data = {name: _as_typed(value) for name, value in given.items()}
    form = NeedForm(data, user=NOBODY)
    choices: Any = form.fields["visibility"]
    choices.choices = Need.Visibility.choices
    if not form.is_valid():
        raise reading.problems_of((n, str(e)) for n, found in form.errors.items() for e in found)
    content = form.content()
    if token.organisation is not None:
        content = replace(content, organisation=token.organisation)
    return content


def _as_typed(value: Any) -> str:
    """Without an exponent, which no form reads."""
    plain = isinstance(value, Decimal) and abs(value.adjusted()) < 30
    return f"{value:f}" if plain else str(value)
