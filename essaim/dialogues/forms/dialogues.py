"""A dialogue: what is proposed, chosen, said, and followed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form, OnceForm, day, text
from essaim.dialogues.models import Module, Proposal, ProposalState, Setting
from essaim.kits.models import KitMaterial
from essaim.people.models import Membership, Organisation
from essaim.replications.rules import acting_for
from essaim.territories.forms import TerritoryField


class MomentField(forms.DateTimeField):
    """The browser's own field for a day and an hour."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M")
        widget.input_type = "datetime-local"
        super().__init__(widget=widget, **kwargs)


class FilterForm(Form):
    """Reads the query string of the practices that may be proposed."""

    mark_optional = False
    q = forms.CharField(label=_("Mots"), max_length=100, required=False)
    all = forms.BooleanField(label=_("Tous les thèmes"), required=False)


class ProposeForm(OnceForm):
    words = text(
        _("Pourquoi cette pratique, pour ce territoire"),
        max_length=3000,
        required=False,
        help_text=_("Lu par les deux parties. Les autres raisons sont jointes d’elles-mêmes."),
    )


class ChoiceForm(Form):
    answer = forms.ChoiceField(
        label=_("Votre choix"),
        choices=[
            (ProposalState.ADOPTED, _("Nous l’adoptons")),
            (ProposalState.ADAPTED, _("Nous l’adoptons en l’adaptant")),
            (ProposalState.DECLINED, _("Nous ne la prenons pas")),
        ],
        widget=forms.RadioSelect,
    )
    words = text(
        _("Ce que vous adaptez, ou pourquoi vous ne la prenez pas"),
        max_length=3000,
        required=False,
        help_text=_("Vos mots, lus par les deux parties. Décliner n’entraîne rien."),
    )
    adopter = forms.ModelChoiceField(
        label=_("Qui la reprend ?"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("Nous le dirons plus tard"),
        help_text=_("La reprise commence alors à « envisagée », et le porteur est prévenu."),
    )
    is_objective = forms.BooleanField(
        label=_("En faire un objectif convenu entre nous"), required=False
    )
    objective_by = day(_("Objectif pour le"), required=False)

    def __init__(self, *args: Any, proposal: Proposal, user: Any, **kwargs: Any) -> None:
        answered = proposal.state in ("adopted", "adapted", "declined")
        kwargs["initial"] = {
            "answer": proposal.state if answered else None,
            "words": proposal.words,
            "adopter": proposal.adopter_id,
            "is_objective": proposal.is_objective,
            "objective_by": proposal.objective_by,
        } | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        field: Any = self.fields["adopter"]
        field.queryset = acting_for(user).order_by("name")
        if proposal.has_replication:
            del self.fields["adopter"]
        if not proposal.is_readable:
            # Its card is no longer published: it can be declined, no longer taken up.
            choices: Any = self.fields["answer"]
            choices.choices = [c for c in choices.choices if c[0] == ProposalState.DECLINED]


class MeetingForm(Form):
    at = MomentField(label=_("Date et heure"))
    place = forms.CharField(label=_("Lieu"), max_length=300, required=False)
    link = forms.URLField(
        label=_("Lien de visioconférence"), max_length=500, required=False, assume_scheme="https"
    )


class NotesForm(Form):
    on = day(_("Tenue le"))
    notes = text(
        _("Ce qui s’est dit"), rows=8, max_length=10_000,
        help_text=_("Lu par les deux parties et personne d’autre."),
    )  # fmt: skip


class TerritoryWordsForm(Form):
    words = text(
        _("Le mot du territoire"), rows=6, max_length=5000, required=False,
        help_text=_("Vous seuls l’écrivez ; le centre le lit."),
    )  # fmt: skip


class StepForm(OnceForm):
    title = forms.CharField(label=_("Étape"), max_length=200)
    due_on = day(_("Pour le"))


class HelperForm(OnceForm):
    name = forms.CharField(label=_("Personne ou service"), max_length=200)
    contact = forms.CharField(label=_("Téléphone ou e-mail"), max_length=200)
    hours = forms.CharField(
        label=_("Heures"), max_length=200, help_text=_("Par exemple : mardi et jeudi, 9 h à 12 h.")
    )
    topics = forms.CharField(label=_("Pour quoi l’appeler"), max_length=300, required=False)


class CheckForm(OnceForm):
    on = day(_("Le"))
    seen = text(
        _("Ce qui a été vu"), rows=5, max_length=5000, required=False,
        help_text=_("Laissez vide pour prévoir la visite. Personne n’est noté ni nommé."),
    )  # fmt: skip


class SeenForm(Form):
    on = day(_("Le"))
    seen = text(_("Ce qui a été vu"), rows=5, max_length=5000)


class ModuleForm(OnceForm):
    title = forms.CharField(label=_("Titre"), max_length=200)
    hours = forms.DecimalField(
        label=_("Durée en heures"), min_value=0.5, max_value=999, max_digits=5, decimal_places=1,
        localize=True,
    )  # fmt: skip
    audience = forms.CharField(
        label=_("Pour qui"), max_length=300, help_text=_("Par exemple : agents d’accueil.")
    )
    link = forms.URLField(
        label=_("Lien vers le support"), max_length=500, required=False, assume_scheme="https"
    )
    material = forms.ModelChoiceField(
        label=_("… ou une ressource du kit"), queryset=KitMaterial.objects.none(), required=False,
        empty_label=_("Aucune"),
    )  # fmt: skip

    def __init__(self, *args: Any, card: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["material"]
        field.queryset = KitMaterial.objects.offered().filter(initiative=card)


class SessionForm(OnceForm):
    setting = forms.ChoiceField(
        label=_("Dans quel cadre ?"), choices=Setting, widget=forms.RadioSelect
    )
    starts_on = day(_("Du"))
    ends_on = day(_("Au"), required=False, help_text=_("Vide : le même jour."))
    organisation = forms.ModelChoiceField(
        label=_("Organisée par"), queryset=Organisation.objects.none()
    )
    territory = TerritoryField(label=_("Territoire"), required=False)
    place = forms.CharField(label=_("Lieu"), max_length=300, required=False)
    link = forms.URLField(
        label=_("Lien pour s’inscrire"), max_length=500, required=False, assume_scheme="https",
        help_text=_("La page d’un événement, ou d’un catalogue de formation."),
    )  # fmt: skip

    def __init__(self, *args: Any, module: Module, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["organisation"]
        mine = Membership.objects.filter(user=user).values("organisation")
        field.queryset = Organisation.objects.filter(pk__in=mine).order_by("name")
        field.initial = user.current_organisation_id


def today() -> dict[str, Any]:
    return {"on": timezone.localdate()}
