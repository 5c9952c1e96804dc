"""What a token lets its bearer read and write: what they may on the pages, and no more.

A token never carries the powers of a programme manager. One of an organisation reaches what is
that organisation's, and nothing else of the person who made it.
"""

from __future__ import annotations

from copy import copy
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _

from essaim.initiatives import rules as card_rules
from essaim.initiatives.models import Initiative, InitiativeQuerySet, Publication
from essaim.needs.models import Need, NeedQuerySet
from essaim.open_data.models import ApiToken, Scope
from essaim.open_data.problems import Problem, scope_missing
from essaim.open_data.records.common import NOBODY


def token_of(request: HttpRequest) -> ApiToken | None:
    return getattr(request, "api_token", None)


def demand(request: HttpRequest, scope: str) -> ApiToken:
    """The token, if it has this scope. Raises Problem."""
    token = token_of(request)
    if token is None:
        raise Problem(
            401,
            _("Envoyez un jeton : « Authorization: Bearer essaim_… »."),
            headers={"WWW-Authenticate": 'Bearer realm="api"'},
        )
    if scope not in token.scopes:
        raise scope_missing(scope)
    return token


def _reads(request: HttpRequest) -> ApiToken | None:
    token = token_of(request)
    return token if token is not None and Scope.READ in token.scopes else None


def reader(request: HttpRequest) -> Any:
    """Whose eyes personal data are masked for."""
    token = _reads(request)
    return as_anyone(token) if token is not None and not token.organisation_id else NOBODY


def as_anyone(token: ApiToken) -> Any:
    """The bearer as a person among others. Never saved."""
    user = copy(token.user)
    user.is_manager = user.is_superuser = user.is_staff = False
    return user


def own_cards(token: ApiToken) -> InitiativeQuerySet:
    """Those that the bearer may write."""
    if token.organisation_id is not None:
        return Initiative.objects.filter(holder=token.organisation_id)
    return Initiative.objects.written_by(token.user)


def readable_cards(request: HttpRequest) -> InitiativeQuerySet:
    token = token_of(request)
    if token is None or not {Scope.READ.value, Scope.WRITE_CARDS.value} & set(token.scopes):
        return Initiative.objects.published()
    mine = own_cards(token).values("pk")
    return Initiative.objects.filter(Q(publication=Publication.PUBLISHED) | Q(pk__in=mine))


def writes_card(request: HttpRequest, card: Initiative) -> bool:
    """Whether the whole of it, contact included, is the bearer's to read."""
    token = token_of(request)
    if token is None or not {Scope.READ.value, Scope.WRITE_CARDS.value} & set(token.scopes):
        return False
    return may_write(token, card)


def may_write(token: ApiToken, card: Initiative) -> bool:
    if token.organisation_id is not None:
        return card.holder_id == token.organisation_id
    return bool(card_rules.is_of_the_team(token.user, card))


def own_needs(token: ApiToken) -> NeedQuerySet:
    needs = Need.objects.visible_to(as_anyone(token)).filter(author=token.user)
    if token.organisation_id is not None:
        return needs.filter(organisation=token.organisation_id)
    return needs


def readable_needs(request: HttpRequest) -> NeedQuerySet:
    token = token_of(request)
    public = Need.objects.visible_to(NOBODY)
    if token is None or not {Scope.READ.value, Scope.WRITE_NEEDS.value} & set(token.scopes):
        return public
    mine = own_needs(token).values("pk")
    visible = Need.Visibility.PUBLIC
    return Need.objects.exclude(state=Need.State.WITHDRAWN).filter(
        Q(visibility=visible) | Q(pk__in=mine)
    )
