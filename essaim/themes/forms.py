"""Forms of the managers' pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form
from essaim.themes.models import WORD_LENGTH, ListKind


class SynonymsField(forms.CharField):
    """One synonym a line. Blank lines are dropped."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        lines = (super().to_python(value) or "").splitlines()
        return [" ".join(line.split()) for line in lines if line.strip()]

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def run_validators(self, value: Any) -> None:
        for word in value:
            super().run_validators(word)
            if len(word) > WORD_LENGTH:
                raise forms.ValidationError(
                    _("« %(word)s… » est trop long : %(limit)s caractères au plus par synonyme."),
                    params={"word": word[:60], "limit": WORD_LENGTH},
                )


class TermForm(Form):
    name = forms.CharField(label=_("Nom"), max_length=100)
    name_en = forms.CharField(label=_("Nom anglais"), max_length=100)
    synonyms = SynonymsField(
        label=_("Synonymes"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_(
            "Un par ligne : sigles, autres noms, mots anglais. Les accents, les majuscules et les"
            " pluriels simples sont reconnus tout seuls."
        ),
    )


class WordFilterForm(Form):
    """Which words to show on the managers' page."""

    mark_optional = False

    vocabulary = forms.ChoiceField(
        label=_("Liste"), choices=[("", _("toutes")), *ListKind.choices], required=False
    )
    word = forms.CharField(label=_("Mot contenant"), max_length=WORD_LENGTH, required=False)
    ignored = forms.BooleanField(label=_("Mots laissés tels quels"), required=False)
