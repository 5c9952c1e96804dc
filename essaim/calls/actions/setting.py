"""Preparing a call, tab by tab: two officers never overwrite each other."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from essaim.calls import following, form_defaults
from essaim.calls.content import COLUMNS, LINKS, stamp
from essaim.calls.models import (
    SETTING_UP,
    Call,
    Criterion,
    EligibilityRule,
    Kind,
    Officer,
    Series,
    State,
)
from essaim.calls.signals import call_saved
from essaim.common.errors import DomainError
from essaim.common.once import made_by_form
from essaim.needs.models import Need
from essaim.people.models import Membership, Organisation, User

from .common import forget_reminders, lock_call, moved_on
from .editions import new_edition, require_reason

# Words of ours in addresses, which no call takes as its own.
RESERVED = {
    *("nouveau", "candidatures", "calendrier", "series", "modeles", "exports", "export", "flux"),
    *("resultats", "chiffres", "versions", "preparation"),
}
# After the closing, what applicants were judged by stays as it was.
LATER_TABS = ("contact",)
AT_MOST_CRITERIA, AT_MOST_RULES = 30, 30


class Stale(DomainError):
    """Somebody saved this tab meanwhile."""


@transaction.atomic
def create_call(
    *,
    by: Any,
    submission: uuid.UUID,
    kind: str,
    title: str,
    organiser: Organisation,
    permanent: bool = False,
    is_template: bool = False,
    needs: Sequence[Need] = (),
) -> Call:
    """A call in preparation, with the usual blocks and criteria of its kind; the same form twice
    makes one. ``needs``: those without an answer that it is born of; their themes are the call's,
    their words stay with who wrote them."""
    known = made_by_form(Call.objects, submission, created_by=by)
    if known is not None:
        return known
    title = " ".join(title.split())
    series = None
    if permanent:
        series = Series.objects.create(title=title, slug=free_slug(title, Series))
    call = Call.objects.create(
        submission=submission, slug=free_slug(title, Call), kind=Kind(kind), title=title,
        organiser=organiser, created_by=by, series=series, wave=1 if series else None,
        is_template=is_template, service=organiser.name[:200],
        sections=form_defaults.sections(), appeal=form_defaults.APPEAL,
        persons_may_apply=kind == Kind.PRIZE, form_draft=form_defaults.blocks(kind),
    )  # fmt: skip
    if needs:
        call.sections[0]["text"] = form_defaults.born_of(len(needs))
        call.save(update_fields=["sections"])
        call.themes.set({need.theme_id for need in needs if need.theme_id})
    for position, row in enumerate(form_defaults.criteria(kind)):
        Criterion.objects.create(call=call, position=position, **row)
    if Membership.objects.filter(user=by, organisation=organiser).exists():
        Officer.objects.create(call=call, user=by, by=by)
    return call


def free_slug(title: str, model: Any) -> str:
    base = slugify(title)[:70].strip("-") or "appel"
    slug, n = base, 1
    while slug in RESERVED or model.objects.filter(slug=slug).exists():
        n += 1
        slug = f"{base}-{n}"
    return slug


def open_tabs(call: Call) -> tuple[str, ...]:
    """What may change in the state where the call is."""
    if call.state in [*SETTING_UP, State.OPEN]:
        return ("text", "who", "calendar", "contact", "form", "criteria", "rules", "documents")
    return () if call.state == State.ARCHIVED else (*LATER_TABS, "documents")


def begin_change(
    call: Call, tab: str, *, stamp_seen: str | None, reason: str | None
) -> tuple[Call, str]:
    """The call locked, once it is sure that this tab may change and nobody did meanwhile.
    ``stamp_seen``: of the tab as the person read it; None for acts that read it themselves.
    ``reason``: None where no applicant reads the change."""
    call = lock_call(call.pk)
    if tab not in open_tabs(call):
        raise moved_on(call)
    if stamp_seen is not None and stamp_seen != stamp(call, tab):
        raise Stale(
            _(
                "Quelqu’un d’autre a enregistré cette page depuis que vous l’avez ouverte. Ce que"
                " vous avez écrit est ci-dessous : comparez, puis enregistrez à nouveau pour le"
                " garder."
            )
        )
    return call, "" if reason is None else require_reason(call, reason)


def end_change(call: Call, *, reason: str, by: Any, waits: bool = False) -> None:
    """Count the change; after opening, applicants read it as a new edition."""
    call.version += 1
    call.save(update_fields=["version"])
    if call.edition_number and call.state not in SETTING_UP:
        new_edition(call, reason=reason, by=by, waits=waits)
    if call.state != State.DRAFT:
        call_saved.send(sender=Call, call=call.pk)


@transaction.atomic
def change_tab(
    call: Call, tab: str, given: dict[str, Any], *, by: Any, stamp_seen: str | None,
    reason: str = "",
) -> Call:  # fmt: skip
    """Save one tab of ``content.COLUMNS``. Raises ``Stale`` when somebody saved it meanwhile."""
    call, reason = begin_change(call, tab, stamp_seen=stamp_seen, reason=reason)
    sooner, closed = False, call.closes_at
    if tab == "calendar":
        sooner = check_calendar(call, given)
    for name in COLUMNS[tab]:
        if name in given:
            setattr(call, name, given[name])
    call.save(update_fields=COLUMNS[tab])
    for name in LINKS.get(tab, ()):
        if name in given:
            getattr(call, name).set(given[name])
    if tab == "calendar" and call.series_id and given.get("days_between") is not None:
        Series.objects.filter(pk=call.series_id).update(days_between=given["days_between"])
    if closed and call.closes_at and call.closes_at > closed:
        forget_reminders(call)
    end_change(call, reason=reason, by=by, waits=sooner)
    return call


def check_calendar(call: Call, given: dict[str, Any]) -> bool:
    """Whether the closing comes sooner than was said. Raises DomainError for what would break a
    promise made to applicants."""
    opens, closes = given.get("opens_at"), given.get("closes_at")
    now = timezone.now()
    if opens and closes and closes <= opens:
        raise DomainError(_("La fermeture vient après l’ouverture."), field="closes_at")
    results = given.get("results_on")
    zone = ZoneInfo(given.get("zone") or call.zone)
    if results and closes and results < closes.astimezone(zone).date():
        raise DomainError(_("Les résultats viennent après la fermeture."), field="results_on")
    if call.state == State.DRAFT:
        return False
    if not opens or not closes:
        raise DomainError(
            _("Un appel annoncé garde ses dates d’ouverture et de fermeture."),
            field="closes_at" if opens else "opens_at",
        )
    if call.state == State.OPEN and opens != call.opens_at:
        raise DomainError(
            _("L’appel est déjà ouvert : sa date d’ouverture ne change plus."), field="opens_at"
        )
    if closes != call.closes_at and closes <= now:
        raise DomainError(
            _("Cette fermeture est passée : pour clore, utilisez le bouton « Clore »."),
            field="closes_at",
        )
    sooner = bool(call.closes_at and closes < call.closes_at and call.state == State.OPEN)
    least = settings.CALLS["least_notice_days"]
    if sooner and (closes - now).days < least:
        raise DomainError(
            _("Des candidats écrivent : une fermeture avancée leur laisse au moins %(n)s jours.")
            % {"n": least},
            field="closes_at",
        )
    return sooner


@transaction.atomic
def change_criteria(
    call: Call, rows: Sequence[dict[str, Any]], *, by: Any, stamp_seen: str | None,
    no_replication_reason: str = "", reason: str = "",
) -> Call:  # fmt: skip
    """All the criteria, in order. Without one of transfer, the call says why (§ 6)."""
    call, reason = begin_change(call, "criteria", stamp_seen=stamp_seen, reason=reason)
    if not rows:
        raise DomainError(_("Un appel a au moins un critère."))
    if len(rows) > AT_MOST_CRITERIA:
        raise DomainError(_("Un appel a %(n)s critères au plus.") % {"n": AT_MOST_CRITERIA})
    without = no_replication_reason.strip()
    if not any(row.get("is_transfer") for row in rows) and not without:
        raise DomainError(
            _(
                "Aucun critère ne juge si l’initiative peut être reprise ailleurs : gardez-en un,"
                " ou dites pourquoi cet appel s’en passe."
            ),
            field="no_replication_reason",
        )
    call.criteria.all().delete()
    for position, row in enumerate(rows):
        Criterion.objects.create(call=call, position=position, **row)
    _keep_reason(call, without)
    end_change(call, reason=reason, by=by)
    return call


def _keep_reason(call: Call, reason: str) -> None:
    call.no_replication_reason = reason[:500]
    call.save(update_fields=["no_replication_reason"])


@transaction.atomic
def change_rules(
    call: Call, rows: Sequence[dict[str, Any]], *, by: Any, stamp_seen: str | None,
    reason: str = "",
) -> Call:  # fmt: skip
    """All the rules of eligibility, in order; each says in words what is expected."""
    call, reason = begin_change(call, "rules", stamp_seen=stamp_seen, reason=reason)
    if len(rows) > AT_MOST_RULES:
        raise DomainError(_("Un appel a %(n)s règles au plus.") % {"n": AT_MOST_RULES})
    call.rules.all().delete()
    for position, row in enumerate(rows):
        EligibilityRule.objects.create(call=call, position=position, **row)
    end_change(call, reason=reason, by=by)
    return call


# --- who runs it ----------------------------------------------------------------------------------
@transaction.atomic
def add_officer(call: Call, person: User, *, by: Any) -> Officer:
    """A member of the organiser; twice is once."""
    call = lock_call(call.pk)
    if not Membership.objects.filter(user=person, organisation=call.organiser_id).exists():
        raise DomainError(
            _("Cette personne n’est pas membre de %(organisation)s, qui organise l’appel.")
            % {"organisation": call.organiser.name},
            field="person",
        )
    officer, created = Officer.objects.get_or_create(
        call=call, user=person, defaults={"by": by}
    )  # fmt: skip
    if created:
        following.made_officer(call, person, by=by)
    return officer


@transaction.atomic
def remove_officer(officer: Officer) -> None:
    lock_call(officer.call_id)
    Officer.objects.filter(pk=officer.pk).delete()


@transaction.atomic
def end_officers_gone(user_id: int) -> int:
    """Whoever left an organisation runs its calls no more. Returns how many."""
    theirs = Membership.objects.filter(user=user_id).values("organisation")
    gone = Officer.objects.filter(user=user_id).exclude(call__organiser__in=theirs)
    return gone.delete()[0]


def on_membership_ended(sender: Any, instance: Membership, **kwargs: Any) -> None:
    """Judged once all is done: two organisations put together take memberships away too, and
    their calls are then those of the one that stays."""
    user_id = instance.user_id
    transaction.on_commit(lambda: end_officers_gone(user_id))
