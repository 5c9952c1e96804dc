"""What the next level of evidence needs, in acts that can be done here; why a claim counts less."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from essaim.initiatives.levels import LEVELS
from essaim.initiatives.models import Initiative


@dataclass(frozen=True)
class Proof:
    title: str
    url: str
    on: str
    level: int | None

    @property
    def level_name(self) -> Any:
        return LEVELS[self.level][0] if self.level in LEVELS else ""


@dataclass(frozen=True)
class HeldBack:
    proof: Proof
    claimed: int
    why: Any


@dataclass(frozen=True)
class Step:
    """``url``, ``act``: where it is done, for those who answer for the card."""

    text: Any
    url: str = ""
    act: Any = ""


MANUALS = _(
    "Joindre à la fiche les manuels et les outils qui permettent de reprendre l’initiative."
)
RUNNING = _("Qu’une reprise fonctionne sur un autre site.")
EVALUATED = _("Que l’effet d’une reprise soit évalué de façon indépendante, et confirmé.")
WHY: dict[str, Any] = {
    "ceiling": _("Cette source ne peut pas en établir davantage à elle seule."),
    "unconfirmed": _(
        "Quelqu’un qui ne répond pas de la fiche doit d’abord confirmer cette évaluation."
    ),
    "manuals": _("Le niveau 5 demande aussi des manuels et des outils joints à la fiche."),
    "replication": _("Le niveau 5 demande aussi une reprise qui fonctionne."),
    "replication_evaluated": _(
        "Le niveau 5 demande aussi une reprise évaluée de façon indépendante."
    ),
}
LACKS = {"manuals": MANUALS, "replication": RUNNING, "replication_evaluated": EVALUATED}


def next_steps(
    level: int, card: Initiative, lacks: Sequence[str] = (), *, waiting: bool = False
) -> list[Step]:
    """From the level reached; ``lacks``: what level 5 still wants (``proof.what_five_lacks``);
    ``waiting``: an independent report waits to be confirmed."""

    def to(name: str) -> str:
        return reverse(f"evaluations:{name}", args=[card.slug])

    def evaluate(text: Any) -> Step:
        return Step(text, to("create"), _("Évaluer soi-même"))

    attach = Step(
        _("Faire évaluer par quelqu’un d’extérieur, avec une comparaison, ou faire évaluer ainsi une reprise. Une reprise seule ne suffit pas."),
        to("attach"), _("Joindre le rapport"),
    )  # fmt: skip
    confirm = Step(_("Un rapport indépendant est joint : son niveau attend d’être confirmé."))
    steps = {
        0: [
            evaluate(
                _("Dire la logique : pourquoi cela devrait marcher, pour qui, par quelles étapes. Une évaluation conclue, même modeste, l’établit.")
            ),
            Step(
                _("Demander à celles et ceux que l’action concerne ce qu’elle leur fait."),
                to("survey_create"), _("Interroger les usagers"),
            ),
        ],
        1: [
            evaluate(
                _("Mesurer les personnes concernées avant, puis après l’action : des données montrent alors un changement.")
            )
        ],
        2: [
            evaluate(
                _("Comparer avec un groupe qui n’a pas reçu l’action, choisi d’avance ; le tirage au sort est le plus sûr.")
            )
        ],
        3: [attach],
        4: [
            *(Step(LACKS[name]) for name in lacks),
            Step(
                _("Faire constater, par un rapport indépendant, que les manuels et l’organisation gardent l’effet d’une reprise à l’autre."),
                to("attach"), _("Joindre le rapport"),
            ),
        ],
        5: [],
    }[level]  # fmt: skip
    return [confirm, *steps] if waiting else list(steps)
