"""Fifth step: why, in the reader's words, from the facts that were kept with each feature."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.common.money import euros
from essaim.common.privacy import mask_personal
from essaim.common.typography import quoted
from essaim.people.models import OrganisationKind
from essaim.scaling.models.strategy import Mode
from essaim.search.why import shortened

Facts = Mapping[str, Any]
SITES = 3


def why(
    values: Mapping[str, tuple[float, Facts]], passage: str = ""
) -> tuple[list[str], list[str]]:
    """(what speaks for the answer, what to beware of), in the order of the weights' table."""
    good: list[str] = []
    beware: list[str] = []
    for name, say in SAYING.items():
        if name not in values:
            continue
        text, favourable = say(*values[name])
        if text:
            (good if favourable else beware).append(text)
    if passage:
        said = _("Passage le plus proche : « %s »") % shortened(mask_personal(passage))
        good.insert(1 if good else 0, said)
    return good, beware


def said(name: str, value: float, facts: Facts) -> str:
    """One feature in words, whether it speaks for or against."""
    return SAYING[name](value, facts)[0] if name in SAYING else ""


Said = tuple[str, bool]


def _meaning(value: float, facts: Facts) -> Said:
    if value >= 0.5:
        return _("Répond de près à ce besoin, par le sens."), True
    return (_("Parle d’un sujet voisin."), True) if value > 0 else ("", True)


def _words(value: float, facts: Facts) -> Said:
    words = facts.get("words") or []
    return (_("Contient : %s.") % ", ".join(words), True) if words else ("", True)


def _theme(value: float, facts: Facts) -> Said:
    return (_("Même thème que le besoin."), True) if value else ("", True)


def _proof(value: float, facts: Facts) -> Said:
    if not facts["level"]:
        return _("Preuve non renseignée."), False
    return _("Preuve : niveau %(level)s sur 5.") % {"level": facts["level"]}, True


def _readiness(value: float, facts: Facts) -> Said:
    if facts["ready"] is None:
        return "", False
    if facts["ready"]:
        return _("Fin prête à changer d’échelle."), True
    return _("Son diagnostic dit qu’elle n’est pas encore prête à changer d’échelle."), False


def _consent(value: float, facts: Facts) -> Said:
    return {
        True: (_("Le porteur accepte qu’elle soit reprise."), True),
        None: (_("Le porteur n’a pas dit s’il accepte une reprise."), False),
        False: (_("Le porteur ne souhaite pas changer d’échelle."), False),
    }[facts["consent"]]


def _alive(value: float, facts: Facts) -> Said:
    names = [label for _address, label in facts["sites"]]
    if names:
        shown = ", ".join(names[:SITES])
        text = ngettext(
            "Fonctionne dans un territoire semblable : %(names)s.",
            "Fonctionne dans des territoires semblables : %(names)s.",
            len(names),
        )
        return text % {"names": shown}, True
    if facts["same_kind"]:
        return _("Fonctionne dans un territoire de même nature."), True
    return "", False


def _near(value: float, facts: Facts) -> Said:
    places = ", ".join(facts["places"])
    return {
        "here": (_("Existe déjà ici : %s.") % places, True),
        "near": (_("Existe tout près : %s.") % places, True),
        "covers": (_("S’applique aussi chez vous."), True),
    }.get(facts["relation"], ("", True))


def _cost(value: float, facts: Facts) -> Said:
    if facts["cost"] is None:
        return _("Coût de la première année inconnu."), False
    given = {"cost": euros(Decimal(facts["cost"])), "means": euros(Decimal(facts["means"]))}
    if value >= 1:
        return _(
            "Coûte %(cost)s la première année : vos moyens (%(means)s) suffisent."
        ) % given, True
    return _("Coûte %(cost)s la première année, pour %(means)s de moyens.") % given, False


def _competence(value: float, facts: Facts) -> Said:
    return {
        "own": (_("De la compétence de votre territoire."), True),
        "shared": (_("Compétence que votre territoire partage avec d’autres."), True),
        "none": (
            _("Pas de la compétence propre de votre territoire : à porter avec qui l’a."),
            False,
        ),
    }.get(facts["level"], ("", True))


def _mode(value: float, facts: Facts) -> Said:
    if not facts["mode"]:
        return "", True
    return _("Façon de la reprendre : %s.") % Mode(facts["mode"]).label, True


def _capacity(value: float, facts: Facts) -> Said:
    if facts["advises"]:
        return _("Le porteur a du temps convenu pour conseiller les repreneurs."), True
    if facts["answers"]:
        return _("Le porteur est sur la plateforme : on peut lui poser des questions."), True
    return _("Le porteur n’est pas sur la plateforme."), False


def _applies(value: float, facts: Facts) -> Said:
    if facts["known"]:
        return _("S’applique à votre territoire."), True
    return _("Son territoire n’est pas dit."), False


def _open(value: float, facts: Facts) -> Said:
    return {
        True: (_("On peut déposer une demande aujourd’hui."), True),
        None: (_("Son calendrier n’est pas connu."), False),
        False: (_("Fermé aujourd’hui : voir son calendrier."), False),
    }[facts["open"]]


def _takes_up(value: float, facts: Facts) -> Said:
    titles = [quoted(title) for title in facts["cards"][:SITES]]
    if not titles:
        return "", True
    return _("Aide à reprendre %(titles)s, proposée plus haut.") % {
        "titles": ", ".join(titles)
    }, True


def _applicant(value: float, facts: Facts) -> Said:
    if value:
        return _("Ouvert à votre nature d’organisation."), True
    known = dict(OrganisationKind.choices)
    kinds = ", ".join(str(known.get(kind, kind)) for kind in facts["kinds"])
    return _("Seules peuvent candidater : %(kinds)s. Un partenaire peut le faire.") % {
        "kinds": kinds
    }, False


def _place(value: float, facts: Facts) -> Said:
    if facts["places"]:
        places = ", ".join(facts["places"][:SITES])
        return _("Il vise votre territoire : %(places)s.") % {"places": places}, True
    return _("Ouvert à tous les territoires."), True


def _time(value: float, facts: Facts) -> Said:
    closes = dt.date.fromisoformat(facts["closes"]) if facts["closes"] else None
    day = date_format(closes, "DATE_FORMAT") if closes else ""
    if value >= 1:
        return _("On peut candidater jusqu’au %(day)s.") % {"day": day}, True
    return _("Il ferme bientôt : le %(day)s.") % {"day": day}, False


SAYING: dict[str, Callable[[float, Facts], Said]] = {
    "meaning": _meaning,
    "words": _words,
    "theme": _theme,
    "proof": _proof,
    "readiness": _readiness,
    "consent": _consent,
    "alive": _alive,
    "near": _near,
    "cost": _cost,
    "competence": _competence,
    "mode": _mode,
    "capacity": _capacity,
    "applies": _applies,
    "open": _open,
    "takes_up": _takes_up,
    "applicant": _applicant,
    "place": _place,
    "time": _time,
}
