"""Depositing a file of cards."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form
from essaim.initiatives.interchange.mend.text import storable


class PastedText(forms.CharField):
    """Characters that no card may hold are dropped rather than refused, as in a file."""

    def to_python(self, value: Any) -> str:
        return super().to_python(storable(value) if isinstance(value, str) else value) or ""


class ImportForm(Form):
    mark_optional = False  # one of the first two is due, whichever

    file = forms.FileField(
        label=_("Fichier"),
        required=False,
        help_text=_("JSON Lines (une fiche par ligne) ou CSV, jusqu’à une centaine de mégaoctets."),
        widget=forms.FileInput(attrs={"accept": ".jsonl,.ndjson,.json,.csv,.txt"}),
    )
    text = PastedText(
        label=_("Ou le texte lui-même"),
        required=False,
        strip=False,
        help_text=_("Collez ici quelques lignes, au même format."),
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )
    status = forms.ChoiceField(
        label=_("Les fiches nouvelles"),
        choices=[
            ("published", _("sont publiées")),
            ("draft", _("restent des brouillons, à relire")),
        ],
        initial="published",
        widget=forms.RadioSelect,
        help_text=_("Les fiches déjà dans la banque gardent leur état."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        has_file, has_text = bool(cleaned.get("file")), bool(cleaned.get("text", "").strip())
        if "file" in self.errors:
            return cleaned
        if has_file and has_text:
            raise forms.ValidationError(
                _("Choisissez un fichier ou collez un texte, pas les deux.")
            )
        if not has_file and not has_text:
            self.add_error("file", _("Choisissez un fichier, ou collez un texte."))
        return cleaned


class ExportForm(Form):
    """Which cards to take away; a GET form."""

    mark_optional = False
    publication = forms.ChoiceField(
        label=_("Fiches"),
        choices=[
            ("published", _("publiées")),
            ("all", _("toutes, brouillons et archives compris")),
        ],
    )
    format = forms.ChoiceField(
        label=_("Format"),
        choices=[("jsonl", _("JSON Lines")), ("csv", _("CSV"))],
    )
