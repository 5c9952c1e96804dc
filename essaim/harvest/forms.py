"""A source, and what is decided of two cards."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form, LinesField, OnceForm
from essaim.contributions.models import Proposal
from essaim.harvest.models import Item, Kind, Source
from essaim.harvest.reading.mapping import DEFAULTS, TARGETS
from essaim.initiatives.models import Publication

_HOST = re.compile(r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$")
MAPPED = "map_"


class ItemFilterForm(Form):
    """Reads the query string of what a source brought."""

    mark_optional = False
    q = forms.CharField(label=_("Titre ou identifiant"), max_length=100, required=False)
    state = forms.ChoiceField(
        label=_("À la source"), choices=[("", _("tous")), *Item.State.choices], required=False
    )
    card = forms.ChoiceField(
        label=_("Ici"), choices=[("", _("tous")), *Publication.choices], required=False
    )
    waiting = forms.BooleanField(label=_("Une différence attend une décision"), required=False)

    def apply(self, items: QuerySet[Item]) -> QuerySet[Item]:
        given = self.cleaned_data
        if given["q"]:
            items = items.filter(Q(title__icontains=given["q"]) | Q(identifier=given["q"]))
        if given["state"]:
            items = items.filter(state=given["state"])
        if given["card"]:
            items = items.filter(card__publication=given["card"])
        if given["waiting"]:
            # Decided since, a proposal stays named until the source changes again.
            cards = Proposal.objects.waiting().values("card")
            items = items.exclude(proposed={}).filter(card__in=cards)
        return items


class SourceForm(OnceForm):
    name = forms.CharField(
        label=_("Nom de la source"),
        max_length=200,
        help_text=_("Tel qu’il sera crédité sur chaque fiche : « Banque de la Fonda »."),
    )
    kind = forms.ChoiceField(label=_("Nature"), choices=Kind.choices)
    url = forms.URLField(
        label=_("Adresse"),
        max_length=1000,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
        help_text=_(
            "Du flux, du plan de site, du fichier ; pour une autre instance, celle de son accueil."
        ),
    )
    licence = forms.CharField(
        label=_("Licence"),
        max_length=100,
        help_text=_(
            "Sous laquelle la source partage ses fiches : « Licence Ouverte 2.0 », « CC BY 4.0 »."
        ),
    )
    publish = forms.ChoiceField(
        label=_("Les fiches nouvelles"),
        choices=[
            ("draft", _("restent des brouillons, à relire")),
            ("published", _("sont publiées")),
        ],
        initial="draft",
        widget=forms.RadioSelect,
    )
    completeness = forms.ChoiceField(
        label=_("Ce que la source donne"),
        choices=[
            ("whole", _("toutes ses fiches : ce qui n’y est plus est retiré après le délai")),
            ("latest", _("ses dernières fiches seulement : rien n’est jamais retiré")),
        ],
        widget=forms.RadioSelect,
        help_text=_("Un flux ne donne le plus souvent que ses dernières fiches."),
    )
    withdraw_days = forms.IntegerField(
        label=_("Délai avant retrait, en jours"), min_value=1, max_value=365
    )
    delay_seconds = forms.DecimalField(
        label=_("Délai entre deux requêtes, en secondes"),
        min_value=0,
        max_value=3600,
        decimal_places=1,
        help_text=_(
            "Pour ménager le serveur du partenaire ; son fichier robots.txt peut en demander plus."
        ),
    )
    other_hosts = LinesField(
        label=_("Autres serveurs permis"),
        line_length=253,
        lines=20,
        required=False,
        help_text=_("Un nom par ligne. Sans cela, seul le serveur de l’adresse est interrogé."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        defaults = {
            "withdraw_days": settings.HARVEST["withdraw_days"],
            "delay_seconds": settings.HARVEST["delay_seconds"],
        }
        kwargs["initial"] = defaults | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        for target, label in TARGETS.items():
            self.fields[f"{MAPPED}{target}"] = forms.CharField(
                label=label,
                max_length=200,
                required=False,
                widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
            )

    def mapped(self) -> list[Any]:
        """The fields of the mapping, for the template."""
        return [self[f"{MAPPED}{target}"] for target in TARGETS]

    def others(self) -> list[Any]:
        return [field for field in self if not field.name.startswith(MAPPED)]

    def clean_other_hosts(self) -> list[str]:
        hosts = []
        for line in self.cleaned_data["other_hosts"]:
            try:
                host = line.rstrip(".").encode("idna").decode().lower()  # as it is asked
            except UnicodeError:
                host = ""
            if not _HOST.match(host):
                raise ValidationError(
                    _("« %(host)s » n’est pas un nom de serveur."), params={"host": line}
                )
            hosts.append(host)
        return hosts

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["is_complete"] = cleaned.get("completeness") == "whole"
        cleaned["publish"] = cleaned.get("publish") == "published"
        cleaned["mapping"] = {
            target: cleaned.get(f"{MAPPED}{target}", "").strip()
            for target in TARGETS
            if cleaned.get(f"{MAPPED}{target}", "").strip()
        }
        return cleaned


def values_of(source: Source) -> dict[str, Any]:
    """What the form shows of a source."""
    return {
        **{name: getattr(source, name) for name in ("name", "kind", "url", "licence")},
        "publish": "published" if source.publish else "draft",
        "completeness": "whole" if source.is_complete else "latest",
        "withdraw_days": source.withdraw_days,
        "delay_seconds": source.delay_seconds,
        "other_hosts": source.other_hosts,
        **{f"{MAPPED}{target}": path for target, path in source.mapping.items()},
    }


def defaults_shown() -> list[tuple[str, list[tuple[Any, str]]]]:
    """What each kind fills by itself, for the page of the form."""
    return [
        (str(Kind(kind).label), [(TARGETS[name], path) for name, path in named.items()])
        for kind, named in DEFAULTS.items()
        if named and kind != Kind.JSON_FEED
    ]


class DecideForm(Form):
    decision = forms.ChoiceField(label=_("Votre décision"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, pair: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decision"].choices = [  # type: ignore[attr-defined]
            (str(pair.first_id), _("Les réunir, et garder la fiche 1")),
            (str(pair.second_id), _("Les réunir, et garder la fiche 2")),
            ("distinct", _("Ce sont deux initiatives différentes")),
        ]
