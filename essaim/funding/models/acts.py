"""How the acts of funders are read; ``LegalAct`` itself stands with its option."""

from __future__ import annotations

from typing import Any

from django.db import models


class LegalActQuerySet(models.QuerySet[Any]):
    def for_line(self) -> LegalActQuerySet:
        """What a line of the list of grants to publish shows, and no other column."""
        return self.select_related(
            *("publication", "beneficiary", "option__funder", "option__territory"),
            "option__pool__initiative",
        ).only(
            *("nature", "reference", "on", "convention_on", "amount_cents", "beneficiary__name"),
            *("option__funder__name", "option__territory__label", "option__pool__slug"),
            *("option__pool__initiative__title", "publication__on", "publication__url"),
        )
