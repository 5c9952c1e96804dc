"""Causes and remedies in sentences, with the names of items and readers."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.peers.assignment.diagnosis import Cause, Change, Remedy

SHOWN = 5  # names told before « et N autres »


def cause_text(cause: Cause, items: Sequence[str], readers: Sequence[str]) -> str:
    told = {
        "needed": cause.needed,
        "available": cause.available,
        "items": names(cause.items, items),
        "readers": names(cause.readers, readers),
    }
    text = {
        "no_readers": _(
            "Personne ne peut lire : %(needed)s lectures sont demandées et aucune personne"
            " n’est disponible."
        ),
        "item_conflicts": _(
            "%(items)s : lectures demandées pour chaque élément : %(needed)s ; personnes qui"
            " peuvent le lire sans conflit d’intérêts : %(available)s."
        ),
        "capacity": _(
            "La capacité manque : %(needed)s lectures sont demandées, et les charges maximales"
            " en permettent %(available)s."
        ),
        "group": _(
            "Ensemble, %(items)s demandent %(needed)s lectures, et les personnes qui peuvent"
            " les lire sans conflit ne peuvent en donner que %(available)s."
        ),
        "min_load": _(
            "Les charges minimales sont trop hautes : elles demandent %(needed)s lectures, et"
            " il n’y en a que %(available)s à donner."
        ),
        "reader_conflicts": _(
            "%(readers)s : charge minimale de chaque personne : %(needed)s ; éléments qu’elle"
            " peut lire sans conflit d’intérêts : %(available)s."
        ),
        "min_load_group": _(
            "Ensemble, %(readers)s devraient lire au moins %(needed)s fois, et ne peuvent"
            " recevoir que %(available)s lectures."
        ),
    }[cause.kind]
    return _in_college(text % told, cause.college)


def remedy_text(remedy: Remedy, items: Sequence[str]) -> str:
    steps = [change_text(change, items) for change in remedy.changes]
    return _in_college(_(" et ").join(steps), remedy.college)


def change_text(change: Change, items: Sequence[str]) -> str:
    if change.kind == "max_load":
        return _("porter la charge maximale à %(value)s") % {"value": change.value}
    if change.kind == "min_load":
        return _("abaisser la charge minimale à %(value)s") % {"value": change.value}
    if change.kind == "per_item_all":
        return _("demander %(value)s lectures par élément") % {"value": change.value}
    if change.kind == "readers":
        return ngettext(
            "inviter %(count)s personne de plus, sans conflit, pour %(load)s lectures au plus",
            "inviter %(count)s personnes de plus, sans conflit, pour %(load)s lectures au plus"
            " chacune",
            change.value,
        ) % {"count": change.value, "load": change.load}
    return _("demander moins de lectures : %(list)s") % {"list": _fewer(change, items)}


def _fewer(change: Change, items: Sequence[str]) -> str:
    several = [
        ngettext("%(count)s pour %(item)s", "%(count)s pour %(item)s", number)
        % {"count": number, "item": items[item]}
        for item, number in list(change.items.items())[:SHOWN]
    ]
    return _listed(several, len(change.items) - len(several))


def names(numbers: Sequence[int], all_names: Sequence[str]) -> str:
    shown = [all_names[number] for number in numbers[:SHOWN]]
    return _listed(shown, len(numbers) - len(shown))


def _listed(shown: list[str], others: int) -> str:
    text = ", ".join(shown)
    if others:
        text += ngettext(" et %(count)s autre", " et %(count)s autres", others) % {"count": others}
    return text


def _in_college(text: str, college: object) -> str:
    if college is None:
        return text
    return _("Collège « %(college)s ». %(text)s") % {"college": college, "text": text}
