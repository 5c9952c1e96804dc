"""The rubric that a round starts with, in the site's first language; each round may change it.

§ 6 of the domain: innovators judge quality; potential users judge usefulness and acceptability
in their own unit. The criteria and the words of their levels are ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from .models import CollegeKind

# The Gendarmerie's; a jury's is ours.
SIZES = {CollegeKind.INNOVATORS: 40, CollegeKind.USERS: 20, CollegeKind.JURY: 7}


@dataclass(frozen=True)
class Line:
    title: str
    question: str
    weight: int
    levels: list[str]


def default_lines(kind: str) -> list[Line]:
    return _innovators() if kind == CollegeKind.INNOVATORS else _users()


def _innovators() -> list[Line]:
    return [
        Line(
            _("Réponse au besoin"),
            _("La pratique répond-elle à un besoin réel, et le montre-t-elle ?"),
            3,
            [
                _("Le besoin n’est pas établi."),
                _("Le besoin est décrit, sans preuve qu’il soit atteint."),
                _("Le besoin est établi, et des résultats vont dans ce sens."),
                _("Le besoin est établi, et des résultats mesurés le montrent."),
            ],
        ),
        Line(
            _("Qualité de la mise en œuvre"),
            _("Sait-on ce qui est fait, par qui, comment et avec quels moyens ?"),
            2,
            [
                _("On ne comprend pas ce qui est fait."),
                _("L’essentiel est compris ; il manque des étapes ou des moyens."),
                _("Tout est décrit ; quelques points restent à préciser."),
                _("Une autre équipe pourrait s’y mettre avec ce qui est écrit."),
            ],
        ),
        Line(
            _("Solidité des preuves"),
            _("Ce qui est avancé est-il appuyé par des données, des retours, une comparaison ?"),
            3,
            [
                _("Rien n’appuie ce qui est avancé."),
                _("Une logique et des témoignages."),
                _("Des données montrent un changement chez les personnes concernées."),
                _("Une comparaison montre que la pratique en est la cause."),
            ],
        ),
        Line(
            _("Ce qui peut être transféré"),
            _("Distingue-t-on ce qu’il faut garder de ce qui peut être adapté ?"),
            2,
            [
                _("La pratique tient à son lieu ou à une personne."),
                _("Une partie pourrait servir ailleurs, sans que ce soit dit."),
                _("Le cœur et la marge d’adaptation sont dits."),
                _("Cœur, marge et conditions de réussite sont dits, avec ce qui a échoué."),
            ],
        ),
    ]


def _users() -> list[Line]:
    return [
        Line(
            _("Utilité"),
            _("Dans votre service ou votre territoire, cette pratique serait-elle utile ?"),
            3,
            [
                _("Nous n’avons pas ce besoin."),
                _("Utile à la marge."),
                _("Utile pour une partie de notre public ou de nos agents."),
                _("Elle répond à un besoin que nous avons aujourd’hui."),
            ],
        ),
        Line(
            _("Acceptabilité"),
            _("Vos collègues, votre hiérarchie et votre public l’accepteraient-ils ?"),
            3,
            [
                _("Elle serait refusée."),
                _("Il faudrait lever de fortes réticences."),
                _("Elle serait acceptée si elle est expliquée."),
                _("Elle est attendue."),
            ],
        ),
        Line(
            _("Faisabilité"),
            _("Avec vos moyens et votre cadre, pourriez-vous la mettre en place ?"),
            2,
            [
                _("Non : moyens, droit ou compétences manquent."),
                _("Avec un soutien extérieur important."),
                _("Avec un aménagement de nos moyens."),
                _("Avec nos moyens actuels."),
            ],
        ),
        Line(
            _("Clarté"),
            _("Avez-vous compris ce qu’il faudrait faire, et à qui le demander ?"),
            1,
            [
                _("Non."),
                _("En partie ; il faudrait rencontrer l’équipe."),
                _("Oui, à quelques questions près."),
                _("Oui, nous saurions par où commencer."),
            ],
        ),
    ]


def overall(criteria: Iterable[Any], answers: dict[str, Any]) -> float | None:
    """The weighted score of one reading, 0 (lowest levels everywhere) to 100 (highest); None
    while a criterion has no level."""
    criteria = list(criteria)
    levels = {each.pk: (answers.get(str(each.pk)) or {}).get("level") for each in criteria}
    return weighted(criteria, levels)


def weighted(criteria: Iterable[Any], levels: Mapping[int, int | None]) -> float | None:
    """The same from the levels alone, by criterion."""
    total = weights = 0.0
    for criterion in criteria:
        level = levels.get(criterion.pk)
        if not level:
            return None
        total += criterion.weight * (level - 1) / (len(criterion.levels) - 1)
        weights += criterion.weight
    return 100 * total / weights if weights else None
