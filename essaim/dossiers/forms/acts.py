"""Small forms: submit, ask, answer, documents, statements."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form, OnceForm, day
from essaim.dossiers.accounts import account_label
from essaim.dossiers.actions.documents import TYPES
from essaim.dossiers.blocks import blocks_of
from essaim.dossiers.models import Application, DocumentKind, DocumentRequest, OrganisationDocument
from essaim.dossiers.statements import TEXTS
from essaim.people.models import Organisation

from .blocks import CentsField


class SubmitForm(OnceForm):
    reason = forms.CharField(
        label=_("Ce qui change depuis la version précédente"), max_length=500, required=False,
        widget=forms.Textarea(attrs={"rows": 2}), help_text=_("Lu par tous les financeurs."),
    )  # fmt: skip

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not application.last_number:
            del self.fields["reason"]
        else:
            self.fields["reason"].required = True


class AskerForm(OnceForm):
    organisation = forms.ModelChoiceField(
        label=_("Au nom de"), queryset=Organisation.objects.none(),
        help_text=_("Son nom est lu par le porteur et par les autres financeurs ; le vôtre non."),
    )  # fmt: skip

    def __init__(self, *args: Any, organisations: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"organisation": organisations.first()} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]


class QuestionForm(AskerForm):
    block = forms.ChoiceField(label=_("Sur quelle partie ?"))
    text = forms.CharField(
        label=_("Question"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["block"].choices = [  # type: ignore[attr-defined]
            (block.slug, block.title) for block in blocks_of(application.form)
        ]


class AnswerForm(Form):
    text = forms.CharField(
        label=_("Réponse"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Lue par tous les financeurs ; elle ne se récrit pas."),
    )  # fmt: skip


class RequestForm(AskerForm):
    label = forms.CharField(label=_("Document demandé"), max_length=200)
    why = forms.CharField(
        label=_("Pourquoi"), max_length=500,
        help_text=_("La règle ou la délibération qui vous l’impose."),
    )  # fmt: skip


class DepositForm(OnceForm):
    kind = forms.ChoiceField(label=_("Nature"), choices=DocumentKind.choices)
    title = forms.CharField(
        label=_("Titre"),
        max_length=200,
        required=False,
        help_text=_("Par défaut, le nom du fichier."),
    )
    valid_until = day(
        _("Valable jusqu’au"), required=False,
        help_text=_("Laissez vide s’il vaut jusqu’à son remplacement."),
    )  # fmt: skip
    file = forms.FileField(
        label=_("Fichier"), max_length=200,
        widget=forms.FileInput(attrs={"accept": ",".join(f".{name}" for name in TYPES)}),
        help_text=_("PDF, OpenDocument, Word, Excel ou image ; 20 Mo au plus."),
    )  # fmt: skip


class AttachForm(Form):
    document = forms.ModelChoiceField(
        label=_("Document de l’organisation"), queryset=OrganisationDocument.objects.none()
    )
    request = forms.ModelChoiceField(
        label=_("En réponse à"), queryset=DocumentRequest.objects.none(), required=False,
        empty_label=_("Aucune demande : avec la prochaine version"),
    )  # fmt: skip

    def __init__(self, *args: Any, documents: Any, requests: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["document"].queryset = documents  # type: ignore[attr-defined]
        self.fields["request"].queryset = requests  # type: ignore[attr-defined]
        if not requests.exists():
            del self.fields["request"]


class StatementsForm(Form):
    mark_optional = False

    def __init__(self, *args: Any, given: set[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = [text for key, text in TEXTS.items() if key not in given]
        for text in self.asked:
            self.fields[text.key] = forms.BooleanField(
                label=text.label, help_text=text.text, required=False
            )
            if text.needs_amount:
                self.fields["amount_cents"] = CentsField(
                    label=_("Montant des aides de minimis sur trois ans (€)"), required=False,
                    help_text=_("Zéro s’il n’y en a pas."),
                )  # fmt: skip

    def keys(self) -> list[str]:
        return [text.key for text in self.asked if self.cleaned_data.get(text.key)]


class PeriodForm(OnceForm):
    starts_on = day(_("Du"))
    ends_on = day(_("Au"))


class FinancialReportForm(Form):
    """Two fields for each line of the budget, then the texts."""

    mark_optional = False
    done = forms.CharField(
        label=_("Mise en œuvre de l’action"), max_length=5000, required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )  # fmt: skip
    participants = forms.CharField(
        label=_("Nombre approximatif de bénéficiaires, par publics"), max_length=1000,
        required=False, widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    places = forms.CharField(
        label=_("Dates et lieux de réalisation"), max_length=2000, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    objectives = forms.CharField(
        label=_("Objectifs atteints, au regard des indicateurs prévus"), max_length=5000,
        required=False, widget=forms.Textarea(attrs={"rows": 5}),
    )  # fmt: skip
    indirect = forms.CharField(
        label=_("Règles de répartition des charges indirectes"), max_length=2000, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    gaps = forms.CharField(
        label=_("Écarts significatifs entre le budget prévu et le budget réalisé"),
        max_length=3000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    in_kind = forms.CharField(
        label=_("Contributions volontaires en nature"), max_length=2000, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    remarks = forms.CharField(
        label=_("Observations"), max_length=3000, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    def __init__(self, *args: Any, content: dict[str, Any], **kwargs: Any) -> None:
        self.lines = content["lines"]
        initial = {name: content.get(name, "") for name in self.base_fields}
        for n, line in enumerate(self.lines):
            initial |= {f"realised-{n}": line["realised_cents"], f"why-{n}": line["why"]}
        super().__init__(*args, **{**kwargs, "initial": initial})
        for n in range(len(self.lines)):
            self.fields[f"realised-{n}"] = CentsField(label=_("Réalisé (€)"), required=False)
            self.fields[f"why-{n}"] = forms.CharField(
                label=_("Raison de l’écart"), max_length=500, required=False
            )

    @property
    def texts(self) -> list[Any]:
        return [self[name] for name in self.base_fields]

    @property
    def rows(self) -> list[tuple[Any, Any, Any]]:
        """(line, its realised amount, why it differs)."""
        return [
            (
                {**line, "account_label": account_label(line)},
                self[f"realised-{n}"], self[f"why-{n}"],
            )
            for n, line in enumerate(self.lines)
        ]  # fmt: skip

    def realised(self) -> list[tuple[int | None, str]]:
        """What is not valid is left as it was."""
        given = self.cleaned_data
        return [
            (
                given.get(f"realised-{n}") if f"realised-{n}" in given else line["realised_cents"],
                given.get(f"why-{n}", line["why"]),
            )
            for n, line in enumerate(self.lines)
        ]

    def words(self) -> dict[str, str]:
        """Likewise."""
        return {name: self.cleaned_data.get(name, self.initial[name]) for name in self.base_fields}
