from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ThemesConfig(AppConfig):
    name = "essaim.themes"
    verbose_name = _("Thèmes")

    def ready(self) -> None:
        from essaim.common.prepare import load_reference

        load_reference.connect(_load_terms, dispatch_uid="essaim.themes")


def _load_terms(sender: Any, out: Any = None, **kwargs: Any) -> None:
    from essaim.themes.actions import load_terms

    load_terms(out)
