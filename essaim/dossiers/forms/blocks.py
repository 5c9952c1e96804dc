"""The form of any block, made from its fields; the budget adds two lists of lines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory
from django.http import QueryDict
from django.utils import formats
from django.utils.dateparse import parse_date
from django.utils.html import escape, format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from essaim.common.forms import Form
from essaim.common.money import EurosField
from essaim.common.text import in_french
from essaim.dossiers import blocks
from essaim.dossiers.accounts import ACCOUNTS, CHARGE, LINES_AT_MOST, MOST_CENTS, PRODUCT, in_order
from essaim.dossiers.blocks import Block, Field
from essaim.dossiers.identifiers import clean_rna
from essaim.people.siren import clean_siren, clean_siret

from .kinds import CostsFormSet, Options, costs_formset, field_of_a_call, initial, kept

_CHECKED: dict[str, Callable[[str], str]] = {
    blocks.SIREN: clean_siren,
    blocks.SIRET: clean_siret,
    blocks.RNA: clean_rna,
}


class CheckedField(forms.CharField):
    """An official number: its check digit tells a mistyped one."""

    def __init__(self, check: Callable[[str], str], **kwargs: Any) -> None:
        self.check = check
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        return self.check(typed) if typed else ""


class CentsField(EurosField):
    def clean(self, value: Any) -> int | None:
        cents: int | None = super().clean(value)
        if cents is not None and not 0 <= cents <= MOST_CENTS:
            raise ValidationError(_("Ce montant est négatif ou hors de mesure."), code="amount")
        return cents


def form_field(field: Field, options: Options | None = None) -> forms.Field:
    """Nothing is required here: a draft never blocks; what lacks is said beside. ``options``: of a
    call, which tells its limits and lets a browser cut no text that is pasted."""
    # Hints are shown as HTML; these were typed by whoever built the form.
    hint = escape(field.help) if field.help else ""
    common: dict[str, Any] = {"label": field.label, "required": False, "help_text": hint}
    choices = field.choices
    if options is not None:
        hint = in_french(field.help)
        common |= {"label": in_french(field.label), "help_text": hint}
        choices = tuple((key, in_french(label)) for key, label in choices)
        if (made := field_of_a_call(field, options, common)) is not None:
            return made
        if field.kind in (blocks.TEXT, blocks.LONG):
            limit = _("%(n)s caractères au plus.") % {
                "n": formats.number_format(field.longest, use_l10n=True, force_grouping=True)
            }
            common["help_text"] = format_html("{} {}", hint, limit) if hint else limit
    if field.kind in _CHECKED:
        return CheckedField(_CHECKED[field.kind], max_length=30, **common)
    if field.kind == blocks.LONG:
        rows = 8 if field.longest > 3000 else 4
        widget = forms.Textarea(attrs={"rows": rows})
        text = forms.CharField(max_length=field.longest, widget=widget, **common)
        if options is not None:
            text.widget.attrs.pop("maxlength", None)
        return text
    if field.kind == blocks.CHOICE:
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **common)
    if field.kind == blocks.NUMBER:
        return forms.IntegerField(min_value=0, max_value=10_000_000, **common)
    if field.kind == blocks.YEAR:
        return forms.IntegerField(min_value=2000, max_value=2100, **common)
    if field.kind == blocks.DECIMAL:
        return forms.DecimalField(
            min_value=0, max_digits=9, decimal_places=2, localize=True, **common
        )
    if field.kind == blocks.MONEY:
        return CentsField(**common)
    if field.kind == blocks.DATE:
        day = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        return forms.DateField(widget=day, **common)
    if field.kind == blocks.EMAIL:
        return forms.EmailField(max_length=254, **common)
    if field.kind == blocks.PHONE:
        return forms.RegexField(
            r"^[+()\d .\-]{6,25}$", max_length=25,
            error_messages={"invalid": gettext_lazy("Ce n’est pas un numéro de téléphone.")},
            **common,
        )  # fmt: skip
    return forms.CharField(max_length=field.longest, **common)


def _kept(field: Field, value: Any) -> Any:
    """As the content keeps it: text, whole numbers, ISO dates."""
    if value is None:
        return ""
    value = kept(field, value)
    if field.kind == blocks.DATE:
        return value.isoformat()
    if field.kind == blocks.DECIMAL:
        return str(value)
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value


def _initial(field: Field, value: Any) -> Any:
    if field.kind == blocks.DATE and value:
        return parse_date(str(value))
    return initial(field, value)


class AnswersForm(Form):
    mark_optional = False

    def __init__(
        self, *args: Any, block: Block, content: dict[str, Any], options: Options | None = None,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        self.block, self.before = block, content
        asked = list(blocks.shown_fields(block))
        kwargs["initial"] = {
            field.name: _initial(field, content.get(field.name)) for field in asked
        }
        super().__init__(*args, **kwargs)
        for field in asked:
            self.fields[field.name] = form_field(field, options)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        first, last = given.get("starts_on"), given.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("La fin vient après le début."))
        return given

    def content(self) -> dict[str, Any]:
        """What is not valid is left as it was before: saving by itself keeps the rest."""
        self.is_valid()
        return {
            field.name: _kept(field, self.cleaned_data[field.name])
            if field.name in self.cleaned_data
            else self.before.get(field.name, "")
            for field in blocks.shown_fields(self.block)
        }


class LineForm(Form):
    mark_optional = False
    side = CHARGE
    account = forms.ChoiceField(label=gettext_lazy("Compte"), required=False)
    label = forms.CharField(label=gettext_lazy("Libellé"), max_length=200, required=False)
    amount_cents = CentsField(label=gettext_lazy("Montant (€)"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = list(ACCOUNTS[self.side].items())
        self.fields["account"].choices = [("", gettext_lazy("Choisir")), *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        cents, account = given.get("amount_cents"), given.get("account")
        # Zero too: such a line would go without a word.
        if given.get("label") and not cents and "amount_cents" not in self.errors:
            self.add_error("amount_cents", _("Donnez le montant de cette ligne."))
        if cents and not account:
            self.add_error("account", _("Choisissez le compte de cette ligne."))
        return given


class ChargeForm(LineForm):
    side = CHARGE


class ProductForm(LineForm):
    side = PRODUCT


class LinesFormSet(BaseFormSet):  # type: ignore[type-arg]
    title: Any = ""
    add_label: Any = ""
    line_template = "dossiers/_line.html"

    def lines(self) -> list[dict[str, Any]]:
        """Those with an amount; the caller has checked that all are valid."""
        found = []
        for form in self.forms:
            given = form.cleaned_data
            if given.get("amount_cents"):
                found.append(
                    {
                        "side": form.side,
                        "account": given["account"],
                        "label": " ".join(given.get("label", "").split()),
                        "amount_cents": given["amount_cents"],
                    }
                )
        return found


LISTS = {
    "charges": (ChargeForm, CHARGE, gettext_lazy("Charges"), gettext_lazy("Ajouter une charge")),
    "produits": (
        ProductForm, PRODUCT, gettext_lazy("Produits"), gettext_lazy("Ajouter un produit")
    ),
}  # fmt: skip


class BlockForms:
    """The fields of a block and, for a budget or a table of costs, its lines. ``options``: of the
    form of a call (``kinds.Options``)."""

    def __init__(
        self, block: Block, content: dict[str, Any], *, data: QueryDict | None = None,
        options: Options | None = None,
    ) -> None:  # fmt: skip
        self.block, self.before = block, content
        self.form = AnswersForm(data, block=block, content=content, options=options)
        self.lists: dict[str, LinesFormSet | CostsFormSet] = {}
        self.costs = next((each for each in block.fields if each.kind == blocks.COSTS), None)
        if self.costs is not None:
            rows = content.get(self.costs.name) or []
            self.lists[self.costs.name] = costs_formset(self.costs, data, rows)
        if any(field.kind == blocks.BUDGET for field in block.fields):
            known = in_order(content.get("lines") or [])
            for name, (form, side, title, add) in LISTS.items():
                rows = [line for line in known if line["side"] == side]
                made = formset_factory(
                    form, formset=LinesFormSet, extra=1 if rows else 3, max_num=LINES_AT_MOST,
                    absolute_max=LINES_AT_MOST + 5, validate_max=True,
                )  # fmt: skip
                found: Any = made(data, prefix=name, initial=rows)
                found.title, found.add_label = title, add
                self.lists[name] = found

    def is_valid(self) -> bool:
        return all([self.form.is_valid(), *(each.is_valid() for each in self.lists.values())])

    def content(self) -> dict[str, Any]:
        found = self.form.content()
        if self.costs is not None:
            table, name = self.lists[self.costs.name], self.costs.name
            found[name] = table.lines() if table.is_valid() else self.before.get(name) or []
        elif self.lists:
            lines: list[dict[str, Any]] = []
            for name, each in self.lists.items():
                before = [
                    line
                    for line in self.before.get("lines") or []
                    if line["side"] == LISTS[name][1]
                ]
                lines += each.lines() if each.is_valid() else before
            found["lines"] = in_order(lines)
        return found


def with_one_more_row(data: QueryDict, name: str) -> QueryDict:
    """What was typed, and a blank line: for browsers without scripts."""
    found = data.copy()
    count = found.get(f"{name}-TOTAL_FORMS", "0")
    total = int(count) if count.isdecimal() and len(count) < 4 else 0
    found[f"{name}-TOTAL_FORMS"] = str(min(total + 1, LINES_AT_MOST))
    return found
