"""The list of needs as a table that people take away: what their reader may read of each."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from essaim.common.take_away import Column
from essaim.needs.reading import Shown


def _day(shown: Shown) -> str:
    return timezone.localtime(shown.need.created_at).date().isoformat()


COLUMNS = (
    Column("text", _("besoin"), lambda shown: shown.text, prose=True),
    Column("author", _("exprimé par"), lambda shown: shown.author, prose=True),
    Column(
        "territory", _("territoire"),
        lambda shown: shown.need.territory.label if shown.need.territory else "",
    ),
    Column(
        "code", _("code du territoire"),
        lambda shown: shown.need.territory.address if shown.need.territory else "",
    ),
    Column("theme", _("thème"), lambda shown: str(shown.need.theme or "")),
    Column("for_whom", _("pour qui"), lambda shown: shown.for_whom, prose=True),
    Column("how_many", _("combien"), lambda shown: shown.how_many, prose=True),
    Column("tried", _("ce qui a été essayé"), lambda shown: shown.tried, by_default=False, prose=True),
    Column("budget", _("moyens"), lambda shown: shown.budget, by_default=False),
    Column(
        "needed_by", _("échéance"),
        lambda shown: shown.need.needed_by.isoformat() if shown.need.needed_by else "",
    ),
    Column("state", _("état"), lambda shown: str(shown.need.get_state_display())),
    Column("stated_on", _("exprimé le"), _day),
    Column("answer", _("ce qui y a répondu"), lambda shown: shown.answer, by_default=False, prose=True),
    Column("address", _("adresse"), lambda shown: shown.need.get_absolute_url(), here=True),
)  # fmt: skip
