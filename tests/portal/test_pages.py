"""The frame of every page, home, and what the law asks to publish."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.core.mail import send_mail
from django.test import Client, override_settings

from essaim.common.typography import french
from essaim.initiatives.models import Status
from essaim.needs.models import Need
from essaim.portal.management import ROOMS
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import MembershipFactory, UserFactory
from tests.territories.factories import TerritoryFactory
from tests.themes.factories import ThemeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def figures_not_kept() -> None:
    caches["local"].clear()


PUBLIC = ["/", "/plan-du-site", "/accessibilite", "/mentions-legales", "/confidentialite"]
ROLES: dict[str, dict[str, bool] | None] = {
    "visitor": None,
    "member": {},
    "manager": {"manager": True},
    "administrator": {"administrator": True},
}


@pytest.fixture(params=ROLES)
def someone(request: pytest.FixtureRequest, client: Client) -> Client:
    """A client signed in as each role in turn."""
    traits = ROLES[request.param]
    if traits is not None:
        client.force_login(UserFactory(**traits))
    return client


@pytest.mark.parametrize("path", PUBLIC)
def test_everyone_reads_the_public_pages(someone: Client, path: str) -> None:
    answer = someone.get(path)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert page.count("<h1") == 1
    assert '<html lang="fr"' in page
    assert '<a class="fr-link" href="#content">' in page
    assert " style=" not in page
    assert "onclick" not in page


@pytest.mark.parametrize("path", PUBLIC)
def test_the_policy_forbids_what_is_inline(client: Client, path: str) -> None:
    policy = client.get(path)["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_management_is_for_managers(client: Client) -> None:
    assert client.get("/gestion")["Location"] == "/compte/login/?next=/gestion"
    client.force_login(UserFactory())
    refused = client.get("/gestion")
    assert refused.status_code == 403
    assert "Accès réservé" in refused.content.decode()
    assert 'href="/gestion"' not in client.get("/plan-du-site").content.decode()
    client.force_login(UserFactory(manager=True))
    page = client.get("/gestion")
    assert page.status_code == 200
    assert 'href="/gestion" aria-current="page"' in page.content.decode()


@pytest.mark.parametrize("cards", [1, 3, 50])
def test_managers_see_what_waits(
    client: Client, django_assert_num_queries: Any, cards: int
) -> None:
    client.force_login(UserFactory(manager=True))
    for _ in range(cards):
        InitiativeFactory(submitted=True)
    InitiativeFactory()
    counts = sum(room.waiting is not None for room in ROOMS)
    # session, person, latest imports (two), header, organisations that need a manager (three)
    with django_assert_num_queries(9 + counts):
        page = client.get("/gestion")
    assert page.context["doors"][0].waiting == cards
    assert f"{cards} en attente" in page.content.decode()


def test_an_organisation_shows_what_it_carries_to_whoever_may_read_it(client: Client) -> None:
    membership = MembershipFactory()
    organisation = membership.organisation
    InitiativeFactory(published=True, holder=organisation, title="Repas partagés")
    InitiativeFactory(holder=organisation, title="Brouillon secret")
    InitiativeFactory(published=True, title="Ailleurs")
    page = client.get(organisation.get_absolute_url()).content.decode()
    assert "Repas partagés" in page
    assert "Brouillon secret" not in page
    assert "Ailleurs" not in page
    client.force_login(membership.user)
    assert "Brouillon secret" in client.get(organisation.get_absolute_url()).content.decode()


def test_the_navigation_marks_where_one_is(client: Client) -> None:
    page = client.get("/organisations/rien-de-tel").content.decode()
    assert "aria-current" not in page.split("<main")[0]
    page = client.get("/initiatives/rien-de-tel").content.decode()
    assert 'href="/initiatives" aria-current="true"' in page
    # The group that holds it says so too, and no other.
    menu = page.split('id="menu"')[1].split("</nav>")[0]
    assert menu.count("<button") == menu.count('class="fr-collapse fr-menu"') == 4
    assert menu.count('aria-current="true">Initiatives</button>') == 1
    assert menu.count("aria-current") == 2


def test_nothing_is_written_by_reading(client: Client) -> None:
    for path in PUBLIC:
        assert client.post(path).status_code == 405


def test_the_reader_changes_language_without_script(client: Client) -> None:
    page = client.get("/accessibilite?de=ici").content.decode()
    assert 'name="next" value="/accessibilite?de=ici"' in page
    answer = client.post("/langue", {"language": "en", "next": "/accessibilite?de=ici"})
    assert answer["Location"] == "/accessibilite?de=ici"
    answer = client.get("/accessibilite")
    page = answer.content.decode()
    assert '<html lang="en"' in page
    assert "Accessibility statement" in page
    assert answer["Content-Language"] == "en"
    client.post("/langue", {"language": "fr", "next": "https://ailleurs.example/"})
    assert "Déclaration d’accessibilité" in client.get("/accessibilite").content.decode()


def test_language_never_leads_elsewhere(client: Client) -> None:
    answer = client.post("/langue", {"language": "en", "next": "https://ailleurs.example/"})
    assert "ailleurs" not in answer["Location"]


@pytest.mark.parametrize("cards", [1, 3, 50])
def test_home_costs_the_same_whatever_the_size_of_the_bank(
    client: Client, django_assert_num_queries: Any, cards: int
) -> None:
    theme, place = ThemeFactory(), TerritoryFactory()
    for _ in range(cards):
        InitiativeFactory(published=True, themes=[theme], territories=[place])
    with django_assert_num_queries(7):  # cards, their themes, their places; figures; open calls
        client.get("/")
    with django_assert_num_queries(4):  # the figures are kept a minute
        client.get("/")


def test_home_counts_what_counts(client: Client) -> None:
    place, other = TerritoryFactory(), TerritoryFactory()
    proven = InitiativeFactory(
        published=True, status=Status.PROVEN, territories=[place, other], title="Repas partagés"
    )
    InitiativeFactory(published=True, territories=[place])
    InitiativeFactory(title="Brouillon secret", territories=[TerritoryFactory()])
    author = UserFactory()
    for visibility in ("private", "members", "public"):
        Need.objects.create(text="Repas", author=author, visibility=visibility)
    answer = client.get("/")
    assert [figure.value for figure in answer.context["figures"]] == [2, 1, 2, 2]
    page = answer.content.decode()
    assert f'href="{proven.get_absolute_url()}"' in page
    assert "Brouillon secret" not in page


def test_the_first_door_asks_the_bank(client: Client) -> None:
    page = client.get("/").content.decode()
    assert '<form method="get" action="/initiatives">' in page
    assert 'name="q"' in page
    assert 'name="territory"' in page


def test_every_address_of_the_frame_leads_somewhere(client: Client) -> None:
    client.force_login(UserFactory(administrator=True))
    for path in (
        "/", "/initiatives", "/besoins", "/territoires", "/initiatives/nouvelle", "/gestion",
        "/organisations", "/compte/profil", "/plan-du-site", "/schemas/card.json",
    ):  # fmt: skip
        assert client.get(path).status_code == 200, path


def test_the_operator_sees_what_is_missing_and_readers_what_is_given(
    client: Client, settings: Any
) -> None:
    page = client.get("/mentions-legales").content.decode()
    assert "À compléter par l’exploitant" in page
    assert "ESSAIM_DIRECTOR" in page
    given = dict.fromkeys(
        ("operator", "address", "director", "host", "privacy_contact", "source_url"), "x"
    )
    with override_settings(SITE={**settings.SITE, **given, "contact": "aide@exemple.fr"}):
        for path in ("/mentions-legales", "/accessibilite", "/confidentialite"):
            page = client.get(path).content.decode()
            assert "À compléter" not in page, path
        assert "mailto:aide@exemple.fr" in client.get("/accessibilite").content.decode()


@pytest.mark.parametrize(
    ("degree", "words"),
    [("non", "non conforme"), ("partielle", "partiellement"), ("totale", "totalement conforme")],
)
def test_the_footer_states_conformity(
    client: Client, settings: Any, degree: str, words: str
) -> None:
    settings.SITE = {**settings.SITE, "accessibility": degree}
    page = client.get("/plan-du-site").content.decode()
    assert french(f"Accessibilité : {words}") in page.split("<footer")[1]


def test_the_states_block_mark_only_where_the_operator_says_so(
    client: Client, settings: Any
) -> None:
    assert "fr-logo" not in client.get("/").content.decode()
    settings.SITE = {
        **settings.SITE, "marianne": "Préfète de l’Aisne", "name": "Essaim 02",
        "logo": "https://exemple.fr/logo.svg", "operator": "Préfecture",
    }  # fmt: skip
    page = client.get("/").content.decode()
    assert '<p class="fr-logo">Préfète de l’Aisne</p>' in page
    assert 'alt="Préfecture"' in page
    assert "Essaim 02" in page


def test_local_mail_is_shown_on_a_local_machine_only(
    client: Client, settings: Any, tmp_path: Path
) -> None:
    settings.MAIL_FOLDER = tmp_path
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    for number in (1, 2):
        send_mail(f"Été {number}", f"Votre <code>\n{number} – l’accès", None, ["c@exemple.fr"])
    settings.SHOW_LOCAL_MAIL = True
    page = client.get("/courriels").content.decode()
    for piece in ("Été 1", "Été 2", "Votre &lt;code&gt;", "2 – l’accès", "c@exemple.fr"):
        assert piece in page
    settings.SHOW_LOCAL_MAIL = False
    assert client.get("/courriels").status_code == 404
    assert "/courriels" not in client.get("/").content.decode()
