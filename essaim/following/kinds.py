"""The subjects of the floors below, and how each is shown: themes, territories, organisations.

Those above register their own (cards in ``initiatives``, saved searches in ``search``).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import F, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from essaim.common.keys import numbers_in
from essaim.following.subjects import Ref, Shown, Subject, register
from essaim.people.models import Organisation
from essaim.territories.models import Containment, Territory
from essaim.themes.models import Theme


def _themes(keys: Collection[str], user: Any) -> dict[str, Shown]:
    """Keyed by slug. A theme has no page of its own: the bank filtered by it is one."""
    bank = reverse("search:bank")
    return {
        theme.slug: Shown(str(theme), f"{bank}?{urlencode({'theme': theme.slug})}", lang="")
        for theme in Theme.objects.filter(slug__in=keys)
    }


def _territories(keys: Collection[str], user: Any) -> dict[str, Shown]:
    """Keyed by address (``commune:38185``)."""
    pairs = [key.partition(":") for key in keys]
    found = (
        Territory.objects.filter(
            kind__in={kind for kind, _sep, _code in pairs},
            code__in={code for _kind, _sep, code in pairs},
        )
        .annotate(full=Concat(F("kind"), Value(":"), F("code")))
        .filter(full__in=keys)
        .for_list()
    )
    return {t.address: Shown(t.label, t.get_absolute_url()) for t in found}


def _organisations(keys: Collection[str], user: Any) -> dict[str, Shown]:
    """Keyed by number: a slug may change hands when organisations are put together."""
    pks = numbers_in(keys)
    return {
        str(found.pk): Shown(found.name, found.get_absolute_url())
        for found in Organisation.objects.filter(pk__in=pks).only("name", "slug")
    }


def places_above(places: Collection[int]) -> dict[int, list[Ref]]:
    """Each place with what contains it, itself first, as an announcement names them: who follows
    a department is told of its communes. One query."""
    found: dict[int, list[Ref]] = {}
    rows = Containment.objects.filter(descendant__in=places).values_list(
        "descendant", "ancestor", "ancestor__kind", "ancestor__code"
    )
    for place, _above, kind, code in sorted(rows, key=lambda row: row[0] != row[1]):
        found.setdefault(place, []).append(("territory", f"{kind}:{code}"))
    return found


def register_kinds() -> None:
    register(Subject("theme", _("thème"), _themes, _("ce thème")))
    register(Subject("territory", _("territoire"), _territories, _("ce territoire")))
    register(Subject("organisation", _("organisation"), _organisations, _("cette organisation")))
