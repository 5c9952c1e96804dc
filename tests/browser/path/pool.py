"""The need is matched; a pool forms, pilots, finds, confirms."""

from __future__ import annotations

import datetime as dt
from typing import Any

from . import cast
from .need import NEED

CARD = "La garde au bip"


def later(days: int) -> str:
    return (dt.date.today() + dt.timedelta(days=days)).isoformat()


def matched(tale: Any) -> None:
    """The same need, months later: what was written since answers it, and says why."""
    tale.space("mayor")
    tale.follow(NEED[:20], within="#besoins")
    tale.follow("Voir les réponses")
    tale.until_read(CARD)
    first = tale.page.locator("#initiative li.matching-answer").first
    assert CARD in first.inner_text()
    tale.picture("matched", "#initiative")
    tale.follow(CARD, within="#initiative")


def formed(tale: Any) -> None:
    """The intercommunality that stated the need leads; its place is the pilot's."""
    tale.as_("mayor")
    tale.follow("Former une subvention d’essaimage")
    tale.reads("fin prête")
    tale.fill(
        pilot_territory=tale.facts["town_label"], sites_sought="2", minimum_options="2",
        pledges_until=later(60), initiated_by="holder", audience="public",
    )  # fmt: skip
    tale.press("Former le groupement")
    tale.waits_for("agent", "accord")
    tale.press("Donner l’accord du porteur")
    tale.waits_for("mayor", "Ouvrir la subvention d’essaimage aux options")
    tale.press("Ouvrir aux options")


def pledged(tale: Any) -> None:
    """Two intercommunalities take an option each: an intention, no commitment."""
    for who, place in (("mayor", "town"), ("neighbour", "neighbour")):
        among_pools(tale, who)
        tale.follow("Prendre une option")
        tale.fill(
            territory=tale.facts[f"{place}_label"], amount_cents="18 000", expires_on=later(300)
        )
        tale.press("Prendre cette option")
    among_pools(tale, "visitor")
    tale.picture("pool")


def among_pools(tale: Any, who: str) -> None:
    """All pools are in the menu."""
    tale.menu(who, "Appels et subventions", "Subventions d’essaimage")
    tale.follow(CARD)


def confirm(tale: Any, who: str, adopter: str, answers: str) -> None:
    """The funder's act, then the adopter's own word: the replication is committed by both."""
    tale.waits_for(who, "Confirmer ou décliner votre option")
    tale.follow("Confirmer")
    tale.fill(adopter=adopter, mode="supple", planned_on=later(30), charter=True, sure=True)
    tale.press("Confirmer")
    tale.reads("Confirmée", "Pas encore engagée")
    tale.waits_for(answers, "Donner votre accord à une reprise")
    tale.press("Donner mon accord")
    tale.reads("commencer la préparation")


def piloted(tale: Any) -> None:
    """The pilot's option pays the pilot; the holder reports, the whole pool reads."""
    confirm(tale, "mayor", cast.TOWN_CENTRE, "centre")
    tale.waits_for("mayor", "Commencer le pilote")
    tale.press("Commencer le pilote")
    tale.waits_for("agent", "Écrire le rapport du pilote")
    tale.fill(
        done="Quatre familles gardées, onze départs de nuit (fictif).", indicators="Départs = 11"
    )
    tale.press("Envoyer le rapport")
    tale.reads("Départs")


def found(tale: Any) -> None:
    """Members judge together; the rule gives the finding, which is published."""
    tale.waits_for("mayor", "Le pilote de .* donne de ses nouvelles")
    tale.press("Passer à l’examen")
    for who in ("mayor", "neighbour"):
        tale.waits_for(who, "avis")
        tale.fill(is_favourable="yes", reasons="Les parents partent de nouveau la nuit (fictif).")
        tale.press("Donner cet avis")
    tale.waits_for("mayor", "Publier le constat")
    tale.follow("Publier le constat")
    tale.press("Publier le constat")
    tale.reads("preuve du concept est faite")


def confirmed(tale: Any) -> None:
    """A second, separate act: without a new procedure, the second site begins."""
    confirm(tale, "neighbour", cast.NEIGHBOUR_CENTRE, "house")
    tale.again("visitor")
    tale.picture("confirmed")
