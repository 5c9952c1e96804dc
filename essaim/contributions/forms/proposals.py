"""Proposing a change: the card's own section forms, and short ones that become one of these."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form, long_text
from essaim.contributions.models import Proposal
from essaim.initiatives.forms.fields import WebAddressField
from essaim.initiatives.forms.sections import SectionForms
from essaim.initiatives.models import Component
from essaim.initiatives.sections import Content

from .common import InOwnNameForm


class AmendedSection(SectionForms):
    """The forms of a section, for who decides; a holder is not named on this occasion."""

    left_out: tuple[str, ...] = ("new_holder_name", "new_holder_kind", "new_holder_mine")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.left_out:
            self.form.fields.pop(name, None)


class ProposedSection(AmendedSection):
    """… for who proposes: the holder alone says who holds the initiative, and whether others
    may take it up."""

    left_out = (*AmendedSection.left_out, "holder", "consent_to_scale")


class WhyForm(InOwnNameForm):
    """Goes with a section's forms."""

    reason = long_text(
        _("Pourquoi ce changement ?"),
        rows=3,
        help_text=_("Ce qui vous le fait dire : votre expérience, un site, un document."),
    )


class ShortForm(WhyForm):
    """A few fields that become a change to one section."""

    kind = ""
    section = ""
    title: Any = ""
    intro: Any = ""

    # The section with what was typed added to it.
    apply: Callable[[Content], Content]


class VariantForm(ShortForm):
    kind, section = Proposal.Kind.VARIANT, "composantes"
    title = _("Une variante que vous avez pratiquée")
    intro = _("Ce que vous avez adapté sur votre site, sans toucher au cœur.")

    component = forms.ChoiceField(label=_("De quelle composante ?"), required=False)
    name = forms.CharField(
        label=_("Ou le nom d’une composante nouvelle"), max_length=250, required=False
    )
    variant = long_text(_("La variante"), rows=3, max_length=1000)

    field_order = ["component", "name", "variant", "reason", "organisation"]

    def __init__(self, *args: Any, content: Content, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["component"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [
            ("", _("aucune de celles-ci")),
            *((str(row["id"]), row["name"]) for row in content["components"]),
        ]

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        if not typed.get("component") and not typed.get("name", "").strip():
            self.add_error("name", _("Choisissez une composante, ou nommez-la."))
        return typed

    def apply(self, content: Content) -> Content:
        variant = " ".join(self.cleaned_data["variant"].split())
        chosen = self.cleaned_data["component"]
        rows = [dict(row) for row in content["components"]]
        for row in rows:
            if str(row["id"]) == chosen:
                row["variants"] = f"{row['variants']}\n{variant}".strip()
        if not chosen:
            rows.append(
                {
                    "name": self.cleaned_data["name"].strip(),
                    "kind": Component.Kind.MARGIN,
                    "why": "",
                    "variants": variant,
                    "red_lines": "",
                }
            )
        return {**content, "components": rows}


class UsefulMaterialForm(ShortForm):
    kind, section = Proposal.Kind.MATERIAL, "materiel"
    title = _("Un document réutilisable")
    intro = _("Modèle, guide, convention, affiche : ce qui évite de repartir de zéro.")

    title_of_material = forms.CharField(label=_("Titre"), max_length=250)
    url = WebAddressField(label=_("Adresse"), max_length=500)
    licence = forms.CharField(
        label=_("Licence"),
        max_length=100,
        required=False,
        help_text=_("Par exemple : Licence Ouverte 2.0, CC BY 4.0."),
    )

    field_order = ["title_of_material", "url", "licence", "reason", "organisation"]

    def apply(self, content: Content) -> Content:
        typed = self.cleaned_data
        row = {
            "title": typed["title_of_material"].strip(),
            "url": typed["url"],
            "licence": typed["licence"].strip(),
        }
        return {**content, "materials": [*content["materials"], row]}


class FailureForm(ShortForm):
    kind, section = Proposal.Kind.FAILURE, "preuves"
    title = _("Un échec dont vous avez appris")
    intro = _("Ce que vous avez essayé et qu’il vaut mieux ne pas refaire. Personne n’est jugé.")

    failure = long_text(_("Ce qui n’a pas marché, et ce que vous en avez appris"), rows=6)

    field_order = ["failure", "reason", "organisation"]

    def apply(self, content: Content) -> Content:
        return {
            **content,
            "what_failed": _added(content["what_failed"], self.cleaned_data["failure"]),
        }


# Where an answer may go: column of the card, its section, its title.
PLACES: dict[str, tuple[str, Any]] = {
    "need": ("besoin", _("Le besoin")),
    "objectives": ("besoin", _("Objectifs et effets")),
    "description": ("dispositif", _("La description du dispositif")),
    "steps": ("dispositif", _("Les étapes")),
    "prerequisites": ("dispositif", _("Les prérequis")),
    "what_failed": ("preuves", _("Ce qui n’a pas marché")),
}


class FromAnswerForm(ShortForm):
    """An answer that becomes part of the card, under the name of who gave it."""

    kind = Proposal.Kind.ANSWER
    title = _("Ajouter une réponse à la fiche")
    intro = _("Elle devient une proposition, créditée à son auteur ; qui écrit la fiche décide.")

    place = forms.ChoiceField(
        label=_("À quel endroit de la fiche ?"),
        choices=[(name, title) for name, (_section, title) in PLACES.items()],
        initial="description",
    )
    text = long_text(_("Le texte à ajouter"), rows=8)

    field_order = ["place", "text", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("organisation", None)

    def apply(self, content: Content) -> Content:
        name, typed = self.cleaned_data["place"], self.cleaned_data["text"].strip()
        if isinstance(content[name], list):
            return {**content, name: [*content[name], typed]}
        return {**content, name: _added(content[name], typed)}


def _added(existing: str, typed: str) -> str:
    return f"{existing}\n\n{typed.strip()}".strip()


SHORT_FORMS: dict[str, type[ShortForm]] = {
    "variante": VariantForm,
    "document": UsefulMaterialForm,
    "echec": FailureForm,
}


class WordForm(Form):
    """A word to the author, with an acceptance."""

    word = long_text(_("Un mot à l’auteur"), rows=2, required=False, max_length=2000)


class DeclineForm(Form):
    reason = long_text(
        _("Pourquoi vous ne la retenez pas"),
        rows=4,
        help_text=_("L’auteur le lit. Une raison précise lui permet de proposer mieux."),
    )
