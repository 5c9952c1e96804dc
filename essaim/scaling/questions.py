"""The six questions of readiness, in the report's order (§ 3), with what helps to answer them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from essaim.schemes.kinds import Point


@dataclass(frozen=True)
class Question:
    key: str  # a value of schemes.kinds.Point, so that schemes say which one they help with
    label: Any
    wording: Any
    help: Any
    examples: Sequence[Any]
    to_do: Any  # when the answer is no
    section: str  # of the card's form, where most of it is written
    public_wording: Any = None  # on the public track, where it differs

    def asked(self, track: str) -> Any:
        return self.public_wording if track == "public" and self.public_wording else self.wording


QUESTIONS: tuple[Question, ...] = (
    Question(
        Point.CONSENT,
        _("L’accord du porteur"),
        _("Le porteur accepte-t-il que l’initiative change d’échelle ?"),
        _(
            "Changer d’échelle, c’est accepter que d’autres s’approprient le projet et l’adaptent."
            " Tous les porteurs ne le souhaitent pas, et il est difficile d’avoir du recul sur ce"
            " que l’on a créé."
        ),
        [
            _(
                "Les Accorderies, au Québec : le modèle « photocopié » d’un territoire à l’autre a"
                " frustré ceux qui n’avaient pas leur mot à dire ; le réseau a dû changer de"
                " gouvernance."
            )
        ],
        _(
            "Parlez avec le porteur de ce qu’il tient à garder (le cœur) et de ce qu’il laisse"
            " adapter (la marge), puis notez son accord sur la fiche."
        ),
        "materiel",
    ),
    Question(
        Point.ECONOMICS,
        _("Le modèle économique"),
        _("Le projet repose-t-il sur un modèle économique viable ?"),
        _(
            "On doit pouvoir dire ce que coûte un site pour s’installer puis pour vivre, et qui"
            " paie, sans compter sur une aide exceptionnelle."
        ),
        [
            _(
                "Les Ateliers du Bocage : en 2011, la perte d’un client qui pesait 30 % du chiffre"
                " d’affaires a obligé à repenser l’activité avant de pouvoir grandir."
            )
        ],
        _(
            "Remplissez la grille économique : temps de travail et investissements pour installer,"
            " temps de travail et autres coûts pour faire vivre, avec le payeur de chaque ligne."
        ),
        "economie",
        _(
            "Les coûts et le temps de travail, pour installer et pour faire vivre, sont-ils connus"
            " et supportables ?"
        ),
    ),
    Question(
        Point.EVALUATION,
        _("L’évaluation"),
        _("Le projet a-t-il été évalué ?"),
        _(
            "Quatre sources de preuve existent : l’auto-évaluation, les pairs, l’évaluation"
            " indépendante, la voix des usagers. Aucune ne décide seule, mais il en faut au moins"
            " une qui soit conclue."
        ),
        [
            _(
                "Le Fonds d’expérimentation pour la jeunesse associe dès le départ, à chaque projet,"
                " un évaluateur indépendant."
            ),
            _(
                "La Gendarmerie fait lire chaque pratique par des pairs : 40 innovateurs et 20"
                " utilisateurs potentiels."
            ),
        ],
        _(
            "Concluez au moins une évaluation : une auto-évaluation, un avis de pairs ou la voix des"
            " usagers suffit pour commencer."
        ),
        "preuves",
    ),
    Question(
        Point.IMPACT,
        _("L’impact potentiel"),
        _("L’impact potentiel du projet justifie-t-il d’investir dans son essaimage ?"),
        _(
            "Un changement mesuré chez les bénéficiaires, un besoin rencontré ailleurs, et une idée"
            " de la part de ce besoin que l’on veut couvrir : ce n’est pas toujours 100 %."
        ),
        [
            _(
                "Croc la vie visait 30 % des crèches de sa région avant de penser à un déploiement"
                " national."
            ),
            _(
                "BRAC, au Bangladesh, a d’abord approfondi ce que chaque bénéficiaire recevait :"
                " micro-finance, éducation, santé."
            ),
        ],
        _(
            "Montrez un changement mesuré, dites quelle part du besoin vous visez, et trouvez où"
            " d’autres territoires expriment le même besoin."
        ),
        "besoin",
    ),
    Question(
        Point.ENVIRONMENT,
        _("L’environnement des autres sites"),
        _(
            "D’autres sites présentent-ils un environnement favorable à la reprise (partenaires"
            " potentiels, financement…) ?"
        ),
        _(
            "Un réseau qui connaît déjà ces sites, des partenaires de la même nature que les vôtres,"
            " un financeur prêt à regarder le projet."
        ),
        [
            _(
                "Enerterre, né dans un parc naturel régional, s’appuie sur la fédération des parcs"
                " pour en toucher d’autres."
            ),
            _(
                "La plateforme « précarité énergétique » du CCAS de Grenoble a été proposée à quatre"
                " autres CCAS par leur union nationale."
            ),
        ],
        _(
            "Repérez les territoires qui expriment le même besoin, et pour chacun les partenaires et"
            " financeurs possibles ; décrivez les vôtres pour qu’on en cherche de semblables."
        ),
        "partenaires",
    ),
    Question(
        Point.ADOPTERS,
        _("Les repreneurs"),
        _("Y a-t-il des repreneurs identifiés pour la mettre en œuvre sur de nouveaux sites ?"),
        _(
            "Un repreneur est une organisation nommée, existante ou à créer, qui veut le faire chez"
            " elle et le dit."
        ),
        [
            _(
                "La ferme d’insertion de Moyembrie : un projet de duplication commencé dans l’Aude"
                " peut préfigurer d’autres fermes."
            )
        ],
        _(
            "Publiez la fiche, répondez aux questions et invitez les organisations intéressées à le"
            " dire sur la fiche."
        ),
        "materiel",
    ),
)
BY_KEY = {question.key: question for question in QUESTIONS}
KEYS = tuple(question.key for question in QUESTIONS)


def following(key: str) -> Question | None:
    place = KEYS.index(key) + 1
    return QUESTIONS[place] if place < len(QUESTIONS) else None
