"""``essaim erase_withdrawn_texts``: empty, in the history itself, the texts that were withdrawn."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.core.management.base import BaseCommand
from django.db import models, transaction

from essaim.initiatives.models import InitiativeEvent, Withdrawal  # type: ignore[attr-defined]
from essaim.initiatives.sections import PART_LISTS, SECTIONS
from essaim.people import audit


class Command(BaseCommand):
    help = (
        "Empty the withdrawn texts of cards in their history, for good. Run by the operator, as "
        "the database's owner: the application may not. Idempotent."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        using = "owner" if "owner" in settings.DATABASES else "default"
        count = 0
        with transaction.atomic(using=using):
            for withdrawal in Withdrawal.objects.using(using).order_by("pk"):
                count += erase(withdrawal, using)
        self.stdout.write(f"{count} rows of history emptied.")


def erase(withdrawal: Withdrawal, using: str) -> int:
    section = SECTIONS[withdrawal.section]
    rows = InitiativeEvent.objects.using(using).filter(
        pgh_obj=withdrawal.initiative_id, pgh_id__range=(withdrawal.first, withdrawal.last)
    )
    count = _empty(rows, section.columns)
    of_that_time = models.Q(pgh_created_at__lte=withdrawal.last_at) | models.Q(pgh_label="delete")
    for name in section.lists:
        part = PART_LISTS[name]
        for model in audit.histories("initiatives"):
            if model.pgh_tracked_model is part.model:  # type: ignore[attr-defined]
                rows = model._default_manager.using(using).filter(
                    of_that_time,
                    initiative=withdrawal.initiative_id,
                    pgh_created_at__gte=withdrawal.first_at,
                )
                count += _empty(rows, part.fields)
    return count


def _empty(rows: Any, columns: tuple[str, ...]) -> int:
    """Free text only: what is chosen from a list, a number or a link to another object stays."""
    emptied: dict[str, Any] = {}
    for name in columns:
        try:
            column = rows.model._meta.get_field(name)
        except FieldDoesNotExist:  # not kept by the history
            continue
        if column.choices:
            continue
        if isinstance(column, (models.CharField, models.TextField)):
            emptied[name] = ""
        elif hasattr(column, "base_field"):
            emptied[name] = []
    filled = models.Q()
    for name, nothing in emptied.items():
        filled |= ~models.Q(**{name: nothing})
    return int(rows.filter(filled).update(**emptied)) if emptied else 0
