"""What comes next for a site, who must act, and what this reader may do."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from . import rules
from .models import STANDING, Replication, Side, State
from .modes import missing_terms, needs_holder

AGREE = {
    Side.ADOPTER: _("Donner l’accord du repreneur"),
    Side.HOLDER: _("Donner l’accord du porteur"),
}
TERM_LABELS = {
    "contract_reference": _("la référence du contrat ou de la convention"),
    "contract_on": _("la date de sa signature"),
    "brand_terms": _("l’usage de la marque"),
    "charter_on": _("l’acceptation de la charte"),
}


@dataclass(frozen=True)
class Next:
    what: Any
    who: Any
    due: dt.date | None = None
    waits_for: tuple[Any, ...] = ()

    @property
    def is_late(self) -> bool:
        return self.due is not None and self.due < timezone.localdate()


def next_step(site: Replication) -> Next | None:
    """None once nothing more is expected of anyone."""
    if site.state == State.INTERESTED:
        missing = tuple(TERM_LABELS[name] for name in missing_terms(site))
        if site.adopter_agreed_at is None:
            return Next(_("donner son accord"), _("le repreneur"), None, missing)
        if needs_holder(site) and site.holder_agreed_at is None:
            return Next(_("donner son accord"), _("le porteur"), None, missing)
        return Next(_("donner ce que le mode demande"), _("l’une des deux parties"), None, missing)
    if site.state == State.COMMITTED:
        return Next(_("commencer la préparation"), _("le repreneur"))
    if site.state == State.PREPARING:
        return Next(_("mettre le site en service"), _("le repreneur"), site.planned_on)
    if site.state == State.LIVE:
        return Next(_("donner des nouvelles chaque trimestre"), _("le repreneur"))
    return None


@dataclass(frozen=True)
class Act:
    label: Any
    address: str
    primary: bool = False
    post: bool = False  # done by its button alone


def acts_for(user: Any, site: Replication) -> list[Act]:
    """In the order in which the page offers them."""
    if not user.is_authenticated:
        return []
    found: list[Act] = []

    def offer(name: str, label: Any, *more: Any, primary: bool = False, post: bool = False) -> None:
        address = reverse(f"replications:{name}", args=[site.pk, *more])
        found.append(Act(label, address, primary, post))

    sides = rules.sides_of(user, site)
    adopts, holds = Side.ADOPTER in sides, Side.HOLDER in sides
    follows = rules.can_follow(user, site)
    if site.state == State.INTERESTED:
        for side in sides:
            if getattr(site, f"{side}_agreed_at") is None:
                offer("agree", AGREE[side], side, primary=True)
            elif missing_terms(site):
                offer("agree", _("Donner ce que le mode demande"), side, primary=True)
        if sides:
            offer("mode", _("Choisir un autre mode"), sides[0])
    if adopts:
        if site.state == State.COMMITTED:
            offer("advance", _("La préparation a commencé"), State.PREPARING, primary=True)
        if site.state in {State.COMMITTED, State.PREPARING}:
            offer(
                "advance",
                _("Le site est en service"),
                State.LIVE,
                primary=site.state == State.PREPARING,
            )
        if site.state == State.LIVE:
            offer("advance", _("La reprise est pérennisée"), State.SUSTAINED)
    if follows and site.state in STANDING:
        offer("reports", _("Donner des nouvelles"), primary=site.is_running)
        offer("record", _("Noter une adaptation"))
        offer("core", _("Dire ce qui est réalisé du cœur"))
        offer("targets", _("Fixer les objectifs"))
        offer("add_milestone", _("Ajouter un jalon"))
        offer("add_obstacle", _("Signaler un obstacle juridique"))
    if site.is_standing and rules.is_of_adopter(user, site):
        offer("peer", _("Se laisser appeler par les autres sites"))
    if adopts and site.state in STANDING:
        offer("plan", _("Changer ce qui est prévu"))
        if not site.is_running:
            offer("ask_mentor", _("Demander un mentor"))
    if site.committed_on is not None and rules.can_log_advice(user, site):
        offer("advice", _("Noter du temps de conseil"))
    if site.is_running and (adopts or holds):
        offer("publish", _("Ajouter les résultats aux preuves"), post=True)
    if site.state == State.STOPPED and (adopts or holds):
        offer("lesson", _("Proposer la leçon à la fiche"), post=True)
    if site.state != State.STOPPED and sides:
        offer("stop", _("Arrêter la reprise"))
    return found
