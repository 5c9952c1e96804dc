"""Targets, the quarterly form and its personal links."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.money import euros
from essaim.initiatives.actions.facts import record_fact
from essaim.initiatives.models import EconomicLine, Evidence, Fact
from essaim.modelling.models import SheetLine
from essaim.people.actions.tokens import hash_token, new_token
from essaim.people.models import Function, User
from essaim.people.rules import can_manage
from essaim.replications import notifications
from essaim.replications.costs import ONCE, planned_of
from essaim.replications.models import (
    RUNNING,
    STANDING,
    LeftText,
    Mode,
    Replication,
    Report,
    ReportCost,
    ReportLink,
    ReportValue,
    State,
    Target,
    quarter_before,
    quarter_of,
)

from .common import locked


class LeftError(DomainError):
    """Who gives news is no longer a member of the adopter; what they typed was kept."""


class UnusualError(DomainError):
    """Figures far beyond the plan: right, or a slip of the keyboard? ``figures`` says which."""

    def __init__(self, figures: list[str]):
        super().__init__(
            _("Des chiffres dépassent de loin ce qui est prévu. Vérifiez-les, puis confirmez.")
        )
        self.figures = figures


@transaction.atomic
def set_targets(
    replication: Replication, given: Mapping[int, tuple[Decimal | None, Decimal | None]]
) -> None:
    """(baseline, target) by indicator of the model sheet, whose words are kept beside."""
    replication = locked(replication)
    indicators = SheetLine.objects.filter(
        sheet__initiative=replication.initiative, topic=SheetLine.Topic.INDICATOR, pk__in=given
    )
    for indicator in indicators:
        baseline, target = given[indicator.pk]
        if baseline is None and target is None:
            if not ReportValue.objects.filter(
                target__replication=replication, target__indicator=indicator
            ).exists():
                replication.targets.filter(indicator=indicator).delete()
            continue
        Target.objects.update_or_create(
            replication=replication,
            indicator=indicator,
            defaults={
                "name": indicator.name, "definition": indicator.detail, "baseline": baseline,
                "target": target,
            },
        )  # fmt: skip


@transaction.atomic
def save_report(
    replication: Replication,
    quarter: dt.date,
    *,
    by: Any,
    beneficiaries: int | None,
    done: str = "",
    difficulties: str = "",
    costs: Mapping[str, Decimal] | None = None,
    values: Mapping[int, Decimal] | None = None,
    confirmed: bool = False,
    link: ReportLink | None = None,
) -> Report:
    """The news of one quarter, given or corrected. ``costs``: euros by line of the grid;
    ``values``: by target. By a personal ``link``, it serves once.

    Raises UnusualError where a figure is far beyond the plan and ``confirmed`` is not said;
    LeftError where ``by`` left the adopter since (keep what they typed with ``keep_left``).
    """
    replication = locked(replication)
    if link is not None:
        link = ReportLink.objects.select_for_update(of=("self",)).get(pk=link.pk)
        link.replication = replication
        if flaw := link.flaw():
            raise DomainError(ReportLink.Flaw(flaw).label)
    if not by.is_active or not _gives_news(replication, by):
        raise LeftError(
            _(
                "Vous n’êtes plus membre de %(adopter)s : vos nouvelles ne peuvent pas être"
                " publiées. Votre texte est gardé ; les membres de l’organisation pourront le"
                " reprendre."
            )
            % {"adopter": replication.adopter.name}
        )
    _check_quarter(replication, quarter)
    costs, values = dict(costs or {}), dict(values or {})
    targets = {each.pk: each for each in replication.targets.filter(pk__in=values)}
    if not confirmed:
        figures = unusual(replication, beneficiaries, costs, values, targets)
        if figures:
            raise UnusualError(figures)
    report, _made = Report.objects.update_or_create(
        replication=replication,
        quarter=quarter,
        defaults={
            "beneficiaries": beneficiaries,
            "done": done.strip(),
            "difficulties": difficulties.strip(),
            "confirmed": confirmed,
            "by": by,
            "channel": Report.Channel.LINK if link else Report.Channel.SIGNED_IN,
            "at": timezone.now(),
        },
    )
    _keep_costs(report, costs)
    _keep_values(report, values, targets)
    if link is not None:
        link.used_at = timezone.now()
        link.save(update_fields=["used_at"])
    LeftText.objects.filter(replication=replication, quarter=quarter).delete()
    return report


def _gives_news(replication: Replication, by: Any) -> bool:
    """Still of the adopter; managers may stand in, signed in."""
    return replication.adopter.memberships.filter(user=by).exists() or bool(can_manage(by))


def _check_quarter(replication: Replication, quarter: dt.date) -> None:
    if replication.committed_on is None:
        raise DomainError(_("Cette reprise n’est pas encore engagée."))
    first, last = quarter_of(replication.committed_on), quarter_of(timezone.localdate())
    if quarter != quarter_of(quarter) or not first <= quarter <= last:
        raise DomainError(_("Ce trimestre n’est pas de ceux de cette reprise."))


def _keep_costs(report: Report, costs: Mapping[str, Decimal]) -> None:
    report.costs.exclude(line__in=costs).delete()
    for line, amount in costs.items():
        cents = amount * 100
        if amount < 0 or cents != cents.to_integral_value():
            raise DomainError(_("Un montant est positif, avec deux décimales au plus."), field=line)
        ReportCost.objects.update_or_create(
            report=report, line=line, defaults={"amount_cents": int(cents)}
        )


def _keep_values(
    report: Report, values: Mapping[int, Decimal], targets: Mapping[int, Target]
) -> None:
    report.values.exclude(target__in=targets).delete()
    for pk, target in targets.items():
        ReportValue.objects.update_or_create(
            report=report, target=target, defaults={"value": values[pk]}
        )


def unusual(
    replication: Replication,
    beneficiaries: int | None,
    costs: Mapping[str, Decimal],
    values: Mapping[int, Decimal],
    targets: Mapping[int, Target],
) -> list[str]:
    """Names of the figures so many times beyond the plan (setting) that they are asked again."""
    times: int = settings.REPLICATIONS["unusual_times"]
    found = []
    aimed = replication.beneficiaries_target
    if aimed and beneficiaries is not None and beneficiaries >= times * aimed:
        found.append(
            _("personnes servies : %(n)s, pour %(aimed)s prévues")
            % {"n": _number(beneficiaries), "aimed": _number(aimed)}
        )
    planned = planned_of(replication.initiative) if costs else {}
    for line, told in costs.items():
        plan = planned.get(line)
        if plan is None or not plan.high:
            continue
        share = plan.high if line in ONCE else plan.high / 4
        if told >= times * share:
            found.append(
                _("%(line)s : %(told)s, pour %(plan)s au plus sur la fiche")
                % {
                    "line": EconomicLine.Line(line).label,
                    "told": euros(told),
                    "plan": euros(share),
                }
            )
    for pk, value in values.items():
        target = targets.get(pk)
        if target and target.target and abs(value) >= times * abs(target.target):
            found.append(
                _("%(name)s : %(value)s, pour %(aimed)s visé")
                % {"name": target.name, "value": _number(value), "aimed": _number(target.target)}
            )
    return found


def _number(value: Decimal | int) -> str:
    """In the reader's language, without useless decimals."""
    places = 0 if value == int(value) else 2
    return str(number_format(value, decimal_pos=places, force_grouping=True))


@transaction.atomic
def keep_left(
    replication: Replication, quarter: dt.date, typed: dict[str, str], *, by: Any
) -> None:
    """What someone who left had typed, for those who remain. The last one is kept."""
    LeftText.objects.update_or_create(
        replication=replication,
        quarter=quarter,
        defaults={"typed": typed, "by": by, "at": timezone.now()},
    )


# --- links ----------------------------------------------------------------------------------
@transaction.atomic
def send_link(replication: Replication, quarter: dt.date, person: User) -> None:
    """A link to this quarter's form, for this person alone; a former one dies."""
    now = timezone.now()
    ReportLink.objects.filter(
        replication=replication, quarter=quarter, user=person, used_at=None, replaced_at=None
    ).update(replaced_at=now)
    token, hashed = new_token()
    ReportLink.objects.create(
        replication=replication,
        user=person,
        quarter=quarter,
        token_hash=hashed,
        expires_at=now + dt.timedelta(days=settings.REPLICATIONS["link_days"]),
    )
    notifications.report_asked(replication, person, quarter, token)


def find_link(token: str) -> ReportLink | None:
    return (
        ReportLink.objects.select_related(
            "user", "replication__initiative", "replication__adopter", "replication__territory"
        )
        .filter(token_hash=hash_token(token))
        .first()
    )


def ask_for_news(today: dt.date | None = None) -> int:
    """Send the form of the quarter that ended to each site that serves or prepares, once.

    To who gives its news; where nobody was named or they left, to the first who may act for the
    adopter, who gives them from then on. Where there is none either, the adopter's members are
    asked to name someone (the holder, where it has no member here). Of disseminated initiatives
    only those that serve people are asked. Returns how many left; safe to run twice.
    """
    quarter = quarter_before(quarter_of(today or timezone.localdate()))
    waiting = (
        Replication.objects.filter(state__in=STANDING, committed_on__lt=_after(quarter))
        .exclude(~Q(state__in=RUNNING), mode=Mode.DISSEMINATION)
        .exclude(reports__quarter=quarter)
        .exclude(report_links__quarter=quarter)
    )
    return sum(_ask(pk, quarter) for pk in list(waiting.values_list("pk", flat=True)))


def _after(quarter: dt.date) -> dt.date:
    """The first day of the next quarter."""
    return quarter_of(quarter + dt.timedelta(days=100))


@transaction.atomic
def _ask(pk: int, quarter: dt.date) -> int:
    replication = Replication.objects.select_for_update().get(pk=pk)
    if replication.state == State.STOPPED:
        return 0
    if replication.report_links.filter(quarter=quarter).exists():
        return 0
    person = _who_tells(replication)
    if person is None:
        notifications.reporter_wanted(replication, quarter)
        return 0
    if replication.reporter_id != person.pk:
        replication.reporter = person
        replication.save(update_fields=["reporter"])
    send_link(replication, quarter, person)
    return 1


def _who_tells(replication: Replication) -> User | None:
    """The one named, while of the adopter; else its first representative, else the first with
    the function of adopter there."""
    active = replication.adopter.memberships.filter(user__is_active=True).select_related("user")
    members = list(active.order_by("pk"))
    able = [
        *(each for each in members if each.user_id == replication.reporter_id),
        *(each for each in members if each.is_representative),
        *(each for each in members if Function.ADOPTER in each.functions),
    ]
    return able[0].user if able else None


# --- evidence -------------------------------------------------------------------------------
def level_of(replication: Replication) -> int:
    """What the site's own figures may claim: 2 where an indicator has a value at the start and
    one since (data show change), else 1. Never 4: that needs an independent evaluation, attached
    to the card's evidence and confirmed there."""
    changed = ReportValue.objects.filter(
        report__replication=replication, target__baseline__isnull=False
    ).exists()
    return 2 if changed else 1


@transaction.atomic
def publish_results(replication: Replication, *, by: Any) -> int:
    """Add this site's results to the card's evidence, as what its own figures carry; returns the
    level. Again: brought up to date."""
    replication = locked(replication)
    if not replication.is_running:
        raise DomainError(_("Des résultats se publient quand le site est en service."))
    if not Report.objects.filter(replication=replication).exists():
        raise DomainError(_("Donnez d’abord des nouvelles d’un trimestre."))
    level = level_of(replication)
    record_fact(
        replication.initiative,
        Fact.Kind.EVALUATION_CONCLUDED,
        replication.fact_source,
        {
            "kind": Evidence.Kind.SELF,
            "level": level,
            "about": "replication",
            "title": _("Résultats de la reprise : %(site)s") % {"site": replication.title},
        },
        timezone.localdate().isoformat(),
        by=by,
    )
    return level


def quarters_of(replication: Replication, today: dt.date | None = None) -> Iterable[dt.date]:
    """Those that may be told, the latest first."""
    if replication.committed_on is None:
        return
    quarter = quarter_of(min(today or timezone.localdate(), replication.stopped_on or dt.date.max))
    first = quarter_of(replication.committed_on)
    while quarter >= first:
        yield quarter
        quarter = quarter_before(quarter)
