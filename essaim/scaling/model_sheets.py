"""The six models, the five objectives and their examples, the four modes (§ 4 of the domain).

Facts are the report's; what a model demands and risks is our reading, and shown as such.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from essaim.scaling.models import Confidence, Mode, Model, Objective

AIMS: tuple[tuple[Any, Sequence[Objective]], ...] = (
    (
        _("Accroître l’impact social"),
        (Objective.DEPTH, Objective.BENEFICIARIES, Objective.TERRITORIES),
    ),
    (
        _("Assurer la survie ou la croissance de l’organisme"),
        (Objective.SUSTAIN, Objective.EFFICIENCY),
    ),
)
# The report's example for each objective.
EXAMPLES: dict[str, Any] = {
    Objective.DEPTH: _(
        "BRAC (Bangladesh) : de l’aide d’urgence à la micro-finance, à l’éducation et à la santé"
        " des mêmes populations."
    ),
    Objective.BENEFICIARIES: _(
        "Croc la vie : des repas bio pour les crèches ; viser 30 % de la région avant d’aller"
        " ailleurs."
    ),
    Objective.TERRITORIES: _(
        "Les Accorderies : au Québec, un modèle trop standardisé a perdu l’appropriation locale ;"
        " en France, douze en quatre ans, sur des associations existantes."
    ),
    Objective.SUSTAIN: _(
        "Les Ateliers du Bocage : après la perte d’un client de 30 % du chiffre d’affaires, changer"
        " d’activité pour garder les emplois."
    ),
    Objective.EFFICIENCY: _(
        "Groupe SOS : environ 330 structures partagent un même groupement de gestion."
    ),
}

MEDIUM, LOW, HIGH = Confidence.MEDIUM, Confidence.LOW, Confidence.HIGH
# Row totals (4, 4, 4, 4, 5) are certain; the cells are a reading.
MATRIX: dict[Objective, tuple[frozenset[Model], Confidence]] = {
    Objective.DEPTH: (frozenset({Model.DEEP, Model.OUT, Model.TOGETHER, Model.MIXING}), MEDIUM),
    Objective.BENEFICIARIES: (
        frozenset({Model.DEEP, Model.OUT, Model.TOGETHER, Model.MIXING}),
        LOW,
    ),
    Objective.TERRITORIES: (
        frozenset({Model.UP, Model.ACROSS, Model.TOGETHER, Model.MIXING}),
        HIGH,
    ),
    Objective.SUSTAIN: (frozenset({Model.DEEP, Model.OUT, Model.TOGETHER, Model.MIXING}), LOW),
    Objective.EFFICIENCY: (
        frozenset({Model.DEEP, Model.OUT, Model.UP, Model.TOGETHER, Model.MIXING}),
        LOW,
    ),
}
MATRIX_SOURCE = "Rapport de 2015, tableau des modèles (Essec 2014, Avise 2014) : lecture"


@dataclass(frozen=True)
class Sheet:
    model: Model
    english: str  # as the source names it
    summary: Any
    subtypes: Sequence[tuple[str, Any, Any]]  # key, name, what it is
    demands: Any
    risks: Any
    costs: Any
    source: str
    note: Any = ""


SHEETS: tuple[Sheet, ...] = (
    Sheet(
        Model.DEEP,
        "scale deep",
        _("Faire mieux ce que l’on fait déjà, pour les mêmes personnes."),
        (),
        _("Connaître finement ce que vivent les bénéficiaires, et mesurer."),
        _("S’épuiser à perfectionner sans que personne de plus en profite."),
        _("Surtout du temps de travail, de formation et d’évaluation."),
        "Essec 2014",
    ),
    Sheet(
        Model.OUT,
        "scale out",
        _("Faire autre chose que ce que l’on fait déjà."),
        (
            (
                "horizontal",
                _("horizontale"),
                _("la source écrit : en amont ou en aval de l’activité d’origine"),
            ),
            ("vertical", _("verticale"), _("la source écrit : une activité proche")),
            (
                "conglomerate",
                _("conglomérale"),
                _("une activité tout à fait différente, dans un autre secteur"),
            ),
        ),
        _("Des compétences nouvelles, et de quoi investir avant de recueillir."),
        _("Se disperser, et fragiliser l’activité d’origine."),
        _("Investissement et temps de lancement d’une activité neuve."),
        "Essec 2014, Avise 2014",
        _(
            "L’usage courant est l’inverse : « verticale » pour l’amont et l’aval, « horizontale »"
            " pour l’activité proche. Les mots de la source sont gardés."
        ),
    ),
    Sheet(
        Model.UP,
        "scale up",
        _(
            "Faire plus de ce que l’on fait déjà : de nouvelles entités sur de nouveaux territoires,"
            " autonomes en droit ou non."
        ),
        (
            ("supple", _("souple"), _("partage d’informations en réseau, accompagnement")),
            ("franchised", _("franchisée"), _("cadre formalisé, engagements réciproques")),
            (
                "centralised",
                _("centralisée"),
                _("la maison mère crée elle-même ses antennes"),
            ),
        ),
        _("Un modèle décrit, une équipe d’essaimage distincte de celle du premier site."),
        _("Copier sans adapter : l’appropriation locale se perd."),
        _(
            "Une tête de réseau à payer ; en centralisé, des coûts unitaires plus bas et une"
            " qualité plus régulière."
        ),
        "Essec 2014, Avise 2014",
        _(
            "Modèle et mode sont deux choix : la franchise des Accorderies françaises s’appuie sur"
            " des associations existantes, alors que ce modèle se définit par de nouvelles entités."
        ),
    ),
    Sheet(
        Model.ACROSS,
        "scale across",
        _(
            "Faire faire à d’autres : transmettre un savoir-faire à des organisations existantes,"
            " qui se l’approprient."
        ),
        (
            ("formalised", _("formalisée"), _("transfert organisé, avec des engagements")),
            ("open", _("ouverte"), _("dissémination, « open innovation » : chacun se sert")),
        ),
        _("Des outils prêts à servir, et accepter de ne pas tout maîtriser."),
        _("Que le cœur du concept se perde, ou que l’on ne sache plus qui fait quoi."),
        _("Peu par site pour le porteur ; l’adaptation est à la charge du repreneur."),
        "Essec 2014, Avise 2014",
    ),
    Sheet(
        Model.TOGETHER,
        "scale together",
        _("Faire ensemble pour faire plus et mieux, chacun restant autonome."),
        (
            ("simple", _("simple"), _("mettre des ressources en commun")),
            ("strategic", _("stratégique"), _("se coordonner pour mieux cibler")),
            ("reinforced", _("renforcée"), _("créer ensemble une activité nouvelle")),
        ),
        _("Du temps pour se connaître, et une règle de décision commune."),
        _("Des réunions sans suite ; un partenaire qui porte tout."),
        _("Du temps de coordination ; des économies sur ce qui est mis en commun."),
        "Avise 2014",
    ),
    Sheet(
        Model.MIXING,
        "scale by mixing",
        _("S’unir : mettre en commun les patrimoines, de plein gré ou par contrainte."),
        (
            ("absorption", _("absorption"), _("une structure reprend le patrimoine d’une autre")),
            ("creation", _("création"), _("plusieurs structures se réunissent en une nouvelle")),
        ),
        _("L’accord des membres et des salariés, un conseil juridique."),
        _("Y perdre son identité, ses bénévoles ou l’ancrage local."),
        _("Frais juridiques et d’organisation une fois ; moins de frais de structure ensuite."),
        "Avise 2014",
    ),
)
SHEET = {sheet.model.value: sheet for sheet in SHEETS}


@dataclass(frozen=True)
class Place:
    """A mode on the axis from control (0) to autonomy (100)."""

    mode: Mode
    family: Model
    at: int
    says: Any


PLACES: tuple[Place, ...] = (
    Place(
        Mode.CENTRALISED,
        Model.UP,
        5,
        _("un centre fixe les normes et crée les sites : coûts plus bas, qualité plus régulière"),
    ),
    Place(
        Mode.FRANCHISE,
        Model.UP,
        35,
        _("un cadre commun par contrat, des sites qui s’engagent à le tenir"),
    ),
    Place(
        Mode.SUPPLE,
        Model.ACROSS,
        65,
        _("un réseau partage et accompagne, chaque site adapte"),
    ),
    Place(
        Mode.DISSEMINATION,
        Model.ACROSS,
        95,
        _("chacun se sert : appropriation locale la plus forte, contrôle le plus faible"),
    ),
)


def place_of(purity: int, control: int) -> int:
    """Nesta's two questions, each from 1 (free) to 5 (as it is, under control), put on the axis:
    their mean, read from control (0) to autonomy (100). Ours."""
    return round(100 * (10 - purity - control) / 8)


def suggested(purity: int, control: int) -> Mode:
    """The mode nearest to that place; of two as near, the one with more control."""
    here = place_of(purity, control)
    return min(PLACES, key=lambda place: (abs(place.at - here), place.at)).mode
