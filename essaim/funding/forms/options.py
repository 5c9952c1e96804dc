"""Taking an option, and what becomes of it."""

from __future__ import annotations

import copy
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form, OnceForm, day, text
from essaim.common.money import EurosField, show_euros
from essaim.funding.beneficiaries import WHO_CHANGED
from essaim.funding.models import CostLine, LegalAct
from essaim.people.forms.fields import OrganisationField
from essaim.people.models import Organisation
from essaim.replications.models import Mode
from essaim.territories.forms import TerritoryField


class PledgeForm(OnceForm):
    funder = forms.ModelChoiceField(
        label=_("Au nom de"), queryset=Organisation.objects.none(), empty_label=None
    )
    territory = TerritoryField(label=_("Pour quel territoire ?"))
    cofund = forms.BooleanField(
        label=_("Cofinancer ce site"), required=False,
        help_text=_("Un autre financeur y a déjà une option : chacun paie sa part, pour une seule reprise."),
    )  # fmt: skip
    amount_cents = EurosField(label=_("Montant (€)"))
    sure = forms.BooleanField(label=_("Ce montant est bien celui que je veux"), required=False)
    expires_on = day(_("Option valable jusqu’au"))
    adopter = OrganisationField(
        label=_("Repreneur, s’il est connu"), required=False,
        help_text=_("Nom exact ou SIREN. À trouver encore ? Laissez vide."),
    )  # fmt: skip
    conditions = text(_("Vos conditions"), required=False)

    # Shown once there is something to say of them.
    ASIDE = ("sure", "cofund")

    def __init__(self, *args: Any, funders: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        funder = self.fields["funder"]
        assert isinstance(funder, forms.ModelChoiceField)
        funder.queryset = funders
        for name in self.ASIDE:
            if name not in self.data and not self.initial.get(name):
                self.fields[name].widget = forms.HiddenInput()

    def add_error(self, field: Any, error: Any) -> None:
        if field in self.ASIDE:
            self.fields[field].widget = forms.CheckboxInput()
        super().add_error(field, error)


class ReduceForm(Form):
    amount_cents = EurosField(label=_("Nouveau montant (€)"))


class ProlongForm(Form):
    until = day(_("Valable désormais jusqu’au"))


class ReasonForm(Form):
    reason = text(_("Motifs"))


class WithdrawForm(Form):
    reason = text(_("Motifs"), required=False)


class AdopterForm(Form):
    adopter = OrganisationField(
        label=_("Repreneur"), help_text=_("Nom exact ou SIREN, tels qu’ils figurent parmi les organisations.")
    )  # fmt: skip
    charter = forms.BooleanField(
        label=_("Le repreneur accepte la charte commune"), required=False,
        help_text=_("Demandée par l’essaimage souple. Sinon, il l’acceptera en donnant son accord, qui lui est demandé dans tous les cas."),
    )  # fmt: skip

    def __init__(self, *args: Any, confirmed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not confirmed:
            del self.fields["charter"]


class ConfirmForm(Form):
    amount_cents = EurosField(
        label=_("Montant confirmé (€)"), help_text=_("Au plus celui de l’option.")
    )
    adopter = OrganisationField(
        label=_("Repreneur"), required=False,
        help_text=_("Nom exact ou SIREN. S’il est encore à trouver, laissez vide : la reprise commencera quand vous le nommerez."),
    )  # fmt: skip
    mode = forms.ChoiceField(label=_("Mode d’essaimage"), choices=Mode.choices)
    planned_on = day(_("Mise en service prévue le"), required=False)
    charter = forms.BooleanField(
        label=_("Le repreneur accepte la charte commune"), required=False,
        help_text=_("Demandée par l’essaimage souple. Sinon, il l’acceptera en donnant son accord, qui lui est demandé dans tous les cas."),
    )  # fmt: skip
    sure = forms.BooleanField(
        label=_("Je confirme cette option : elle ne changera plus"),
        help_text=_("Rien n’est engagé juridiquement avant votre délibération ou décision."),
    )

    def __init__(self, *args: Any, adopter: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if adopter is not None:
            del self.fields["adopter"]


class ActForm(OnceForm):
    beneficiary = forms.TypedChoiceField(label=_("Bénéficiaire"), widget=forms.RadioSelect)
    nature = forms.ChoiceField(
        label=_("Nature de l’acte"), choices=LegalAct.Nature.choices, widget=forms.RadioSelect
    )
    reference = forms.CharField(label=_("Référence de l’acte"), max_length=100)
    on = day(_("Date de l’acte"))
    signatory = forms.CharField(
        label=_("Fonction du signataire"), max_length=150,
        help_text=_("Par exemple : présidente du conseil départemental."),
    )  # fmt: skip
    delegation = forms.CharField(
        label=_("Délégation de signature"), max_length=150, required=False,
        help_text=_("Référence de l’arrêté, si la personne signe par délégation."),
    )  # fmt: skip
    amount_cents = EurosField(label=_("Montant engagé (€)"))
    convention_reference = forms.CharField(
        label=_("Référence de la convention"), max_length=100, required=False
    )
    convention_on = day(_("Convention signée le"), required=False)
    accounting_reference = forms.CharField(
        label=_("Référence de l’engagement en comptabilité"), max_length=100
    )
    file = forms.FileField(
        label=_("L’acte"), help_text=_("PDF, ODT, DOCX, PNG ou JPEG."),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.odt,.docx,.png,.jpg,.jpeg"}),
    )  # fmt: skip

    def __init__(
        self, *args: Any, possible: list[Organisation], adopter: Organisation | None, **kwargs: Any
    ) -> None:
        """``possible``: whom the act may name; nobody is asked for where none is known."""
        super().__init__(*args, **kwargs)
        self.fields["convention_reference"].help_text = _(
            "Nécessaire avec une association à partir de %(sum)s, tous actes de cette option compris."
        ) % {"sum": show_euros(settings.FUNDING["convention_cents"])}
        self.offer(possible, adopter)

    def offer(self, possible: list[Organisation], adopter: Organisation | None) -> None:
        """Whom it may name, also once it was sent, where they changed meanwhile: what was typed
        stays."""
        if not possible:
            self.fields.pop("beneficiary", None)
            return
        if "beneficiary" not in self.fields:
            field = copy.deepcopy(self.base_fields["beneficiary"])
            self.fields = {"beneficiary": field} | self.fields
        known = {str(each.pk): each for each in possible}
        field = self.fields["beneficiary"]
        assert isinstance(field, forms.TypedChoiceField)
        field.coerce = known.__getitem__
        field.error_messages["invalid_choice"] = WHO_CHANGED
        said = {each: _("repreneur") if each == adopter else _("porteur") for each in possible}
        field.choices = [(pk, f"{each.name} ({said[each]})") for pk, each in known.items()]
        if adopter is None:
            field.help_text = _(
                "Aucun repreneur n’est encore nommé : ce que cet acte engage envers le porteur ne"
                " reviendra pas à celui qui le sera."
            )
        else:
            field.help_text = _(
                "Lui seul pourra demander ce que cet acte engage. Une délibération qui accorde une"
                " somme à chacun se joint une fois pour chacun, sous la même référence."
            )


class AmendForm(ActForm):
    """Of an amending act: whom it may name is whom its act does not."""

    def offer(self, possible: list[Organisation], adopter: Organisation | None) -> None:
        super().offer(possible, adopter)
        self.fields["amount_cents"].label = _("Montant qui lui passe (€)")
        if "beneficiary" in self.fields:
            self.fields["beneficiary"].label = _("Nouveau bénéficiaire")
            self.fields["beneficiary"].help_text = _("Lui seul pourra demander cette somme.")


class InstalmentForm(OnceForm):
    label = forms.CharField(label=_("Jalon"), max_length=200)
    amount_cents = EurosField(label=_("Montant (€)"))
    of_site = forms.BooleanField(
        label=_("Ce montant est celui de tout le site : en compter ma part"), required=False,
        help_text=_("Selon les montants confirmés par chacun, au centime près."),
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=_("Ce que ce versement paie"), required=False,
        choices=[("", _("sans ligne particulière")), *CostLine.Kind.choices],
        help_text=_("Les deux lignes de transfert se demandent et se versent au porteur de l’initiative, les autres au repreneur."),
    )  # fmt: skip
    planned_on = day(_("Prévu le"))

    def __init__(self, *args: Any, is_shared: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_shared:
            del self.fields["of_site"]


class ReachedForm(Form):
    on = day(_("Atteint le"))


class AskForm(Form):
    amount_cents = EurosField(
        label=_("Montant demandé (€)"),
        help_text=_("Au plus celui qui est prévu ; moins, si le coût réel est moindre."),
    )


class PayForm(Form):
    reference = forms.CharField(
        label=_("Référence du mandat de paiement"), max_length=100,
        help_text=_("La plateforme ne verse rien : elle garde la trace de ce que votre comptable a versé."),
    )  # fmt: skip
    on = day(_("Versé le"))


class RecoverForm(OnceForm):
    amount_cents = EurosField(label=_("Montant reversé (€)"))
    on = day(_("Reversé le"))
    reason = forms.CharField(label=_("Pourquoi"), max_length=200)


class DisengageForm(Form):
    reason = forms.CharField(label=_("Pourquoi"), max_length=200)


class FourEyesForm(Form):
    four_eyes = forms.BooleanField(
        label=_("Deux personnes signent chaque option et chaque confirmation"), required=False
    )

    def __init__(self, *args: Any, signatories: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if signatories < 2:
            self.fields["four_eyes"].help_text = _(
                "Moins de deux personnes ont ici la fonction de financeur : ce qui est préparé"
                " attendrait sa seconde signature jusqu’à expirer. Donnez d’abord cette fonction à"
                " une autre personne."
            )


class PublishedForm(OnceForm):
    on = day(_("Publiées le"))
    url = forms.URLField(
        label=_("Adresse où les lire"), max_length=500, assume_scheme="https",
        help_text=_("Par exemple la page du jeu de données sur data.gouv.fr."),
    )  # fmt: skip


class NoField(Form):
    """A form whose rows are in a formset: valid when they are."""

    def __init__(self, *args: Any, lines: forms.BaseFormSet[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines

    def is_valid(self) -> bool:
        return super().is_valid() and self.lines.is_valid()
