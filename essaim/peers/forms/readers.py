"""What peers and holders write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form, long_text
from essaim.common.text import in_french
from essaim.common.typography import french
from essaim.initiatives.models import Initiative
from essaim.peers.models import Declaration, PeerProfile, Reading
from essaim.people.models import Organisation
from essaim.territories.forms import TerritoriesField
from essaim.themes.models import Theme

from .fields import OnceForm, choices


class ProfileForm(Form):
    is_peer = forms.BooleanField(
        label=_("Je suis pair : les animateurs peuvent me trouver et m’inviter à lire"),
        required=False,
        help_text=_(
            "Ils voient alors ce qui suit, avec votre nom et vos organisations. Vous pouvez le"
            " retirer quand vous voulez ; chaque invitation se décline."
        ),
    )
    is_available = forms.BooleanField(label=_("Disponible en ce moment"), required=False)
    max_load = forms.IntegerField(
        label=_("Lectures en même temps, au plus"), min_value=1, max_value=100
    )
    profession = forms.CharField(label=_("Métier"), max_length=150, required=False)
    presentation = long_text(
        _("Ce que je connais bien"),
        rows=5,
        required=False,
        max_length=3000,
        help_text=_("Quelques phrases : elles servent à vous proposer ce qui vous est proche."),
    )
    themes = forms.ModelMultipleChoiceField(
        label=_("Thèmes que je connais"),
        queryset=Theme.objects.order_by("name"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    territories = TerritoriesField(label=_("Territoires où j’ai travaillé"), required=False)
    practices = forms.ModelMultipleChoiceField(
        label=_("Pratiques que j’ai partagées"),
        queryset=Initiative.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Vos fiches publiées. Elles disent que vous êtes de ceux qui ont essayé."),
    )

    def __init__(
        self, *args: Any, profile: PeerProfile | None, practices: Any, **kwargs: Any
    ) -> None:
        kwargs["initial"] = {"is_available": True, "max_load": 3} if profile is None else {
            "is_peer": profile.consented_at is not None,
            "is_available": profile.is_available,
            "max_load": profile.max_load,
            "profession": profile.profession,
            "presentation": profile.presentation,
            "themes": profile.themes.all(),
            "territories": list(profile.territories.all()) or "",
            "practices": profile.practices.all(),
        }  # fmt: skip
        super().__init__(*args, **kwargs)
        field = self.fields["practices"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = practices
        if not practices.exists():
            del self.fields["practices"]


class LinkForm(Form):
    organisation = forms.CharField(label=_("Organisation"), max_length=200)
    kind = choices(_("Lien"), Declaration.Kind.choices)
    reason = forms.CharField(label=_("Précisions"), max_length=300, required=False)

    def clean_organisation(self) -> Organisation:
        name = self.cleaned_data["organisation"].strip()
        found = list(Organisation.objects.filter(name__unaccent__iexact=name)[:2])
        found = found or list(Organisation.objects.matching(name, "")[:2])
        if len(found) != 1:
            raise forms.ValidationError(
                gettext("Plusieurs organisations portent ce nom : écrivez-le en entier.")
                if found
                else gettext("Aucune organisation de ce nom n’est connue ici.")
            )
        return found[0]


class AcceptForm(Form):
    max_load = forms.IntegerField(
        label=_("Lectures que j’accepte ici, au plus"), min_value=1, max_value=500, required=False
    )
    no_conflict = forms.BooleanField(
        label=_("Je n’ai pas d’intérêt dans ce que je lirai, et je le dirais sinon"),
    )


class DeclineForm(Form):
    reason = forms.CharField(label=_("Pourquoi"), max_length=500, required=False)


class DeclineReadingForm(Form):
    reason = forms.CharField(label=_("Pourquoi"), max_length=500)
    is_conflict = forms.BooleanField(
        label=_("C’est un conflit d’intérêts"),
        required=False,
        help_text=_("Cette lecture ne vous sera plus jamais proposée."),
    )


class MessageForm(OnceForm):
    text = long_text(_("Votre message"), rows=4)


class ReplyForm(Form):
    text = long_text(
        _("Votre réponse"),
        rows=8,
        max_length=10_000,
        help_text=_("Ce qui est inexact, ce que vous comptez faire, ce que vous n’acceptez pas."),
    )
    is_public = forms.BooleanField(
        label=_("Montrer ma réponse sur la fiche, sous la conclusion"), required=False
    )


class ReadingForm(Form):
    """The rubric of the reader's college, and two places for words; complete or not."""

    # A draft may leave anything empty; what submitting needs is said where it lacks.
    mark_optional = False

    version = forms.IntegerField(widget=forms.HiddenInput)
    comment = long_text(
        _("Pour le porteur"),
        rows=7,
        required=False,
        max_length=10_000,
        help_text=_(
            "Ce qui convainc, ce qui manque, ce qui aiderait à reprendre. L’animateur le réécrit"
            " avant de le transmettre ; rien ne vous y désignera."
        ),
    )
    private_comment = long_text(
        _("Pour l’animateur et les autres lecteurs"),
        rows=4,
        required=False,
        max_length=10_000,
        help_text=_("Facultatif ; le porteur ne le lira jamais."),
    )

    def __init__(self, *args: Any, reading: Reading, **kwargs: Any) -> None:
        self.criteria = list(reading.seat.college.criteria.all())
        initial: dict[str, Any] = {
            "version": reading.version,
            "comment": reading.comment,
            "private_comment": reading.private_comment,
        }
        for criterion in self.criteria:
            known = reading.answers.get(str(criterion.pk)) or {}
            initial[f"level-{criterion.pk}"] = known.get("level") or ""
            initial[f"why-{criterion.pk}"] = known.get("why") or ""
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        for criterion in self.criteria:
            self.fields[f"level-{criterion.pk}"] = forms.TypedChoiceField(
                label=in_french(french(f"{criterion.title} : {criterion.question}")),
                choices=[(n, in_french(words)) for n, words in criterion.numbered_levels],
                widget=forms.RadioSelect,
                coerce=int,
                empty_value=None,
                required=False,
            )
            self.fields[f"why-{criterion.pk}"] = forms.CharField(
                label=_("Ce qui vous le fait dire (facultatif)"),
                widget=forms.Textarea(attrs={"rows": 2}),
                max_length=2000,
                required=False,
            )

    def rubric(self) -> list[tuple[Any, Any, Any]]:
        """Each criterion with its two fields."""
        return [
            (criterion, self[f"level-{criterion.pk}"], self[f"why-{criterion.pk}"])
            for criterion in self.criteria
        ]

    def content(self) -> dict[str, Any]:
        """What is valid of what was typed: a field refused is left out, the rest is kept."""
        self.is_valid()
        data: Mapping[str, Any] = self.cleaned_data
        return {
            "answers": {
                str(c.pk): {
                    "level": data.get(f"level-{c.pk}"),
                    "why": data.get(f"why-{c.pk}") or "",
                }
                for c in self.criteria
            },
            "comment": data.get("comment") or "",
            "private_comment": data.get("private_comment") or "",
        }

    def opened_on(self) -> int:
        version = self.data.get("version", "")
        return int(version) if str(version).isdecimal() and len(str(version)) <= 9 else -1
