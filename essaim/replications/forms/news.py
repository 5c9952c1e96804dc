"""Five minutes a quarter, prefilled."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form, text
from essaim.initiatives.forms.fields import AmountField
from essaim.initiatives.models import EconomicLine
from essaim.modelling.models import SheetLine
from essaim.replications.costs import ONCE
from essaim.replications.models import Report, Target

COST, VALUE = "cost_", "value_"


class ReportForm(Form):
    beneficiaries = forms.IntegerField(
        label=_("Combien de personnes servez-vous aujourd’hui ?"),
        min_value=0,
        max_value=10_000_000,
        required=False,
        help_text=_("À ce jour, et non depuis le début : c’est ainsi que le besoin est compté."),
    )
    done = text(_("Ce qui a été fait ce trimestre"), max_length=3000, required=False)
    difficulties = text(
        _("Difficultés"),
        max_length=3000,
        required=False,
        help_text=_("Lues par le porteur, les autres sites et les animateurs. Ne nommez personne."),
    )
    confirmed = forms.BooleanField(label=_("Ces chiffres sont exacts"), required=False)

    def __init__(self, *args: Any, targets: Iterable[Target], ask: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for target in targets:
            self.fields[f"{VALUE}{target.pk}"] = AmountField(
                label=target.name,
                max_digits=14,
                required=False,
                help_text=target.definition,
            )
        for line in EconomicLine.Line:
            self.fields[f"{COST}{line.value}"] = AmountField(
                label=capfirst(line.label),
                max_digits=13,
                min_value=0,
                required=False,
                help_text=_("En euros, dépensés ce trimestre.")
                if line
                not in {EconomicLine.Line.EXCEPTIONAL_FUNDING, EconomicLine.Line.AVOIDED_COSTS}
                else _("En euros, reçus ce trimestre.")
                if line in ONCE
                else _("En euros, évités ce trimestre."),
            )
        if not ask:
            del self.fields["confirmed"]
        numbers = [name for name in self.fields if name.startswith((VALUE, COST))]
        self.order_fields(["confirmed", "beneficiaries", *numbers, "done", "difficulties"])

    def costs(self) -> dict[str, Decimal]:
        return self._numbers(COST)

    def values(self) -> dict[int, Decimal]:
        return {int(pk): value for pk, value in self._numbers(VALUE).items()}

    def _numbers(self, prefix: str) -> dict[str, Decimal]:
        return {
            name.removeprefix(prefix): value
            for name, value in self.cleaned_data.items()
            if name.startswith(prefix) and value is not None
        }


def values_of(report: Report, *, whole: bool) -> dict[str, Any]:
    """What a report says, as a form holds it. Of the quarter before (not ``whole``), what is
    likely to be the same again: people, indicators, what runs."""
    found: dict[str, Any] = {"beneficiaries": report.beneficiaries}
    found |= {f"{VALUE}{row.target_id}": row.value for row in report.values.all()}
    for cost in report.costs.all():
        if whole or cost.line not in ONCE:
            found[f"{COST}{cost.line}"] = Decimal(cost.amount_cents) / 100
    if whole:
        found |= {"done": report.done, "difficulties": report.difficulties}
    return found


class TargetsForm(Form):
    """For each indicator of the model sheet, where the site starts from and what it aims at."""

    def __init__(
        self, *args: Any, indicators: list[SheetLine], known: dict[int, Target], **kwargs: Any
    ):
        super().__init__(*args, **kwargs)
        for each in indicators:
            target = known.get(each.pk)
            self.fields[f"baseline_{each.pk}"] = AmountField(
                label=format_lazy(_("{name} : au départ"), name=each.name),
                max_digits=14,
                required=False,
                initial=target.baseline if target else None,
                help_text=each.detail,
            )
            self.fields[f"target_{each.pk}"] = AmountField(
                label=format_lazy(_("{name} : visé"), name=each.name),
                max_digits=14,
                required=False,
                initial=target.target if target else None,
            )

    def given(self) -> dict[int, tuple[Decimal | None, Decimal | None]]:
        typed = self.cleaned_data
        return {
            int(name.removeprefix("baseline_")): (
                typed[name],
                typed[f"target_{name.removeprefix('baseline_')}"],
            )
            for name in typed
            if name.startswith("baseline_")
        }
