"""What counts, and for how much, when a need is answered: the one place (docs/matching.md).

A score is the weighted mean of the features below, each between 0 and 1. A feature that the
question does not allow to ask (no territory, no theme, no means) is left out for every candidate
alike. The operator may replace weights in ``settings.MATCHING["weights"]``; a change is measured
by ``essaim evaluate_matching``. All values are ours.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from essaim.common.errors import DomainError


@dataclass(frozen=True)
class Feature:
    weight: float
    label: Any
    scale: Any  # what makes 0, what makes 1, in words


INITIATIVE: dict[str, Feature] = {
    "meaning": Feature(
        30,
        gettext_lazy("le sens"),
        gettext_lazy("de 0 (passage sans rapport) à 1 (passage qui dit la même chose)"),
    ),
    "words": Feature(
        20,
        gettext_lazy("les mots du besoin"),
        gettext_lazy("part des mots du besoin que la fiche contient, les mots rares comptant plus"),
    ),
    "theme": Feature(
        5, gettext_lazy("le thème"), gettext_lazy("1 si la fiche a le thème du besoin, 0 sinon")
    ),
    "proof": Feature(
        12, gettext_lazy("la preuve"), gettext_lazy("niveau de preuve sur 5 ; 0 si aucun")
    ),
    "readiness": Feature(
        7,
        gettext_lazy("« fin prêt »"),
        gettext_lazy("1 si les six questions ont reçu un oui ; 0,3 si un diagnostic dit non ; 0 sans"),
    ),
    "consent": Feature(
        6,
        gettext_lazy("l’accord du porteur"),
        gettext_lazy("1 s’il accepte le changement d’échelle ; 0,5 s’il ne l’a pas dit ; 0 s’il refuse"),
    ),
    "alive": Feature(
        6,
        gettext_lazy("des sites en vie dans des territoires semblables"),
        gettext_lazy("1 s’il y en a ; 0,5 si seulement dans un territoire de même nature ; 0 sinon"),
    ),
    "near": Feature(
        3,
        gettext_lazy("la proximité"),
        gettext_lazy("1 s’il y en a une ici ; 0,6 si tout près ; 0,5 si elle s’y applique ; 0 sinon"),
    ),
    "cost": Feature(
        4,
        gettext_lazy("le coût au regard des moyens"),
        gettext_lazy("1 si les moyens suffisent, sinon la part qu’ils couvrent ; 0,5 si le coût est inconnu"),
    ),
    "competence": Feature(
        3,
        gettext_lazy("la compétence légale de ce territoire"),
        gettext_lazy("1 si le thème est de sa compétence ; 0,6 si elle est partagée ; 0,2 sinon"),
    ),
    "mode": Feature(
        2,
        gettext_lazy("la façon d’essaimer"),
        gettext_lazy("1 si reprise librement ; 0,75 en franchise ; 0,5 si le porteur s’installe ; 0,25 sans choix"),
    ),
    "capacity": Feature(
        2,
        gettext_lazy("quelqu’un pour conseiller"),
        gettext_lazy("1 si le porteur a du temps convenu pour conseiller ; 0,5 s’il répond ici ; 0 sinon"),
    ),
}  # fmt: skip

SCHEME: dict[str, Feature] = {
    "meaning": Feature(45, INITIATIVE["meaning"].label, INITIATIVE["meaning"].scale),
    "words": Feature(25, INITIATIVE["words"].label, INITIATIVE["words"].scale),
    "theme": Feature(
        10, INITIATIVE["theme"].label, gettext_lazy("1 si le dispositif a le thème du besoin, 0 sinon")
    ),
    "applies": Feature(
        10,
        gettext_lazy("le territoire"),
        gettext_lazy("1 s’il s’applique ici ; 0,5 si son territoire n’est pas dit"),
    ),
    "open": Feature(
        10,
        gettext_lazy("le calendrier"),
        gettext_lazy("1 si l’on peut déposer aujourd’hui ; 0,5 si on ne le sait pas ; 0 sinon"),
    ),
}  # fmt: skip

CALL: dict[str, Feature] = {
    "meaning": Feature(35, INITIATIVE["meaning"].label, INITIATIVE["meaning"].scale),
    "words": Feature(20, INITIATIVE["words"].label, INITIATIVE["words"].scale),
    "theme": Feature(
        10, INITIATIVE["theme"].label, gettext_lazy("1 si l’appel a le thème du besoin, 0 sinon")
    ),
    "takes_up": Feature(
        10,
        gettext_lazy("une initiative à reprendre"),
        gettext_lazy("1 s’il aide à reprendre une bonne réponse à ce besoin, 0 sinon"),
    ),
    "applicant": Feature(
        10,
        gettext_lazy("qui peut candidater"),
        gettext_lazy("1 si votre nature d’organisation est admise, 0 sinon"),
    ),
    "place": Feature(
        10,
        gettext_lazy("le territoire"),
        gettext_lazy("1 si l’appel nomme votre territoire ou ce qui le contient ; 0,7 s’il est ouvert partout"),
    ),
    "time": Feature(
        5,
        gettext_lazy("le temps qui reste"),
        gettext_lazy("1 à trois semaines ou plus de la fermeture ; 0,5 à une semaine ou plus ; 0,2 sinon"),
    ),
}  # fmt: skip

TABLES = {"initiative": INITIATIVE, "scheme": SCHEME, "call": CALL}


@dataclass(frozen=True)
class Weights:
    """The weights in force for one kind, and the name of this set of weights."""

    kind: str
    values: Mapping[str, float]

    @property
    def version(self) -> str:
        """The same for the same weights, on every machine."""
        text = json.dumps([self.kind, dict(self.values)], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:10]

    def adjusted(self, dismissed: Mapping[str, int]) -> Weights:
        """For one need: each « not for us » of a category makes what it is about count more,
        within a bound (``settings.MATCHING``: step and most)."""
        step, most = settings.MATCHING["dismissal_step"], settings.MATCHING["dismissal_most"]
        factors = {
            name: min(most, 1 + step * count) for name, count in dismissed.items() if count > 0
        }
        return Weights(
            self.kind,
            {name: value * factors.get(name, 1.0) for name, value in self.values.items()},
        )


def current(kind: str = "initiative") -> Weights:
    """The defaults, with what the operator replaced."""
    replaced = settings.MATCHING["weights"] if kind == "initiative" else {}
    return read(replaced, kind)


def read(given: Mapping[str, Any], kind: str = "initiative") -> Weights:
    """Weights by name over the defaults. Raises DomainError for a name nobody knows, or a weight
    that is no number from 0 to 1,000."""
    table = TABLES[kind]
    values = {name: float(feature.weight) for name, feature in table.items()}
    for name, value in given.items():
        if name not in table:
            raise DomainError(
                _("Poids inconnu : « %(name)s ». Connus : %(known)s.")
                % {"name": name, "known": ", ".join(table)}
            )
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not math.isfinite(value) or not 0 <= value <= 1000:
            raise DomainError(
                _("Le poids « %(name)s » doit être un nombre de 0 à 1 000.") % {"name": name}
            )
        values[name] = float(value)
    if not any(values.values()):
        raise DomainError(_("Tous les poids sont nuls : rien ne peut être classé."))
    return Weights(kind, values)
