"""Depositing a material, a version of it, and taking it out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import lazystr
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form
from essaim.kits.formats import ACCEPT, FORMATS, LICENCES
from essaim.kits.models import KitMaterial

OTHER = "other"


def _file_field(**kwargs: Any) -> forms.FileField:
    return forms.FileField(
        label=_("Fichier"),
        help_text=format_lazy(
            _(
                "Jusqu’à {limit} Mo : {types}. Préférez un format ouvert (OpenDocument, PDF) : "
                "chacun peut le modifier sans logiciel payant. Les images sont redessinées, sans "
                "le lieu ni l’appareil de la prise de vue."
            ),
            limit=settings.KITS["file_mb"],
            types=lazystr(", ".join(FORMATS)),
        ),
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        error_messages={"empty": _("Ce fichier est vide.")},
        **kwargs,
    )


class DescriptionForm(Form):
    kind = forms.ChoiceField(label=_("Nature"), choices=KitMaterial.Kind.choices)
    title = forms.CharField(label=_("Titre"), max_length=200)
    licence = forms.ChoiceField(
        label=_("Licence"),
        choices=[("", "–"), *((k, v[0]) for k, v in LICENCES.items()), (OTHER, _("une autre"))],
        help_text=_(
            "Ce que les repreneurs ont le droit de faire. Sans licence, ils n’ont le droit de rien."
        ),
    )
    other_licence = forms.CharField(
        label=_("Si c’est une autre, laquelle"), max_length=100, required=False
    )
    credit = forms.CharField(
        label=_("À citer"),
        max_length=300,
        help_text=_("Qui a fait ce matériel : une organisation, ou des personnes qui l’acceptent."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("licence") == OTHER:
            cleaned["licence"] = cleaned.get("other_licence", "").strip()
            if not cleaned["licence"]:
                self.add_error("other_licence", _("Dites le nom de cette licence."))
        return cleaned

    @classmethod
    def values_of(cls, material: KitMaterial) -> dict[str, str]:
        known = material.licence in LICENCES
        return {
            "kind": material.kind,
            "title": material.title,
            "licence": material.licence if known else OTHER,
            "other_licence": "" if known else material.licence,
            "credit": material.credit,
        }


class MaterialForm(DescriptionForm):
    submission = forms.UUIDField(widget=forms.HiddenInput)
    file = _file_field()

    field_order = ("file", "kind", "title", "licence", "other_licence", "credit")


class VersionForm(Form):
    submission = forms.UUIDField(widget=forms.HiddenInput)
    file = _file_field()
    note = forms.CharField(
        label=_("Ce qui change"),
        max_length=300,
        required=False,
        help_text=_("Une phrase pour ceux qui ont déjà la version précédente."),
    )


class RemovalForm(Form):
    reason = forms.CharField(
        label=_("Pourquoi le retirer"),
        max_length=500,
        help_text=_(
            "Par exemple : un droit d’auteur, une information personnelle, un document dépassé."
        ),
    )
