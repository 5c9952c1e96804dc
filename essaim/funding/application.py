"""What a pool says of the holder's one file (``dossiers``): who reads it, what it is filled with.

Readers are those with the mandate of the lead, of a funder whose option stands, or of a funder
invited that has not ended its own; in their name questions are asked. Whose option ended, or whose
invitation was withdrawn, keeps what they had received, and receives nothing more. There is one file for a pool: a funder adds none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db.models import CharField, DateTimeField, Exists, Max, OuterRef, Q, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils.translation import gettext as _

from essaim.common.keys import numbers_in
from essaim.dossiers import targets
from essaim.dossiers.accounts import CHARGE, LINES_AT_MOST, PRODUCT
from essaim.dossiers.actions.writing import start
from essaim.dossiers.models import Application, SubmittedVersion
from essaim.dossiers.targets import Shown, Target
from essaim.people.models import Organisation
from essaim.people.rules import is_member
from essaim.territories.models import Containment

from . import notifications
from .models import LIVING, CostLine, Invitation, Option, Pool
from .rules import mandates

NAME = "pool"
# Where each line of a site's amount stands in the accounts of the request.
ACCOUNT_OF = {
    CostLine.Kind.SETUP_STAFF: "64",
    CostLine.Kind.RUNNING_STAFF: "64",
    CostLine.Kind.INVESTMENT: "60",
    CostLine.Kind.RUNNING_COSTS: "62",
    CostLine.Kind.HOLDER_ENGINEERING: "62",
    CostLine.Kind.INNOVATOR_DAYS: "64",
}


def reference(pool: Pool) -> str:
    return f"{NAME}:{pool.pk}"


def can_start(user: Any, pool: Pool) -> bool:
    """A member of the organisation that carries the card, while the pool lives."""
    holder = pool.initiative.holder
    return pool.is_alive and holder is not None and is_member(user, holder)


def start_for(pool: Pool, *, by: Any) -> Application:
    """The one file of the holder, filled in with the pool's amounts; the same one each time."""
    holder = pool.initiative.holder
    if holder is None:
        raise ValueError("a card without holder has no file")
    return start(
        reference(pool), by=by, organisation=holder, initiative=pool.initiative, known=known(pool)
    )


def known(pool: Pool) -> dict[str, dict[str, Any]]:
    """All sites together: the lines of a site's amount, the options as they stand, and what is
    still sought."""
    lines = [
        {
            "side": CHARGE,
            "account": ACCOUNT_OF[CostLine.Kind(line.kind)],
            "label": line.label[:200] or str(line.get_kind_display()),
            "amount_cents": line.amount_cents * pool.sites_sought,
        }
        for line in pool.cost_lines.all()
    ]
    options = list(
        Option.objects.filter(pool=pool).counted().standing().select_related("funder", "territory")
    )
    left = pool.sought_cents
    grants: list[tuple[str, int]] = []
    for option in options:
        amount = min(option.confirmed_cents or option.amount_cents, left)
        left -= amount
        if amount:
            grants.append((f"{option.funder.name} – {option.territory.label}"[:200], amount))
    # The form takes so many lines of a side; the last one is for what is still sought.
    room = LINES_AT_MOST - 1
    if len(grants) > room:
        rest = grants[room - 1 :]
        together = _("%(n)s autres financeurs") % {"n": len(rest)}
        grants = [*grants[: room - 1], (together, sum(amount for _label, amount in rest))]
    if left:
        grants.append((_("Financeurs encore à trouver"), left))
    lines += [
        {"side": PRODUCT, "account": "74", "label": label, "amount_cents": amount}
        for label, amount in grants
    ]
    places = {pool.pilot_territory.label: None, **{o.territory.label: None for o in options}}
    return {
        "budget": {"lines": lines, "requested_cents": pool.sought_cents},
        "projet": {"territory": "\n".join(places)},
    }


def with_amounts(content: dict[str, Any], pool: Pool) -> dict[str, Any]:
    """The budget of a file, with what the pool says now: its grants (account 74), the sum asked
    for, and the charges that it knows by account and label. The holder's other lines stay."""
    said = known(pool)["budget"]
    charges = {
        (row["account"], row["label"]): row["amount_cents"]
        for row in said["lines"]
        if row["side"] == CHARGE
    }
    lines = []
    for row in content.get("lines") or []:
        if row["side"] == PRODUCT and row["account"] == "74":
            continue
        name = row["account"], row["label"]
        known_here = row["side"] == CHARGE and name in charges
        lines.append({**row, "amount_cents": charges[name]} if known_here else row)
    own = sum(1 for row in lines if row["side"] == PRODUCT)
    grants = [row for row in said["lines"] if row["side"] == PRODUCT]
    room = max(1, LINES_AT_MOST - own)
    if len(grants) > room:
        rest = grants[room - 1 :]
        grants = [
            *grants[: room - 1],
            {
                **rest[0], "label": _("%(n)s autres financeurs") % {"n": len(rest)},
                "amount_cents": sum(row["amount_cents"] for row in rest),
            },
        ]  # fmt: skip
    return {**content, "lines": [*lines, *grants], "requested_cents": said["requested_cents"]}


def panel(request: Any, found: Application) -> dict[str, Any] | None:
    """On the file, for who writes it: the pool's amounts may have changed since it was begun."""
    named = targets.of(found.applies_to)
    if named is None or named[0].name != NAME or not found.is_writable:
        return None
    pool = _pool(named[1])
    return (
        {"pool": pool} if pool is not None and is_member(request.user, found.organisation) else None
    )


def file_of(user: Any, pool: Pool) -> dict[str, Any] | None:
    """For the pool's page: the file this reader sees, or whether they may begin it."""
    if not user.is_authenticated:
        return None
    living = Application.objects.filter(applies_to=reference(pool)).exclude(state="withdrawn")
    # Most pools have none: who may read it is a long question, asked where there is one.
    found = living.visible_to(user).first() if living.exists() else None
    if found is not None:
        return {"application": found}
    return {"may_start": True} if can_start(user, pool) else None


# --- who reads ------------------------------------------------------------------------------------
def _invited(organisations: Any, pool: Any) -> Any:
    """Of these organisations, those invited to the pool by name, by territory or by group, that
    have not ended an option there."""
    asked = Invitation.objects.filter(pool=pool, withdrawn_on=None)
    territories = asked.filter(territory__isnull=False).values("territory")
    inside = Containment.objects.filter(
        ancestor__kind="group", ancestor__pool_invitations__pool=pool,
        ancestor__pool_invitations__withdrawn_on=None,
    )  # fmt: skip
    ended = Option.objects.filter(pool=pool).exclude(state__in=LIVING)
    return organisations.filter(
        Q(pk__in=asked.filter(organisation__isnull=False).values("organisation"))
        | Q(territory__in=territories)
        | Q(territory__in=inside.values("descendant"))
    ).exclude(pk__in=ended.values("funder"))


def _reference() -> Any:
    return Concat(Value(f"{NAME}:"), Cast("pk", CharField()), output_field=CharField())


def read_by(user: Any) -> Q:
    mine = mandates(user)
    pool = OuterRef("pk")
    optioned = Option.objects.filter(pool=pool, funder__in=mine, state__in=LIVING)
    invited = _invited(mine, OuterRef(OuterRef("pk")))
    pools = Pool.objects.filter(Q(lead__in=mine) | Exists(optioned) | Exists(invited))
    return Q(applies_to__in=pools.order_by().annotate(reference=_reference()).values("reference"))


def _ends(user: Any) -> tuple[Any, Any]:
    """Of what made this person a reader: (pool, when it ended)."""
    mine = mandates(user)
    own = mine.filter(territory__isnull=False).values("territory")
    groups = Containment.objects.filter(descendant__in=own, ancestor__kind="group")
    options = Option.objects.filter(funder__in=mine, ended_on__isnull=False)
    invitations = Invitation.objects.filter(withdrawn_on__isnull=False).filter(
        Q(organisation__in=mine) | Q(territory__in=own) | Q(territory__in=groups.values("ancestor"))
    )
    moment = DateTimeField()
    # Those that ended before the moment was kept: the beginning of the day.
    return (
        options.annotate(until=Coalesce("ended_at", Cast("ended_on", moment))),
        invitations.annotate(until=Coalesce("withdrawn_at", Cast("withdrawn_on", moment))),
    )


def once_read_by(user: Any) -> Q:
    """Files of which a version came while this person was one of its readers."""
    received = Q(pk__in=[])
    for ends in _ends(user):
        earlier = ends.annotate(
            reference=Concat(Value(f"{NAME}:"), Cast("pool_id", CharField()))
        ).filter(reference=OuterRef("application__applies_to"), until__gte=OuterRef("at"))
        received |= Q(Exists(earlier))
    versions = SubmittedVersion.objects.order_by().filter(received)
    return Q(pk__in=versions.values("application"))


def read_until(user: Any, key: str) -> dt.datetime | None:
    moments = [
        ends.filter(pool=int(key)).aggregate(last=Max("until"))["last"] for ends in _ends(user)
    ]
    return max((each for each in moments if each is not None), default=None)


def askers(user: Any, key: str) -> Any:
    """Of the organisations whose mandate this person holds, those that read this pool's file."""
    mine = mandates(user)
    if not key.isdecimal() or len(key) > 18:
        return mine.none()
    readers = (
        Q(pk__in=Pool.objects.filter(pk=int(key)).values("lead"))
        | Q(pk__in=Option.objects.filter(pool=int(key), state__in=LIVING).values("funder"))
        | Q(pk__in=_invited(mine, int(key)).values("pk"))
    )
    return Organisation.objects.filter(readers, pk__in=mine.values("pk")).order_by("name")


def _pool(key: str) -> Pool | None:
    found = Pool.objects.for_detail() if key.isdecimal() and len(key) < 18 else Pool.objects.none()
    return found.filter(pk=int(key)).first() if key.isdecimal() else None


def shown(keys: Collection[str]) -> dict[str, Shown]:
    numbers = numbers_in(keys)
    pools = Pool.objects.filter(pk__in=numbers).select_related("initiative")
    return {str(row.pk): Shown(row.initiative.title, row.get_absolute_url()) for row in pools}


def readers(key: str) -> list[Any]:
    found = _pool(key)
    return notifications.members(found) if found else []


def is_used(key: str) -> bool:
    """Money is used from the pilot on."""
    found = _pool(key)
    return found is not None and found.piloting_on is not None


def is_open(key: str) -> bool:
    found = _pool(key)
    return found is not None and found.is_alive


def register() -> None:
    targets.register(
        Target(
            NAME, shown=shown, read_by=read_by, askers=askers, readers=readers, is_used=is_used,
            is_open=is_open, once_read_by=once_read_by, read_until=read_until,
        )
    )  # fmt: skip
