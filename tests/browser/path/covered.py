"""Two replications, an adaptation that returns to the card, the need covered."""

from __future__ import annotations

import re
from typing import Any

from . import cast
from .need import NEED

VARIANT = "Des retraités du centre gardent la nuit"
SERVED = "Personnes servies par les reprises"
COVERED = "Personnes servies là où le besoin est estimé"
# Per thousand of the population, who have this need; people served by each site.
SITES = {
    "centre": ("town", cast.TOWN_CENTRE, 34),
    "house": ("neighbour", cast.NEIGHBOUR_CENTRE, 30),
}


def estimated(tale: Any) -> None:
    """How many people have the need on each place, and from where it is known."""
    tale.space("agent")
    tale.follow("Toutes mes fiches")
    tale.follow("La garde au bip")
    tale.follow("Réseau, carte et besoin couvert")
    for _who, (place, _name, _served) in SITES.items():
        tale.follow("Estimer le besoin d’un territoire")
        tale.fill(
            territory=tale.facts[f"{place}_label"], low="0,4", central="0,5", high="0,6",
            source="Registre des centres, 2026 (fictif)",
        )  # fmt: skip
        tale.send("[name=source]")


def prepared(tale: Any) -> None:
    """Each adopter is told what comes next, from its workspace to the opening of its site."""
    for who in SITES:
        tale.waits_for(who, "Commencer la préparation d’une reprise")
        tale.follow("La préparation a commencé")
        tale.send("[name=on]")
        tale.follow("Le site est en service")
        tale.send("[name=on]")
        tale.reads("en service")


def adapted(tale: Any) -> None:
    """What one site does otherwise is noted, then proposed to the card."""
    tale.as_("house")
    tale.follow("Noter une adaptation")
    tale.page.select_option("[name=component]", label="Qui garde (marge d’adaptation)")
    tale.fill(
        what=VARIANT, nature="reactive", decided_by="le bureau de la maison",
        why="Aucune garde agréée à moins de trois kilomètres (fictif).",
    )  # fmt: skip
    tale.press("Noter")
    tale.page.get_by_role("button", name=re.compile("Proposer cette variante")).first.click()
    tale.page.wait_for_load_state()
    tale.picture("adaptation")


def returned(tale: Any) -> None:
    """The holder accepts it: the card says it to all, with its credit."""
    tale.waits_for("agent", "Répondre à une proposition")
    tale.page.get_by_role("link", name=re.compile("^Accepter")).or_(
        tale.page.get_by_role("button", name=re.compile("^Accepter"))
    ).first.click()
    tale.page.wait_for_load_state()
    tale.as_("visitor")
    tale.follow("La garde au bip")
    tale.reads(VARIANT)


def told(tale: Any) -> None:
    """Each site says how many people it serves today."""
    for who, (_place, name, served) in SITES.items():
        tale.space(who)
        tale.follow(re.compile("reprise à suivre"))
        tale.follow(name)
        tale.follow("Donner des nouvelles")
        tale.follow("Donner des nouvelles")
        tale.fill(beneficiaries=str(served), done="Les gardes tournent (fictif).")
        tale.press("Envoyer mes nouvelles")
        tale.reads(f"{served} personnes servies")


def met(tale: Any) -> None:
    """The gap by place is closed, and who stated the need says so."""
    tale.as_("visitor")
    tale.follow("Réseau, carte et besoin couvert")
    tale.reads("Le besoin visé est couvert", "Même à l’estimation haute")
    tale.picture("covered")
    tale.space("mayor")
    tale.follow(NEED[:20], within="#besoins")
    tale.follow("C’est résolu")
    tale.fill(answer="La garde au bip, reprise par notre centre intercommunal (fictif).")
    tale.send("[name=answer]")
    tale.reads("résolu", "reprise par notre centre intercommunal")


def shown(tale: Any) -> None:
    """Figures are computed by a job; the national page shows what its rows add up to."""
    tale.menu("visitor", "Tableau de bord")
    tale.follow("Voir la même page pour ce qui est fictif")
    figure_of(tale, SERVED).get_by_role("link").first.click()
    tale.page.wait_for_load_state()
    told = tale.page.locator("main tbody tr td:last-child").all_inner_texts()
    tale.reads(*(name for _place, name, _served in SITES.values()))
    total = sum(int("".join(filter(str.isdigit, each)) or 0) for each in told)
    tale.menu("manager", "Tableau de bord")
    tale.press("Recalculer maintenant")
    tale.as_("visitor")
    tale.until_read(f"Chiffre calculé : {total}")
    tale.follow("Tableau de bord")
    figure = figure_of(tale, COVERED)
    value = figure.locator(".insights-figure__value").inner_text()
    served = int("".join(filter(str.isdigit, value.partition("\n")[0])) or 0)
    assert served >= sum(each for _place, _name, each in SITES.values()), value
    figure.get_by_role("link").first.click()
    tale.page.wait_for_load_state()
    # Among the rows behind it, this very card with those whom its sites serve.
    here = sum(each for _place, _name, each in SITES.values())
    tale.reads(f"La garde au bip (fictif)\t{here}")
    tale.follow("Tableau de bord")
    tale.picture("national", "#s-need")


def figure_of(tale: Any, title: str) -> Any:
    heading = tale.page.get_by_role("heading", name=title, exact=True)
    return tale.page.locator(".insights-figure").filter(has=heading)
