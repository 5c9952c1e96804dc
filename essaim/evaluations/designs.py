"""The ways to compare: what each can and cannot show, and the computation it leads to.

No database here. The order is that of the claims they allow (EEF guide; § 6 of the domain).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from .models import Design, Outcome


@dataclass(frozen=True)
class Shows:
    """What people should know before they choose a design."""

    how: Any
    can: Any
    cannot: Any


DESIGNS: dict[str, Shows] = {
    Design.BEFORE_AFTER: Shows(
        _("Les mêmes personnes sont mesurées avant, puis après."),
        _("Qu’un changement a eu lieu, et de quelle taille."),
        _(
            "Que l’action en est la cause : le temps, l’âge, la saison ou une autre aide ont pu faire la même chose."
        ),
    ),
    Design.COMPARISON: Shows(
        _("Un autre groupe, qui n’a pas reçu l’action, est mesuré aux mêmes moments."),
        _("Que le groupe aidé a changé plus, ou moins, que l’autre."),
        _(
            "Que les deux groupes étaient pareils au départ : une différence qu’on ne voit pas peut tout expliquer."
        ),
    ),
    Design.MATCHED: Shows(
        _(
            "Chaque personne aidée est rapprochée d’une autre qui lui ressemble (niveau de départ, âge, lieu…)."
        ),
        _("Un écart entre personnes semblables sur ce qui a servi à les rapprocher."),
        _("Ce qui tient à ce qu’on n’a pas mesuré : la motivation, par exemple."),
    ),
    Design.STEPPED: Shows(
        _("Tous finiront par recevoir l’action, mais pas au même moment ; les suivants servent de comparaison."),
        _("L’effet pendant la période d’attente des suivants, sans priver personne."),
        _("L’effet à long terme : une fois tous aidés, il n’y a plus de comparaison ; ni un effet qui grandit avec le temps, que la moyenne dit mal."),
    ),
    Design.RANDOM: Shows(
        _("Le sort décide qui reçoit l’action, ou qui la reçoit d’abord."),
        _("Que l’action est la cause de l’écart : les groupes ne diffèrent que par le hasard, que le calcul sait compter."),
        _("Que l’effet serait le même ailleurs, ou avec d’autres personnes."),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Calculation:
    """One way to compute the effect; ``needs`` are roles of columns."""

    label: Any
    help: Any
    needs: tuple[str, ...]


CALCULATIONS: dict[str, Calculation] = {
    "paired": Calculation(
        _("changement des mêmes personnes, avant / après"),
        _("La moyenne des différences de chaque personne, rapportée à la dispersion de départ."),
        ("pre", "post"),
    ),
    "posttest": Calculation(
        _("écart entre les groupes à la mesure finale"),
        _("Le calcul du guide de l’EEF. À réserver au tirage au sort : rien n’y corrige un écart de départ."),
        ("group", "post"),
    ),
    "prepost_control": Calculation(
        _("changement du groupe aidé, moins celui du groupe de comparaison"),
        _("Rapporté à la dispersion de départ (Morris, 2008)."),
        ("group", "pre", "post"),
    ),
    "gain": Calculation(
        _("écart entre les progrès des deux groupes"),
        _("La différence des progrès, rapportée à leur dispersion."),
        ("group", "pre", "post"),
    ),
    "ancova": Calculation(
        _("écart à la mesure finale, à niveau de départ égal"),
        _("Une régression qui tient compte de la mesure de départ (ANCOVA) : le calcul le plus précis quand elle existe."),
        ("group", "pre", "post"),
    ),
    "did": Calculation(
        _("double différence"),
        _("Ce que l’action ajoute, si les deux groupes auraient sans elle évolué de même."),
        ("group", "pre", "post"),
    ),
    "stepped": Calculation(
        _("comparaison période par période des lieux partis et de ceux qui attendent"),
        _("Une régression avec un effet par lieu et un par période (Hussey et Hughes, 2007), incertitude par lieu. Une ligne par mesure : lieu, période, et si le lieu avait commencé."),
        ("group", "post", "cluster", "period"),
    ),
    "binary": Calculation(
        _("écart entre les parts de oui"),
        _("Pour une mesure par oui ou non : écart en points, avec l’intervalle de Newcombe, et rapport des parts."),
        ("group", "post"),
    ),
}  # fmt: skip

_COMPARED = ("prepost_control", "ancova", "gain", "did")
_BY_DESIGN: dict[str, tuple[str, ...]] = {
    Design.BEFORE_AFTER: ("paired",),
    Design.COMPARISON: _COMPARED,
    Design.MATCHED: _COMPARED,
    Design.STEPPED: ("stepped", "did", "prepost_control", "gain", "ancova"),
    Design.RANDOM: ("posttest", "ancova", "prepost_control", "gain", "did"),
}


def calculations(design: str, outcome_kind: str) -> tuple[str, ...]:
    """Those that this design allows, the usual one first; empty when none is possible."""
    if outcome_kind == Outcome.YES_NO:
        return ("paired",) if design == Design.BEFORE_AFTER else ("binary",) if design else ()
    return _BY_DESIGN.get(design, ())


ALLOCATED = {Design.RANDOM, Design.STEPPED, Design.MATCHED}


def needs_draw(design: str) -> bool:
    """Whether the lot decides: the draw is then a part of the plan, kept with its seed."""
    return design in {Design.RANDOM, Design.STEPPED}


# Roles of the columns of the data, in the order of the forms.
ROLES: dict[str, Any] = {
    "unit": _("pseudonyme"),
    "group": _("groupe (aidé ou comparaison)"),
    "pre": _("mesure de départ"),
    "post": _("mesure finale"),
    "cluster": _("classe, équipe ou lieu"),
    "stratum": _("strate ou paire"),
    "site": _("site"),
    "period": _("période de la mesure"),
}
