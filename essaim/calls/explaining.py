"""What readings said of one application, in words: for those who decide, and for the applicant,
whose own case is explained (L. 311-3-1 and R. 311-3-1-2). No reader is ever named.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from essaim.peers.models import Item, Reading

from .board import IN_PLAY, rank, weights_of
from .models import Application, Call, CollegeKind, Deliberation, Score


def tenths(value: float) -> str:
    """Rounded: ``number_format`` alone cuts."""
    return number_format(round(value, 1), 1)


@dataclass(frozen=True)
class Comment:
    college: str
    score: str
    for_holder: str
    private: str


def comments_on(item: Item) -> list[Comment]:
    """For those who write the reasons: the words of each reading, by college, unnamed."""
    from essaim.peers.rubric import overall

    rows = Reading.objects.filter(item=item).submitted().select_related("seat__college")
    found = []
    for row in rows.prefetch_related("seat__college__criteria").order_by("seat__college", "pk"):
        value = overall(row.seat.college.criteria.all(), row.answers)
        found.append(
            Comment(
                str(row.seat.college.get_kind_display()),
                tenths(value) if value is not None else "–",
                row.comment,
                row.private_comment,
            )
        )
    return found


@dataclass(frozen=True)
class Told:
    label: Any
    readings: int
    mean: float
    deviation: float | None
    adjusted: float | None
    weight: float


def scores_in_words(application: Application) -> list[Told]:
    deliberation = Deliberation.objects.filter(call=application.call_id).first()
    weights = weights_of(application.call, deliberation)
    rows = {row.college: row for row in Score.objects.filter(application=application)}
    return [
        Told(
            CollegeKind(kind).label, rows[kind].readings, rows[kind].mean, rows[kind].deviation,
            rows[kind].adjusted, weight,
        )
        for kind, weight in weights.items()
        if kind in rows
    ]  # fmt: skip


def _all_rows(call: Call) -> list[Any]:
    """Of every application, the scores alone: the place of one among all."""
    from collections import defaultdict

    from .board import Given, Row

    found: dict[int, dict[str, Given]] = defaultdict(dict)
    told = Score.objects.filter(application__call=call, application__state__in=IN_PLAY)
    names = ("application", "college", "readings", "mean", "deviation", "adjusted")
    for pk, college, *given in told.values_list(*names):
        found[pk][college] = Given(*given)
    return [
        Row(
            pk, 0, "", "", "", "", "", 0, 0, "", None, None, False, 0, False, colleges=colleges
        )
        for pk, colleges in found.items()
    ]  # fmt: skip


def explained(application: Application) -> list[str]:
    """The applicant's own case, step by step. Empty where neither ranks nor scores weighed."""
    call = application.call
    deliberation = Deliberation.objects.filter(call=call).first()
    if deliberation is None or not deliberation.uses_scores:
        return []
    weights = weights_of(call, deliberation)
    rows = _all_rows(call)
    rank(rows, weights, deliberation.uses_adjusted)
    mine = next((row for row in rows if row.pk == application.pk), None)
    if mine is None or mine.raw is None:
        return [_("Votre candidature n’a pas de note : aucun rang n’a pu peser.")]
    smallest = settings.PEERS["smallest_college"]
    whole = sum(weights.values())
    lines = [
        _(
            "Chaque lecteur choisit un niveau par critère. Une lecture vaut de 0 (niveau le plus"
            " bas partout) à 100, selon le poids des critères publiés avec l’appel."
        )
    ]
    for kind, weight in weights.items():
        one = mine.colleges.get(kind)
        label = CollegeKind(kind).label
        share = number_format(round(100 * weight / whole), 0)
        if one is None:
            lines.append(_("Collège « %(label)s » : pas de lecture rendue.") % {"label": label})
        elif one.readings < smallest:
            lines.append(
                _("Collège « %(label)s » (%(share)s %% du total) : une seule lecture, qui ne se"
                  " montre pas seule.") % {"label": label, "share": share}
            )  # fmt: skip
        else:
            lines.append(
                _("Collège « %(label)s » (%(share)s %% du total) : %(n)s lectures, moyenne"
                  " %(mean)s, rang %(rank)s parmi celles qu’il a lues.")
                % {
                    "label": label, "share": share, "n": one.readings,
                    "mean": tenths(one.mean), "rank": one.rank,
                }
            )  # fmt: skip
    hidden = any(one.readings < smallest for one in mine.colleges.values())
    if deliberation.uses_adjusted and mine.adjusted is not None and not hidden:
        lines.append(
            _("Les notes sont corrigées de la sévérité des lecteurs, estimée sur toutes leurs"
              " lectures : votre total passe de %(raw)s à %(adjusted)s.")
            % {"raw": tenths(mine.raw), "adjusted": tenths(mine.adjusted)}
        )  # fmt: skip
    elif not hidden:
        lines.append(
            _("Votre total, moyenne pondérée des collèges, est %(raw)s.")
            % {"raw": tenths(mine.raw)}
        )
    lines.append(
        _("Vous êtes au rang %(rank)s sur %(number)s candidatures notées. Ce rang éclaire la décision ;"
          " il ne la prend pas : des personnes ont décidé, et leurs motifs sont ci-dessus.")
        % {"rank": mine.rank, "number": sum(row.raw is not None for row in rows)}
    )  # fmt: skip
    return [str(line) for line in lines]
