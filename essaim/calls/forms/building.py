"""Blocks and questions of a call's form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form, LinesField, text
from essaim.common.typography import labelled
from essaim.dossiers import definitions


class BlockForm(Form):
    stamp = forms.CharField(widget=forms.HiddenInput, required=False)
    title = forms.CharField(label=_("Titre du bloc"), max_length=200)
    why = text(_("Explication donnée au candidat"), rows=3, max_length=1000, required=False)
    when = forms.ChoiceField(
        label=_("Demandé seulement si"), required=False,
        help_text=_("Selon la réponse à une question à choix d’un bloc qui précède."),
    )  # fmt: skip

    def __init__(self, *args: Any, blocks: list[dict[str, Any]], slug: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["when"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("toujours demandé")), *conditions(blocks, slug)]

    def clean_when(self) -> dict[str, Any] | None:
        chosen = self.cleaned_data["when"]
        if not chosen:
            return None
        block, field, value = chosen.split("|", 2)
        return {"block": block, "field": field, "values": [value]}


def conditions(blocks: list[dict[str, Any]], slug: str) -> list[tuple[str, str]]:
    """On which answers this block may depend: choices of the blocks before it."""
    found = []
    for block in blocks:
        if block["slug"] == slug:
            break
        for field in block.get("fields") or []:
            if field["kind"] in definitions.OF_CHOICES:
                found += [
                    (f"{block['slug']}|{field['name']}|{key}", labelled(field["label"], words))
                    for key, words in field.get("choices") or []
                ]
    return found


def shown_condition(when: dict[str, Any] | None) -> str:
    return f"{when['block']}|{when['field']}|{when['values'][0]}" if when else ""


class FieldForm(Form):
    stamp = forms.CharField(widget=forms.HiddenInput, required=False)
    label = forms.CharField(label=_("Question"), max_length=300)
    kind = forms.ChoiceField(
        label=_("Nature de la réponse"), choices=list(definitions.KINDS.items())
    )
    required = forms.BooleanField(label=_("Réponse obligatoire"), required=False, initial=True)
    help = text(_("Aide"), rows=2, max_length=1000, required=False)
    longest = forms.IntegerField(
        label=_("Longueur, au plus (caractères)"), min_value=1, required=False,
        max_value=definitions.LONGEST_LONG, help_text=_("D’un texte court ou long."),
    )  # fmt: skip
    choices = LinesField(
        label=_("Réponses possibles"), line_length=200, required=False,
        lines=definitions.CHOICES_AT_MOST, help_text=_("D’une question à choix : une par ligne."),
    )  # fmt: skip

    def __init__(self, *args: Any, known: dict[str, Any] | None = None, **kwargs: Any) -> None:
        self.known = {label: key for key, label in (known or {}).get("choices") or []}
        super().__init__(*args, **kwargs)

    def definition(self) -> dict[str, Any]:
        """What ``dossiers.definitions`` reads. An answer whose words stay keeps its key, so that
        drafts keep what they chose."""
        given = self.cleaned_data
        found = {name: given[name] for name in ("label", "kind", "required", "help")}
        found["label"] = " ".join(given["label"].split())
        kind = given["kind"]
        found["longest"] = given["longest"] if kind in definitions.OF_TEXT else None
        found["choices"] = []
        if kind in definitions.OF_CHOICES:
            # No new answer takes the key of an old one, gone or not: drafts would say another thing.
            taken = set(self.known.values())
            for n, words in enumerate(given["choices"], 1):
                key = self.known.get(words)
                if key is None:
                    key = slugify(words)[:40] or f"r{n}"
                    while key in taken:
                        key = f"{key}-{n}"
                    taken.add(key)
                found["choices"].append([key, words])
        return found
