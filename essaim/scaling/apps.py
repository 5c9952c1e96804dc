from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScalingConfig(AppConfig):
    name = "essaim.scaling"
    verbose_name = _("Changement d’échelle")

    def ready(self) -> None:
        from essaim.common.prepare import load_demonstration, load_reference
        from essaim.initiatives import carried
        from essaim.people import audit
        from essaim.scaling.demonstration import load_scaling
        from essaim.scaling.keeping import register_keeping
        from essaim.scaling.models import SchemeUsed
        from essaim.scaling.panels import register_panels

        register_panels()
        register_keeping()
        carried.register(carried.Column(SchemeUsed, "initiative", once="scheme"))
        load_reference.connect(_load_matrix, dispatch_uid="scaling.matrix")
        load_demonstration.connect(load_scaling, dispatch_uid="scaling.demonstration")
        why = "what an initiative lacks is the business of its team"
        audit.register("scaling", dict.fromkeys(("Diagnosis", "Answer", "ProfileSheet"), why))


def _load_matrix(sender: Any, **kwargs: Any) -> None:
    from essaim.scaling.actions.strategies import load_matrix

    load_matrix()
