"""What workshops hold about a person; it goes with their account."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from essaim.modelling.models import Sorting
from essaim.people import personal_data
from essaim.people.models import User


def register_keeping() -> None:
    personal_data.register(
        "modelling",
        sorted_by,
        label=_("Ateliers de modélisation"),
        labels={"sorted": _("Composantes que j’ai classées")},
    )


def sorted_by(user: User) -> dict[str, Any]:
    return {
        "sorted": Sorting.objects.filter(user=user)
            .order_by("pk")
            .values(
                "workshop__initiative__title", "component__name", "kind", "without", "why",
                "red_line", "at",
            )
    }  # fmt: skip
