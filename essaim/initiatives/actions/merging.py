"""Making one card of two: nothing of either is lost, and both are credited."""

from __future__ import annotations

from typing import Any

import pghistory
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.initiatives import carried, derived, following
from essaim.initiatives.actions.cards import lock_card, touch, write_section
from essaim.initiatives.carried import Column
from essaim.initiatives.models import CardMerge, Fact, Initiative, Publication
from essaim.initiatives.sections import PART_LISTS, SECTIONS, Content, changed_names, read_section
from essaim.initiatives.signals import card_saved, cards_merged
from essaim.people.actions.organisations import one_at_a_time

# What answers for a card in one word: never mixed from two.
_ONE_OF = {"title", "summary", "holder", "contact", "consent_to_scale", "checked_on"}
_SOURCE = 300
_AND = " ; "


@transaction.atomic
def merge_cards(kept: Initiative, other: Initiative, *, by: Any) -> Initiative:
    """``kept`` takes what it lacks from ``other`` (empty fields, terms, territories, rows of its
    lists) and the credit of its holder and source; ``other`` is archived and its address leads to
    ``kept``. Twice is once.

    Raises DomainError where ``other`` has a life of its own (replications, evaluations, pools,
    prizes, a kit): it is then the one to keep. Side effects: history of both, ``card_saved``,
    ``cards_merged``; who followed or brought something to ``other`` goes on with ``kept``, and is
    told once.
    """
    one_at_a_time()
    first, second = sorted([kept.pk, other.pk])
    if first == second:
        raise DomainError(_("Choisissez deux fiches différentes."))
    list(Initiative.objects.select_for_update().filter(pk__in=[first, second]).order_by("pk"))
    kept, other = lock_card(kept), lock_card(other)
    done = CardMerge.objects.filter(other=other).first()
    if done is not None:
        if done.kept_id == kept.pk:
            return kept
        raise DomainError(
            _("« %(title)s » a déjà été réunie à une autre.") % {"title": other.title}
        )
    _check(kept, other)
    with pghistory.context(user=by.pk, action="merge_cards", kept=kept.pk, other=other.pk):
        columns = _complete(kept, other)
        touch(kept, *columns, by=by)
        was_public = other.publication == Publication.PUBLISHED
        if other.publication != Publication.ARCHIVED:
            other.archive()
        touch(other, "publication", by=by)
        CardMerge.objects.filter(kept=other).update(kept=kept)
        merge = CardMerge.objects.create(kept=kept, other=other, by=by)
    derived.refresh([kept.pk], by=by)
    card_saved.send(sender=Initiative, initiatives=[kept.pk, other.pk])
    occasion = f"merge:{merge.pk}"
    following.merged(kept, other, by=by, occasion=occasion if was_public else "")
    for column in carried.columns():
        move_rows(column, kept, other)
    cards_merged.send(sender=Initiative, kept=kept, other=other, by=by, occasion=occasion)
    return kept


def move_rows(column: Column, kept: Initiative, other: Initiative) -> None:
    """Rows that name ``other`` there name ``kept``; where ``kept`` has one with the same ``once``
    already, that one stays."""
    rows = column.model._default_manager.filter(**column.where)
    if column.once:
        same = rows.filter(**{column.name: kept.pk, column.once: OuterRef(column.once)})
        rows.filter(Exists(same), **{column.name: other.pk}).delete()
    rows.filter(**{column.name: other.pk}).update(**{column.name: kept.pk})


def _check(kept: Initiative, other: Initiative) -> None:
    if kept.publication in {Publication.ARCHIVED, Publication.REFUSED}:
        raise DomainError(_("La fiche gardée n’est plus dans la banque : rétablissez-la d’abord."))
    if other.publication == Publication.PUBLISHED and kept.publication != Publication.PUBLISHED:
        raise DomainError(
            _("« %(title)s » est publiée, l’autre non : gardez celle que tous lisent.")
            % {"title": other.title}
        )
    if other.published_at is None and other.author_id is not None:
        # Written here and never shown: only who wrote it gives it to the bank.
        raise DomainError(
            _("« %(title)s » n’a jamais été publiée par qui l’écrit : demandez-le-lui d’abord.")
            % {"title": other.title}
        )
    if other.publication in {Publication.SUBMITTED, Publication.APPEALED}:
        raise DomainError(
            _("« %(title)s » attend une décision : prenez-la d’abord.") % {"title": other.title}
        )
    # Evidence is copied, and who is interested goes on with the card that stays.
    own = Fact.objects.filter(initiative=other).exclude(kind=Fact.Kind.INTEREST)
    own = own.exclude(source__startswith="evidence:")
    if own.exists():
        kinds = ", ".join(sorted({fact.get_kind_display() for fact in own}))
        raise DomainError(
            _(
                "« %(title)s » a déjà des suites ici (%(kinds)s) : gardez-la, et réunissez l’autre"
                " avec elle."
            )
            % {"title": other.title, "kinds": kinds}
        )


def _complete(kept: Initiative, other: Initiative) -> list[str]:
    """Write what is missing; returns the columns set."""
    columns: list[str] = []
    for section in SECTIONS.values():
        mine, theirs = read_section(kept, section), read_section(other, section)
        content: Content = {}
        for name in (*section.columns, *section.relations, *section.lists):
            content[name] = _together(name, mine[name], theirs[name])
        if "source_name" in content:
            content |= _credits(kept, other)
        if "partners" in content:
            content["partners"] = [*content["partners"], *_as_partner(kept, other, mine)]
        names = changed_names(mine, content)
        if names:
            columns += write_section(kept, section, {n: content[n] for n in names}, mine)
    return columns


def _together(name: str, mine: Any, theirs: Any) -> Any:
    if name in _ONE_OF or name.startswith("source_"):
        return mine if mine not in ("", None) or name != "checked_on" else theirs
    if name in PART_LISTS:
        key = PART_LISTS[name].key
        known = {row[key] for row in mine}
        new = [{k: v for k, v in row.items() if k != "id"} for row in theirs]
        return [*mine, *(row for row in new if row[key] not in known)]
    if isinstance(mine, list):
        if name in {"steps", "prerequisites"}:  # two orders do not mix
            return mine or theirs
        together = [*mine, *(item for item in theirs if item not in mine)]
        return sorted(together) if all(isinstance(i, int) for i in together) else together
    return theirs if mine in ("", None) else mine


def _credits(kept: Initiative, other: Initiative) -> dict[str, Any]:
    """Both sources by name; the address and the licence of the one kept, or else of the other."""
    return {
        "source_name": _both(kept.source_name, other.source_name)[:_SOURCE],
        "source_url": kept.source_url or other.source_url,
        "source_licence": _both(kept.source_licence, other.source_licence)[:100],
    }


def _both(mine: str, theirs: str) -> str:
    """Each once, of cards that may themselves have been made of two."""
    return _AND.join(dict.fromkeys(x for x in (*mine.split(_AND), *theirs.split(_AND)) if x))


def _as_partner(kept: Initiative, other: Initiative, mine: Content) -> list[dict[str, Any]]:
    holder = other.holder
    if holder is None or holder.pk == kept.holder_id:
        return []
    if any(row["name"] == holder.name for row in mine["partners"]):
        return []
    contribution = f"Fiche « {other.title} », réunie avec celle-ci"
    return [{"name": holder.name, "nature": "porteur", "contribution": contribution, "phase": ""}]
