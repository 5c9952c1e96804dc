"""Every page, as each role, wide and narrow, in both languages: accessible and whole."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from essaim.people.demonstration import PASSWORD

pytestmark = pytest.mark.browser

PUBLIC = [
    "/",
    "/plan-du-site",
    "/accessibilite",
    "/mentions-legales",
    "/confidentialite",
    "/initiatives",
    "/initiatives?q=logement",
    "/initiatives?q=zzzzqqqq",
    "/initiatives/export",
    "/initiatives/ferme-d-insertion-de-moyembrie",
    "/initiatives/enerterre",
    "/besoins",
    "/dispositifs",
    "/dispositifs/carte",
    "/dispositifs/programme-p-ins",
    "/diagnostic",
    "/diagnostic?track=social&consent=yes&economics=no&evaluation=unknown&impact=yes&environment=yes&adopters=no",
    "/strategies",
    "/strategies/out",
    "/besoins/nouveau?q=logement",
    "/territoires/commune:38185",
    "/territoires/region:84",
    "/organisations",
    "/schemas",
    "/compte/login/",
    "/compte/signup/",
    "/compte/login/code/",
    "/compte/password/reset/",
    "/compte/identites/login/cancelled/",
    "/compte/proconnect/",
    "/conditions",
    "/courriels",
]
MEMBERS = [
    "/initiatives/nouvelle",
    "/initiatives/mes-fiches",
    "/initiatives/enerterre/historique",
    "/compte/profil",
    "/compte/email/",
    "/compte/password/change/",
    "/compte/double-authentification/",
    "/compte/double-authentification/webauthn/",
    "/compte/identites/",
    "/compte/sessions/",
    "/compte/mes-donnees",
    "/compte/supprimer",
    "/compte/logout/",
    "/organisations/nouvelle",
    "/besoins/nouveau",
]
MANAGERS = [
    "/gestion",
    "/dispositifs/imports",
    "/dispositifs/nouveau",
    "/gestion/strategies/territories/up",
    "/gestion/fiches",
    "/gestion/imports",
    "/gestion/themes",
    "/gestion/zonages",
    "/initiatives/enerterre/modifier",
    "/initiatives/enerterre/modifier/essentiel",
    "/initiatives/enerterre/modifier/economie",
]


def walk(person: Any, paths: list[str]) -> list[str]:
    """Open each page; returns every defect met, so that one run tells them all."""
    found = []
    for path in paths:
        person.go(path)
        found += person.defects()
        if person.page.locator("h1").count() != 1:
            found.append(f"{path} has {person.page.locator('h1').count()} titles of level 1")
        if "/compte/login" in person.page.url and "/compte/login" not in path:
            found.append(f"{path} asks to sign in")
    return found


@pytest.mark.parametrize("width", [1280, 360])
def test_public_pages(visit: Callable[..., Any], width: int) -> None:
    assert walk(visit(width=width), PUBLIC) == []


def test_member_pages(visit: Callable[..., Any]) -> None:
    person = visit(width=360)
    person.sign_in("membre@essaim.example", PASSWORD)
    assert walk(person, MEMBERS) == []


def test_manager_pages(visit: Callable[..., Any]) -> None:
    person = visit(width=1280)
    person.sign_in("animateur@essaim.example", PASSWORD)
    assert walk(person, MANAGERS) == []


def test_errors_wear_the_same_clothes(visit: Callable[..., Any]) -> None:
    person = visit(width=360)
    person.expected_statuses = {404}
    person.go("/nulle-part")
    assert "404" in person.page.content() or "introuvable" in person.page.content()
    person.check()


# Words that only French has, and that titles of cards (which stay French) do not put on a page
# by themselves: the interface's own.
FRENCH = re.compile(
    r"\b(Rechercher|Enregistrer|Modifier|Publier|Accueil|Se connecter|Mentions légales|"
    r"Confidentialité|Accessibilité|Plan du site|Ajouter|Supprimer|Retirer|résultats?|fiches?|"
    r"besoins?|territoires?|thèmes?|facultatif|Annuler|Suivant|Précédent|niveau|preuves?)\b"
)


def test_english_pages_hold_no_french_of_ours(visit: Callable[..., Any]) -> None:
    """Cards are in French; what surrounds them must not be (elements marked lang=fr apart)."""
    person = visit(language="en")
    for path in PUBLIC:
        if "/courriels" in path or re.match(r"/initiatives(\?|/(?!export))", path):
            continue
        person.go(path)
        assert person.page.locator("html").get_attribute("lang") == "en"
        text = person.page.evaluate(
            """() => {
                const copy = document.body.cloneNode(true);
                copy.querySelectorAll('[lang=fr], script, style').forEach((e) => e.remove());
                return copy.textContent;
            }"""
        )
        assert sorted(set(FRENCH.findall(text))) == [], path
