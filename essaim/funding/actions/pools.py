"""A pool from its formation to its end."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.common.errors import DomainError
from essaim.common.months import add_months
from essaim.common.once import made_by_form
from essaim.common.typography import in_series
from essaim.funding import notifications
from essaim.funding.models import (
    ALIVE,
    MOST_CENTS,
    CostLine,
    Invitation,
    Kind,
    Option,
    OptionState,
    Pool,
    State,
)
from essaim.funding.signals import pool_opened
from essaim.initiatives.models import Initiative, Publication
from essaim.people.models import Organisation
from essaim.replications.actions import stop
from essaim.replications.models import Origin, Replication
from essaim.replications.models import State as SiteState
from essaim.territories.models import Territory

from .common import has_stopped, lock_pool, move, require_state, tell_card
from .ending import end_option
from .ledger import write

NOT_SERVING = (SiteState.INTERESTED, SiteState.COMMITTED, SiteState.PREPARING)


class Cost(NamedTuple):
    kind: str
    label: str
    amount_cents: int


@transaction.atomic
def form_pool(
    card: Initiative,
    *,
    by: Any,
    submission: uuid.UUID,
    lead: Organisation,
    pilot_territory: Territory,
    costs: Sequence[Cost],
    sites_sought: int,
    minimum_options: int,
    pledges_until: dt.date,
    initiated_by: str,
    prescribed: bool = False,
    audience: str = Pool.Audience.PUBLIC,
    presentation: str = "",
    report_months: int | None = None,
    majority_percent: int | None = None,
    quorum_percent: int | None = None,
    today: dt.date | None = None,
) -> Pool:
    """Form the pool of a published card; the same form twice forms one. The rule of the finding
    is the settings' unless given, and stays what it is that day. ``today`` tells a story of the
    past (demonstration)."""
    known = made_by_form(Pool.objects, submission, initiative=card, created_by=by)
    if known is not None:
        return known
    # Two pools of one card formed at once: the second waits here, then sees the first.
    card = Initiative.objects.select_for_update(no_key=True).get(pk=card.pk)
    if card.publication != Publication.PUBLISHED:
        raise DomainError(_("Cette fiche n’est pas publiée : aucun financeur ne peut la lire."))
    if Pool.objects.filter(initiative=card, state__in=ALIVE).exists():
        raise DomainError(_("Cette fiche a déjà un groupement de financeurs : rejoignez-le."))
    day = today or timezone.localdate()
    if pledges_until <= day:
        raise DomainError(
            _("Cette date est passée : donnez-en une à venir."), field="pledges_until"
        )
    _check_minimum(minimum_options, sites_sought)
    rule = settings.FUNDING
    pool = Pool(
        submission=submission,
        slug=_free_slug(card),
        initiative=card,
        lead=lead,
        pilot_territory=pilot_territory,
        site_cents=_total(costs),
        sites_sought=sites_sought,
        minimum_options=minimum_options,
        pledges_until=pledges_until,
        initiated_by=initiated_by,
        prescribed=prescribed,
        audience=audience,
        presentation=presentation.strip(),
        report_months=report_months or rule["report_months"],
        majority_percent=rule["majority_percent"] if majority_percent is None else majority_percent,
        quorum_percent=rule["quorum_percent"] if quorum_percent is None else quorum_percent,
        created_by=by,
    )
    pool.save()
    _keep_costs(pool, costs)
    notifications.formed(pool, by=by)
    return pool


@transaction.atomic
def change_pool(pool: Pool, *, costs: Sequence[Cost] | None = None, **fields: Any) -> Pool:
    """Correct what was said, while nobody has committed to it; the holder agrees anew."""
    pool = lock_pool(pool.pk)
    require_state(pool, State.FORMING)
    names = {
        *("pilot_territory", "sites_sought", "minimum_options", "pledges_until", "initiated_by"),
        *("prescribed", "audience", "presentation", "report_months", "majority_percent"),
        "quorum_percent",
    }
    for name in names & set(fields):
        setattr(pool, name, fields[name])
    _check_minimum(pool.minimum_options, pool.sites_sought)
    if costs is not None:
        pool.site_cents = _total(costs)
        pool.cost_lines.all().delete()
        _keep_costs(pool, costs)
    pool.holder_agreed_at, pool.holder_agreed_by = None, None
    pool.save()
    return pool


def _check_minimum(minimum: int, sought: int) -> None:
    if minimum > sought:
        raise DomainError(
            _("Le minimum d’options ne dépasse pas le nombre de sites recherchés."),
            field="minimum_options",
        )


def _total(costs: Sequence[Cost]) -> int:
    total = sum(cost.amount_cents for cost in costs)
    if not costs or total <= 0:
        raise DomainError(_("Dites ce que paie le montant d’un site, ligne par ligne."))
    if total > MOST_CENTS or any(cost.amount_cents <= 0 for cost in costs):
        raise DomainError(_("Un montant est hors de mesure : relisez les lignes."))
    return total


def _keep_costs(pool: Pool, costs: Sequence[Cost]) -> None:
    for position, cost in enumerate(costs):
        CostLine.objects.create(
            pool=pool, kind=cost.kind, label=" ".join(cost.label.split()),
            amount_cents=cost.amount_cents, position=position,
        )  # fmt: skip


def _free_slug(card: Initiative) -> str:
    """The card's, with a number from its second pool on. The card is locked."""
    count = Pool.objects.filter(initiative=card).count()
    slug = card.slug if not count else f"{card.slug}-{count + 1}"
    while Pool.objects.filter(slug=slug).exists():
        count += 1
        slug = f"{card.slug}-{count + 1}"
    return slug


@transaction.atomic
def agree_as_holder(pool: Pool, *, by: Any) -> None:
    """Without the holder's yes, nothing is offered to funders (§ 3, first question)."""
    pool = lock_pool(pool.pk)
    require_state(pool, State.FORMING)
    if pool.holder_agreed_at is None:
        pool.holder_agreed_at, pool.holder_agreed_by = timezone.now(), by
        pool.save(update_fields=["holder_agreed_at", "holder_agreed_by"])
        notifications.holder_agreed(pool, by=by)


@transaction.atomic
def open_pool(pool: Pool, *, by: Any, today: dt.date | None = None) -> None:
    pool = lock_pool(pool.pk)
    if pool.state == State.FORMING and pool.holder_agreed_at is None:
        raise DomainError(_("Le porteur n’a pas encore donné son accord."))
    move(pool, "open", on=today or timezone.localdate())
    tell_card(pool, by=by)
    if pool.audience == Pool.Audience.PUBLIC:
        pool_opened.send(sender=Pool, pool=pool.pk)
    notifications.opened(pool, by=by)


@transaction.atomic
def invite(
    pool: Pool,
    *,
    by: Any,
    organisations: Sequence[Organisation] = (),
    territories: Sequence[Territory] = (),
) -> list[Invitation]:
    """Ask funders to look: by name, by territory, by group of territories. Twice is once."""
    pool = lock_pool(pool.pk)
    require_state(pool, *ALIVE)
    made = []
    for field, objects in (("organisation", organisations), ("territory", territories)):
        for each in objects:
            invitation, created = Invitation.objects.get_or_create(
                pool=pool, withdrawn_on=None, **{field: each}, defaults={"by": by}
            )
            if created:
                made.append(invitation)
    if pool.opened_on:
        notifications.invited(pool, made, by=by)
    return made


@transaction.atomic
def withdraw_invitation(invitation: Invitation) -> None:
    lock_pool(invitation.pool_id)
    Invitation.objects.filter(pk=invitation.pk, withdrawn_on=None).update(
        withdrawn_on=timezone.localdate(), withdrawn_at=timezone.now()
    )


def missing_to_pilot(pool: Pool) -> list[str]:
    """What is still missing for the pilot to start, in words. A site that several funders pay
    counts as one option."""
    missing = []
    counted = list(Option.objects.filter(pool=pool).counted().standing())
    number = len({option.territory_id for option in counted})
    if number < pool.minimum_options:
        told = ngettext(
            "%(n)s option sur %(minimum)s nécessaires",
            "%(n)s options sur %(minimum)s nécessaires",
            number,
        )
        missing.append(told % {"n": number, "minimum": pool.minimum_options})
    # The pilot may be paid in shares: the lead's among them.
    pilot = [each for each in counted if each.is_pilot and each.state == OptionState.CONFIRMED]
    if pool.lead_id not in {each.funder_id for each in pilot}:
        missing.append(_("l’option du chef de file sur le territoire pilote, confirmée"))
    elif sum(each.confirmed_cents or 0 for each in pilot) < pool.site_cents:
        missing.append(_("un montant confirmé qui paie tout le pilote"))
    elif pilot[0].adopter_id is None:
        missing.append(_("le repreneur du pilote, nommé"))
    elif has_stopped(pilot[0]):
        missing.append(_("un site pilote : celui qui était prévu s’est arrêté"))
    elif not _is_agreed(pilot[0]):
        missing.append(_("l’accord du repreneur du pilote"))
    return missing


def _is_agreed(option: Option) -> bool:
    """By its adopter itself; the charter or contract may come while the pilot runs."""
    sites = Replication.objects.filter(origin=Origin.POOL, origin_reference=option.reference)
    return sites.filter(adopter_agreed_at__isnull=False).exists()


@transaction.atomic
def start_pilot(pool: Pool, *, by: Any, today: dt.date | None = None) -> None:
    """When the minimum of options is reached, the pilot is funded, and who takes it up agreed
    (ours)."""
    pool = lock_pool(pool.pk)
    require_state(pool, State.OPEN)
    missing = missing_to_pilot(pool)
    if missing:
        raise DomainError(_("Il manque : %(what)s.") % {"what": in_series(missing)})
    day = today or timezone.localdate()
    pool.next_report_on = add_months(day, pool.report_months)
    move(pool, "start_pilot", on=day, columns=("next_report_on",))
    tell_card(pool, by=by)
    notifications.advanced(pool, by=by)


@transaction.atomic
def close_pool(pool: Pool, *, by: Any, report: str, today: dt.date | None = None) -> None:
    """Once every option has its end: what was done, read by all. Nothing is left pledged. After the
    date that the pool announced, those that said nothing expire with it: nobody may confirm them
    any more, and their funders were warned of it."""
    pool = lock_pool(pool.pk)
    require_state(pool, State.ACTIVATING)
    day = today or timezone.localdate()
    waiting = pool.options.filter(state__in=[OptionState.PREPARED, OptionState.PLEDGED])
    is_late = pool.confirm_until is not None and pool.confirm_until < day
    number = waiting.count()
    if number and not is_late:
        raise DomainError(
            ngettext(
                "%(n)s option attend encore : confirmée, déclinée ou expirée, puis la clôture.",
                "%(n)s options attendent encore : confirmées, déclinées ou expirées, puis la clôture.",
                number,
            )
            % {"n": number}
        )
    if not report.strip():
        raise DomainError(_("La clôture a son rapport."), field="report")
    people = notifications.concerned(pool)
    for option in waiting.select_for_update().order_by("pk"):
        option.pool = pool
        end_option(option, "expire", by=by, on=day)
        notifications.option_ended(option, by=by)
    pool.end_report, pool.next_report_on = report.strip(), None
    move(pool, "close", on=day, columns=("end_report", "next_report_on"))
    tell_card(pool, by=by)
    notifications.ended(pool, people, by=by)


@transaction.atomic
def abandon(
    pool: Pool,
    *,
    by: Any,
    reason: str,
    lesson: str,
    stop_sites: bool = False,
    today: dt.date | None = None,
) -> None:
    """Right to error: at any point, without blame. Options that remain are released; of those
    confirmed, what no act committed is too. Everyone whom this concerns is told.
    ``stop_sites``: replications that these options made and that serve nobody yet stop with it,
    for the same reason; the others go on."""
    pool = lock_pool(pool.pk)
    if not reason.strip():
        raise DomainError(
            _("Dites pourquoi elle s’arrête : cela sert aux suivants."), field="reason"
        )
    if not lesson.strip():
        raise DomainError(_("Dites ce que l’on en a appris."), field="lesson")
    day = today or timezone.localdate()
    people = notifications.concerned(pool)
    pool.abandon_reason, pool.lesson = reason.strip(), lesson.strip()
    pool.next_report_on = None
    move(pool, "abandon", on=day, columns=("abandon_reason", "lesson", "next_report_on"))
    options = pool.options.select_for_update().living().order_by("pk")
    balances = pool.ledger.balances(options)
    for option in options:
        option.pool = pool
        if option.state != OptionState.CONFIRMED:
            end_option(option, "release", by=by, on=day)
            continue
        free = balances[option.pk].confirmed - balances[option.pk].committed
        if free:
            write(option, Kind.DISENGAGEMENT, free, key=f"abandon:{option.pk}", by=by, on=day)
            notifications.disengaged(option, by=by)
    if stop_sites:
        references = [each.reference for each in pool.options.all()]
        made = Replication.objects.filter(origin=Origin.POOL, origin_reference__in=references)
        for site in made.filter(state__in=NOT_SERVING).order_by("pk"):
            stop(site, reason=reason, lesson=lesson, by=by, on=day)
    tell_card(pool, by=by)
    notifications.ended(pool, people, by=by)
