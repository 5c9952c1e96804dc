from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogueConfig(AppConfig):
    name = "essaim.catalogue"
    verbose_name = _("Catalogue")

    def ready(self) -> None:
        from essaim.initiatives.signals import card_removed, card_saved

        card_saved.connect(_cards_saved, dispatch_uid="essaim.catalogue.saved")
        card_removed.connect(_cards_removed, dispatch_uid="essaim.catalogue.removed")


def _cards_saved(sender: Any, initiatives: Any, **kwargs: Any) -> None:
    from essaim.catalogue.actions import withdraw_editions

    withdraw_editions(list(initiatives))


def _cards_removed(sender: Any, initiatives: Any, **kwargs: Any) -> None:
    from essaim.catalogue.actions import withdraw_editions

    withdraw_editions(list(initiatives), deleted=True)
