"""The many-to-many tables of a card, named so that their changes are kept too.

Without these proxies the history of a card would show its columns and lists, and stay
silent about the themes, audiences and territories it gained or lost.
"""

from __future__ import annotations

import pghistory
from django.utils.translation import gettext_lazy as _

from .card import Initiative


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent(), obj_field=None)
class CardTheme(Initiative.themes.through):  # type: ignore[name-defined, misc]
    class Meta:
        proxy = True
        verbose_name = _("thème d’une fiche")
        verbose_name_plural = _("thèmes des fiches")


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent(), obj_field=None)
class CardAudience(Initiative.audiences.through):  # type: ignore[name-defined, misc]
    class Meta:
        proxy = True
        verbose_name = _("public d’une fiche")
        verbose_name_plural = _("publics des fiches")


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent(), obj_field=None)
class CardTerritory(Initiative.territories.through):  # type: ignore[name-defined, misc]
    class Meta:
        proxy = True
        verbose_name = _("territoire d’une fiche")
        verbose_name_plural = _("territoires des fiches")
