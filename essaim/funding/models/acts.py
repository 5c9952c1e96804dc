"""How the acts of funders are read; ``LegalAct`` itself stands with its option."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce


class LegalActQuerySet(models.QuerySet[Any]):
    def with_kept(self) -> LegalActQuerySet:
        """With ``kept_cents``: what its amending acts did not pass on to another beneficiary."""
        later = self.model._default_manager.filter(amends=OuterRef("pk")).order_by()
        sums = later.values("amends").annotate(cents=Sum("amount_cents")).values("cents")
        return self.annotate(kept_cents=F("amount_cents") - Coalesce(Subquery(sums), 0))

    def to_publish(self) -> LegalActQuerySet:
        """Not said to be published, and not passed on whole."""
        return self.with_kept().filter(publication=None, kept_cents__gt=0)

    def for_line(self) -> LegalActQuerySet:
        """What a line of the list of grants to publish shows, and no other column."""
        return (
            self.with_kept()
            .select_related(
                *("publication", "beneficiary", "option__funder", "option__territory"),
                "option__pool__initiative",
            )
            .only(
                *(
                    "nature",
                    "reference",
                    "on",
                    "convention_on",
                    "amount_cents",
                    "beneficiary__name",
                ),
                *("option__funder__name", "option__territory__label", "option__pool__slug"),
                *("option__pool__initiative__title", "publication__on", "publication__url"),
            )
        )
