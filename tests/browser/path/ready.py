"""« Vous êtes fin prêt » : six questions, a strategy, a kit."""

from __future__ import annotations

from typing import Any

QUESTIONS = 6


def diagnosed(tale: Any) -> None:
    """Each question proposes its answer from what the card already says; a person confirms."""
    tale.space("agent")
    tale.follow("Toutes mes fiches")
    tale.follow("La garde au bip")
    tale.follow("Faire le diagnostic")
    tale.press("Commencer un diagnostic")
    for number in range(1, QUESTIONS + 1):
        tale.reads(f"Question {number} sur {QUESTIONS}")
        page = tale.page
        page.locator("main label", has_text="Oui").first.click()
        tale.fill(reason="Vérifié avec le centre et ses voisins (fictif).")
        page.locator("main form:has([type=radio]) button[type=submit]").first.click()
        page.wait_for_load_state()
    tale.press("Conclure")
    tale.reads("Vous êtes fin prêt")
    tale.picture("ready")


def strategy_chosen(tale: Any) -> None:
    page = tale.as_("agent").page
    tale.follow("Écrire la stratégie")
    page.locator("main label", has_text="Augmenter le nombre de territoires").click()
    tale.press("Voir les modèles qui y répondent")
    page.locator("main label", has_text="Duplication ou déploiement").click()
    page.locator("label[for=id_purity_3]").click()
    page.locator("label[for=id_control_2]").click()
    page.locator("main label", has_text="Essaimage souple").click()
    tale.fill(reasons="Le délai de dix minutes se garde ; qui garde dépend du lieu (fictif).")
    page.locator("main form:has([name=reasons]) button[type=submit]").first.click()
    page.wait_for_load_state()
    tale.press("Choisir cette stratégie")
    tale.reads("essaimage souple")
    tale.picture("strategy")


def kit_shared(tale: Any) -> None:
    tale.as_("agent")
    tale.follow("Déposer de quoi reprendre")
    tale.page.set_input_files(
        "[name=file]",
        {"name": "methode.md", "mimeType": "text/markdown",
         "buffer": "# Tenir le planning des gardes\n\n1. Réunir trois gardes.\n".encode()},
    )  # fmt: skip
    tale.fill(kind="method", title="Tenir le planning des gardes", licence="etalab-2.0")
    tale.press("Déposer")
    tale.as_("visitor")
    tale.follow("Revenir à la fiche")
    tale.follow("Ouvrir le kit de reprise")
    tale.reads("Tenir le planning des gardes")
