"""The success is written as a card with a facilitator, and published."""

from __future__ import annotations

from typing import Any

from . import cast
from .need import THEME


def add_rows(tale: Any, name: str, *rows: dict[str, str]) -> None:
    """As many rows of a list as are given."""
    page = tale.page
    for number, row in enumerate(rows):
        if not page.locator(f"[name={name}-{number}-ORDER], [name^={name}-{number}-]").count():
            page.locator(f"button[name=add][value={name}]").click()
            page.locator(f"[name^={name}-{number}-]").first.wait_for(state="attached")
        tale.fill(**{f"{name}-{number}-{field}": value for field, value in row.items()})


def go_on(tale: Any) -> None:
    before = tale.page.url
    tale.page.locator("button[name=continue]").click()
    tale.page.wait_for_url(lambda url: url != before)


def shared(tale: Any) -> None:
    """The agent names the holder, and asks someone of the field to write with them."""
    page = tale.as_("agent").page
    tale.follow("Compléter")
    tale.follow_to("/modifier/essentiel")
    tale.fill(
        status="proven", started_on="2025-09", 
        tags="sapeurs-pompiers volontaires\ngarde d’enfants",
    )  # fmt: skip
    page.get_by_label(THEME, exact=True).check(force=True)
    place = page.get_by_role("combobox", name="Territoires où elle est menée")
    place.fill(tale.facts["origin_label"])
    place.press("Enter")
    go_on(tale)
    tale.follow("Vue d’ensemble")
    tale.follow("Coéditeurs")
    tale.fill(email=cast.address("facilitator"))
    tale.press("Inviter")


def written(tale: Any) -> None:
    """The facilitator writes section after section; each leads to the next."""
    tale.waits_for("facilitator", "Répondre à une invitation à coéditer")
    tale.press("Accepter")
    tale.follow_to("/modifier/besoin")
    tale.fill(
        need="Dans les centres de volontaires, les parents renoncent aux nuits et aux mercredis,"
        " faute de garde dans les dix minutes qui suivent l’alerte.",
        objectives="Des départs complets la nuit : part des alertes honorées par les parents.",
        beneficiaries="parents sapeurs-pompiers volontaires",
        target_coverage="60",
    )
    go_on(tale)
    tale.fill(
        description="Un planning commun du centre et des gardes ; un accueil ouvert en dix minutes,"
        " à moins de trois kilomètres du centre ; la garde est payée à l’alerte."
    )
    add_rows(
        tale,
        "steps",
        {"text": "Compter les familles et les heures d’alerte."},
    )
    add_rows(tale, "prerequisites", {"text": "Trois gardes agréées à moins de trois kilomètres."})
    go_on(tale)
    add_rows(
        tale, "components",
        {"name": "Accueil ouvert en dix minutes", "kind": "core",
         "why": "Au-delà, le parent ne part pas.", "red_lines": "Demander de réserver la veille."},
        {"name": "Garde payée par le service", "kind": "core", "why": "Payée par le parent, elle n’est pas demandée."},
        {"name": "Qui garde", "kind": "margin", "variants": "assistantes maternelles\nvoisins formés"},
    )  # fmt: skip
    go_on(tale)
    add_rows(tale, "partners", {"name": "Relais petite enfance", "nature": "collectivité",
                                "contribution": "trouve et forme les gardes", "phase": "préparation"})  # fmt: skip
    go_on(tale)
    money = {"unit": "€", "source": "fictif", "payer": "service de secours"}
    add_rows(
        tale, "economics",
        {"line": "setup_staff", "label": "Un mois de mise en place", "central": "4000", **money},
        {"line": "investment", "label": "Planning partagé", "central": "1500", **money},
        {"line": "running_staff", "label": "Un dixième de poste", "central": "4500", **money},
        {"line": "running_costs", "label": "Gardes à l’alerte", "central": "8000", **money},
        {"line": "avoided_costs", "label": "Renforts d’un autre centre", "central": "11000", **money},
    )  # fmt: skip
    go_on(tale)
    tale.fill(
        what_failed="Un local de garde au centre : aucun enfant n’y dormait.", checked_on="2026-11"
    )
    go_on(tale)
    tale.fill(consent_to_scale="true", contact="Le centre de secours, par la plateforme.")
    go_on(tale)


SORTED = {"Accueil ouvert en dix minutes": "core", "Garde payée par le service": "core",
          "Qui garde": "margin"}  # fmt: skip


def modelled(tale: Any) -> None:
    """What to keep is sorted by both, each alone, then adopted: one leads, the other takes part."""
    page = tale.as_("facilitator").page
    tale.follow("Trier le cœur et la marge")
    tale.follow("Ouvrir un atelier")
    for field, who in (("facilitator", "facilitator"), ("participant", "agent")):
        page.select_option(f"[name={field}]", label=cast.PEOPLE[who][0])
    tale.press("Ouvrir l’atelier")
    sort(tale)
    tale.waits_for("agent", "Trier le cœur et la marge")
    sort(tale)
    tale.picture("workshop")
    tale.as_("facilitator")
    tale.follow("Comparer les avis")
    tale.follow("Adopter un tri pour la fiche")
    tale.press("Adopter et l’écrire sur la fiche")
    tale.reads("Au-delà, le parent ne part pas", "Demander de réserver la veille")


def sort(tale: Any) -> None:
    for name, kind in SORTED.items():
        item = tale.page.locator("[data-component]", has_text=name)
        item.locator(f"button[value={kind}]").click()
        tale.page.locator(f"[data-column={kind}]", has_text=name).wait_for()


def published(tale: Any) -> None:
    tale.space("agent")
    tale.follow("La garde au bip", within="section[aria-labelledby=drafts]")
    tale.press("Soumettre la fiche")
    tale.waits_for("manager", "Relire la fiche soumise")
    tale.press("Publier")
    tale.finds("visitor", "garde au bip", "La garde au bip")
    tale.reads("La garde au bip", "Un local de garde au centre")
    tale.picture("card")
