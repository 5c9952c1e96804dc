"""Pools of funders formed for the initiatives that answer the need well: one may join instead of
asking for a grant alone (§ 7). Only those that the reader may see, by their own room's rules."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from essaim.common.money import show_euros
from essaim.funding.models import Option, Pool, State
from essaim.initiatives.privacy import mask_personal

from .deadline import too_late
from .initiatives import shown
from .registry import Answer, Asked, Section, Source

SHOWN = 5
# Those that may be joined today come first.
ORDER = [State.OPEN, State.ACTIVATING, State.FORMING, State.REVIEWING, State.PILOTING]


def find(asked: Asked) -> Section:
    """Three queries, whatever the number of pools; none where nothing is proposed. Those set
    aside come after the others, all of them."""
    aside = asked.keys_aside("pool")
    rank = {
        each.obj.pk: number
        for number, each in enumerate(shown(asked.answers.initiatives))
        if each.good and not each.dismissed
    }
    pools: list[Pool] = []
    if rank:
        found = Pool.objects.visible_to(asked.reader).alive().filter(initiative__in=rank)
        pools = sorted(
            found.for_list(),
            key=lambda pool: (ORDER.index(State(pool.state)), rank[pool.initiative_id], pool.pk),
        )
        kept = [pool for pool in pools if pool.pk not in aside][:SHOWN]
        pools = kept + [pool for pool in pools if pool.pk in aside]
    options = _options(pools, asked)
    own = asked.question.territory
    here = {
        option.pool_id for option in options if own is not None and option.territory_id == own.pk
    }
    # Several funders may pay one site in shares: it counts once.
    sites = {(option.pool_id, option.territory_id) for option in options}
    counted = Counter(pool for pool, _territory in sites)
    return Section(
        [_line(pool, asked, counted[pool.pk], pool.pk in here) for pool in pools],
        intro=_(
            "Plusieurs financeurs d’une même initiative : chacun prend une option pour son"
            " territoire, un pilote essaie, les autres confirment sans nouvelle procédure."
        )
        if pools
        else "",
        empty=_("Aucun groupement de financeurs n’est formé autour de ces initiatives."),
        link=(_("Tous les groupements de financeurs"), reverse("funding:pools")),
    )


def _options(pools: list[Pool], asked: Asked) -> list[Any]:
    if not pools:
        return []
    found = Option.objects.visible_to(asked.reader).counted().filter(pool__in=pools)
    return list(found.only("pool", "territory"))


def _line(pool: Pool, asked: Asked, options: int, here: bool) -> Answer:
    good = [_("Pour « %(title)s », proposée plus haut.") % {"title": _title(pool)}]
    beware: list[str] = []
    can, now = _state(pool)
    (good if can else beware).append(now)
    if here:
        good.append(_("Une option est déjà prise pour votre territoire."))
    if pool.pilot_territory_id in {place.pk for place, _d in asked.answers.around.nearest}:
        good.append(
            _("Son pilote est dans un territoire semblable : %(place)s.")
            % {"place": pool.pilot_territory.label}
        )
    if can and not here and options >= pool.sites_sought:
        beware.append(_("Il y a déjà autant d’options que de sites recherchés."))
    beware += too_late(asked.question, pool.pledges_until, now=can)
    means = asked.question.means
    if means is not None and pool.site_cents > means * 100:
        beware.append(
            _("Plus que les moyens dits (%(means)s) : un autre financeur peut prendre l’option.")
            % {"means": show_euros(int(means * 100))}
        )
    return Answer(
        "pool",
        pool.pk,
        _title(pool),
        pool.get_absolute_url(),
        line=_line_of(pool, options),
        reasons=good,
        beware=beware,
        dismissed=pool.pk in asked.keys_aside("pool"),
        is_news=asked.is_news("pool", pool.pk),
    )


def _title(pool: Pool) -> str:
    return str(mask_personal(pool.initiative.title))


def _line_of(pool: Pool, options: int) -> str:
    taken = _("options prises : %(n)s pour %(sought)s sites recherchés") % {
        "n": options,
        "sought": pool.sites_sought,
    }
    each = _("%(amount)s par site") % {"amount": show_euros(pool.site_cents)}
    lead = _("chef de file : %(name)s") % {"name": pool.lead.name}
    return f"{each} · {taken} · {lead}"


def _state(pool: Pool) -> tuple[bool, str]:
    """Whether one may join today, and what to know of when."""
    if pool.state == State.OPEN:
        return True, _("Ouvert aux options jusqu’au %(day)s.") % {
            "day": date_format(pool.pledges_until, "DATE_FORMAT")
        }
    if pool.state == State.ACTIVATING:
        return True, _("Le pilote a fait sa preuve : un territoire peut encore se joindre.")
    if pool.state == State.FORMING:
        return False, _("En formation : il n’est pas encore ouvert aux options.")
    return False, _("Le pilote est en cours : on pourra se joindre une fois la preuve faite.")


def title(pk: int, reader: Any) -> str | None:
    found = Pool.objects.visible_to(reader).filter(pk=pk).select_related("initiative").first()
    return _title(found) if found is not None else None


SOURCE = Source(
    "pool", gettext_lazy("Des groupements de financeurs à rejoindre"), find, order=35, title=title
)
