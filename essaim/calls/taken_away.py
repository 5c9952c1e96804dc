"""The list of calls as a table that people take away."""

from __future__ import annotations

from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from essaim.calls.models import Call
from essaim.common.take_away import Column


def _moment(call: Call, name: str) -> str:
    """As the page says it: in the call's own time zone."""
    value = getattr(call, name)
    return timezone.localtime(value, call.clock).strftime("%Y-%m-%d %H:%M") if value else ""


def _budget(call: Call) -> Decimal | None:
    return None if call.budget_cents is None else Decimal(call.budget_cents) / 100


COLUMNS = (
    Column("title", _("titre"), lambda call: call.title, prose=True),
    Column("kind", _("nature"), lambda call: str(call.get_kind_display())),
    Column("state", _("étape"), lambda call: str(call.state_name)),
    Column("wave", _("vague"), lambda call: call.wave, by_default=False),
    Column("organiser", _("organisé par"), lambda call: call.organiser.name, prose=True),
    Column("opens_at", _("ouvre le"), lambda call: _moment(call, "opens_at")),
    Column("closes_at", _("ferme le"), lambda call: _moment(call, "closes_at")),
    Column("zone", _("fuseau horaire"), lambda call: call.zone, by_default=False),
    Column(
        "results_on", _("résultats attendus le"),
        lambda call: call.results_on.isoformat() if call.results_on else "", by_default=False,
    ),
    Column("themes", _("thèmes"), lambda call: " | ".join(map(str, call.themes.all()))),
    Column("budget", _("budget (€)"), _budget),
    Column("summary", _("en deux phrases"), lambda call: call.summary, by_default=False, prose=True),
    Column("address", _("adresse"), lambda call: call.get_absolute_url(), here=True),
)  # fmt: skip
