"""Setting a round up, and conducting it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form, long_text
from essaim.peers.affinity import PARTS
from essaim.peers.models import College, Conflict, Item, Round, Seat, State
from essaim.peers.rubric import Line
from essaim.people.models import Organisation
from essaim.themes.models import Theme

from .fields import MomentField, OnceForm, choices

CRITERIA = 8  # lines of the rubric offered
WEIGHT = forms.IntegerField


class NewRoundForm(OnceForm):
    title = forms.CharField(label=_("Titre de la lecture"), max_length=200)
    purpose = long_text(
        _("Ce que la lecture doit éclairer"),
        rows=4,
        required=False,
        max_length=3000,
        help_text=_("Les pairs le lisent avant d’accepter."),
    )


class SettingsForm(Form):
    title = forms.CharField(label=_("Titre de la lecture"), max_length=200)
    purpose = long_text(
        _("Ce que la lecture doit éclairer"), rows=4, required=False, max_length=3000
    )
    answer_by = MomentField(label=_("Les pairs répondent avant le"), required=False)
    read_by = MomentField(label=_("Les lectures sont rendues avant le"), required=False)
    discuss_by = MomentField(label=_("Les lecteurs discutent jusqu’au"), required=False)
    reply_days = forms.IntegerField(
        label=_("Jours laissés au porteur pour répondre"), min_value=0, max_value=365
    )
    readers_hidden = forms.BooleanField(label=_("Le porteur ne sait pas qui lit"), required=False)
    applicants_hidden = forms.BooleanField(
        label=_("Les lecteurs ne savent pas qui porte"),
        required=False,
        help_text=_(
            "Ils lisent le texte, noms du porteur couverts, sans lien vers la fiche. Une fiche"
            " publique peut toujours être retrouvée."
        ),
    )
    readers_hidden_from_each_other = forms.BooleanField(
        label=_("Les lecteurs ne savent pas qui sont les autres"), required=False
    )

    FIELDS = (
        *("title", "purpose", "answer_by", "read_by", "discuss_by", "reply_days"),
        *("readers_hidden", "applicants_hidden", "readers_hidden_from_each_other"),
    )

    def __init__(self, *args: Any, round: Round, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(round, name) for name in self.FIELDS}
        super().__init__(*args, **kwargs)
        # What no longer changes is not offered; the settings' page shows it.
        if not round.is_set_up:
            for name in ("title", "purpose", "reply_days"):
                del self.fields[name]
        if round.state != State.DRAFT:
            for name in self.FIELDS[-3:]:
                del self.fields[name]


class CollegeForm(Form):
    size = forms.IntegerField(label=_("Pairs dans le collège"), min_value=1, max_value=10_000)
    per_item = forms.IntegerField(
        label=_("Lectures de chaque objet"),
        min_value=1,
        max_value=10_000,
        help_text=_("Autant que de pairs quand tous lisent tout."),
    )
    max_load = forms.IntegerField(label=_("Lectures par pair, au plus"), min_value=1, max_value=500)
    min_load = forms.IntegerField(
        label=_("Lectures par pair, au moins"), min_value=0, max_value=500
    )

    def __init__(self, *args: Any, college: College, **kwargs: Any) -> None:
        names = ("size", "per_item", "max_load", "min_load")
        kwargs["initial"] = {name: getattr(college, name) for name in names}
        super().__init__(*args, **kwargs)


class CriterionForm(Form):
    """One line of the rubric; left without title, the line goes."""

    title = forms.CharField(label=_("Critère"), max_length=100, required=False)
    question = forms.CharField(label=_("Question posée"), max_length=300, required=False)
    weight = forms.IntegerField(label=_("Poids (1 à 10)"), min_value=1, max_value=10, initial=1)
    levels = long_text(
        _("Niveaux, du plus bas au plus haut"),
        rows=4,
        required=False,
        max_length=1300,
        help_text=_("De 2 à 6, un par ligne, chacun en toutes lettres."),
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not data.get("title"):
            return data
        levels = self.split(data.get("levels") or "")
        if not 2 <= len(levels) <= 6:
            self.add_error("levels", gettext("De 2 à 6 niveaux, un par ligne."))
        if any(len(level) > 200 for level in levels):
            self.add_error("levels", gettext("Un niveau tient en 200 caractères."))
        if not data.get("question"):
            self.add_error("question", gettext("Écrivez la question posée au lecteur."))
        return data

    @staticmethod
    def split(value: str) -> list[str]:
        return [line.strip() for line in value.splitlines() if line.strip()]

    def line(self) -> Line | None:
        data = self.cleaned_data
        if not data.get("title"):
            return None
        return Line(
            data["title"].strip(),
            data["question"].strip(),
            data.get("weight") or 1,
            self.split(data["levels"]),
        )


CriterionFormSet = forms.formset_factory(CriterionForm, extra=1, max_num=CRITERIA)


class CardItemForm(Form):
    """Another published card, by its address on the site."""

    card = forms.CharField(
        label=_("Adresse de la fiche"),
        max_length=300,
        help_text=_("Copiez l’adresse de sa page, ou la fin de cette adresse."),
    )


class TextItemForm(OnceForm):
    title = forms.CharField(label=_("Titre"), max_length=300)
    text = long_text(_("Texte à lire"), rows=10, max_length=50_000)
    link = forms.URLField(label=_("Adresse à lire aussi"), required=False, assume_scheme="https")
    professions = forms.CharField(label=_("Métiers concernés"), max_length=300, required=False)
    themes = forms.ModelMultipleChoiceField(
        label=_("Thèmes"),
        queryset=Theme.objects.order_by("name"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class TradesForm(Form):
    professions = forms.CharField(
        label=_("Métiers concernés"),
        max_length=300,
        required=False,
        help_text=_("Séparés par des virgules. Les lecteurs sont rapprochés par eux aussi."),
    )


class ConflictForm(Form):
    """Whom an item must not be read by; either a person (by their address) or an organisation."""

    email = forms.EmailField(label=_("Adresse e-mail de la personne"), required=False)
    organisation = forms.CharField(
        label=_("ou nom de l’organisation"), max_length=200, required=False
    )
    kind = choices(_("Nature du conflit"), Conflict.Kind.choices)
    reason = forms.CharField(label=_("Pourquoi"), max_length=500)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        name = (data.get("organisation") or "").strip()
        if bool(name) == bool(data.get("email")) and "email" not in self.errors:
            self.add_error("email", gettext("Nommez une personne, ou une organisation."))
        data["organisation"] = None
        if name:
            found = list(Organisation.objects.filter(name__unaccent__iexact=name)[:2])
            found = found or list(Organisation.objects.matching(name, "")[:2])
            if len(found) == 1:
                data["organisation"] = found[0]
            elif found:
                self.add_error(
                    "organisation",
                    gettext("Plusieurs organisations portent ce nom : écrivez-le en entier."),
                )
            else:
                self.add_error(
                    "organisation",
                    gettext("Aucune organisation de ce nom n’est connue ici."),
                )
        return data


class PeersFilterForm(Form):
    mark_optional = False
    q = forms.CharField(label=_("Nom ou métier"), required=False, max_length=100)
    theme = forms.ModelChoiceField(
        label=_("Thème"),
        queryset=Theme.objects.order_by("name"),
        required=False,
        to_field_name="slug",
        empty_label=_("Tous"),
    )
    innovators = forms.BooleanField(label=_("A partagé une pratique"), required=False)


class AddressesForm(Form):
    college = choices(_("Collège"), [])
    emails = long_text(
        _("Adresses e-mail"),
        rows=4,
        max_length=20_000,
        help_text=_(
            "Une par ligne. Un message part à chacune, une seule fois ; sans réponse, rien d’autre."
        ),
    )

    def __init__(self, *args: Any, round: Round, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["college"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(c.kind, c.get_kind_display()) for c in round.colleges.all()]


class WeightsForm(Form):
    themes = WEIGHT(label=_("Thèmes"), min_value=0, max_value=10)
    text = WEIGHT(label=_("Textes"), min_value=0, max_value=10)
    profession = WEIGHT(label=_("Métier"), min_value=0, max_value=10)
    territory = WEIGHT(label=_("Territoire"), min_value=0, max_value=10)
    fair = forms.BooleanField(
        label=_("Qu’aucun objet ne soit laissé avec des lecteurs peu proches"),
        required=False,
        help_text=_("Le total peut y perdre un peu ; le plus mal servi y gagne."),
    )

    def __init__(self, *args: Any, round: Round, **kwargs: Any) -> None:
        kwargs["initial"] = {**round.weights, "fair": round.fair}
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not self.errors and not any(data.get(part) for part in PARTS):
            self.add_error(None, gettext("Donnez du poids à une partie au moins."))
        return data


class HandForm(Form):
    item = forms.ModelChoiceField(label=_("Objet"), queryset=Item.objects.none())
    seat = forms.ModelChoiceField(label=_("Lecteur"), queryset=Seat.objects.none())

    def __init__(self, *args: Any, round: Round, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        item, seat = self.fields["item"], self.fields["seat"]
        assert isinstance(item, forms.ModelChoiceField)
        assert isinstance(seat, forms.ModelChoiceField)
        item.queryset = round.items.all()
        seat.queryset = Seat.objects.taken().filter(round=round).select_related("user", "college")
        seat.label_from_instance = lambda obj: (  # type: ignore[method-assign]
            f"{obj.user.name if obj.user else ''} – {obj.college.get_kind_display()}"
        )


class UntilForm(Form):
    until = MomentField(label=_("Nouvelle date limite pour ce lecteur"))


class AbandonForm(Form):
    reason = long_text(
        _("Pourquoi la lecture s’arrête"),
        rows=4,
        max_length=3000,
        help_text=_("Sans blâme : on a le droit de renoncer. Les animateurs le lisent."),
    )


class FeedbackForm(Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    feedback = long_text(
        _("Retour au porteur"),
        rows=14,
        max_length=20_000,
        help_text=_(
            "Réécrivez ce que disent les lectures : rien ne doit y désigner un lecteur."
            " Titres et listes en Markdown."
        ),
    )


class ConcludeForm(Form):
    level = choices(
        _("Niveau de preuve reconnu"),
        [],
        required=False,
        help_text=_(
            "Des pairs reconnaissent un niveau de 1 à 3 : le niveau 4 demande une évaluation"
            " indépendante."
        ),
        coerce=int,
        empty_value=None,
    )
    statement = long_text(
        _("Conclusion publiée"),
        rows=4,
        max_length=3000,
        help_text=_("Se lit sur la fiche : ce que les deux collèges ont vu, sans note seule."),
    )
    reasons = long_text(_("Motifs"), rows=5, help_text=_("Le porteur les lit avec la conclusion."))
    uses_adjusted = forms.BooleanField(
        label=_("Les notes corrigées de la sévérité ont pesé dans la conclusion"),
        required=False,
        help_text=_(
            "La mention sur les traitements algorithmiques est alors jointe à la conclusion."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        from essaim.initiatives.levels import LEVELS

        super().__init__(*args, **kwargs)
        field = self.fields["level"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Aucun : les lectures ne suffisent pas"))] + [
            (n, f"{n} – {LEVELS[n][0]}") for n in (1, 2, 3)
        ]
