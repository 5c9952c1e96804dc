from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TerritoriesConfig(AppConfig):
    name = "essaim.territories"
    verbose_name = _("Territoires")

    def ready(self) -> None:
        from essaim.common.prepare import load_reference

        load_reference.connect(_load_territories, dispatch_uid="essaim.territories")


def _load_territories(sender: Any, out: Any = None, **kwargs: Any) -> None:
    from essaim.territories.actions import load_territories, refresh_statistics

    report = load_territories()
    if report.up_to_date:
        return
    refresh_statistics()
    if out:
        print(f"territories: {report.created} new, {report.updated} changed", file=out)
