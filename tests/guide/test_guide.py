"""The guide: whole in both languages, its links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import Resolver404, resolve

from essaim.guide.pages import FOLDER, SLUGS

PROJECT = Path(__file__).resolve().parent.parent.parent
pytestmark = pytest.mark.django_db


def client(language: str) -> Client:
    found = Client()
    found.cookies["essaim_langue"] = language
    return found


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_exists_in_each_language(language: str) -> None:
    assert {path.stem for path in (FOLDER / language).glob("*.md")} == set(SLUGS)
    for slug in SLUGS:
        answer = client(language).get(f"/guide/{slug}")
        title = (FOLDER / language / f"{slug}.md").read_text().splitlines()[0][2:]
        page = answer.content.decode()
        assert answer.status_code == 200
        assert page.count("<h1") == 1 and title.replace("’", "’") in page


def test_index_leads_to_every_page() -> None:
    page = client("fr").get("/guide").content.decode()
    for slug in SLUGS:
        assert f'href="/guide/{slug}"' in page


def test_both_languages_have_the_same_parts() -> None:
    for slug in SLUGS:
        parts = [
            len(re.findall(r"^## ", (FOLDER / language / f"{slug}.md").read_text(), re.M))
            for language in ("fr", "en")
        ]
        assert parts[0] == parts[1], slug


def test_links_lead_to_pages_of_the_site() -> None:
    for path in FOLDER.rglob("*.md"):
        for address in re.findall(r"\]\((/[^)]+)\)", path.read_text()):
            try:
                found = resolve(address)
            except Resolver404:
                pytest.fail(f"{path.name}: {address}")
            if found.view_name == "guide:page":
                assert found.kwargs["slug"] in SLUGS, address


def test_pages_of_other_rooms_lead_to_pages_that_exist() -> None:
    for path in (PROJECT / "essaim").rglob("templates/**/*.html"):
        for slug in re.findall(r'"/guide/([\w-]+)"', path.read_text()):
            assert slug in SLUGS, f"{path.name}: {slug}"


def test_an_unknown_page_is_not_found() -> None:
    assert client("fr").get("/guide/zzz").status_code == 404
