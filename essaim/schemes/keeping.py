"""What the directory holds about a person: that they wrote an entry, and its contact."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from essaim.people import personal_data
from essaim.people.models import User
from essaim.schemes.models import Scheme


def register_keeping() -> None:
    personal_data.register(
        "schemes",
        schemes_of,
        label=_("Dispositifs"),
        labels={"schemes": _("Dispositifs que j’ai ajoutés à l’annuaire")},
    )


def schemes_of(user: User) -> dict[str, Any]:
    rows = Scheme.objects.filter(author=user).order_by("pk")
    return {
        "schemes": rows.values(
            "title", "contact", "publication", "decision", "created_at", "updated_at"
        )
    }
