"""Declaring a replication, agreeing to it, and its steps."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form, OnceForm, day, text
from essaim.initiatives.models import Initiative
from essaim.people.forms.fields import OrganisationField
from essaim.people.models import Organisation, User
from essaim.replications.models import STANDING, Dimension, Mode, Replication, Side
from essaim.replications.modes import ASKED, mode_of
from essaim.replications.rules import acting_for, can_answer_for_holder
from essaim.territories.forms import TerritoryField

# Each mode with what it asks.
MODES = [
    (mode, format_lazy("{} – {}", Mode(mode).label, asked.says)) for mode, asked in ASKED.items()
]


class SiteChoice(forms.ModelChoiceField):
    """A site of the same initiative."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.title)


class PersonChoice(forms.ModelChoiceField):
    """A person by their chosen name, never their address."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name or _("une personne sans nom affiché"))


class TermsFields(Form):
    """What the modes ask beside agreement; each mode its own."""

    contract_reference = forms.CharField(
        label=_("Référence du contrat, de la convention ou de la décision"),
        max_length=200,
        required=False,
        help_text=_(
            "Pour une diffusion centralisée ou une franchise ; peut être donnée plus tard."
        ),
    )
    contract_on = day(_("Signé le"), required=False)
    brand_terms = forms.CharField(
        label=_("Ce que le repreneur peut faire de la marque"),
        max_length=500,
        required=False,
        help_text=_("Pour une franchise : nom, logo, durée, territoire, en une phrase."),
    )
    charter = forms.BooleanField(label=_("Le repreneur accepte la charte commune"), required=False)

    def terms(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "contract_reference": given.get("contract_reference", ""),
            "contract_on": given.get("contract_on"),
            "brand_terms": given.get("brand_terms", ""),
            "charter_on": timezone.localdate() if given.get("charter") else None,
        }


class AgreeForm(TermsFields):
    """Only what this mode asks and is not known yet. ``seen``: the mode that was read, which the
    other side may have changed since; shown again, it is the one of that moment."""

    mode = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, replication: Replication, **kwargs: Any) -> None:
        self.seen = str(data.get("mode", "")) if data is not None else ""
        if data is not None:
            data = data.copy()
            data["mode"] = replication.mode
        super().__init__(data, initial={"mode": replication.mode}, **kwargs)
        asked = ASKED[replication.mode].terms
        for name in ("contract_reference", "contract_on", "brand_terms"):
            if name not in asked or getattr(replication, name):
                del self.fields[name]
        if "charter_on" not in asked or replication.charter_on:
            del self.fields["charter"]


class DeclareForm(TermsFields):
    submission = forms.UUIDField(widget=forms.HiddenInput)
    side = forms.ChoiceField(label=_("Vous déclarez en tant que"), choices=Side.choices)
    adopter = forms.ModelChoiceField(
        label=_("Votre organisation"),
        queryset=Organisation.objects.none(),
        required=False,
        help_text=_("Celles dont vous êtes représentant ou repreneur."),
    )
    other_adopter = OrganisationField(
        label=_("L’organisation qui reprend"),
        required=False,
        help_text=_("Son nom exact ou son SIREN, tels qu’ils figurent parmi les organisations."),
    )
    territory = TerritoryField(label=_("Sur quel territoire ?"))
    site_name = forms.CharField(
        label=_("Nom du site"),
        max_length=120,
        required=False,
        help_text=_("Si vous en avez plusieurs sur ce territoire."),
    )
    another_site = forms.BooleanField(label=_("C’est un autre site"), required=False)
    mode = forms.ChoiceField(
        label=_("Selon quel mode ?"),
        choices=MODES,
        widget=forms.RadioSelect,
    )
    dimensions = forms.MultipleChoiceField(
        label=_("Qu’est-ce qui change par rapport à l’origine ?"),
        choices=Dimension.choices,
        widget=forms.CheckboxSelectMultiple,
        initial=[Dimension.SITE],
    )
    changes = forms.CharField(
        label=_("En quoi cela change"),
        max_length=500,
        required=False,
        help_text=_("Par exemple : la menuiserie au lieu de la cuisine."),
    )
    learnt_from = SiteChoice(
        label=_("De qui apprenez-vous ?"),
        queryset=Replication.objects.none(),
        required=False,
        empty_label=_("De l’initiative elle-même"),
    )
    planned_on = day(_("Mise en service prévue le"), required=False)
    beneficiaries_target = forms.IntegerField(
        label=_("Combien de personnes voulez-vous servir à la fois ?"),
        min_value=1,
        max_value=10_000_000,
        required=False,
    )

    field_order = [
        *("side", "adopter", "other_adopter", "territory", "site_name", "another_site", "mode"),
        *("contract_reference", "contract_on", "brand_terms", "charter"),
        *("dimensions", "changes", "learnt_from", "planned_on", "beneficiaries_target"),
    ]

    def __init__(self, *args: Any, card: Initiative, user: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"submission": uuid.uuid4(), "mode": mode_of(card)} | (
            kwargs.get("initial") or {}
        )
        super().__init__(*args, **kwargs)
        self.card = card
        mine = acting_for(user)
        adopter, learnt = self.fields["adopter"], self.fields["learnt_from"]
        assert isinstance(adopter, forms.ModelChoiceField)
        assert isinstance(learnt, forms.ModelChoiceField)
        adopter.queryset = mine
        adopter.initial = user.current_organisation_id
        learnt.queryset = Replication.objects.filter(initiative=card, state__in=STANDING).for_list()
        holds, adopts = can_answer_for_holder(user, card), mine.exists()
        self.may_declare = holds or adopts
        if not (holds and adopts):
            del self.fields["side"]
            self.only_side = Side.HOLDER if holds else Side.ADOPTER
            del self.fields["adopter" if holds else "other_adopter"]
            self.fields["other_adopter" if holds else "adopter"].required = True

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        given.setdefault("side", getattr(self, "only_side", None))
        asked = "adopter"
        if given["side"] == Side.HOLDER:
            asked = "other_adopter"
            given["adopter"] = given.get(asked)
        if not given.get("adopter") and asked not in self.errors:
            self.add_error(asked, _("Choisissez l’organisation qui reprend."))
        return given


class ModeForm(Form):
    mode = forms.ChoiceField(label=_("Selon quel mode ?"), choices=MODES, widget=forms.RadioSelect)


class StepForm(Form):
    on = day(_("Depuis le"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"on": timezone.localdate()} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)


class StopForm(Form):
    reason = text(_("Pourquoi elle s’arrête"), max_length=3000)
    lesson = text(
        _("Ce que l’on en a appris"),
        max_length=3000,
        help_text=_("C’est ce qui servira aux suivants. Personne n’est jugé ; ne nommez personne."),
    )


class PlanForm(Form):
    planned_on = day(_("Mise en service prévue le"), required=False)
    beneficiaries_target = forms.IntegerField(
        label=_("Personnes à servir à la fois"), min_value=1, max_value=10_000_000, required=False
    )
    learnt_from = SiteChoice(
        label=_("A appris de"),
        queryset=Replication.objects.none(),
        required=False,
        empty_label=_("L’initiative elle-même"),
    )
    reporter = PersonChoice(
        label=_("Qui donne des nouvelles chaque trimestre"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Le premier représentant du repreneur"),
        help_text=_("Cette personne reçoit un lien personnel vers le formulaire, par e-mail."),
    )

    def __init__(self, *args: Any, replication: Replication, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "planned_on": replication.planned_on,
            "beneficiaries_target": replication.beneficiaries_target,
            "learnt_from": replication.learnt_from_id,
            "reporter": replication.reporter_id,
        } | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        learnt, reporter = self.fields["learnt_from"], self.fields["reporter"]
        assert isinstance(learnt, forms.ModelChoiceField)
        assert isinstance(reporter, forms.ModelChoiceField)
        others = Replication.objects.filter(initiative=replication.initiative_id)
        learnt.queryset = (
            others.filter(committed_on__isnull=False).exclude(pk=replication.pk).for_list()
        )
        reporter.queryset = User.objects.filter(
            memberships__organisation=replication.adopter_id, is_active=True
        ).order_by("name")


class MilestoneForm(OnceForm):
    title = forms.CharField(label=_("Jalon"), max_length=200)
    planned_on = day(_("Prévu le"))
