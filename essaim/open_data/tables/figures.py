"""Figures: series about territories, what resembles what, the whole of the platform."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from essaim.insights.models import Scope
from essaim.territories.models import Profile

from .columns import API, PLACE_HELP, URL, Column, Table

INDICATORS = Table(
    "indicators",
    _("Indicateurs"),
    _("Les séries de chiffres que la plateforme connaît des territoires."),
    [
        Column("code", "string", _("Code"), True),
        Column("name", "string", _("Nom"), True),
        Column("unit", "string", _("Unité"), True, blank=True),
        Column("source", "string", _("Source"), True, blank=True),
        Column("description", "string", _("Ce qu’il mesure"), True, blank=True),
        Column(
            "profile", "string", _("Profil de comparaison"), True, choices=tuple(Profile.values)
        ),
        Column("weight", "number", _("Poids par défaut"), True),
        Column("values", "integer", _("Nombre de valeurs"), True),
    ],
    key="code",
)
INDICATOR_VALUES = Table(
    "indicator_values",
    _("Valeurs des indicateurs"),
    _("Un chiffre d’un territoire, pour une année."),
    [
        Column("indicator", "string", _("Code de l’indicateur"), True),
        Column("territory", "place", _("Territoire"), True, help=PLACE_HELP),
        Column("year", "integer", _("Année"), True),
        Column("value", "number", _("Valeur"), True),
        Column("source", "string", _("Source"), True, blank=True),
    ],
    key="",
)
NEIGHBOURS = Table(
    "neighbours",
    _("Territoires semblables"),
    _("Un territoire de même nature, sa distance et ce qui l’en sépare."),
    [
        Column("territory", "place", _("Territoire"), True, help=PLACE_HELP),
        Column("label", "string", _("Nom, sans homonyme"), True),
        Column("distance", "number", _("Distance"), True),
        Column("common", "integer", _("Indicateurs en commun"), True),
        Column("shares", "objects", _("Part de chaque indicateur dans la distance"), True,
               help=_("code, share, value, year.")),
        Column("missing", "words", _("Indicateurs qui lui manquent"), True),
        URL,
        API,
    ],
    key="territory",
)  # fmt: skip
FIGURES = Table(
    "figures",
    _("Chiffres du tableau de bord"),
    _("Les derniers chiffres nationaux, avec leur définition, leur couverture et leur date."),
    [
        Column("key", "string", _("Chiffre"), True),
        Column("title", "string", _("Titre"), True),
        Column("definition", "string", _("Définition"), True),
        Column("scope", "string", _("Portée"), True, choices=tuple(Scope.values),
               help=_("Ce qui est fictif n’entre dans aucun total réel.")),
        Column("dimension", "string", _("Selon"), True, blank=True,
               help=_("Vide : le total.")),
        Column("code", "string", _("Code de la valeur"), True, blank=True),
        Column("label", "string", _("Valeur de"), True, blank=True),
        Column("value", "number", _("Valeur"), help=_("Rien : non connu.")),
        Column("low", "number", _("Bas")),
        Column("high", "number", _("Haut")),
        Column("counted", "integer", _("n"), help=_("Sur combien le chiffre repose.")),
        Column("total", "integer", _("N"), help=_("Sur combien il pourrait reposer.")),
        Column("unit", "string", _("Unité"), True),
        Column("computed_at", "datetime", _("Calculé le"), True),
        URL,
    ],
    key="",
)  # fmt: skip
REPORTS = Table(
    "reports",
    _("Rapports annuels"),
    _("Les rapports annuels publiés, avec leurs chiffres arrêtés."),
    [
        Column("year", "integer", _("Année"), True),
        Column("title", "string", _("Titre"), True),
        Column("introduction", "string", _("Introduction"), True, blank=True),
        Column("highlights", "string", _("Ce que l’année a montré"), True, blank=True),
        Column("limits", "string", _("Ce que ces chiffres ne disent pas"), True, blank=True),
        Column("figures", "objects", _("Chiffres"), True),
        Column("figures_at", "datetime", _("Chiffres du"), True),
        Column("published_at", "datetime", _("Publié le"), True),
        URL,
        API,
    ],
    key="year",
)
