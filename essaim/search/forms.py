"""The search form of the bank."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeVar

from django import forms
from django.http import QueryDict
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from essaim.common.forms import Form
from essaim.common.text import fold
from essaim.common.typography import quoted
from essaim.initiatives.levels import LEVELS
from essaim.initiatives.models import Phase, Track
from essaim.people.models import OrganisationKind
from essaim.search.filters import SORTS, Criteria
from essaim.territories.forms import TerritoryField
from essaim.territories.models import KINDS, Territory
from essaim.themes.models import Audience, Term, Theme

# Longer than any need people state in their own words; beyond, only the start is searched.
LONGEST_TEXT = 1000

NAMES = ("slug", "name", "name_en")

T = TypeVar("T", bound=Term)


@dataclass(frozen=True)
class Group:
    """A filter that is a list. ``html``: its boxes or buttons, ready for the page."""

    name: str
    label: str
    html: SafeString
    count: int  # how many are chosen
    errors: list[str]

    @property
    def open(self) -> bool:
        return bool(self.count or self.errors)


CHECKED = mark_safe(" checked")


# The same few lists are shown on every page: their HTML is made once for each choice.
@lru_cache(maxsize=500)
def options_html(
    name: str, kind: str, choices: tuple[tuple[str, str], ...], chosen: tuple[str, ...]
) -> SafeString:
    return format_html_join(
        "\n",
        '<div class="fr-fieldset__element"><div class="fr-{}-group fr-{}-group--sm">'
        '<input type="{}" id="{}" name="{}" value="{}"{}>'
        '<label class="fr-label" for="{}">{}</label></div></div>',
        (
            (
                *(kind, kind, kind, f"id_{name}_{number}", name, value),
                *(CHECKED if value in chosen else "", f"id_{name}_{number}", label),
            )
            for number, (value, label) in enumerate(choices)
        ),
    )


@dataclass(frozen=True)
class Problem:
    anchor: str
    label: str
    message: str


class SeveralField(forms.MultipleChoiceField):
    """Alternatives of one filter. Unknown values are told; the known ones still apply."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def validate(self, value: Sequence[str]) -> None:
        """Nothing to refuse here: the form tells what it does not know."""


class AmountField(forms.DecimalField):
    """Euros as people write them: « 20 000,50 € », « 20000.5 »."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_digits=12, decimal_places=2, required=False, **kwargs)

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        if isinstance(value, str):
            value = re.sub(r"[\s€]", "", value).replace(",", ".")
        return super().to_python(value)


class BankForm(Form):
    """Reads the query string of ``/initiatives``. A wrong value is told and left out; the
    rest of the search holds, and what was typed stays in its field."""

    mark_optional = False
    data: QueryDict

    q = forms.CharField(
        label=gettext_lazy("Votre besoin, en quelques mots"),
        help_text=gettext_lazy("Par exemple : personnes âgées isolées à la campagne"),
        required=False,
    )
    territory = TerritoryField(label=gettext_lazy("Territoire"), required=False)
    theme = SeveralField(label=gettext_lazy("Thème"))
    track = forms.ChoiceField(
        label=gettext_lazy("Voie"),
        choices=[("", gettext_lazy("Toutes")), *Track.choices],
        required=False,
    )
    phase = SeveralField(
        label=gettext_lazy("Phase"),
        choices=[c for c in Phase.choices if c[0] != Phase.NONE],
    )
    audience = SeveralField(label=gettext_lazy("Bénéficiaires"))
    holder = SeveralField(label=gettext_lazy("Porteur de projet"), choices=OrganisationKind.choices)
    proof = forms.TypedChoiceField(
        label=gettext_lazy("Niveau de preuve au moins"),
        choices=[
            ("", gettext_lazy("Tous")),
            *((str(level), format_lazy("{} – {}", level, LEVELS[level][0])) for level in LEVELS),
        ],
        coerce=int,
        empty_value=None,
        required=False,
    )
    cost_min = AmountField(label=gettext_lazy("Au moins (€)"))
    cost_max = AmountField(label=gettext_lazy("Au plus (€)"))
    materials = forms.BooleanField(
        label=gettext_lazy("Avec du matériel réutilisable"), required=False
    )
    sort = forms.ChoiceField(
        label=gettext_lazy("Trier par"), choices=list(SORTS.items()), required=False
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.themes = _by_name(Theme.objects.only(*NAMES))
        self.audiences = _by_name(Audience.objects.only(*NAMES))
        for name, terms in (("theme", self.themes), ("audience", self.audiences)):
            field: Any = self.fields[name]
            field.choices = [(slug, str(term)) for slug, term in terms.items()]

    def criteria(self) -> Criteria:
        """The search as far as it can be understood; ``errors`` says what was left out."""
        self.is_valid()
        clean = self.cleaned_data
        text = " ".join(clean.get("q", "").split())
        if len(text) > LONGEST_TEXT:
            message = _(
                "Votre texte est long : la recherche en lit les %(limit)s premiers caractères."
            )
            self.add_error("q", message % {"limit": LONGEST_TEXT})
            text = text[:LONGEST_TEXT]
        low, high = clean.get("cost_min"), clean.get("cost_max")
        if low is not None and high is not None and low > high:
            self.add_error("cost_max", _("Le coût maximal est inférieur au coût minimal."))
            high = None
        territory = clean.get("territory")
        if territory:
            self._show_name(territory)
        return Criteria(
            text=text,
            territory=territory,
            themes=self._terms("theme", self.themes),
            track=clean.get("track", ""),
            phases=self._values("phase"),
            audiences=self._terms("audience", self.audiences),
            holders=self._values("holder"),
            proof=clean.get("proof") or 0,
            cost_min=_plain(low),
            cost_max=_plain(high),
            materials=clean.get("materials", False),
            sort=clean.get("sort", ""),
        )

    def _show_name(self, territory: Territory) -> None:
        """A link says « commune:38185 »; the field says Grenoble (38). The labels of official
        places are unique: read back, they name the same one."""
        if territory.kind in KINDS:
            self.data = self.data.copy()
            self.data["territory"] = territory.label

    # --- what the template shows ---------------------------------------------------------
    GROUPS = ("theme", "audience", "track", "phase", "proof", "holder")

    def groups(self) -> list[Group]:
        """The filters that are lists, with what is chosen; open where something is."""
        return [self._group(name) for name in self.GROUPS]

    def _group(self, name: str) -> Group:
        several = isinstance(self.fields[name], SeveralField)
        given = self.data.getlist(name) if several else [self.data.get(name, "")]
        choices = self._choices(name)
        chosen = tuple(value for value in choices if value in given)
        return Group(
            name=name,
            label=str(self.fields[name].label),
            html=options_html(
                name, "checkbox" if several else "radio", tuple(choices.items()), chosen
            ),
            count=sum(value != "" for value in chosen),
            errors=[str(error) for error in self.errors.get(name, [])],
        )

    def costs(self) -> list[forms.BoundField]:
        return [self["cost_min"], self["cost_max"]]

    def problems(self) -> list[Problem]:
        """What was left out of the search, each with the field to go to."""
        return [
            Problem(f"id_{name}", str(self.fields[name].label), str(message))
            for name, messages in self.errors.items()
            for message in messages
        ]

    # --- parsing ---------------------------------------------------------------------------
    def _choices(self, name: str) -> dict[str, str]:
        """Values and labels of a list."""
        field: Any = self.fields[name]
        return {str(value): str(label) for value, label in field.choices}

    def _values(self, name: str) -> tuple[str, ...]:
        given = dict.fromkeys(v for v in self.cleaned_data.get(name, []) if v)
        known = self._choices(name)
        unknown = [value for value in given if value not in known]
        if unknown:
            self.add_error(
                name,
                ngettext("%(values)s est inconnu.", "%(values)s sont inconnus.", len(unknown))
                % {"values": ", ".join(quoted(value[:60]) for value in unknown[:5])},
            )
        return tuple(value for value in known if value in given)

    def _terms(self, name: str, terms: dict[str, T]) -> tuple[T, ...]:
        return tuple(terms[slug] for slug in self._values(name))


def _by_name(terms: Iterable[T]) -> dict[str, T]:
    """In the reader's alphabet: « Économie » before « Emploi », whatever the database sorts."""
    return {term.slug: term for term in sorted(terms, key=lambda term: fold(str(term)))}


def _plain(value: Decimal | None) -> Decimal | None:
    """Without useless decimals, so that one search has one address."""
    if value is None:
        return None
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value
