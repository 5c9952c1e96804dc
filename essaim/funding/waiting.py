"""What waits for a person in pools (see ``common.waiting``); a constant number of queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from essaim.common.waiting import Rows, Waiting, one_by_one
from essaim.initiatives.models import Initiative
from essaim.replications.models import State as SiteState

from .actions.publishing import NOTICE_DAYS, due_by, due_on
from .beneficiaries import Parts, key_of, parts_by_option
from .models import (
    COUNTED,
    DUE,
    PAYING,
    CostLine,
    Instalment,
    LedgerLine,
    LegalAct,
    Opinion,
    Option,
    OptionState,
    Pool,
    Recusal,
    State,
    judged,
    sites_of,
)
from .rules import mandate_keys
from .stopped import held, stopped

AT_MOST = 50  # of each kind, the soonest first: their own pages have them all
STOPPED = SiteState.STOPPED
# What a line says of a pool and of an option: cards, pools and options are wide, and there may be
# hundreds of them.
OF_POOL = ("slug", "state", "period", *DUE.values(), "initiative__title")
WHOSE = ("option__adopter", "option__pool__initiative__holder")  # ``beneficiaries.key_of``
OF_OPTION = (*(f"pool__{name}" for name in OF_POOL), "territory__label")


def waiting(user: Any) -> Iterator[Rows]:
    cards = Initiative.objects.written_by(user).values("pk")
    yield _of_holder(user, cards)
    yield _to_ask(user, cards)
    mine = mandate_keys(user)
    if mine:
        yield _of_lead(mine)
        yield _to_sign(user, mine)
        yield _to_judge(user, mine, cards)
        yield _to_confirm(mine)
        yield _to_pay(mine)
        yield _to_free(mine)
        yield _to_publish(mine)


def _of_holder(user: Any, cards: Any) -> Rows:
    """The report, of the holder and of who takes the pilot up."""
    pilots = Option.objects.filter(
        is_pilot=True, adopter__in=user.memberships.values("organisation")
    ).counted().standing()  # fmt: skip
    found = Pool.objects.filter(
        Q(initiative__in=cards, state=State.FORMING, holder_agreed_at=None)
        | Q(state=State.PILOTING, next_report_on__isnull=False)
        & (Q(initiative__in=cards) | Q(pk__in=pilots.values("pool")))
    )
    told = found.select_related("initiative").only(*OF_POOL, "created_at", "next_report_on")
    return Rows(told.order_by("pk"), _to_agree_or_report)


def _to_agree_or_report(pools: Iterable[Pool]) -> Iterator[Waiting]:
    for pool in pools:
        if pool.state == State.FORMING:
            yield Waiting(
                title=_("Donner votre accord à une subvention d’essaimage"),
                url=pool.get_absolute_url(), about=pool.initiative.title, since=pool.created_at,
            )  # fmt: skip
        else:
            yield Waiting(
                title=_("Écrire le rapport du pilote"),
                url=reverse("funding:report", args=[pool.slug]), about=pool.initiative.title,
                due=pool.next_report_on,
            )  # fmt: skip


def _of_lead(mine: set[int]) -> Rows:
    """What the lead alone may do next."""
    # The step first: of a pool that is not there, the rest is not looked for.
    opened, reviewed = Q(state=State.OPEN), Q(state=State.REVIEWING)
    ready = Q(state=State.FORMING, holder_agreed_at__isnull=False)
    ready |= opened & Q(Exists(_to_pilot())) & Q(minimum_options__lte=_places())
    ready |= reviewed & Q(~Exists(_silent())) & Q(Exists(_told()))
    found = Pool.objects.annotate(is_judged=judged()).filter(lead__in=mine)
    found = found.filter(ready | _late() | reviewed & Q(is_judged=True))
    return Rows(found.select_related("initiative").only(*OF_POOL).order_by("pk"), _to_lead)


def _to_lead(pools: Iterable[Any]) -> Iterator[Waiting]:
    for pool in pools:
        failed = pool.is_judged and pool.state == State.REVIEWING
        title = (
            _("Décider une nouvelle période, ou abandonner")
            if failed
            else _("Reporter la date limite, ou passer à la suite")
            if pool.is_late
            else NEXT[State(pool.state)]
        )
        yield Waiting(
            title=str(title), url=pool.get_absolute_url(), about=pool.initiative.title,
            due=pool.due_on if pool.state in DUE and not failed else None,
        )  # fmt: skip


def _late(pool: str = "") -> Q:
    """As ``Pool.is_late``; ``pool``: where it is, « pool__ »."""
    today, found = timezone.localdate(), Q()
    for state, name in DUE.items():
        found |= Q(**{f"{pool}state": state, f"{pool}{name}__lt": today})
    return found


NEXT = {
    State.FORMING: gettext_lazy("Ouvrir la subvention d’essaimage aux options"),
    State.OPEN: gettext_lazy("Commencer le pilote"),
    State.REVIEWING: gettext_lazy("Publier le constat : chaque membre a donné son avis"),
}


def _to_pilot() -> Any:
    """Of a pool: the lead’s option on the pilot, confirmed, whose adopter agreed; what else may
    be missing (the shares of others) its page says."""
    return Option.objects.filter(
        Exists(sites_of().filter(adopter_agreed_at__isnull=False).exclude(state=STOPPED)),
        pool=OuterRef("pk"), funder=OuterRef("lead"), is_pilot=True,
        state=OptionState.CONFIRMED, adopter__isnull=False,
    )  # fmt: skip


def _places() -> Any:
    """Of a pool: on how many places an option counts."""
    counted = Option.objects.filter(pool=OuterRef("pk"), state__in=COUNTED).order_by()
    number = counted.values("pool").annotate(n=Count("territory", distinct=True)).values("n")
    return Coalesce(Subquery(number), 0)


def _told() -> Any:
    return Opinion.objects.filter(pool=OuterRef("pk"), period=OuterRef("period"))


def _silent() -> Any:
    """Of a pool: members who vote, and have not."""
    recused = Recusal.objects.filter(pool=OuterRef("pool"), organisation=OuterRef("funder"))
    given = Opinion.objects.filter(
        pool=OuterRef("pool"), organisation=OuterRef("funder"), period=OuterRef("pool__period")
    )
    return Option.objects.filter(
        ~Exists(recused), ~Exists(given), pool=OuterRef("pk"), state__in=COUNTED
    )


def _beside_option(rows: Any, *names: str) -> Any:
    """Of what an option has: these columns, and what a line says of the option."""
    told = rows.select_related("option__pool__initiative", "option__territory")
    return told.only(*names, *(f"option__{name}" for name in OF_OPTION))


def _options(**condition: Any) -> Any:
    found = Option.objects.filter(**condition).select_related("pool__initiative", "territory")
    return found.only(*OF_OPTION, "funder", "expires_on").order_by("pk")


def _to_sign(user: Any, mine: set[int]) -> Rows:
    """While its page has the button: what was not signed in time waits for nobody."""
    late = _late("pool__")
    taking = Q(pool__state__in=[State.OPEN, State.ACTIVATING]) & ~late
    confirming = Q(state=OptionState.PLEDGED, confirming_at__isnull=False)
    confirming &= Q(pool__state=State.ACTIVATING) & ~late | Q(pool__state=State.OPEN, is_pilot=True)
    goes_on = ~Q(Exists(sites_of().filter(state=STOPPED)))
    confirming &= goes_on
    taking &= goes_on
    waits = Q(state=OptionState.PREPARED) & ~Q(prepared_by=user) & taking
    waits |= confirming & ~Q(confirming_by=user)
    waits |= Q(state=OptionState.PLEDGED, prolonging_until__isnull=False) & ~Q(prolonging_by=user)
    return one_by_one(
        _options(funder__in=mine, expires_on__gte=timezone.localdate())
        .filter(waits)
        .order_by("expires_on", "pk")[:AT_MOST],
        lambda option: Waiting(
            title=_("Signer en second"),
            url=option.get_absolute_url(),
            about=f"{option.pool.initiative.title} – {option.territory.label}",
            due=option.expires_on,
        ),
    )


def _to_judge(user: Any, mine: set[int], cards: Any) -> Rows:
    judging = _options(
        funder__in=mine, state__in=[OptionState.PLEDGED, OptionState.CONFIRMED],
        pool__in=Pool.objects.filter(~judged(), state=State.REVIEWING),
    ).exclude(pool__initiative__in=cards)  # fmt: skip
    return Rows(judging, lambda options: _opinions(options, user))


def _opinions(options: Iterable[Option], user: Any) -> Iterator[Waiting]:
    rows = {(each.pool_id, each.funder_id): each for each in options}
    pools = {pool for pool, _funder in rows}
    out = set(Recusal.objects.filter(pool__in=pools).values_list("pool", "organisation"))
    given = set(
        Opinion.objects.filter(pool__in=pools).values_list("pool", "organisation", "period")
    )
    # Of the pilot's adopter, one does not vote: a member that is this adopter says its interest.
    pilots = Option.objects.filter(
        pool__in=pools, is_pilot=True, adopter__in=user.memberships.values("organisation")
    )
    interested = dict(pilots.values_list("pool", "adopter"))
    for (pool, funder), option in rows.items():
        if (pool, funder) in out:
            continue
        if interested.get(pool) == funder:
            yield Waiting(
                title=_("Retirer du vote votre organisation, qui reprend le pilote"),
                url=reverse("funding:recuse", args=[option.pool.slug]),
                about=option.pool.initiative.title,
            )  # fmt: skip
        elif pool not in interested and (pool, funder, option.pool.period) not in given:
            yield Waiting(
                title=_("Donner l’avis de votre organisation sur le pilote"),
                url=reverse("funding:opinion", args=[option.pool.slug]),
                about=option.pool.initiative.title, due=option.pool.vote_until,
            )  # fmt: skip


def _to_confirm(mine: set[int]) -> Rows:
    ready = _options(funder__in=mine, state=OptionState.PLEDGED, confirming_at=None)
    ready = ready.annotate(is_over=Exists(sites_of().filter(state=STOPPED)))
    return one_by_one(
        ready.filter(
            Q(pool__state=State.ACTIVATING) | Q(pool__state=State.OPEN, is_pilot=True)
        ).order_by("expires_on", "pk")[:AT_MOST],
        lambda option: Waiting(
            title=_("Retirer ou décliner votre option : son site s’est arrêté")
            if option.is_over
            else _("Confirmer ou décliner votre option"),
            url=option.get_absolute_url(),
            about=f"{option.pool.initiative.title} – {option.territory.label}",
            due=min(option.expires_on, option.pool.due_on or option.expires_on),
        ),
    )


def _to_ask(user: Any, cards: Any) -> Rows:
    """Reached and legally committed to its amount, not asked for: the adopter's to ask, or the holder's where
    none is found yet, and always for the transfer (``rules.can_ask_for``)."""
    of_card, transfer = Q(option__pool__initiative__in=cards), Q(kind__in=CostLine.TRANSFER)
    theirs = Q(option__adopter__in=user.memberships.values("organisation"))
    theirs = transfer & of_card | ~transfer & (theirs | Q(option__adopter=None) & of_card)
    rows = Instalment.objects.filter(
        theirs,
        reached_on__isnull=False,
        cancelled_on=None,
        option__state=OptionState.CONFIRMED,
        option__pool__state__in=PAYING,
    ).filter(
        Exists(LegalAct.objects.filter(option=OuterRef("option"))),
        ~Exists(LedgerLine.objects.filter(instalment=OuterRef("pk"), kind="request")),
    )
    return Rows(
        _beside_option(rows, "amount_cents", "kind", *WHOSE).order_by("reached_on", "pk")[:AT_MOST],
        _askable,
    )


def _askable(rows: Iterable[Instalment]) -> Iterator[Waiting]:
    found = list(rows)
    lines = LedgerLine.objects.filter(option__in={row.option_id for row in found})
    parts = parts_by_option(lines)
    for row in found:
        part = parts.get(row.option_id, Parts())
        if row.amount_cents > part.room(key_of(row.option, row)):
            continue  # an act is still to come: its page offers nothing
        yield Waiting(
            title=_("Demander un versement"), url=row.option.get_absolute_url(),
            about=f"{row.option.pool.initiative.title} – {row.option.territory.label}",
        )  # fmt: skip


def _to_pay(mine: set[int]) -> Rows:
    asked = LedgerLine.objects.filter(kind="request", option__funder__in=mine).exclude(
        instalment__in=LedgerLine.objects.filter(kind="payment", option__funder__in=mine).values(
            "instalment"
        )
    )
    return one_by_one(
        _beside_option(asked, "at").order_by("at", "pk")[:AT_MOST],
        lambda line: Waiting(
            title=_("Verser ce qui est demandé"),
            url=line.option.get_absolute_url(),
            about=f"{line.option.pool.initiative.title} – {line.option.territory.label}",
            since=line.at,
        ),
    )


def _to_free(mine: set[int]) -> Rows:
    """Held for a site that stopped, committed by no act; until it is released."""
    return Rows(
        stopped(_options(funder__in=mine)),
        lambda rows: (
            Waiting(
                title=_("Libérer ce qui n’est pas engagé pour un site arrêté"),
                url=reverse("funding:disengage", args=[option.pool.slug, option.pk]),
                about=f"{option.pool.initiative.title} – {option.territory.label}",
            )
            for option in held(list(rows))
        ),
    )


def _to_publish(mine: set[int]) -> Rows:
    """From the notice on; what is late stays until it is said to be done."""
    rows = due_by(
        LegalAct.objects.filter(option__funder__in=mine).to_publish().select_related("beneficiary"),
        timezone.localdate() + dt.timedelta(days=NOTICE_DAYS),
    )
    return one_by_one(
        _beside_option(rows, "on", "convention_on", "beneficiary__name").order_by("on", "pk")[
            :AT_MOST
        ],
        lambda act: Waiting(
            title=_("Publier les données d’une subvention"),
            url=reverse("funding:publications"),
            due=due_on(act),
            about=_granted(act),
        ),
    )


def _granted(act: LegalAct) -> str:
    """What, where, and to whom: one deliberation may have two beneficiaries."""
    said = f"{act.option.pool.initiative.title} – {act.option.territory.label}"
    if act.beneficiary is None:
        return said
    return f"{said}, {_('pour %(name)s') % {'name': act.beneficiary.name}}"
