"""Rules of eligibility as people write them, and as ``EligibilityRule`` keeps them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from essaim.calls.models import EligibilityRule
from essaim.common.forms import Form
from essaim.common.money import parse_euros, typed_euros
from essaim.common.text import fold
from essaim.common.typography import in_series
from essaim.dossiers import blocks as kinds
from essaim.people.models import OrganisationKind
from essaim.territories.forms import TerritoriesField

from .setting import ordered

Test = EligibilityRule.Test
OF_EUROS = (kinds.MONEY, kinds.COSTS)
OF_ANSWER = {Test.ANSWER: (kinds.CHOICE, kinds.CHECKS)} | dict.fromkeys(
    (Test.AT_LEAST, Test.AT_MOST), (kinds.NUMBER, kinds.DECIMAL, kinds.MONEY, kinds.YEAR)
)
Fields = dict[str, dict[str, Any]]


def fields_of(blocks: list[dict[str, Any]]) -> Fields:
    """What a rule may read of a form: « block.field » and its question."""
    return {
        f"{block['slug']}.{field['name']}": {**field, "of": block["title"]}
        for block in blocks
        for field in block.get("fields") or []
        if any(field["kind"] in known for known in OF_ANSWER.values())
    }


class RuleForm(Form):
    mark_optional = False
    use_required_attribute = False

    says = forms.CharField(
        label=_("Ce que lit le candidat"), max_length=300, required=False,
        help_text=_("Par exemple : votre site est dans l’Aisne."),
    )  # fmt: skip
    test = forms.ChoiceField(label=_("Ce qui est vérifié"), choices=Test.choices)
    field = forms.ChoiceField(label=_("Question du formulaire"), required=False)
    value = forms.CharField(
        label=_("Valeur attendue"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Une par ligne : natures d’organisations, territoires ou réponses ; sinon un nombre."),
    )  # fmt: skip
    is_blocking = forms.BooleanField(
        label=_("Rend irrecevable (sinon, prévient seulement)"), required=False, initial=True
    )

    def __init__(self, *args: Any, known: Fields, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known
        field = self.fields["field"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("sans objet"))] + [
            (key, f"{each['of']} – {each['label']}") for key, each in known.items()
        ]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("DELETE") or not given.get("says", "").strip() or self.errors:
            if given.get("value", "").strip() and not given.get("says", "").strip():
                self.add_error("says", _("Dites au candidat ce qui est attendu."))
            return given
        test = Test(given["test"])
        asked = self.known.get(given.get("field", ""))
        if test in OF_ANSWER:
            if asked is None or asked["kind"] not in OF_ANSWER[test]:
                self.add_error("field", _("Choisissez une question qui se vérifie ainsi."))
                return given
        else:
            given["field"] = ""
        try:
            given["kept"] = _value(test, given.get("value", ""), asked)
        except ValidationError as error:
            self.add_error("value", error)
        return given


def _value(test: Test, typed: str, asked: dict[str, Any] | None) -> Any:
    """What is kept: kinds, territories (« kind:code ») or keys of answers as a list; a number, of
    euros where an amount is asked; nothing where the test says it all."""
    lines = [" ".join(line.split()) for line in typed.splitlines() if line.strip()]
    if test in (Test.HAS_CARD, Test.READY):
        return None
    if not lines:
        raise ValidationError(_t("Donnez la valeur attendue."))
    if test == Test.APPLICANT_KIND:
        return _keys(lines, _kinds())
    if test == Test.TERRITORY:
        return [place.address for place in TerritoriesField().clean("\n".join(lines))]
    if test == Test.ANSWER:
        return _keys(lines, [(key, words) for key, words in (asked or {}).get("choices") or []])
    if asked is not None and asked["kind"] in OF_EUROS:
        euros = Decimal(parse_euros(lines[0])) / 100
        return int(euros) if euros == int(euros) else float(euros)
    try:
        number = Decimal(lines[0].replace(",", ".").replace(" ", ""))
    except InvalidOperation:
        raise ValidationError(
            _t("« %(text)s » n’est pas un nombre.") % {"text": lines[0][:40]}
        ) from None
    if not number.is_finite() or abs(number) > 10**12:
        raise ValidationError(_t("Ce nombre est hors de mesure."))
    return int(number) if number == int(number) else float(number)


def _kinds() -> list[tuple[str, str]]:
    return [
        *((key, str(words)) for key, words in OrganisationKind.choices),
        ("person", _t("une personne")),
    ]


def _keys(lines: list[str], known: list[tuple[str, str]]) -> list[str]:
    by_words = {fold(words): key for key, words in known} | {fold(key): key for key, _w in known}
    unknown = [line for line in lines if fold(line) not in by_words]
    if unknown:
        raise ValidationError(
            _t("Inconnu : %(what)s. Possible : %(known)s.")
            % {
                "what": in_series(unknown)[:200],
                "known": in_series(words for _key, words in known)[:500],
            }
        )
    return list(dict.fromkeys(by_words[fold(line)] for line in lines))


def shown_value(rule: EligibilityRule, known: Fields) -> str:
    """The value as it is typed again."""
    asked = known.get(rule.field)
    if rule.value is None:
        return ""
    if rule.test == Test.APPLICANT_KIND:
        names = dict(_kinds())
        return "\n".join(names.get(key, key) for key in rule.value)
    if rule.test == Test.ANSWER:
        names = dict((asked or {}).get("choices") or [])
        return "\n".join(names.get(key, key) for key in rule.value)
    if isinstance(rule.value, list):
        return "\n".join(str(each) for each in rule.value)
    if asked is not None and asked["kind"] in OF_EUROS:
        return typed_euros(round(rule.value * 100))
    return str(rule.value)


class RulesFormSet(forms.BaseFormSet):
    def rows(self) -> list[dict[str, Any]]:
        return [
            {
                "says": " ".join(row["says"].split()), "test": row["test"], "field": row["field"],
                "value": row.get("kept"), "is_blocking": row["is_blocking"],
            }
            for row in (form.cleaned_data for form in ordered(self))
            if row["says"].strip()
        ]  # fmt: skip
