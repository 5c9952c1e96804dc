"""Results as pages, reports and archives show them, from what the analysis kept.

The public reads aggregates only: figures of a group smaller than the smallest cell are not shown,
nor those that would give them away by subtraction.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from essaim.evaluations.actions.analyses import current
from essaim.people.models import User
from essaim.statistics.cells import hidden_sizes
from essaim.statistics.notices import Notice
from essaim.statistics.pictures import Picture
from essaim.statistics.results import Effect, Result
from essaim.statistics.sentences import Sentence

from . import economics, wording
from .models import Analysis, AvoidedCosts, Evaluation, JournalEntry
from .plan import label


@dataclass
class Group:
    name: str
    n: int
    pre: str
    post: str
    gain: str


@dataclass
class SubgroupLine:
    name: str
    n: str
    effect: str
    interval: str
    note: str = ""


@dataclass
class SubgroupTable:
    name: str
    planned: bool
    lines: list[SubgroupLine]
    warnings: list[str]
    interaction_p: str = ""


@dataclass
class Shown:
    """Everything a reader may see of one analysis."""

    analysis: Analysis
    result: Result
    # What was found and how sure it is; the warnings apart, beneath the numbers.
    sentences: list[Sentence]
    groups: list[Group]
    effects: list[dict[str, str]]
    p_value: str
    permutation: str
    warnings: list[str]
    attrition: list[dict[str, Any]]
    balance: list[dict[str, Any]]
    subgroups: list[SubgroupTable]
    not_found: list[str]
    sites: dict[str, Any] | None
    pictures: list[Picture]
    cost: str = ""
    masked: bool = False
    least: int = 0  # people of the smallest group whose figures are public


def results_of(evaluation: Evaluation, *, whole: bool) -> Shown | None:
    """The current results; ``whole`` for the team, else with small cells masked."""
    analysis = current(evaluation)
    if analysis is None or analysis.results is None:
        return None
    kept = analysis.results
    result = Result.from_dict(kept["result"])
    least = settings.EVALUATIONS["smallest_cell"]
    masked = min(result.n.values()) < least and not whole
    # Of answers by yes or no, the difference and the ratio together give back who said what.
    secret = masked and result.design == "binary"
    private = {"finding", "certainty", "size"} if secret else {"finding"} if masked else set()
    said = wording.said(evaluation, kept, result)
    cost = None if secret else economics.cost_of_effect(evaluation, result)
    hidden = hidden_groups(kept["sites"]["each"]) if kept["sites"] and not whole else set()
    return Shown(
        analysis=analysis,
        result=result,
        sentences=[s for s in said if s.kind not in {"warning", *private}],
        groups=[] if masked else _groups(result),
        effects=[]
        if secret
        else [_effect(e) for e in dict.fromkeys((result.effect, result.difference, *result.also))],
        p_value="" if secret else wording.p_value(result.p_value),
        permutation="" if secret else wording.permutation(result),
        warnings=[s.text for s in said if s.kind == "warning"],
        attrition=_attrition(kept["attrition"]),
        balance=[] if masked else [_balance(row) for row in kept["balance"]],
        subgroups=[_subgroups(table, whole=whole) for table in kept["subgroups"]],
        not_found=kept["not_found"],
        sites=_sites(kept["sites"], whole=whole),
        pictures=wording.drawn(evaluation, kept, result, whole=whole, hidden=hidden),
        cost=economics.said(evaluation, cost) if cost else "",
        masked=masked,
        least=least,
    )


def _groups(result: Result) -> list[Group]:
    return [
        Group(
            str(wording.GROUPS[name]),
            result.n[name],
            *(
                wording.mean_sd(result.means[name].get(when), result.sds[name].get(when))
                for when in ("pre", "post", "gain")
            ),
        )
        for name in wording.GROUPS
        if name in result.n
    ]


def _effect(effect: Effect) -> dict[str, str]:
    return {
        "name": wording.effect_name(effect.name),
        "value": wording.value(effect, effect.value),
        "interval": wording.interval(effect),
        "se": wording.plain_number(effect.se, 4),
        "exact": wording.exact(effect),
    }


def _attrition(kept: dict[str, Any]) -> list[dict[str, Any]]:
    """Always whole: how many are missing says nothing of what anyone scored, and a reader who is
    not told cannot judge the rest."""
    return [
        {
            "group": wording.GROUPS[row["group"]],
            "units": wording.plain_number(row["units"]),
            "measured": wording.plain_number(row["measured"]),
            "lost": wording.plain_number(row["lost"]),
            "rate": f"{wording.plain_number(100 * row['rate'], 1)} %",
        }
        for row in kept["rows"]
    ]


def _balance(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": row["name"],
        "treated": wording.mean_sd(row["means"]["treated"], row["sds"]["treated"]),
        "control": wording.mean_sd(row["means"]["control"], row["sds"]["control"]),
        "gap": wording.plain_number(row["gap"], 2),
        "verdict": wording.VERDICTS.get(row["verdict"], ""),
    }


def _size(record: dict[str, Any] | None) -> int:
    return min(record["n"].values()) if record else 0


def hidden_groups(groups: list[dict[str, Any]]) -> set[str]:
    """Names of the groups whose figures stay private: those too small, and the next smallest
    until those hidden are several and enough together, or the total would give them away."""
    places = hidden_sizes(
        [_size(group["result"]) for group in groups], settings.EVALUATIONS["smallest_cell"]
    )
    return {groups[place]["name"] for place in places}


def _subgroups(table: dict[str, Any], *, whole: bool) -> SubgroupTable:
    hidden = set() if whole else hidden_groups(table["groups"])
    lines = []
    for group in table["groups"]:
        record = group["result"]
        if group["name"] in hidden:
            least = settings.EVALUATIONS["smallest_cell"]
            note = _("masqué : un groupe de moins de %(n)s personnes se devinerait") % {"n": least}
            lines.append(SubgroupLine(group["name"], "–", "–", "–", note))
        elif record is None:
            lines.append(SubgroupLine(group["name"], "–", "–", "–", group["refusal"]))
        else:
            result = Result.from_dict(record)
            lines.append(
                SubgroupLine(
                    group["name"],
                    " + ".join(
                        wording.plain_number(result.n[g]) for g in wording.GROUPS if g in result.n
                    ),
                    wording.value(result.effect, result.effect.value),
                    wording.interval(result.effect),
                )
            )
    refusal = (
        [_("Trop de valeurs différentes pour des sous-groupes.")] if table.get("refusal") else []
    )
    return SubgroupTable(
        table["name"],
        table["planned"],
        lines,
        [*refusal, *(str(Notice.from_dict(w)) for w in table["warnings"])],
        wording.p_value(table["interaction_p"]) if len(lines) > 1 and not hidden else "",
    )


def _sites(kept: dict[str, Any] | None, *, whole: bool) -> dict[str, Any] | None:
    if not kept:
        return None
    table = _subgroups(
        {
            "name": "",
            "planned": True,
            "groups": kept["each"],
            "interaction_p": None,
            "warnings": [],
        },
        whole=whole,
    )
    return {
        "lines": table.lines,
        "pooled": [wording.pooled(method, record) for method, record in kept["pooled"].items()],
    }


# --- avoided costs ------------------------------------------------------------------------
@dataclass
class Costs:
    by_payer: list[tuple[str, list[Decimal]]]
    total: list[Decimal]
    set_free: list[Decimal]
    rate: Decimal
    rate_source: str
    lines: list[dict[str, Any]]


def costs_of(costs: AvoidedCosts | None) -> Costs | None:
    """As computed and kept; lines with their assumptions."""
    if costs is None or not costs.results:
        return None
    kept = costs.results
    return Costs(
        [(payer, [Decimal(v) for v in values]) for payer, values in kept["by_payer"].items()],
        [Decimal(v) for v in kept["total"]],
        [Decimal(v) for v in kept["set_free"]],
        costs.discount_rate,
        costs.rate_source,
        [
            {
                "label": line.label,
                "payer": line.payer,
                "source": line.source,
                "year": line.year,
                "ranges": [
                    [getattr(line, f"{name}_{end}") for end in ("low", "central", "high")]
                    for name in ("units", "unit_cost", "deadweight", "attribution", "cashable")
                ],
            }
            for line in costs.lines.all()
        ],
    )


# --- journal ------------------------------------------------------------------------------
def journal_lines(evaluation: Evaluation) -> list[dict[str, Any]]:
    """What happened, the latest first, with names as people chose to show them."""
    entries = list(JournalEntry.objects.filter(evaluation=evaluation).order_by("-at", "-pk")[:200])
    people = User.objects.in_bulk({entry.by_id for entry in entries} - {None})
    return [
        {
            "entry": entry,
            "who": people[entry.by_id].name if entry.by_id in people else "",
            "field": label(entry.field) if entry.field else "",
        }
        for entry in entries
    ]
