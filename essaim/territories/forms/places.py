"""Fields to name a place: a combobox where JavaScript runs, a plain field everywhere.

What people type stays text; the server says which territory it is, or asks which one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.forms.widgets import Script
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.text import format_lazy
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from essaim.common.forms import Form

from ..lookup import Match, designate, designate_all, kind_names
from ..models import Territory
from ..zoning_file import LARGEST

HINT = gettext_lazy("Nom ou code : « Grenoble », « 38185 », « Saint-Denis (93) », « Isère ».")
LINES_AT_MOST = 200


class _Choosing(forms.Widget):
    """What the two widgets share: the combobox's settings, and radio buttons for namesakes.

    When a text fits several places, the server sends it back with ``choices``: the template
    shows them as radio buttons, which answer as long as the text has not changed.
    """

    template_name = ""
    kinds: Sequence[str] = ()

    class Media:
        js = (Script("territories/combobox.js", defer=True),)
        css = {"all": ("territories/combobox.css",)}

    def __init__(self, attrs: dict[str, Any] | None = None):
        super().__init__(attrs)
        self.choices: list[tuple[str, list[Territory]]] = []

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        copied = super().__deepcopy__(memo)
        copied.choices = []
        return copied

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        query = [("lang", get_language() or ""), *(("kind", kind) for kind in self.kinds)]
        context["widget"]["attrs"] |= {
            "autocomplete": "off",
            "data-url": f"{reverse('territories:search')}?{urlencode(query)}",
            "data-texts": json.dumps(
                {
                    "none": _("Aucun territoire trouvé."),
                    "one": _("1 territoire proposé ; flèche bas pour l’atteindre."),
                    "many": _("%n territoires proposés ; flèches haut et bas pour choisir."),
                    "list": _("Territoires proposés"),
                    "add": _("Ajouter un territoire"),
                    "added": _("%t est ajouté."),
                    "remove": _("Retirer %t"),
                    "removed": _("%t est retiré."),
                },
                ensure_ascii=False,
            ),
        }
        names = kind_names() if self.choices else {}
        context["choices"] = [
            {"text": text, "options": [(t, names.get(t.kind, t.kind)) for t in territories]}
            for text, territories in self.choices
        ]
        return context

    @staticmethod
    def chosen(data: Any, name: str) -> dict[str, str]:
        """By text that was ambiguous, the address of the place that was picked for it."""
        picked = {}
        for number in range(LINES_AT_MOST):
            text = data.get(f"{name}_for_{number}")
            if text is None:
                break
            if choice := data.get(f"{name}_choice_{number}"):
                picked[text.strip()] = choice
        return picked


class TerritoryWidget(_Choosing, forms.TextInput):
    """ARIA combobox (``combobox.js``) over a text input that works alone."""

    template_name = "territories/widgets/territory.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"]["data-combobox"] = ""
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        typed = super().value_from_datadict(data, files, name)
        return self.chosen(data, name).get((typed or "").strip(), typed)


class TerritoriesWidget(_Choosing, forms.Textarea):
    """One place a line; with JavaScript, a combobox that adds removable tags."""

    template_name = "territories/widgets/territories.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"] |= {"data-territories": "", "rows": 4}
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        typed = super().value_from_datadict(data, files, name)
        picked = self.chosen(data, name)
        if not typed or not picked:
            return typed
        return "\n".join(picked.get(line.strip(), line) for line in typed.splitlines())


class _Designating(forms.CharField):
    """Text that designates places, limited to `kinds` where given."""

    def __init__(self, *, kinds: Sequence[str] = (), **kwargs: Any):
        super().__init__(**kwargs)
        self.kinds = self.widget.kinds = kinds
        self._labels: dict[str, str] = {}

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        copied = super().__deepcopy__(memo)
        copied._labels = {}
        return copied

    def remember(self, text: str, territory: Territory) -> None:
        self._labels[text.strip()] = territory.label

    def shown(self, text: str) -> str:
        """An address reads as a label; what was not understood stays as it was typed."""
        text = text.strip()
        if text not in self._labels and ":" in text:
            match = designate(text, kinds=self.kinds)
            self._labels[text] = match.territory.label if match.territory else text
        return self._labels.get(text, text)

    def unknown(self, text: str) -> ValidationError:
        return ValidationError(
            _(
                "Aucun territoire ne correspond à « %(text)s ». Vérifiez l’orthographe, ou donnez"
                " un code : INSEE, postal, numéro de département."
            ),
            code="unknown_territory",
            params={"text": text[:80]},
        )

    def ambiguous(self, text: str, candidates: list[Territory]) -> ValidationError:
        self.widget.choices.append((text.strip(), candidates))
        return ValidationError(
            _("« %(text)s » peut désigner plusieurs territoires : choisissez le vôtre.")
            if len(candidates) > 1
            else _("« %(text)s » est inconnu : choisissez la proposition si c’est elle."),
            code="ambiguous_territory",
            params={"text": text.strip()[:80]},
        )


class TerritoryField(_Designating):
    """One place; cleans to a Territory, or None when empty.

    Accepts a name, « Saint-Denis (93) », a code or ``kind:code``; what fits several places is
    an error that offers them.
    """

    widget = TerritoryWidget

    def __init__(self, *, help_text: str | Promise = HINT, **kwargs: Any):
        kwargs.setdefault("max_length", 200)
        super().__init__(help_text=help_text, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Territory):
            return value.label
        if isinstance(value, int):
            return Territory.objects.filter(pk=value).values_list("label", flat=True).first() or ""
        return self.shown(value) if value else value

    def clean(self, value: Any) -> Any:
        if isinstance(value, Territory):
            return value
        text = super().clean(value)
        if not text:
            return None
        match = designate(text, kinds=self.kinds)
        if match.territory is not None:
            self.remember(text, match.territory)
            return match.territory
        raise self.ambiguous(text, match.candidates) if match.candidates else self.unknown(text)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), self.prepare_value(data))


class TerritoriesField(_Designating):
    """Several places, one a line; cleans to a list of Territory without repeats."""

    widget = TerritoriesWidget

    def __init__(self, *, help_text: str | Promise | None = None, **kwargs: Any):
        if help_text is None:
            help_text = format_lazy("{} {}", gettext_lazy("Un territoire par ligne."), HINT)
        super().__init__(help_text=help_text, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, str):
            return "\n".join(self.shown(line) for line in value.splitlines() if line.strip())
        if not value:
            return value
        rows = list(value)
        if not isinstance(rows[0], Territory):
            rows = list(Territory.objects.filter(pk__in=rows))
        return "\n".join(row.label for row in rows)

    def clean(self, value: Any) -> Any:
        if isinstance(value, list | tuple):
            return list(value)
        text = super().clean(value) or ""
        lines = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
        if len(lines) > LINES_AT_MOST:
            raise ValidationError(
                _("Indiquez %(n)s territoires au plus."),
                code="too_many_territories",
                params={"n": LINES_AT_MOST},
            )
        matches = designate_all(lines, kinds=self.kinds)
        errors = [error for line in lines if (error := self._error(line, matches[line]))]
        if errors:
            raise ValidationError(errors)
        found = [match.territory for match in matches.values() if match.territory]
        return list({territory.pk: territory for territory in found}.values())

    def _error(self, line: str, match: Match) -> ValidationError | None:
        if match.territory is not None:
            self.remember(line, match.territory)
            return None
        return self.ambiguous(line, match.candidates) if match.candidates else self.unknown(line)


class EntryForm(Form):
    """Go to the page of a territory."""

    territory = TerritoryField(label=gettext_lazy("Quel territoire ?"))


class ZoningForm(Form):
    """A zoning and the file of its zones."""

    name = forms.CharField(
        label=gettext_lazy("Nom du zonage"),
        help_text=gettext_lazy("Par exemple : Quartiers prioritaires, Parcs naturels régionaux."),
        max_length=100,
    )
    slug = forms.CharField(
        label=gettext_lazy("Identifiant"),
        help_text=gettext_lazy(
            "En minuscules, sans espace ni accent : qpv, parc, academie. Il figure dans les"
            " adresses (qpv:QP093028) ; donnez celui d’un zonage existant pour le mettre à jour."
        ),
        max_length=20,
        validators=[
            RegexValidator(
                r"^[a-z][a-z0-9-]*$",
                gettext_lazy(
                    "Commencez par une lettre ; minuscules, chiffres et tirets seulement."
                ),
            )
        ],
    )
    file = forms.FileField(
        label=gettext_lazy("Fichier CSV"),
        help_text=gettext_lazy(
            "Trois colonnes : code, name, communes (codes INSEE séparés par des espaces ou des"
            " points-virgules). 5 Mo au plus."
        ),
    )
    inside_communes = forms.BooleanField(
        label=gettext_lazy("Les zones sont plus petites que les communes"),
        help_text=gettext_lazy(
            "Cochez pour des quartiers : chacun est alors dans sa commune, au lieu de la contenir."
        ),
        required=False,
    )
    complete = forms.BooleanField(
        label=gettext_lazy("Le fichier est complet"),
        help_text=gettext_lazy(
            "Les zones déjà connues qu’il ne liste pas seront marquées comme disparues."
        ),
        required=False,
    )
    source = forms.CharField(label=gettext_lazy("Source"), max_length=200, required=False)
    year = forms.IntegerField(
        label=gettext_lazy("Année"), min_value=1900, max_value=2100, required=False
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise ValidationError(_("Le fichier dépasse 5 Mo."))
        return file
