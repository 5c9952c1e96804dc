"""A campaign, its indicators and rules, its territories and who speaks for them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form, OnceForm, day, text
from essaim.dialogues.models import Campaign, RuleKind, Worse
from essaim.groups.selection import choices as groups_of
from essaim.groups.selection import of as members_of
from essaim.people.forms.fields import OrganisationField
from essaim.people.models import Membership, Organisation, User
from essaim.territories.forms import TerritoriesField, TerritoryField
from essaim.territories.lookup import kind_names
from essaim.territories.models import Indicator, Territory
from essaim.themes.models import Theme


class PersonChoices(forms.ModelMultipleChoiceField):
    """People by their chosen name, never their address."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name or _("un membre sans nom affiché"))


class CalendarForm(OnceForm):
    title = forms.CharField(
        label=_("Titre"), max_length=200, help_text=_("Par exemple : Dialogue de gestion 2027.")
    )
    year = forms.IntegerField(label=_("Année"), min_value=2000, max_value=2100)
    purpose = text(_("Ce que l’on en attend"), max_length=3000, required=False)
    opens_on = day(_("Ouverture"))
    answers_by = day(_("Choix des territoires attendus le"))
    ends_on = day(_("Fin du suivi"))
    least_level = forms.TypedChoiceField(
        label=_("Pratiques validées : niveau de preuve au moins"),
        coerce=int,
        choices=[(n, str(n)) for n in range(1, 6)],
        initial=2,
        help_text=_("Cette règle est écrite sur chaque page où une pratique est proposée."),
    )
    needs_ready = forms.BooleanField(
        label=_("… et un diagnostic « fin prêt » pour le changement d’échelle"), required=False
    )

    def fields_of(self) -> dict[str, Any]:
        return {k: v for k, v in self.cleaned_data.items() if k not in ("submission", "centre")}


class NewCampaignForm(CalendarForm):
    centre = forms.ModelChoiceField(
        label=_("Le centre"),
        queryset=Organisation.objects.none(),
        help_text=_("Direction, tête de réseau : une organisation que vous représentez."),
    )
    field_order = ("centre",)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["centre"]
        field.queryset = Organisation.objects.filter(
            memberships__user=user, memberships__role=Membership.Role.REPRESENTATIVE
        ).order_by("name")
        field.initial = user.current_organisation_id


class IndicatorForm(OnceForm):
    series = forms.ModelChoiceField(
        label=_("Une série des territoires"),
        queryset=Indicator.objects.order_by("name"),
        required=False,
        empty_label=_("Aucune : la nôtre, nommée plus bas"),
    )
    own_name = forms.CharField(
        label=_("Votre propre indicateur"),
        max_length=60,  # as codes in files
        required=False,
        help_text=_(
            "Ses chiffres se chargent ensuite ; seuls le centre et le territoire les lisent."
        ),
    )
    own_unit = forms.CharField(label=_("Unité"), max_length=40, required=False)
    own_source = forms.CharField(label=_("Source"), max_length=200, required=False)
    worse = forms.ChoiceField(label=_("Dans quel sens ?"), choices=Worse, widget=forms.RadioSelect)
    rule = forms.ChoiceField(
        label=_("Qui est en difficulté ?"),
        choices=[
            (RuleKind.THRESHOLD, _("Seuil : la dernière valeur connue l’atteint ou le dépasse")),
            (RuleKind.RANK, _("Rang : les premiers de la campagne dans le mauvais sens")),
            (RuleKind.TREND, _("Évolution : la valeur s’est dégradée d’autant, en tant d’années")),
        ],
        widget=forms.RadioSelect,
    )
    limit = forms.FloatField(
        label=_("Valeur du seuil, ou de l’évolution"),
        min_value=-1e15,
        max_value=1e15,
        required=False,
        localize=True,
        help_text=_("Dans l’unité de l’indicateur."),
    )
    count = forms.IntegerField(
        label=_("Combien de territoires (rang), ou en combien d’années (évolution)"),
        min_value=1,
        max_value=100,
        required=False,
    )
    themes = forms.ModelMultipleChoiceField(
        label=_("Sur quels thèmes chercher des pratiques ?"),
        queryset=Theme.objects.all(),
        to_field_name="slug",
        widget=forms.CheckboxSelectMultiple,
    )

    def fields_of(self) -> dict[str, Any]:
        return {k: v for k, v in self.cleaned_data.items() if k != "submission"}


class FiguresForm(OnceForm):
    file = forms.FileField(
        label=_("Fichier CSV"),
        help_text=_(
            "Un territoire par ligne et une colonne de chiffres ; ou les colonnes territory,"
            " indicator, year, value. 5 Mo au plus."
        ),
    )
    kind = forms.ChoiceField(
        label=_("Nature des territoires donnés par leur seul code"), required=False
    )
    year = forms.IntegerField(
        label=_("Année des chiffres"),
        min_value=1800,
        max_value=2100,
        required=False,
        help_text=_("Inutile si le fichier la donne."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds: Any = self.fields["kind"]
        names = [(kind, str(name)) for kind, name in kind_names().items()]
        kinds.choices = [("", _("déduite de chaque code")), *names]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > 5 * 1024 * 1024:
            raise ValidationError(_("Ce fichier dépasse 5 Mo."))
        return file


class TerritoriesForm(Form):
    territories = TerritoriesField(label=_("Territoires"), required=False)
    kind = forms.ChoiceField(label=_("… ou tous ceux d’une nature"), required=False)
    within = TerritoryField(
        label=_("… à l’intérieur de"),
        required=False,
        help_text=_("Par exemple les départements d’une région ; vide : tous."),
    )
    group: Any = forms.ModelChoiceField(
        label=_("… ou les membres d’un groupe"), queryset=None, required=False,
        empty_label=_("Aucun"),
    )  # fmt: skip

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].queryset = groups_of(user)  # type: ignore[attr-defined]
        kinds: Any = self.fields["kind"]
        names = kind_names()
        # Never all the communes at once: a campaign is talks with people.
        offered = [
            (k, str(n)) for k, n in names.items() if k not in ("country", "commune", "group")
        ]
        kinds.choices = [("", _("Aucune")), *offered]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if self.errors:
            return given
        found: list[Territory] = list(given.get("territories") or [])
        if given.get("kind"):
            rows = Territory.objects.offered().filter(kind=given["kind"])
            if given.get("kind") == "region":
                rows = Territory.objects.current().filter(kind="region")
            if given.get("within"):
                rows = rows.filter(up__ancestor=given["within"])
            found += list(rows.for_list()[:1000])
        if given.get("group"):
            found += members_of(given["group"]).members
        unique = {each.pk: each for each in found}
        if not unique:
            raise ValidationError(_("Choisissez au moins un territoire."))
        given["chosen"] = list(unique.values())
        return given


class RunnersForm(Form):
    people = PersonChoices(
        label=_("Qui anime la campagne avec les représentants"),
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        kwargs["initial"] = {"people": [r.user_id for r in campaign.runners.all()]} | (
            kwargs.get("initial") or {}
        )
        super().__init__(*args, **kwargs)
        field: Any = self.fields["people"]
        field.queryset = User.objects.filter(
            memberships__organisation=campaign.centre_id,
            memberships__role=Membership.Role.MEMBER, is_active=True,
        ).order_by("name", "pk")  # fmt: skip


class ManagerForm(Form):
    organisation = OrganisationField(
        label=_("Une organisation"),
        required=False,
        help_text=_(
            "Son nom exact ou son SIREN : ses membres lisent, ses représentants choisissent."
        ),
    )
    email = forms.EmailField(
        label=_("… ou l’adresse d’une personne"),
        required=False,
        help_text=_(
            "Celle de son compte. Sans compte à cette adresse, rien ne part ; elle lira le jour où elle en a un."
        ),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not given.get("organisation") and not given.get("email") and not self.errors:
            raise ValidationError(_("Donnez une organisation, ou l’adresse d’une personne."))
        return given


def next_year(campaign: Campaign) -> dict[str, Any]:
    """What the form of the next campaign begins with: the same days, a year later."""

    def later(when: Any) -> Any:
        try:
            return when.replace(year=when.year + 1)
        except ValueError:  # 29 February
            return when.replace(year=when.year + 1, day=28)

    return {
        "title": campaign.title.replace(str(campaign.year), str(campaign.year + 1)),
        "year": campaign.year + 1,
        "purpose": campaign.purpose,
        "opens_on": later(campaign.opens_on),
        "answers_by": later(campaign.answers_by),
        "ends_on": later(campaign.ends_on),
        "least_level": campaign.least_level,
        "needs_ready": campaign.needs_ready,
    }


def this_year() -> dict[str, Any]:
    return {"year": timezone.localdate().year}
