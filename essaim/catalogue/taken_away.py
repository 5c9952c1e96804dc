"""The offer of initiatives to replicate as a table that people take away."""

from __future__ import annotations

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from essaim.catalogue.selection import mode_of
from essaim.common.take_away import Column
from essaim.initiatives.models import Initiative


def _places(card: Initiative) -> str:
    return " | ".join(place.label for place in card.territories.all())


def _themes(card: Initiative) -> str:
    return " | ".join(map(str, card.themes.all()))


COLUMNS = (
    Column("external_id", _("identifiant"), lambda card: card.external_id, by_default=False),
    Column("title", _("titre"), lambda card: card.title, prose=True),
    Column("summary", _("en une phrase"), lambda card: card.summary, prose=True),
    Column("holder", _("porteur de projet"), lambda card: card.holder.name if card.holder else "", prose=True),
    Column("territories", _("territoires"), _places),
    Column("themes", _("thèmes"), _themes),
    Column("phase", _("phase"), lambda card: str(card.get_phase_display())),
    Column("proof_level", _("niveau de preuve"), lambda card: card.proof_level),
    Column("mode", _("mode d’essaimage"), mode_of),
    Column("first_year_cost", _("coût pour commencer (€)"), lambda card: card.first_year_cost),
    Column("has_materials", _("matériel réutilisable"), lambda card: _t("oui") if card.has_materials else _t("non")),
    Column("address", _("adresse de la fiche"), lambda card: card.get_absolute_url(), here=True),
)  # fmt: skip
