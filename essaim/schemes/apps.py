from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SchemesConfig(AppConfig):
    name = "essaim.schemes"
    verbose_name = _("Dispositifs")

    def ready(self) -> None:
        from essaim.common.prepare import load_reference
        from essaim.people import audit
        from essaim.schemes import following, notifications, waiting
        from essaim.schemes.keeping import register_keeping

        following.register()
        notifications.register()
        waiting.register()
        register_keeping()
        audit.register("schemes")
        load_reference.connect(_load_report, dispatch_uid="essaim.schemes")


def _load_report(sender: Any, out: Any = None, **kwargs: Any) -> None:
    from essaim.schemes.actions.reference import load_report

    load_report(out)
