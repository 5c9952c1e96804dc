"""The five evidence levels of § 6 of the domain (Nesta's standards, in our words)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

LEVELS: dict[int, tuple[Any, Any]] = {
    1: (_("une logique"), _("Une logique explique pourquoi cela devrait marcher.")),
    2: (
        _("un changement mesuré"),
        _("Des données montrent un changement chez les personnes concernées."),
    ),
    3: (
        _("une comparaison"),
        _("Une comparaison montre que l’initiative est la cause du changement."),
    ),
    4: (
        _("une confirmation indépendante"),
        _(
            "Une évaluation indépendante, ou une reprise évaluée de façon indépendante, le confirme."
        ),
    ),
    5: (
        _("une reprise assurée"),
        _("Des manuels et des procédures assurent que l’initiative est reprise avec son effet."),
    ),
}
