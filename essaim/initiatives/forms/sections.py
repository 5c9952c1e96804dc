"""The form of each section: its fields, and the lists that go with them."""

from __future__ import annotations

import copy
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form, LinesField
from essaim.common.typography import labelled
from essaim.initiatives import rules
from essaim.initiatives.forms.fields import (
    AmountField,
    CardTerritoriesField,
    WebAddressField,
)
from essaim.initiatives.forms.rows import ROWS, RowFormSet, row_formset
from essaim.initiatives.models import Initiative, Track
from essaim.initiatives.sections import Content, Section
from essaim.people.models import Organisation, OrganisationKind

MARKDOWN = {"data-markdown": "", "rows": 6}


class NewCardForm(Form):
    key = forms.UUIDField(widget=forms.HiddenInput)
    title = forms.CharField(
        label=_("Titre"), max_length=250, help_text=_("Le nom de l’initiative, tel qu’on en parle.")
    )
    summary = forms.CharField(
        label=_("En une phrase"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Ce que l’on y fait, pour qui. C’est ce que montre une liste de résultats."),
    )
    track = forms.ChoiceField(
        label=_("Voie"),
        choices=[("", _("je ne sais pas encore")), *Track.choices],
        required=False,
        help_text=_(
            "Sociale : une association ou une entreprise la porte. "
            "Publique : des agents, dans leur administration."
        ),
    )


class SectionForm(Form, forms.ModelForm):
    """Fields of one section; labels, lengths and choices come from the model."""

    # Fields of the form that are not content of the card.
    besides: tuple[str, ...] = ()

    class Meta:
        model = Initiative
        fields: list[str] = []

    def __init__(self, *args: Any, user: Any, card: Initiative, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.prepare(user, card)

    def prepare(self, user: Any, card: Initiative) -> None:
        pass

    def clean(self) -> dict[str, Any]:
        # The parent's would have each constraint of the card checked by a query.
        return self.cleaned_data


class EssentialForm(SectionForm):
    besides = ("new_holder_name", "new_holder_kind", "new_holder_mine")

    tags = LinesField(
        label=_("Mots-clés"),
        line_length=100,
        required=False,
        help_text=_("Un par ligne. Ceux que la liste des thèmes connaît donnent aussi le thème."),
    )
    territories = CardTerritoriesField(
        label=_("Territoires où elle est menée"),
        required=False,
    )
    holder = forms.ModelChoiceField(
        label=_("Porteur de projet"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("pas dans cette liste"),
        help_text=_("Vos organisations. Une autre ? Écrivez son nom ci-dessous."),
    )
    new_holder_name = forms.CharField(
        label=_("Nom d’un autre porteur"), max_length=200, required=False
    )
    new_holder_kind = forms.ChoiceField(
        label=_("Sa nature"), choices=[("", "—"), *OrganisationKind.choices], required=False
    )
    new_holder_mine = forms.BooleanField(
        label=_("J’en fais partie"),
        required=False,
        help_text=_("Si elle n’est pas encore connue ici, vous la représenterez."),
    )

    class Meta(SectionForm.Meta):
        fields = ["title", "summary", "track", "status", "themes", "tags", "territories"]
        fields += ["started_on", "holder"]
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 3}),
            "themes": forms.CheckboxSelectMultiple,
        }
        help_texts = {
            "started_on": _("Une année (2015), un mois (2015-06) ou un jour (2015-06-12)."),
            "status": _("Où elle en est. La phase, elle, se déduit des faits."),
        }

    def prepare(self, user: Any, card: Initiative) -> None:
        if not rules.can_change_holder(user, card):
            for name in ("holder", *self.besides):
                del self.fields[name]
        else:
            self._offer_holders(user, card)
        territories = self.fields["territories"]
        assert isinstance(territories, CardTerritoriesField)
        territories.known = {place.label: place for place in card.territories.all()}

    def _offer_holders(self, user: Any, card: Initiative) -> None:
        holders = self.fields["holder"]
        assert isinstance(holders, forms.ModelChoiceField)
        holders.queryset = Organisation.objects.filter(
            Q(pk=card.holder_id) | Q(memberships__user=user)
        ).distinct()
        # A card just begun: proposed to its author, and saved only with the section.
        if card.version == 1 and card.holder_id is None and card.author_id == user.pk:
            self.initial["holder"] = user.current_organisation_id


class NeedForm(SectionForm):
    beneficiaries = LinesField(
        label=_("Bénéficiaires, en vos mots"),
        line_length=200,
        required=False,
        help_text=_("Un par ligne, par exemple : parents isolés. Cochez aussi les publics connus."),
    )
    target_coverage = AmountField(
        label=_("Part du besoin visée (%)"),
        required=False,
        min_value=0,
        max_value=100,
        max_digits=5,
        help_text=_(
            "Pas toujours 100 % : le changement d’échelle s’arrête quand cette part est couverte."
        ),
    )

    class Meta(SectionForm.Meta):
        fields = ["need", "objectives", "beneficiaries", "audiences", "target_coverage"]
        widgets = {
            "need": forms.Textarea(attrs=MARKDOWN),
            "objectives": forms.Textarea(attrs=MARKDOWN),
            "audiences": forms.CheckboxSelectMultiple,
        }
        help_texts = {
            "need": _("Le problème local, avant la solution."),
            "objectives": _(
                "Ce qui change, pour qui, mesuré comment ; et pourquoi c’est reproductible."
            ),
        }

    def clean_target_coverage(self) -> Any:
        value = self.cleaned_data["target_coverage"]
        if value is not None and value <= 0:
            raise ValidationError(_("La part du besoin visée va de 0 à 100 %."))
        return value


class DeviceForm(SectionForm):
    class Meta(SectionForm.Meta):
        fields = ["description"]
        widgets = {"description": forms.Textarea(attrs={**MARKDOWN, "rows": 14})}
        help_texts = {
            "description": _(
                "Ce qui est fait, par qui, comment, où, quand, avec quels outils et quelle base légale."
            )
        }


class ProofForm(SectionForm):
    class Meta(SectionForm.Meta):
        fields = ["what_failed", "checked_on"]
        widgets = {"what_failed": forms.Textarea(attrs=MARKDOWN)}
        help_texts = {
            "what_failed": _("Ce qui a été essayé et abandonné, ce qui coûte plus que prévu, ce qui n’a pas pris."),
            "checked_on": _(
                "Quand quelqu’un a-t-il vérifié que la fiche est encore vraie ? "
                "Une année, un mois (2015-06) ou un jour (2015-06-12)."
            ),
        }  # fmt: skip


class MaterialForm(SectionForm):
    class Meta(SectionForm.Meta):
        fields = ["consent_to_scale", "contact", "url"]
        fields += ["source_name", "source_url", "source_licence"]
        field_classes = {"url": WebAddressField, "source_url": WebAddressField}
        widgets = {"contact": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "contact": _("Les adresses e-mail et les téléphones ne sont montrés qu’aux membres connectés."),
            "source_name": _("Si la fiche vient d’ailleurs : une banque, un rapport, un site."),
        }  # fmt: skip


FORMS: dict[str, type[SectionForm]] = {
    "essentiel": EssentialForm,
    "besoin": NeedForm,
    "dispositif": DeviceForm,
    "preuves": ProofForm,
    "materiel": MaterialForm,
}
# Columns of the card that are written as rows of one text.
TEXT_ROWS = ("steps", "prerequisites")


class SectionForms:
    """The form of a section and its formsets, filled from the card or from what was typed."""

    def __init__(
        self,
        section: Section,
        content: Content,
        *,
        card: Initiative,
        user: Any,
        data: QueryDict | None = None,
    ):
        self.section, self.before = section, content
        self.judged = False  # errors are shown only once asked for
        rows = [name for name in section.columns if name in TEXT_ROWS] + list(section.lists)
        form_class = FORMS.get(section.slug, SectionForm)
        initial = {name: value for name, value in content.items() if name not in rows}
        self.form = form_class(data, initial=initial, user=user, card=card)
        self.formsets: dict[str, RowFormSet] = {}
        for name in rows:
            given = [{"text": row} if name in TEXT_ROWS else row for row in content[name]]
            self.formsets[name] = row_formset(name)(
                data, prefix=name, initial=None if data is not None else given
            )  # fmt: skip
            self.formsets[name].add_label = ROWS[name][1]
            self.formsets[name].title = ROWS[name][2]

    @property
    def all_forms(self) -> list[Any]:
        """The section's form, then every row typed: what an error summary goes through."""
        return [self.form, *(form for formset in self.formsets.values() for form in formset.forms)]

    def is_valid(self) -> bool:
        self.judged = True
        return all([self.form.is_valid(), *(f.is_valid() for f in self.formsets.values())])

    @property
    def errors(self) -> list[dict[str, Any]]:
        """What stops the section, in the order of the page: anchor, label, message."""
        found = self._errors_of(self.form, "")
        for name, formset in self.formsets.items():
            title = str(ROWS[name][2])
            if not self.judged:
                continue
            found += [
                {"anchor": "", "label": title, "message": labelled(title, message)}
                for message in formset.non_form_errors()
            ]
            for number, form in enumerate(formset.forms, start=1):
                where = _("%(list)s, ligne %(n)s") % {"list": title, "n": number}
                found += self._errors_of(form, f"{where}, ")
        return found

    @staticmethod
    def _errors_of(form: Any, where: str) -> list[dict[str, Any]]:
        found = []
        for name, messages in (form._errors or {}).items():
            for message in messages:
                if name in form.fields:
                    field = form[name]
                    anchor = field.auto_id
                    label = f"{where}{field.label}"
                else:
                    anchor = form.prefix or ""
                    label = where.rstrip(", ")
                found.append({"anchor": anchor, "label": label, "message": message})
        return found

    def forget_errors(self) -> None:
        """Show again what was typed without judging it: a line was only added."""
        for form in self.all_forms:
            form._errors = ErrorDict()
            form.cleaned_data = {}
        for formset in self.formsets.values():
            vars(formset).update(_errors=[], _non_form_errors=formset.error_class())

    def content(self) -> Content:
        """What to save. What is not valid is left as it was before: an autosave keeps the rest."""
        self.is_valid()
        content = copy.copy(self.before)
        for name, value in self.form.cleaned_data.items():
            if name not in self.before:
                continue
            if name in self.section.relations:
                content[name] = sorted(row.pk for row in value)
            elif name == "holder":
                content[name] = value.pk if value else None
            else:
                content[name] = value
        for name, formset in self.formsets.items():
            if formset.is_valid():
                rows = formset.rows()
                content[name] = [row["text"] for row in rows] if name in TEXT_ROWS else rows
        return content

    def new_holder(self) -> dict[str, Any] | None:
        typed = getattr(self.form, "cleaned_data", {})
        if not typed.get("new_holder_name", "").strip():
            return None
        return {
            "name": typed["new_holder_name"],
            "kind": typed.get("new_holder_kind", ""),
            "is_mine": typed.get("new_holder_mine", False),
        }


def with_one_more_row(data: QueryDict, name: str) -> QueryDict:
    """The same submission with one blank row added to the list of that name."""
    data = data.copy()
    total = data.get(f"{name}-TOTAL_FORMS", "0")
    if total.isdecimal():
        data[f"{name}-TOTAL_FORMS"] = str(int(total) + 1)
    return data
