"""What those who applied may do next: schemes, other calls, a card, a need.

Every proposal says why it is there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.initiatives.models import Phase, Track
from essaim.schemes.kinds import Stage
from essaim.schemes.models import Scheme
from essaim.territories.models import Containment

from .models import Application, Call

SHOWN = 5
# Most that are compared; the best of them are shown.
LOOKED_AT = 200


@dataclass(frozen=True)
class Proposed:
    found: Any
    reasons: list[str]
    closes_on: Any = None


def card_of(application: Application) -> Any:
    return application.initiative or application.adopts


def stage_of(application: Application) -> str:
    """Where what it is about stands: a site that takes up is being helped on a new territory."""
    if application.adopts_id:
        return Stage.NEW_TERRITORIES
    card = application.initiative
    if card is None:
        return Stage.CONSOLIDATION
    if card.track == Track.PUBLIC:
        return Stage.IDENTIFY if card.phase == Phase.NONE else str(card.phase)
    later = {Phase.ORGANISE.value, Phase.REPLICATE.value}
    return Stage.SCALING if card.phase in later else Stage.CONSOLIDATION


def _themes(application: Application) -> dict[int, str]:
    card = card_of(application)
    themes = list(card.themes.all()) if card else []
    return {each.pk: str(each) for each in themes or application.call.themes.all()}


def schemes(application: Application) -> list[Proposed]:
    """Those that serve the place and the stage; shared themes and an open window come first.
    A constant number of queries."""
    found = Scheme.objects.published().current()
    if application.territory is not None:
        found = found.applying_to(application.territory, unknown_too=True)
    stage, themes = stage_of(application), _themes(application)
    today = timezone.localdate()
    rows = found.filter(
        Q(stages__contains=[stage]) | Q(themes__in=themes)
        if themes
        else Q(stages__contains=[stage])
    )
    rows = rows.distinct().prefetch_related("themes", "windows").order_by("sort_title", "pk")
    ranked = []
    for scheme in rows[:LOOKED_AT]:
        reasons, score = [], 0
        if stage in scheme.stages:
            score += 2
            reasons.append(_("même étape : %(stage)s") % {"stage": Stage(stage).label})
        if shared := [themes[each.pk] for each in scheme.themes.all() if each.pk in themes]:
            score += 2
            reasons.append(_("même thème : %(themes)s") % {"themes": ", ".join(sorted(shared))})
        openings = [window for window in scheme.windows.all() if window.is_open(today)]
        if openings:
            score += 1
            reasons.append(_("on peut demander aujourd’hui"))
        ends = min((w.closes_on for w in openings if w.closes_on), default=None)
        ranked.append((-score, scheme.title, scheme.pk, Proposed(scheme, reasons, ends)))
    return [proposed for *_rank, proposed in sorted(ranked, key=lambda row: row[:3])[:SHOWN]]


def calls(application: Application) -> list[Proposed]:
    """Open now, where this applicant’s place may apply; the nearest in themes first."""
    found = Call.objects.taking_applications().filter(is_template=False)
    found = found.exclude(pk=application.call_id)
    if application.territory_id:
        inside = Containment.objects.filter(descendant=application.territory_id).values("ancestor")
        found = found.filter(Q(territories__isnull=True) | Q(territories__in=inside))
    if application.by_person:
        found = found.filter(persons_may_apply=True)
    else:
        kind = application.organisation.kind if application.organisation else ""
        found = found.filter(Q(applicant_kinds=[]) | Q(applicant_kinds__contains=[kind]))
    themes = _themes(application)
    ranked = []
    rows = found.distinct().prefetch_related("themes").order_by("closes_at", "pk")
    for call in rows[:LOOKED_AT]:
        shared = [themes[each.pk] for each in call.themes.all() if each.pk in themes]
        reasons = [_("ouvert à votre territoire et à votre nature de candidat")]
        if shared:
            reasons.insert(0, _("même thème : %(t)s") % {"t": ", ".join(sorted(shared))})
        ranked.append(
            (not shared, call.closes_at, call.pk, Proposed(call, reasons, call.closes_at))
        )
    return [proposed for *_rank, proposed in sorted(ranked, key=lambda row: row[:3])[:SHOWN]]
