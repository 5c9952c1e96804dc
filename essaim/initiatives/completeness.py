"""What a card still lacks, and what each missing part would bring to its readers.

Reads the card and its prefetched lists (``for_detail``); no query of its own then.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from .models import Component, EconomicLine, Initiative


@dataclass(frozen=True)
class Part:
    name: str
    section: str
    label: Any
    brings: Any
    present: Callable[[Initiative], Any]
    required: bool = False  # to submit the card


def _has_kind(kind: str) -> Callable[[Initiative], bool]:
    return lambda card: any(component.kind == kind for component in card.components.all())


def _has_line(*kinds: str) -> Callable[[Initiative], bool]:
    return lambda card: any(line.line in kinds for line in card.economics.all())


_Line = EconomicLine.Line
PARTS = [
    Part("themes", "essentiel", _("les thèmes"), _("Sans thème, la fiche n’apparaît dans aucun filtre."), lambda c: c.themes.all()),
    Part("territories", "essentiel", _("les territoires"), _("Sans territoire, personne ne sait où aller la voir."), lambda c: c.territories.all()),
    Part("holder", "essentiel", _("le porteur"), _("Sans porteur, on ne sait pas qui répond de l’initiative."), lambda c: c.holder_id),
    Part("status", "essentiel", _("la maturité"), _("Sans maturité, une idée passe pour une réussite, ou l’inverse."), lambda c: c.status),
    Part("need", "besoin", _("le besoin"), _("Sans besoin, on ne peut pas dire à qui la fiche servirait."), lambda c: c.need, required=True),
    Part("objectives", "besoin", _("les objectifs et effets"), _("Sans effets attendus, on ne sait pas quoi mesurer."), lambda c: c.objectives),
    Part("audiences", "besoin", _("les bénéficiaires"), _("Sans bénéficiaires, un service ne sait pas si son public est concerné."), lambda c: c.beneficiaries or c.audiences.all()),
    Part("target_coverage", "besoin", _("la part du besoin visée"), _("Sans cible, on ne sait pas quand s’arrêter : le but est atteint quand le besoin l’est."), lambda c: c.target_coverage is not None),
    Part("description", "dispositif", _("la description"), _("Sans description, personne ne peut refaire."), lambda c: c.description, required=True),
    Part("steps", "dispositif", _("les étapes"), _("Sans étapes, un repreneur ne sait pas par où commencer."), lambda c: c.steps),
    Part("prerequisites", "dispositif", _("les prérequis"), _("Sans prérequis, un site mal préparé échoue."), lambda c: c.prerequisites),
    Part("core", "composantes", _("le cœur"), _("Sans cœur décrit, une reprise peut perdre ce qui fait l’effet."), _has_kind(Component.Kind.CORE)),
    Part("margin", "composantes", _("la marge"), _("Sans marge décrite, un repreneur n’ose pas adapter."), _has_kind(Component.Kind.MARGIN)),
    Part("partners", "partenaires", _("les partenaires"), _("Sans partenaires, on sous-estime ceux qu’il faut réunir."), lambda c: c.partners.all()),
    Part("setup", "economie", _("les coûts d’installation"), _("Sans coûts, un élu ne peut pas décider."), _has_line(_Line.SETUP_STAFF, _Line.INVESTMENT)),
    Part("running", "economie", _("les coûts de la vie courante"), _("Sans coûts de fonctionnement, le projet s’arrête à la fin de l’aide."), _has_line(_Line.RUNNING_STAFF, _Line.RUNNING_COSTS)),
    Part("avoided", "economie", _("les coûts évités"), _("Sans coûts évités, un financeur ne voit pas ce qu’il y gagne."), _has_line(_Line.AVOIDED_COSTS)),
    Part("evidence", "preuves", _("les preuves"), _("Sans preuve, la fiche reste en phase « identifier »."), lambda c: c.evidence.all()),
    Part("what_failed", "preuves", _("ce qui n’a pas marché"), _("Sans les échecs, chacun refera les mêmes."), lambda c: c.what_failed, required=True),
    Part("checked_on", "preuves", _("la date de dernière vérification"), _("Sans date, on ne sait pas si la fiche est encore vraie."), lambda c: c.checked_on, required=True),
    Part("consent", "materiel", _("l’accord du porteur"), _("Sans accord du porteur, personne n’ose reprendre."), lambda c: c.consent_to_scale is not None),
    Part("contact", "materiel", _("le contact"), _("Sans contact, les questions restent sans réponse."), lambda c: c.contact),
    Part("materials", "materiel", _("le matériel réutilisable"), _("Sans matériel, chaque repreneur repart de zéro."), lambda c: c.materials.all()),
]  # fmt: skip


@dataclass(frozen=True)
class Completeness:
    missing: list[Part]
    total: int

    @property
    def filled(self) -> int:
        return self.total - len(self.missing)

    @property
    def percent(self) -> int:
        return round(100 * self.filled / self.total)

    @property
    def blocking(self) -> list[Part]:
        """What must be there before the card is submitted."""
        return [part for part in self.missing if part.required]

    def in_section(self, slug: str) -> list[Part]:
        return [part for part in self.missing if part.section == slug]


def completeness(card: Initiative) -> Completeness:
    return Completeness([part for part in PARTS if not part.present(card)], len(PARTS))
