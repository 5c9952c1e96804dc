"""From an intention to a commitment: both sides agree, and give what the mode asks.

``commit_from`` is the door of what makes replications otherwise (a pool's confirmation, a call).
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.once import made_by_form
from essaim.initiatives.models import Initiative, Publication
from essaim.people.models import Function, Organisation
from essaim.replications import notifications
from essaim.replications.models import (
    Dimension,
    Mode,
    Origin,
    Replication,
    Side,
    State,
)
from essaim.replications.modes import TERMS, missing_terms, needs_holder
from essaim.territories.models import Territory

from .common import check_day, check_planned, lock_card, locked, move, note_step

Terms = dict[str, Any]


@transaction.atomic
def declare(
    card: Initiative,
    *,
    side: str,
    adopter: Organisation,
    territory: Territory,
    mode: str,
    dimensions: Sequence[str],
    by: Any,
    submission: uuid.UUID,
    site_name: str = "",
    another_site: bool = False,
    changes: str = "",
    learnt_from: Replication | None = None,
    planned_on: dt.date | None = None,
    beneficiaries_target: int | None = None,
    terms: Terms | None = None,
    intention: bool = False,
    on: dt.date | None = None,
) -> Replication:
    """State that this organisation takes the initiative up on this site; one side's word.

    The same form twice declares once. A second site of the same adopter on the same territory is
    refused until ``another_site`` says so and ``site_name`` tells it from the first. The other
    side is told; with both agreements (a branch of the holder, a mode that asks for one alone)
    and the mode's terms, it is committed at once; ``intention``: it never is, and an agreement
    that would be enough alone is asked for on its page, once the mode is looked at.
    """
    card = lock_card(card.pk)
    known = made_by_form(Replication.objects, submission, initiative=card, adopter=adopter)
    if known is not None:
        return known
    if card.publication != Publication.PUBLISHED:
        raise DomainError(_("Cette fiche n’est pas publiée : elle ne peut pas être reprise."))
    _check_rate(by)
    site_name = " ".join(site_name.split())
    _check_site(card, adopter, territory, site_name, another_site=another_site)
    if learnt_from is not None and learnt_from.initiative_id != card.pk:
        raise DomainError(_("Ce site a repris une autre initiative."), field="learnt_from")
    day = on or timezone.localdate()
    check_day(day)
    check_planned(planned_on)
    replication = Replication(
        submission=submission,
        initiative=card,
        adopter=adopter,
        territory=territory,
        site_name=site_name,
        mode=mode,
        dimensions=[each for each in Dimension.values if each in dimensions],
        changes=changes.strip(),
        learnt_from=learnt_from,
        planned_on=planned_on,
        beneficiaries_target=beneficiaries_target,
        declared_by_side=side,
        interested_on=day,
        reporter=by if side == Side.ADOPTER else None,
    )
    if not replication.dimensions:
        raise DomainError(
            _("Dites ce qui change : le site, le métier ou l’administration."), field="dimensions"
        )
    _keep_terms(replication, terms or {})
    sides = set(Side.values) if adopter.pk == card.holder_id else {side}
    for each in sides:
        _agreed(replication, each, by)
    if intention and can_commit(replication):
        replication.adopter_agreed_at = replication.adopter_agreed_by = None
    replication.save()
    note_step(replication, "", on=day, by=by)
    if can_commit(replication):
        _commit(replication, on=day, by=by)
    else:
        notifications.declared(replication, by=by)
    return replication


@transaction.atomic
def agree(
    replication: Replication,
    *,
    side: str,
    by: Any,
    terms: Terms | None = None,
    seen: str = "",
    on: dt.date | None = None,
) -> Replication:
    """One side's agreement, and the mode's terms; the last one commits. Given twice is once.
    ``seen``: the mode that this side read; another chosen since is to be read first."""
    replication = locked(replication)
    day = on or timezone.localdate()
    check_day(day, after=replication.interested_on)
    if replication.state == State.STOPPED:
        raise DomainError(_("Cette reprise est arrêtée : déclarez-en une nouvelle."))
    if replication.state != State.INTERESTED:
        return replication
    if seen and seen != replication.mode:
        raise DomainError(
            _("L’autre partie vient de choisir un autre mode, « %(mode)s » : lisez ce qu’il demande, puis donnez votre accord.")
            % {"mode": replication.get_mode_display()}
        )  # fmt: skip
    _keep_terms(replication, terms or {})
    if getattr(replication, f"{side}_agreed_at") is None:
        _agreed(replication, side, by)
        if side == Side.ADOPTER and replication.reporter is None and _is_of(replication, by):
            replication.reporter = by
    replication.save(
        update_fields=[
            *(*TERMS, "reporter"),
            *("adopter_agreed_at", "adopter_agreed_by", "holder_agreed_at", "holder_agreed_by"),
        ]
    )
    if can_commit(replication):
        _commit(replication, on=day, by=by)
    else:
        notifications.declared(replication, by=by)
    return replication


@transaction.atomic
def choose_mode(replication: Replication, mode: str, *, side: str, by: Any) -> Replication:
    """Another mode, as long as nothing is committed. What the other side agreed to was the former
    one: it is asked again (a branch of the holder has one word). Chosen twice is once; committed
    at once where nothing more is asked. Raises DomainError once it is committed."""
    replication = locked(replication)
    if replication.mode == mode:
        return replication
    if replication.state != State.INTERESTED:
        raise DomainError(
            _("Cette reprise est maintenant « %(state)s » : son mode ne se change plus.")
            % {"state": replication.get_state_display()}
        )
    replication.mode = mode
    columns = ["mode"]
    if not replication.is_branch:
        other = Side.HOLDER if side == Side.ADOPTER else Side.ADOPTER
        for column in (f"{other}_agreed_at", f"{other}_agreed_by"):
            setattr(replication, column, None)
            columns.append(column)
    replication.save(update_fields=columns)
    if can_commit(replication):
        _commit(replication, on=timezone.localdate(), by=by)
    else:
        notifications.declared(replication, by=by, again=timezone.now().isoformat())
    return replication


@transaction.atomic
def commit_from(
    card: Initiative,
    *,
    adopter: Organisation,
    territory: Territory,
    origin: str,
    reference: str,
    by: Any,
    holder_by: Any = None,
    holder_agrees: bool = True,
    mode: str = "",
    dimensions: Sequence[str] = (Dimension.SITE,),
    site_name: str = "",
    planned_on: dt.date | None = None,
    beneficiaries_target: int | None = None,
    learnt_from: Replication | None = None,
    terms: Terms | None = None,
    on: dt.date | None = None,
) -> Replication:
    """The replication that a confirmation makes, once whatever happens; ``on`` its day.

    ``origin`` is ``pool`` or ``call``; ``reference`` names what confirmed ("option:12"): called
    again under it, returns the replication already made. The holder agreed elsewhere (its
    application, by ``holder_by``), or is asked too (``holder_agrees`` false: a call chose
    among proven initiatives, and their holders did not apply). Whoever confirms does not speak for the adopter: its agreement
    is that of the intention it had declared for the site, or of ``by`` where they decide there;
    else it is asked for. Committed at once, or ``interested`` until that agreement and the mode's
    contract or charter (``terms``) are given with ``agree``: those who owe them are told. Takes
    up the intention, or the committed replication that nothing else made, of the same adopter on
    the site, with what they said; ``mode``: by default theirs, else supple. Raises DomainError
    where another confirmation made the one that holds the site. Locks the card.
    """
    if origin not in {Origin.POOL, Origin.CALL} or not reference:
        raise ValueError("an origin other than the two sides names what confirmed")
    card = lock_card(card.pk)
    known = Replication.objects.filter(origin=origin, origin_reference=reference).first()
    if known is not None:
        return known
    site_name = " ".join(site_name.split())
    here = (
        Replication.objects.select_for_update()
        .filter(initiative=card, adopter=adopter, territory=territory, site_name__iexact=site_name)
        .exclude(state=State.STOPPED)
        .first()
    )
    if here is not None and here.state != State.INTERESTED:
        if here.origin_reference:
            raise DomainError(
                _("%(adopter)s a déjà une reprise engagée sur ce site.") % {"adopter": adopter.name}
            )
        here.origin, here.origin_reference = origin, reference
        here.save(update_fields=["origin", "origin_reference"])
        return here
    day = on or timezone.localdate()
    speaks = _decides_in(adopter, by)
    replication = here or Replication(
        initiative=card, adopter=adopter, territory=territory, site_name=site_name,
        declared_by_side=Side.ADOPTER if speaks else Side.HOLDER, interested_on=day,
        dimensions=[each for each in Dimension.values if each in dimensions],
    )  # fmt: skip
    replication.initiative = card
    replication.origin, replication.origin_reference = origin, reference
    replication.mode = mode or replication.mode or Mode.SUPPLE
    replication.planned_on = planned_on or replication.planned_on
    replication.beneficiaries_target = beneficiaries_target or replication.beneficiaries_target
    if replication.learnt_from is None and learnt_from != here:
        replication.learnt_from = learnt_from
    _keep_terms(replication, terms or {})
    if replication.holder_agreed_at is None and (holder_agrees or adopter.pk == card.holder_id):
        _agreed(replication, Side.HOLDER, holder_by or by)
    if replication.adopter_agreed_at is None and speaks:
        _agreed(replication, Side.ADOPTER, by)
        replication.reporter = by
    replication.save()
    if here is None:
        note_step(replication, "", on=day, by=by)
    if can_commit(replication):
        _commit(replication, on=max(day, replication.interested_on), by=by)
    else:
        notifications.declared(replication, by=by)
    return replication


def _decides_in(adopter: Organisation, by: Any) -> bool:
    """Whether this person's act is the adopter's word: its representative, or who takes up, or
    funds, in its name."""
    held = adopter.memberships.filter(user=by).first()
    return held is not None and (
        held.is_representative or bool({Function.ADOPTER, Function.FUNDER} & set(held.functions))
    )


def _is_of(replication: Replication, by: Any) -> bool:
    return replication.adopter.memberships.filter(user=by).exists()


def can_commit(replication: Replication) -> bool:
    """Both sides agreed, or the one that the mode asks, and the mode's terms are known."""
    if replication.state != State.INTERESTED or replication.adopter_agreed_at is None:
        return False
    if needs_holder(replication) and replication.holder_agreed_at is None:
        return False
    return not missing_terms(replication)


def _commit(replication: Replication, *, on: dt.date, by: Any) -> None:
    replication.committed_on = on
    move(replication, "commit", on=on, by=by, columns=["committed_on"])
    notifications.committed(replication, by=by)


def _agreed(replication: Replication, side: str, by: Any) -> None:
    setattr(replication, f"{side}_agreed_at", timezone.now())
    setattr(replication, f"{side}_agreed_by", by)


def _keep_terms(replication: Replication, terms: Terms) -> None:
    for name in TERMS:
        if terms.get(name):
            value = terms[name]
            setattr(replication, name, value.strip() if isinstance(value, str) else value)


def _check_site(
    card: Initiative,
    adopter: Organisation,
    territory: Territory,
    site_name: str,
    *,
    another_site: bool,
) -> None:
    """Every declaration on a card waits for its lock: the second of two sees the first."""
    here = Replication.objects.filter(
        initiative=card, adopter=adopter, territory=territory
    ).exclude(state=State.STOPPED)
    if not here.exists():
        return
    if here.filter(site_name__iexact=site_name).exists() or not site_name:
        raise DomainError(
            _(
                "%(adopter)s a déjà une reprise de cette initiative ici. Si c’est un autre site,"
                " donnez-lui un nom."
            )
            % {"adopter": adopter.name},
            field="site_name",
        )
    if not another_site:
        raise DomainError(
            _(
                "%(adopter)s a déjà une reprise de cette initiative sur ce territoire : cochez"
                " « C’est un autre site » si c’en est un."
            )
            % {"adopter": adopter.name},
            field="another_site",
        )


def _check_rate(by: Any) -> None:
    limit: int = settings.REPLICATIONS["declarations_a_day"]
    since = timezone.now() - dt.timedelta(days=1)
    made = Replication.objects.filter(created_at__gt=since)
    if (
        made.filter(adopter_agreed_by=by).count()
        + made.filter(holder_agreed_by=by, adopter_agreed_by=None).count()
        >= limit
    ):
        raise DomainError(
            _("Vous avez déclaré %(n)s reprises en un jour : reprenez demain.") % {"n": limit}
        )
