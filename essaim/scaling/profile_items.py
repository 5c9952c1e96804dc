"""The thirty questions of the scalability profile, in seven areas; all words are ours.

Each has two poles, « eases scaling » and « hinders it ». Scales of this kind are common among
those who scale health and education programmes; no published one is copied here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Rating(models.IntegerChoices):
    EASES = 1, _("facilite nettement")
    RATHER_EASES = 2, _("facilite plutôt")
    NEITHER = 3, _("ni l’un ni l’autre")
    RATHER_HINDERS = 4, _("freine plutôt")
    HINDERS = 5, _("freine nettement")


@dataclass(frozen=True)
class Item:
    key: str
    eases: Any
    hinders: Any


@dataclass(frozen=True)
class Area:
    key: str
    label: Any
    items: Sequence[Item]


AREAS: tuple[Area, ...] = (
    Area(
        "evidence",
        _("Preuves et crédibilité"),
        [
            Item("proof", _("Des effets sont mesurés, avec une comparaison"), _("Les effets sont seulement racontés")),
            Item("independent", _("Quelqu’un d’extérieur a confirmé les effets"), _("Seul le porteur a jugé les effets")),
            Item("several_sites", _("Cela a marché dans plusieurs contextes"), _("Cela n’a été vu que dans un lieu")),
            Item("voice", _("Des personnes reconnues de la profession en parlent"), _("Personne d’influent ne la connaît")),
            Item("failures", _("Ce qui n’a pas marché est écrit"), _("Les échecs ne sont pas racontés")),
        ],
    ),
    Area(
        "relevance",
        _("Effets visibles et utilité"),
        [
            Item("visible", _("On voit les effets soi-même, vite"), _("Les effets se voient tard, ou se calculent")),
            Item("need", _("Beaucoup de territoires disent ce besoin"), _("Le besoin n’est dit que par quelques-uns")),
            Item("priority", _("Il est parmi les priorités de ceux qui décident"), _("Il n’est la priorité de personne")),
            Item("beneficiaries", _("Les bénéficiaires la demandent"), _("Les bénéficiaires s’en passeraient")),
        ],
    ),
    Area(
        "advantage",
        _("Avantage sur ce qui existe"),
        [
            Item("better", _("Elle fait mieux que ce qui se fait d’habitude"), _("Elle fait à peu près comme ce qui existe")),
            Item("cheaper", _("À effet égal, elle coûte moins"), _("À effet égal, elle coûte plus")),
            Item("replaces", _("Elle remplace quelque chose"), _("Elle s’ajoute à tout le reste")),
            Item("rivals", _("Rien de semblable n’occupe la place"), _("D’autres solutions sont déjà installées")),
        ],
    ),
    Area(
        "transfer",
        _("Facilité de reprise"),
        [
            Item("simple", _("Peu de composantes, faciles à expliquer"), _("Beaucoup de composantes liées entre elles")),
            Item("core", _("On sait ce qu’il faut garder et ce qui s’adapte"), _("On ne sait pas ce qui produit l’effet")),
            Item("try", _("On peut l’essayer en petit avant de s’engager"), _("Il faut s’engager en entier d’emblée")),
            Item("people", _("Elle marche avec des équipes ordinaires"), _("Elle tient à une personne hors du commun")),
            Item("kit", _("Méthode, modèles et outils sont prêts à servir"), _("Rien n’est écrit")),
        ],
    ),
    Area(
        "fit",
        _("Accord avec les organisations qui reprendraient"),
        [
            Item("mission", _("Elle entre dans leurs missions"), _("Elle sort de leurs missions")),
            Item("practice", _("Elle change peu les habitudes de travail"), _("Elle bouscule métiers et hiérarchies")),
            Item("skills", _("Elles ont déjà les compétences"), _("Il faut recruter des compétences rares")),
            Item("rules", _("Le droit et les procédures le permettent"), _("Une règle l’empêche ou la complique")),
        ],
    ),
    Area(
        "funding",
        _("Financement durable"),
        [
            Item("cost_known", _("Le coût d’un site est connu"), _("Le coût d’un site est inconnu")),
            Item("setup", _("Commencer coûte peu"), _("Commencer demande un gros investissement")),
            Item("payer", _("Quelqu’un paie dans la durée"), _("Elle vit d’aides exceptionnelles")),
            Item("payer_gains", _("Qui paie est aussi qui économise"), _("Les économies vont à un autre que le payeur")),
        ],
    ),
    Area(
        "support",
        _("Soutien au changement"),
        [
            Item("holder", _("Le porteur a du temps pour aider d’autres"), _("Le porteur n’a ni temps ni envie")),
            Item("network", _("Un réseau peut la faire passer d’un site à l’autre"), _("Aucun réseau ne relie les sites")),
            Item("sponsor", _("Des décideurs la soutiennent et le disent"), _("Des décideurs s’y opposent")),
            Item("stability", _("Équipes et soutiens sont là pour longtemps"), _("Équipes ou soutiens vont changer bientôt")),
        ],
    ),
)  # fmt: skip
ITEMS = {item.key: item for area in AREAS for item in area.items}
