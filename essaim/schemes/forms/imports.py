"""Depositing a file of schemes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form
from essaim.schemes.files import LARGEST


class ImportForm(Form):
    mark_optional = False  # one of the first two is due, whichever

    file = forms.FileField(
        label=_("Fichier"),
        required=False,
        help_text=_("JSON Lines (un dispositif par ligne) ou CSV, 50 Mo au plus."),
        widget=forms.FileInput(attrs={"accept": ".jsonl,.ndjson,.json,.csv,.txt"}),
    )
    text = forms.CharField(
        label=_("Ou le texte lui-même"),
        required=False,
        strip=False,
        help_text=_("Collez ici quelques lignes, au même format."),
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )
    trial = forms.BooleanField(
        label=_("Essai : tout lire et tout rapporter, sans rien écrire"), required=False
    )

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or {}
        file, text = clean.get("file"), clean.get("text", "").strip()
        if "file" in self.errors:
            return clean
        if file and text:
            raise forms.ValidationError(
                _("Choisissez un fichier ou collez un texte, pas les deux.")
            )
        if not file and not text:
            self.add_error("file", _("Choisissez un fichier, ou collez un texte."))
        if file and file.size > LARGEST:
            self.add_error("file", _("Le fichier dépasse 50 Mo : coupez-le."))
        return clean
