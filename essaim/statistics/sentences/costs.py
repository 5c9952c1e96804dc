"""Sentences on avoided costs."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from essaim.common import money
from essaim.statistics.avoided_costs import Avoided, CostPerEffect, Range
from essaim.statistics.sentences.effects import Sentence


def euros(amount: Decimal) -> str:
    """Whole euros."""
    return money.euros(amount.quantize(Decimal(1)))


def _range(value: Range) -> str:
    if value.low == value.high:
        return euros(value.central)
    return _("%(central)s (de %(low)s à %(high)s)") % {
        "central": euros(value.central),
        "low": euros(value.low),
        "high": euros(value.high),
    }


def of_avoided(avoided: Avoided) -> list[Sentence]:
    """Total, each payer, what is set free without leaving a budget, and the limits."""
    found = [
        Sentence(
            "finding",
            _("Coûts évités, qui sortent vraiment des budgets : %(total)s.")
            % {"total": _range(avoided.total)},
        )
    ]
    if len(avoided.by_payer) > 1:
        found += [
            Sentence("size", _("%(payer)s : %(amount)s.") % {"payer": p, "amount": _range(a)})
            for p, a in avoided.by_payer.items()
        ]
    if avoided.set_free.high > 0:
        found.append(
            Sentence(
                "size",
                _(
                    "S’y ajoutent, sans diminuer les dépenses, des moyens libérés pour d’autres "
                    "usages : %(amount)s."
                )
                % {"amount": _range(avoided.set_free)},
            )
        )
    found.append(
        Sentence(
            "limit",
            _(
                "Ce sont des estimations : elles valent ce que valent leurs hypothèses. Le bien-être "
                "des personnes n’y est pas compté. Taux d’actualisation : %(source)s."
            )
            % {"source": avoided.rate_source},
        )
    )
    return found


def of_cost_per_effect(found: CostPerEffect, what: str) -> list[Sentence]:
    """``what``: « un écart-type de progrès », « un placement évité »."""
    if found.central is None or found.low is None:
        return [
            Sentence(
                "finding",
                _(
                    "Aucun effet favorable n’est mesuré : un coût par unité d’effet n’a pas de sens."
                ),
            )
        ]
    if found.high is None:
        return [
            Sentence(
                "finding",
                _(
                    "Coût pour %(what)s : environ %(central)s, au mieux %(low)s, sans limite haute "
                    "connue : ces données ne permettent pas d’exclure une absence d’effet."
                )
                % {"what": what, "central": euros(found.central), "low": euros(found.low)},
            )
        ]
    return [
        Sentence(
            "finding",
            _("Coût pour %(what)s : environ %(central)s, de %(low)s à %(high)s.")
            % {
                "what": what,
                "central": euros(found.central),
                "low": euros(found.low),
                "high": euros(found.high),
            },
        )
    ]
