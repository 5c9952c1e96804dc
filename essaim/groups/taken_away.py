"""The list of groups as a table that people take away."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from essaim.common.take_away import Column

COLUMNS = (
    Column("name", _("nom"), lambda group: group.name, prose=True),
    Column("purpose", _("pourquoi se grouper"), lambda group: group.purpose, prose=True),
    Column("members", _("territoires membres"), lambda group: group.accepted),
    Column("waiting", _("en attente d’accord"), lambda group: group.waiting),
    Column("visibility", _("lisible par"), lambda group: str(group.get_visibility_display()), by_default=False),
    Column("ended_on", _("terminé le"), lambda group: group.ended_on.isoformat() if group.ended_on else ""),
    Column("code", _("code"), lambda group: group.code),
    Column("address", _("adresse"), lambda group: group.get_absolute_url(), here=True),
)  # fmt: skip
