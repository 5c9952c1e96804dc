"""What an independent report can establish at most, by its method and its ties (ours, § 6)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from .models import IndependentEvaluation

Method, Tie = IndependentEvaluation.Method, IndependentEvaluation.Tie

BY_METHOD: dict[str, int] = {
    Method.TESTIMONY: 1,
    Method.BEFORE_AFTER: 2,
    Method.COMPARISON: 5,
    Method.RANDOM: 5,
    Method.SYNTHESIS: 5,
}
BY_TIE: dict[str, int] = {Tie.NETWORK: 3}
WHY_METHOD = {
    1: _("Des observations et des entretiens établissent une logique, non un changement mesuré."),
    2: _("Sans comparaison, rien ne dit ce qui a causé le changement : niveau 2 au plus."),
}
WHY_TIE = _("Un membre du même réseau n’est pas tout à fait indépendant : niveau 3 au plus.")


def ceiling(method: str, tie: str) -> int:
    """Level 5 also asks for manuals and replications that run: the card's derivation sees to it."""
    return min(BY_METHOD[method], BY_TIE.get(tie, 5))


def why(method: str, tie: str) -> list[Any]:
    """In words, what bounds the level; nothing where nothing does."""
    told = [WHY_METHOD[BY_METHOD[method]]] if BY_METHOD[method] in WHY_METHOD else []
    return [*told, WHY_TIE] if tie in BY_TIE else told
