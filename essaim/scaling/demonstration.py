"""The Moyembrie farm's card, from « consolidez » to « fin prêt » with a chosen strategy: invented
answers, for a trial on one's own machine."""

from __future__ import annotations

from typing import Any, TextIO

from django.conf import settings
from django.db import transaction
from django.utils import translation

from essaim.initiatives.models import Initiative
from essaim.people.models import User
from essaim.scaling.actions import diagnoses, profiles, strategies
from essaim.scaling.actions.strategies import Content
from essaim.scaling.models import Diagnosis
from essaim.scaling.proposals import propose
from essaim.scaling.questions import KEYS

CARD = "demo:ferme-de-moyembrie"
LACKING = {"environment", "adopters"}
BEFORE = "Pas encore : nous n’avions approché personne hors de l’Aisne (fictif)."
AFTER = "Des partenaires de l’Aude se sont déclarés, par le programme P’INS (fictif)."
CONFIRMED = "Vérifié avec l’équipe de la ferme (fictif)."


def load_scaling(sender: Any = None, *, out: TextIO, **kwargs: Any) -> None:
    """Once, through the same actions as people; nothing outside a local machine, since the
    account it speaks for has a public password."""
    if not settings.LOCAL:
        return
    card = Initiative.objects.for_detail().filter(external_id=CARD).first()
    manager = User.objects.filter(email="animateur@essaim.example").first()
    if card is None or manager is None or Diagnosis.objects.filter(initiative=card).exists():
        return
    with translation.override(settings.LANGUAGE_CODE), transaction.atomic():
        _diagnose(card, manager, lacking=LACKING)
        _diagnose(card, manager, lacking=set())
        _plan(card, manager)
    out.write("scaling: an invented diagnosis, profile and strategy\n")


def _diagnose(card: Initiative, by: User, *, lacking: set[str]) -> None:
    draft = diagnoses.start(card, by=by)
    proposals = propose(card, by)
    for key in KEYS:
        yes = key not in lacking
        reason = BEFORE if not yes else AFTER if key in LACKING else CONFIRMED
        diagnoses.answer(draft, key, yes=yes, proposal=proposals[key], reason=reason)
    diagnoses.conclude(draft, by=by)


def _plan(card: Initiative, by: User) -> None:
    profiles.save_profile(
        card,
        {"proof": 2, "voice": 1, "need": 1, "simple": 4, "core": 2, "people": 4, "setup": 5, "network": 2},
        by=by,
    )  # fmt: skip
    chosen = strategies.write_strategy(
        card,
        Content(
            objectives=["territories"],
            model="up",
            subtype="supple",
            purity=3,
            control=2,
            mode="supple",
            reasons="Le logement, le travail et le cadre se gardent ; la production dépend des terres"
            " et des débouchés de chaque lieu (fictif).",
        ),
        by=by,
    )
    strategies.choose_strategy(chosen, by=by)
    strategies.write_strategy(
        card,
        Content(
            objectives=["territories", "efficiency"],
            model="up",
            subtype="franchised",
            purity=4,
            control=4,
            mode="franchise",
            reasons="Un cadre commun rassurerait les financeurs, mais demanderait une tête de réseau"
            " que personne ne paie encore (fictif).",
        ),
        by=by,
    )
