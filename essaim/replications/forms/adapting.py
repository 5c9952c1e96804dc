"""The adaptation log, and how far the core is delivered."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form, OnceForm, day, text
from essaim.initiatives.models import Component
from essaim.replications.fidelity import lines_of
from essaim.replications.models import Adaptation, Share

SHARES = [("", _("je ne sais pas")), *((str(s.value), s.label) for s in Share)]


class ComponentChoice(forms.ChoiceField):
    """A component of the sheet, by "key:name": one that left the sheet since the form was opened
    still has its name, and what was typed is kept."""

    def valid_value(self, value: Any) -> bool:
        key, _sep, name = str(value).partition(":")
        return value == "" or (key.isdecimal() and bool(name))

    def clean(self, value: Any) -> tuple[int | None, str]:  # type: ignore[override]
        key, _sep, name = str(super().clean(value)).partition(":")
        return (int(key), name) if key else (None, "")


class AdaptationForm(OnceForm):
    component = ComponentChoice(label=_("Sur quelle composante de la fiche ?"), required=False)
    what = text(_("Ce que vous faites autrement"), max_length=2000)
    on = day(_("Depuis le"))
    nature = forms.ChoiceField(
        label=_("Cette adaptation était"),
        choices=Adaptation.Nature.choices,
        widget=forms.RadioSelect,
    )
    decided_by = forms.CharField(
        label=_("Qui a décidé"),
        max_length=200,
        help_text=_("Une fonction ou une instance : « comité de pilotage ». Ne nommez personne."),
    )
    why = text(_("Pourquoi"), max_length=2000)
    share = forms.ChoiceField(
        label=_("Cette composante est désormais réalisée"),
        choices=SHARES,
        required=False,
        help_text=_("Pour une composante du cœur : c’est ce qui fait la fidélité."),
    )
    red_line = forms.ChoiceField(
        label=_("Cela franchit-il une ligne rouge de la fiche ?"),
        required=False,
        help_text=_("Rien n’est bloqué : le porteur est prévenu, et la page le dit."),
    )
    effect = forms.ChoiceField(label=_("Effet"), choices=Adaptation.Effect.choices)
    effect_note = text(_("Ce que vous avez observé"), rows=3, max_length=2000, required=False)

    def __init__(self, *args: Any, components: list[Component], **kwargs: Any) -> None:
        kwargs["initial"] = {"on": timezone.localdate()} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        component, red_line = self.fields["component"], self.fields["red_line"]
        assert isinstance(component, forms.ChoiceField)
        assert isinstance(red_line, forms.ChoiceField)
        component.choices = [
            ("", _("aucune : la fiche n’en dit rien")),
            *(
                (f"{each.pk}:{each.name}", f"{each.name} ({each.get_kind_display()})")
                for each in components
            ),
        ]
        red_line.choices = [
            ("", _("non")),
            *(
                (each.name, [(line, line) for line in lines_of(each.red_lines)])
                for each in components
                if lines_of(each.red_lines)
            ),
        ]
        if len(red_line.choices) == 1:
            del self.fields["red_line"]

    def clean_share(self) -> int | None:
        given = self.cleaned_data["share"]
        return int(given) if given else None


class EffectForm(Form):
    effect = forms.ChoiceField(label=_("Effet"), choices=Adaptation.Effect.choices)
    effect_note = text(_("Ce que vous avez observé"), rows=3, max_length=2000, required=False)


class DeliveriesForm(Form):
    """One question for each core component of today's sheet."""

    def __init__(
        self, *args: Any, components: list[Component], shares: dict[int, int], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for each in components:
            known = shares.get(each.pk)
            self.fields[f"component_{each.pk}"] = forms.ChoiceField(
                label=each.name,
                choices=SHARES,
                initial="" if known is None else str(known),
                required=False,
                help_text=each.why[:300],
            )

    def shares(self) -> dict[int, int | None]:
        return {
            int(name.removeprefix("component_")): int(value) if value else None
            for name, value in self.cleaned_data.items()
        }


class WeightsForm(Form):
    """How much each core component counts."""

    def __init__(
        self, *args: Any, components: list[Component], weights: dict[int, int], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for each in components:
            self.fields[f"component_{each.pk}"] = forms.IntegerField(
                label=each.name, min_value=1, max_value=10, initial=weights.get(each.pk, 1)
            )

    def weights(self) -> dict[int, int]:
        return {
            int(name.removeprefix("component_")): value for name, value in self.cleaned_data.items()
        }
