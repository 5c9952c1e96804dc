"""What needs hold about a person, and what goes when they leave."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from essaim.needs.actions import erase_withdrawn, forget_author
from essaim.needs.models import Need
from essaim.people import personal_data, retention
from essaim.people.models import User
from essaim.people.signals import account_deleted


def register_keeping() -> None:
    personal_data.register(
        "needs", needs_of, label=_("Besoins"), labels={"needs": _("Besoins que j’ai écrits")}
    )
    retention.register(
        retention.Rule(
            "withdrawn_needs",
            _("Traces des besoins retirés"),
            _(
                "Le temps de dire à qui les lisait qu’ils ont été retirés ; leur texte part tout de suite."
            ),
            erase_withdrawn,
        )
    )
    account_deleted.connect(on_account_deleted, dispatch_uid="needs.account_deleted")


def needs_of(user: User) -> dict[str, Any]:
    return {
        "needs": Need.objects.filter(author=user).values(
                "id", "text", "for_whom", "count_min", "count_max", "count_unit", "tried",
                "budget_min", "budget_max", "staff_days", "needed_by", "state", "answer",
                "visibility", "territory__name", "organisation__name",
                "created_at", "updated_at",
            )
    }  # fmt: skip


def on_account_deleted(sender: Any, user: User, **kwargs: Any) -> None:
    forget_author(user)
