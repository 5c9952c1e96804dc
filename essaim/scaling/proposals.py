"""The answer that the facts suggest to each of the six questions, and those facts (§ 3).

A person confirms or overrules it. Thresholds are settings (ours). Reads a card loaded with
``for_detail()``; one query of its own, on needs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.common.templatetags.essaim import partial_date
from essaim.common.typography import quoted
from essaim.initiatives.levels import LEVELS
from essaim.initiatives.models import EconomicLine, Evidence, Fact, Initiative
from essaim.needs.models import Need
from essaim.schemes.kinds import Point

Line = EconomicLine.Line
COSTS = (Line.SETUP_STAFF, Line.INVESTMENT, Line.RUNNING_STAFF, Line.RUNNING_COSTS)
RUNNING = (Line.RUNNING_STAFF, Line.RUNNING_COSTS)
# States of a replication that count as an adopter.
COMMITTED = {"committed", "preparing", "live", "sustained"}


@dataclass
class Proposal:
    """``answer``: None where the facts do not tell."""

    answer: bool | None = None
    facts: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Needs:
    """Needs that others express on the card's themes."""

    count: int
    territories: int  # other than the card's own


def propose(card: Initiative, reader: Any) -> dict[str, Proposal]:
    """By key of question. Needs counted are those that the reader may see."""
    needs = _needs(card, reader)
    return {key: rule(card, needs) for key, rule in RULES.items()}


def _needs(card: Initiative, reader: Any) -> _Needs:
    themes = [theme.pk for theme in card.themes.all()]
    if not themes:
        return _Needs(0, 0)
    own = [place.pk for place in card.territories.all()]
    found = (
        Need.objects.visible_to(reader)
        .filter(theme__in=themes)
        .aggregate(
            count=Count("pk", distinct=True),
            territories=Count("territory", filter=~Q(territory__in=own), distinct=True),
        )
    )
    return _Needs(found["count"], found["territories"])


def _consent(card: Initiative, needs: _Needs) -> Proposal:
    proposal = Proposal(card.consent_to_scale)
    if card.consent_to_scale is True:
        proposal.facts.append(_("La fiche dit que le porteur accepte le changement d’échelle."))
    elif card.consent_to_scale is False:
        proposal.facts.append(
            _("La fiche dit que le porteur n’accepte pas le changement d’échelle.")
        )
        proposal.missing.append(_("l’accord du porteur"))
    else:
        proposal.missing.append(_("l’accord du porteur, que la fiche ne donne ni ne refuse"))
    return proposal


def _economics(card: Initiative, needs: _Needs) -> Proposal:
    """Yes when the four lines of cost have a value and, on the social track, somebody pays the
    running ones."""
    lines = list(card.economics.all())
    valued = {line.line for line in lines if _has_value(line)}
    proposal = Proposal()
    for kind in COSTS:
        if kind in valued:
            proposal.facts.append(_("chiffré : %(line)s") % {"line": kind.label})
        else:
            proposal.missing.append(_("à chiffrer : %(line)s") % {"line": kind.label})
    unpaid = [ln for ln in lines if ln.line in RUNNING and _has_value(ln) and not ln.payer]
    if unpaid and card.track != "public":
        proposal.missing.append(_("qui paie ce qui fait vivre le projet"))
    if Line.AVOIDED_COSTS in valued:
        proposal.facts.append(_("chiffré : %(line)s") % {"line": Line.AVOIDED_COSTS.label})
    proposal.answer = not proposal.missing
    return proposal


def _has_value(line: EconomicLine) -> bool:
    return any(value is not None for value in (line.low, line.central, line.high))


def _evaluations(card: Initiative) -> list[Fact]:
    return [fact for fact in card.facts.all() if fact.kind == Fact.Kind.EVALUATION_CONCLUDED]


def _evaluation(card: Initiative, needs: _Needs) -> Proposal:
    concluded = _evaluations(card)
    proposal = Proposal(bool(concluded))
    kinds = dict(Evidence.Kind.choices)
    for fact in concluded:
        parts = [str(kinds.get(fact.value.get("kind", ""), _("évaluation")))]
        if title := fact.value.get("title"):
            parts.append(quoted(title))
        if fact.on:
            parts.append(f"({partial_date(fact.on)})")
        proposal.facts.append(" ".join(parts))
    if not concluded:
        proposal.missing.append(_("une évaluation conclue"))
    return proposal


def _impact(card: Initiative, needs: _Needs) -> Proposal:
    """Yes when a change was measured and the need is stated: here as a share to cover, or
    elsewhere by others."""
    wanted = settings.READINESS["proof_level"]
    proposal = Proposal()
    level = card.proof_level
    if level:
        proposal.facts.append(
            _("niveau de preuve %(level)s sur 5 : %(name)s")
            % {"level": level, "name": LEVELS[level][0]}
        )
    if level < wanted:
        proposal.missing.append(
            _("une preuve de niveau %(level)s au moins : %(name)s")
            % {"level": wanted, "name": LEVELS[wanted][0]}
        )
    if card.target_coverage is not None:
        proposal.facts.append(
            _("part du besoin visée : %(share)s %%")
            % {"share": f"{card.target_coverage:f}".rstrip("0").rstrip(".")}
        )
    if needs.count:
        proposal.facts.append(
            ngettext(
                "%(n)s besoin exprimé sur les mêmes thèmes",
                "%(n)s besoins exprimés sur les mêmes thèmes",
                needs.count,
            )
            % {"n": needs.count}
        )
    if card.target_coverage is None and not needs.count:
        proposal.missing.append(_("la part du besoin visée, ou un besoin exprimé ailleurs"))
    proposal.answer = not proposal.missing
    return proposal


def _environment(card: Initiative, needs: _Needs) -> Proposal:
    """Yes when other territories express the need and the partners to look for are known."""
    wanted = settings.READINESS["other_territories"]
    proposal = Proposal()
    if needs.territories:
        proposal.facts.append(
            ngettext(
                "%(n)s autre territoire exprime un besoin sur les mêmes thèmes",
                "%(n)s autres territoires expriment un besoin sur les mêmes thèmes",
                needs.territories,
            )
            % {"n": needs.territories}
        )
    if needs.territories < wanted:
        proposal.missing.append(_("d’autres territoires qui expriment ce besoin"))
    partners = len(card.partners.all())
    if partners:
        proposal.facts.append(
            ngettext("%(n)s partenaire décrit", "%(n)s partenaires décrits", partners)
            % {"n": partners}
        )
    else:
        proposal.missing.append(_("les partenaires à réunir sur un nouveau site"))
    # Silence of the platform does not prove that no place is favourable.
    proposal.answer = True if not proposal.missing else None
    return proposal


def _adopters(card: Initiative, needs: _Needs) -> Proposal:
    facts = list(card.facts.all())
    interested = sum(int(f.value.get("open") or 0) for f in facts if f.kind == Fact.Kind.INTEREST)
    sites = [
        fact
        for fact in facts
        if fact.kind == Fact.Kind.REPLICATION and fact.value.get("status") in COMMITTED
    ]
    proposal = Proposal(bool(sites) or interested >= settings.READINESS["interested"])
    if sites:
        proposal.facts.append(
            ngettext("%(n)s reprise engagée", "%(n)s reprises engagées", len(sites))
            % {"n": len(sites)}
        )
    if interested:
        proposal.facts.append(
            ngettext(
                "%(n)s personne ou organisation intéressée",
                "%(n)s personnes ou organisations intéressées",
                interested,
            )
            % {"n": interested}
        )
    if not proposal.answer:
        proposal.missing.append(_("un repreneur qui se soit déclaré intéressé"))
    return proposal


RULES: dict[str, Callable[[Initiative, _Needs], Proposal]] = {
    Point.CONSENT: _consent,
    Point.ECONOMICS: _economics,
    Point.EVALUATION: _evaluation,
    Point.IMPACT: _impact,
    Point.ENVIRONMENT: _environment,
    Point.ADOPTERS: _adopters,
}
