"""A campaign from its calendar to its end, and the next one, which starts from it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

import pghistory
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.once import made_by_form
from essaim.common.states import move
from essaim.common.text import clean, one_line
from essaim.dialogues.models import (
    Campaign,
    CampaignIndicator,
    CampaignState,
    Dialogue,
    DialogueState,
    Manager,
    Proposal,
    Runner,
)
from essaim.people.models import Organisation, User
from essaim.territories.models import Territory

from .common import lock_campaign, lock_open_campaign
from .findings import take_findings


def check_calendar(opens_on: dt.date, answers_by: dt.date, ends_on: dt.date, year: int) -> None:
    if answers_by < opens_on:
        raise DomainError(
            _("Les choix ne peuvent pas être attendus avant l’ouverture."), field="answers_by"
        )
    if ends_on < answers_by:
        raise DomainError(_("Le suivi ne peut pas finir avant les choix."), field="ends_on")
    if not year - 1 <= opens_on.year <= year + 1 or ends_on.year > year + 3:
        raise DomainError(
            _("Ces dates ne sont pas celles de l’année %(year)s.") % {"year": year},
            field="opens_on",
        )


@transaction.atomic
def begin(
    centre: Organisation,
    *,
    by: Any,
    submission: uuid.UUID,
    title: str,
    year: int,
    opens_on: dt.date,
    answers_by: dt.date,
    ends_on: dt.date,
    purpose: str = "",
    least_level: int = 2,
    needs_ready: bool = False,
    previous: Campaign | None = None,
) -> Campaign:
    """The same form twice begins once."""
    known = made_by_form(Campaign.objects, submission, created_by=by)
    if known is not None:
        return known
    check_calendar(opens_on, answers_by, ends_on, year)
    return Campaign.objects.create(
        submission=submission, centre=centre, created_by=by, title=one_line(title), year=year,
        opens_on=opens_on, answers_by=answers_by, ends_on=ends_on, purpose=clean(purpose),
        least_level=least_level, needs_ready=needs_ready, previous=previous,
    )  # fmt: skip


@transaction.atomic
def change(
    campaign: Campaign,
    *,
    title: str,
    year: int,
    opens_on: dt.date,
    answers_by: dt.date,
    ends_on: dt.date,
    purpose: str = "",
    least_level: int = 2,
    needs_ready: bool = False,
) -> Campaign:
    """What was proposed under the former rule stays proposed, with the level it had that day."""
    campaign = lock_open_campaign(campaign)
    check_calendar(opens_on, answers_by, ends_on, year)
    campaign.title, campaign.year, campaign.purpose = one_line(title), year, clean(purpose)
    campaign.opens_on, campaign.answers_by, campaign.ends_on = opens_on, answers_by, ends_on
    campaign.least_level, campaign.needs_ready = least_level, needs_ready
    campaign.save()
    return campaign


@transaction.atomic
def open_campaign(campaign: Campaign) -> Campaign:
    campaign = lock_campaign(campaign)
    if campaign.state == CampaignState.OPEN:
        return campaign
    if not campaign.dialogues.exists():
        raise DomainError(_("Choisissez d’abord les territoires de la campagne."))
    move(campaign, "open")
    campaign.save(update_fields=["state"])
    return campaign


@transaction.atomic
def close(campaign: Campaign) -> Campaign:
    """With its dialogues: they are read, and the next campaign starts from them."""
    campaign = lock_campaign(campaign)
    if campaign.state == CampaignState.CLOSED:
        return campaign
    move(campaign, "close")
    campaign.save(update_fields=["state", "closed_on"])
    rows = campaign.dialogues.exclude(state=DialogueState.CLOSED).select_for_update(of=("self",))
    for dialogue in rows.order_by("pk"):
        dialogue.close()
        dialogue.save(update_fields=["state", "closed_on"])
    return campaign


@transaction.atomic
def reopen(campaign: Campaign) -> Campaign:
    """Closed by mistake or too early: it goes on, with the dialogues that ended the same day, each
    as it was. Those that ended before stay ended, and each can be resumed.

    Raises:
        DomainError: the next campaign already starts from it.
    """
    campaign = lock_campaign(campaign)
    if campaign.state == CampaignState.OPEN:
        return campaign
    if campaign.next_ones.exists():
        raise DomainError(_("La campagne suivante part déjà de celle-ci : elle reste close."))
    rows = campaign.dialogues.filter(
        state=DialogueState.CLOSED, closed_on=campaign.closed_on, continued_in=None
    )
    for dialogue in rows.select_for_update(of=("self",)).order_by("pk"):
        dialogue.resume()
        dialogue.save(update_fields=["state", "closed_on"])
    move(campaign, "reopen")
    campaign.save(update_fields=["state", "closed_on"])
    return campaign


@transaction.atomic
def discard(campaign: Campaign, *, by: Any) -> None:
    """Made by mistake: it goes for good, with its indicators and what was prepared for each
    territory, as long as no territory has read anything of it."""
    campaign = lock_campaign(campaign)
    if campaign.was_sent():
        raise DomainError(_("Un territoire a déjà reçu son dialogue : la campagne reste."))
    with pghistory.context(user=by.pk, action="discard_campaign"):
        Proposal.objects.filter(dialogue__campaign=campaign).delete()
        campaign.dialogues.all().delete()
        campaign.delete()


@transaction.atomic
def copy(campaign: Campaign, *, by: Any, submission: uuid.UUID, **fields: Any) -> Campaign:
    """Next year's: same territories and managers, same indicators and rules; its dialogues show
    what was agreed in this one and what became of it. Own figures are loaded anew; a territory
    that ended is replaced by its successor, or left out where it has none."""
    campaign = lock_campaign(campaign)
    known = made_by_form(Campaign.objects, submission, created_by=by)
    if known is not None:
        return known
    made = begin(campaign.centre, by=by, submission=submission, previous=campaign, **fields)
    for indicator in campaign.indicators.prefetch_related("themes"):
        themes = list(indicator.themes.all())
        indicator.pk, indicator.submission = None, uuid.uuid4()
        indicator._state.adding, indicator.campaign = True, made
        indicator.save()
        indicator.themes.add(*themes)  # ``set`` would compare with those just read
    for runner in campaign.runners.all():
        Runner.objects.create(campaign=made, user_id=runner.user_id)
    taken: set[int] = set()
    # A dialogue that was continued in another's has its successor there.
    rows = campaign.dialogues.filter(continued_in=None).select_related("territory__successor")
    for dialogue in rows.prefetch_related("managers").order_by("pk"):
        territory: Territory | None = dialogue.territory
        if dialogue.territory.gone_on is not None:
            territory = dialogue.territory.successor
        if territory is None or territory.pk in taken:
            continue
        taken.add(territory.pk)
        new = Dialogue.objects.create(campaign=made, territory=territory, previous=dialogue)
        for each in dialogue.managers.all():
            Manager.objects.create(
                dialogue=new, organisation_id=each.organisation_id, user_id=each.user_id,
                email=each.email,
            )  # fmt: skip
    return made


@transaction.atomic
def name_runners(campaign: Campaign, people: Sequence[User]) -> None:
    """Exactly these members of the centre, beside its representatives."""
    campaign = lock_open_campaign(campaign)
    members = set(campaign.centre.memberships.values_list("user", flat=True))
    if any(each.pk not in members for each in people):
        raise DomainError(_("Choisissez des membres du centre."), field="people")
    Runner.objects.filter(campaign=campaign).exclude(user__in=people).delete()
    for each in people:
        Runner.objects.get_or_create(campaign=campaign, user=each)


@transaction.atomic
def add_indicator(
    campaign: Campaign, *, submission: uuid.UUID, themes: Sequence[Any] = (), **fields: Any
) -> CampaignIndicator:
    campaign = lock_open_campaign(campaign)
    known = made_by_form(CampaignIndicator.objects, submission, campaign=campaign)
    if known is not None:
        return known
    row = CampaignIndicator(campaign=campaign, submission=submission)
    return _write_indicator(row, themes, fields)


@transaction.atomic
def change_indicator(
    indicator: CampaignIndicator, *, themes: Sequence[Any] = (), **fields: Any
) -> CampaignIndicator:
    """Where territories have read what it said, it is read again at once: a finding is never shown
    under a rule that did not make it."""
    campaign = lock_open_campaign(indicator.campaign_id)
    row = CampaignIndicator.objects.select_for_update(of=("self",)).get(pk=indicator.pk)
    row = _write_indicator(row, themes, fields)
    if row.findings.exclude(dialogue__state=DialogueState.CLOSED).exists():
        take_findings(campaign)
    return row


def _write_indicator(
    row: CampaignIndicator, themes: Sequence[Any], fields: dict[str, Any]
) -> CampaignIndicator:
    for name, value in fields.items():
        setattr(row, name, one_line(value) if isinstance(value, str) else value)
    if row.series is not None:
        row.own_name = row.own_unit = row.own_source = ""
    elif not row.own_name:
        raise DomainError(_("Choisissez une série, ou nommez la vôtre."), field="series")
    if row.rule in ("threshold", "trend") and row.limit is None:
        raise DomainError(_("Cette règle demande sa valeur."), field="limit")
    if row.rule == "trend" and (row.limit or 0) <= 0:
        raise DomainError(_("Une évolution se dit par un nombre positif."), field="limit")
    if row.rule in ("rank", "trend") and not row.count:
        raise DomainError(_("Cette règle demande un nombre."), field="count")
    if row.rule == "threshold":
        row.count = None
    if row.rule == "rank":
        row.limit = None
    others = CampaignIndicator.objects.filter(campaign=row.campaign_id).exclude(pk=row.pk)
    if row.series is not None and others.filter(series=row.series).exists():
        raise DomainError(_("Cet indicateur est déjà dans la campagne."), field="series")
    if others.count() >= settings.DIALOGUES["indicators"]:
        raise DomainError(
            _("Une campagne a %(n)s indicateurs au plus.") % {"n": settings.DIALOGUES["indicators"]}
        )
    row.save()
    row.themes.set(themes)
    # Findings under the former rule no longer say what it finds.
    row.findings.filter(dialogue__state=DialogueState.PREPARING).delete()
    return row


@transaction.atomic
def remove_indicator(indicator: CampaignIndicator) -> None:
    """Its findings go along; a practice proposed because of it stays proposed."""
    lock_open_campaign(indicator.campaign_id)
    row = CampaignIndicator.objects.filter(pk=indicator.pk).first()
    if row is None:
        return
    if row.findings.exclude(dialogue__state=DialogueState.PREPARING).exists():
        raise DomainError(_("Des territoires ont déjà lu ce que dit cet indicateur : il reste."))
    row.delete()
