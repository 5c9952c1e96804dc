"""Two organisations become one: never where each has its own file for the same object."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.dossiers.models import Application, State
from essaim.people.models import Organisation
from essaim.people.signals import organisations_merged


def on_organisations_merged(
    sender: Any, kept: Organisation, other: Organisation, by: Any, **kwargs: Any
) -> None:
    living = Application.objects.exclude(state=State.WITHDRAWN)
    both = living.filter(organisation=kept).values("applies_to")
    if living.filter(organisation=other, applies_to__in=both).exists():
        raise DomainError(
            _(
                "Ces deux organisations ont chacune leur dossier pour la même demande : retirez-en un."
            )
        )


def register() -> None:
    organisations_merged.connect(on_organisations_merged, dispatch_uid="dossiers.merged")
