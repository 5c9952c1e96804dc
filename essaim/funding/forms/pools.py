"""Forming a pool and carrying it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form, OnceForm, day, text
from essaim.common.money import EurosField
from essaim.common.typography import in_series
from essaim.funding.models import CostLine, Pool, PoolDocument, State
from essaim.funding.suggesting import Proposed
from essaim.people.forms.fields import OrganisationsField
from essaim.people.models import Organisation
from essaim.territories.forms import TerritoriesField, TerritoryField
from essaim.territories.models import Territory


class PoolForm(OnceForm):
    lead = forms.ModelChoiceField(
        label=_("Chef de file"),
        queryset=Organisation.objects.none(),
        help_text=_("Le financeur que le groupement désigne ; son territoire accueille le pilote."),
    )
    pilot_territory = TerritoryField(label=_("Territoire pilote"))
    sites_sought = forms.IntegerField(
        label=_("Sites recherchés"), min_value=1, max_value=500,
        help_text=_("Le pilote compris."),
    )  # fmt: skip
    minimum_options = forms.IntegerField(
        label=_("Options nécessaires pour commencer le pilote"), min_value=1, max_value=500
    )
    pledges_until = day(_("Options attendues jusqu’au"))
    report_months = forms.IntegerField(
        label=_("Un rapport du pilote tous les (mois)"), min_value=1, max_value=12
    )
    majority_percent = forms.IntegerField(
        label=_("Preuve du concept : plus de (% des votants)"), min_value=0, max_value=99,
        help_text=_("50 : la majorité de ceux qui votent."),
    )  # fmt: skip
    quorum_percent = forms.IntegerField(
        label=_("Quorum : au moins (% des membres)"), min_value=1, max_value=100
    )
    initiated_by = forms.ChoiceField(
        label=_("Qui a pris l’initiative du projet et l’a conçu ?"),
        choices=Pool.Initiator.choices,
        widget=forms.RadioSelect,
    )
    prescribed = forms.BooleanField(
        label=_("Un financeur a prescrit la solution"), required=False,
        help_text=_("Besoin et solution définis par un financeur : ce peut être un marché public."),
    )  # fmt: skip
    audience = forms.ChoiceField(
        label=_("Qui voit cette page ?"), choices=Pool.Audience.choices, widget=forms.RadioSelect
    )
    presentation = text(_("Présentation aux financeurs"), rows=6, max_length=5000, required=False)

    def __init__(self, *args: Any, leads: Any, pool: Pool | None = None, **kwargs: Any) -> None:
        rule = settings.FUNDING
        kwargs["initial"] = {
            "majority_percent": rule["majority_percent"],
            "quorum_percent": rule["quorum_percent"],
            "report_months": rule["report_months"],
            "initiated_by": Pool.Initiator.HOLDER,
            "audience": Pool.Audience.PUBLIC,
        } | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        lead = self.fields["lead"]
        assert isinstance(lead, forms.ModelChoiceField)
        lead.queryset = leads
        if pool is not None:
            del self.fields["lead"]


class CostForm(Form):
    """One line of what a site's amount pays for: left empty, it does not count."""

    mark_optional = False

    kind = forms.ChoiceField(label=_("Ligne"), choices=CostLine.Kind.choices)
    label = forms.CharField(label=_("Libellé"), max_length=250, required=False)
    amount_cents = EurosField(label=_("Montant (€)"), required=False)


class CostsFormSet(forms.BaseFormSet):
    """At least one amount, none negative."""

    def clean(self) -> None:
        amounts = [form.cleaned_data.get("amount_cents") for form in self if form.is_valid()]
        for form in self:
            cents = form.cleaned_data.get("amount_cents") if form.is_valid() else None
            if cents is not None and cents <= 0:
                form.add_error("amount_cents", _("Le montant d’une ligne est supérieur à zéro."))
        if not any(cents and cents > 0 for cents in amounts) and not any(self.errors):
            raise forms.ValidationError(
                _("Dites ce que paie le montant d’un site, ligne par ligne.")
            )


class SiteCostsFormSet(forms.BaseFormSet):
    """None at all is a choice too: the amount of all sites applies."""

    def clean(self) -> None:
        for form in self:
            cents = form.cleaned_data.get("amount_cents") if form.is_valid() else None
            if cents is not None and cents <= 0:
                form.add_error("amount_cents", _("Le montant d’une ligne est supérieur à zéro."))


class InviteForm(Form):
    organisations = OrganisationsField(
        label=_("Organisations"), required=False,
        help_text=_("Une par ligne : nom exact ou SIREN."),
    )  # fmt: skip
    territories = TerritoriesField(
        label=_("Territoires ou groupes de territoires"), required=False,
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not data.get("organisations") and not data.get("territories"):
            raise forms.ValidationError(_("Donnez une organisation ou un territoire."))
        return data


class ProposedForm(Form):
    territories = forms.MultipleChoiceField(
        label=_("Territoires à inviter"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, rows: Sequence[Proposed], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["territories"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(row.territory.address, _told(row)) for row in rows]
        self.initial["territories"] = [row.territory.address for row in rows if row.needs]
        self.rows = {row.territory.address: row.territory for row in rows}

    def clean_territories(self) -> list[Territory]:
        return [self.rows[address] for address in self.cleaned_data["territories"]]


def _told(row: Proposed) -> str:
    """Why it is proposed, in one line."""
    told = []
    if row.needs:
        told.append(
            ngettext(
                "%(n)s besoin exprimé auquel la fiche répond",
                "%(n)s besoins exprimés auxquels la fiche répond",
                row.needs,
            )
            % {"n": row.needs}
        )
    else:
        told.append(gettext("aucun besoin exprimé que vous puissiez lire"))
    if row.rank is not None:
        told.append(gettext("ressemblance avec le pilote : rang %(n)s") % {"n": row.rank})
    told.append(
        ngettext("%(n)s financeur inscrit", "%(n)s financeurs inscrits", row.funders)
        % {"n": row.funders}
        if row.funders
        else gettext("personne à prévenir encore")
    )
    return f"{row.territory.label} – {in_series(told)}"


class MeetingForm(Form):
    on = day(_("Date de la réunion"))
    link = forms.URLField(
        label=_("Lien de la réunion"), required=False, max_length=500, assume_scheme="https"
    )
    minutes = text(_("Compte rendu"), rows=6, max_length=10_000, required=False)


class PostponeForm(Form):
    step = forms.CharField(widget=forms.HiddenInput)  # the state whose date was shown
    until = day(_("Nouvelle date"))


class PaperForm(OnceForm):
    title = forms.CharField(label=_("Titre"), max_length=150)
    audience = forms.ChoiceField(
        label=_("Qui le lit ?"), choices=PoolDocument.Audience.choices, widget=forms.RadioSelect
    )
    file = forms.FileField(
        label=_("Le document"), help_text=_("PDF, ODT, ODS, DOCX, XLSX, PNG ou JPEG."),
        widget=forms.ClearableFileInput(
            attrs={"accept": ".pdf,.odt,.ods,.docx,.xlsx,.png,.jpg,.jpeg"}
        ),
    )  # fmt: skip


class CloseForm(Form):
    report = text(
        _("Rapport de clôture"), rows=10, max_length=10_000,
        help_text=_("Ce qui a été fait, où, avec quel effet : tous ceux qui voient cette page le lisent."),
    )  # fmt: skip


class AbandonForm(Form):
    reason = text(_("Pourquoi elle s’arrête"))
    lesson = text(
        _("Ce que l’on en a appris"), rows=6, max_length=5000,
        help_text=_("Droit à l’erreur : s’arrêter ne se reproche pas, ce que l’on a appris sert."),
    )  # fmt: skip
    stop_sites = forms.BooleanField(
        label=_("Arrêter aussi les reprises nées de cette subvention"), required=False,
        help_text=_("Celles qui ne servent encore personne, pour les mêmes raisons ; leurs repreneurs et le porteur en sont informés. Sinon elles continuent, et chacune décide."),
    )  # fmt: skip
    sure = forms.BooleanField(label=_("Je confirme : les options restantes seront libérées"))


class ListForm(Form):
    mark_optional = False

    q = forms.CharField(label=_("Mots"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=_("Étape"), required=False, choices=[("", _("Toutes")), *State.choices]
    )
    territory = TerritoryField(label=_("Territoire"), required=False)

    def narrowed(self, found: Any) -> Any:
        """Pools, once valid: by the words of their card, by their pilot territory or their sites."""
        given = self.cleaned_data
        for word in given["q"].split()[:10]:
            found = found.filter(initiative__title__unaccent__icontains=word)
        if given["state"]:
            found = found.filter(state=given["state"])
        if given["territory"]:
            near = Territory.objects.keys_touching(given["territory"])
            optioned = Pool.objects.filter(
                options__territory__in=near, options__state__in=["pledged", "confirmed"]
            ).values("pk")
            found = found.filter(pilot_territory__in=near) | found.filter(pk__in=optioned)
        return found


class MemberListForm(ListForm):
    """The list as who signed in narrows it: to what concerns their organisations or cards."""

    mine = forms.BooleanField(
        label=_("Celles qui concernent mes organisations ou mes fiches"), required=False
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def narrowed(self, found: Any) -> Any:
        found = super().narrowed(found)
        if self.cleaned_data["mine"]:
            found = found.filter(pk__in=Pool.objects.concerning(self.user).values("pk"))
        return found
