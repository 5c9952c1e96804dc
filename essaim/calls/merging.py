"""Two organisations become one: never where both apply to a call that takes one application, nor
where both are on the same application."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from essaim.calls.models import Application, ApplicationState, Partner
from essaim.common.errors import DomainError
from essaim.people.models import Organisation
from essaim.people.signals import organisations_merged


def on_organisations_merged(
    sender: Any, kept: Organisation, other: Organisation, by: Any, **kwargs: Any
) -> None:
    living = Application.objects.exclude(state=ApplicationState.WITHDRAWN)
    both = living.filter(organisation__in=[kept, other]).values("call", "call__most_for_one")
    for row in both.order_by().annotate(n=Count("pk")):
        split = (
            living.filter(call=row["call"], organisation=other).exists()
            and living.filter(call=row["call"], organisation=kept).exists()
        )
        if split and row["n"] > row["call__most_for_one"]:
            raise DomainError(
                _("Ces deux organisations ont chacune leur candidature au même appel : retirez-en une.")
            )  # fmt: skip
    partners = Partner.objects.exclude(state__in=Partner.GONE)
    mine = partners.filter(organisation=kept).values("application")
    shared = partners.filter(organisation=other, application__in=mine)
    own = partners.filter(organisation=other, application__organisation=kept)
    theirs = partners.filter(organisation=kept, application__organisation=other)
    if shared.exists() or own.exists() or theirs.exists():
        raise DomainError(
            _("Ces deux organisations sont de la même candidature : l’une d’elles la quitte d’abord.")
        )  # fmt: skip


def register() -> None:
    organisations_merged.connect(on_organisations_merged, dispatch_uid="calls.merged")
