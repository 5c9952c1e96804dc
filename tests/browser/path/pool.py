"""The need is matched; a pool forms, pilots, finds, confirms."""

from __future__ import annotations

import datetime as dt
from typing import Any

from . import cast
from .need import until

CARD = "La garde au bip"


def later(days: int) -> str:
    return (dt.date.today() + dt.timedelta(days=days)).isoformat()


def matched(tale: Any) -> None:
    """The same need, months later: what was written since answers it, and says why."""
    until(tale, "mayor", tale.facts["need"] + "/reponses", CARD)
    first = tale.page.locator("#initiative li.matching-answer").first
    assert CARD in first.inner_text()
    tale.picture("matched", "#initiative")
    first.get_by_role("link", name=CARD).first.click()
    tale.page.wait_for_load_state()


def formed(tale: Any) -> None:
    """The intercommunality that stated the need leads; its place is the pilot's."""
    tale.at("mayor", "card")
    tale.follow("Former une subvention d’essaimage")
    tale.reads("fin prête")
    tale.fill(
        pilot_territory=tale.facts["town_label"], sites_sought="2", minimum_options="2",
        pledges_until=later(60), initiated_by="holder", audience="public",
    )  # fmt: skip
    tale.press("Former le groupement")
    tale.keep("pool")
    tale.waits_for("agent", "accord")
    tale.press("Donner l’accord du porteur")
    tale.at("mayor", "pool")
    tale.press("Ouvrir aux options")


def pledged(tale: Any) -> None:
    """Two intercommunalities take an option each: an intention, no commitment."""
    for who, place in (("mayor", "town"), ("neighbour", "neighbour")):
        tale.at(who, "pool")
        tale.follow("Prendre une option")
        tale.fill(
            territory=tale.facts[f"{place}_label"], amount_cents="18 000", expires_on=later(300)
        )
        tale.press("Prendre cette option")
        tale.keep(f"{who}_option")
    tale.at("visitor", "pool")
    tale.picture("pool")


def confirm(tale: Any, who: str, adopter: str, answers: str) -> None:
    """The funder's act, then the adopter's own word: the replication is committed by both."""
    tale.at(who, f"{who}_option")
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
    tale.at("mayor", "pool")
    tale.press("Commencer le pilote")
    tale.at("agent", "pool")
    tale.follow("Écrire un rapport du pilote")
    tale.fill(
        done="Quatre familles gardées, onze départs de nuit (fictif).", indicators="Départs = 11"
    )
    tale.press("Envoyer le rapport")
    tale.reads("Départs")


def found(tale: Any) -> None:
    """Members judge together; the rule gives the finding, which is published."""
    tale.at("mayor", "pool")
    tale.press("Passer à l’examen")
    for who in ("mayor", "neighbour"):
        tale.waits_for(who, "avis")
        tale.fill(is_favourable="yes", reasons="Les parents partent de nouveau la nuit (fictif).")
        tale.press("Donner cet avis")
    tale.at("mayor", "pool")
    tale.follow("Publier le constat")
    tale.press("Publier le constat")
    tale.reads("preuve du concept est faite")


def confirmed(tale: Any) -> None:
    """A second, separate act: without a new procedure, the second site begins."""
    confirm(tale, "neighbour", cast.NEIGHBOUR_CENTRE, "house")
    tale.at("visitor", "pool")
    tale.picture("confirmed")
