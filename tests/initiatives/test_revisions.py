"""A card keeps every version: any two are compared, one is taken back, reasons are read."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from essaim.common.errors import DomainError
from essaim.initiatives.actions.cards import save_section
from essaim.initiatives.actions.publication import publish_card
from essaim.initiatives.actions.revisions import restore_revision
from essaim.initiatives.actions.terms import give_term
from essaim.initiatives.keeping import cards_of
from essaim.initiatives.models import Initiative, InitiativeEvent
from essaim.initiatives.revisions import compare, content_at, events_of
from essaim.initiatives.sections import SECTIONS, digest, read_section
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import UserFactory
from tests.themes.factories import ThemeFactory

pytestmark = pytest.mark.django_db


def write(card: Initiative, section: str, by: Any, reason: str = "", **changes: Any) -> Initiative:
    card = Initiative.objects.get(pk=card.pk)
    current = read_section(card, SECTIONS[section])
    return save_section(
        card,
        section,
        current | changes,
        by=by,
        version=card.version,
        seen=digest(current),
        reason=reason,
    )


def latest(card: Initiative) -> Any:
    return events_of(card, by_team=True).first()


@pytest.fixture
def card() -> Initiative:
    return InitiativeFactory(author=UserFactory(), need="Des objets sont jetés.")


def component(name: str, kind: str = "core") -> dict[str, Any]:
    return {"name": name, "kind": kind, "why": "", "variants": "", "red_lines": ""}


def test_a_version_is_read_again_with_its_lists_and_themes(card: Initiative) -> None:
    theme = ThemeFactory()
    card = write(card, "composantes", card.author, components=[component("Accueil")])
    card = write(card, "essentiel", card.author, themes=[theme.pk])
    then = latest(card)
    card = write(
        card,
        "composantes",
        card.author,
        components=[component("Accueil", "margin"), component("Atelier")],
    )
    card = write(card, "essentiel", card.author, themes=[], title="Un autre titre")
    before, after = content_at(card, then), content_at(card, latest(card))
    assert [c["name"] for c in before["composantes"]["components"]] == ["Accueil"]
    assert before["composantes"]["components"][0]["kind"] == "core"
    assert before["essentiel"]["themes"] == [theme.pk]
    assert after["essentiel"]["themes"] == []
    sections = {section.slug: fields for section, fields in compare(before, after)}
    assert set(sections) == {"essentiel", "composantes"}
    assert "contact" not in before["materiel"]


def test_taking_a_version_back_is_a_new_revision_and_loses_nothing(card: Initiative) -> None:
    theme = ThemeFactory()
    card = write(card, "composantes", card.author, components=[component("Accueil")])
    card = write(card, "essentiel", card.author, themes=[theme.pk], title="Premier titre")
    then = latest(card)
    card = write(card, "composantes", card.author, components=[])
    card = write(card, "essentiel", card.author, themes=[], title="Second titre")
    card = write(card, "materiel", card.author, contact="claire@exemple.fr")
    revisions = InitiativeEvent.objects.filter(pgh_obj=card.pk).count()
    card = restore_revision(card, then, by=card.author, version=card.version, reason="Trop vite")
    fresh = Initiative.objects.get(pk=card.pk)
    assert (fresh.title, fresh.contact) == ("Premier titre", "claire@exemple.fr")
    assert [c.name for c in fresh.components.all()] == ["Accueil"]
    assert list(fresh.themes.all()) == [theme]
    assert InitiativeEvent.objects.filter(pgh_obj=card.pk).count() == revisions + 1
    assert fresh.revision_notes.get(version=fresh.version).text == "Trop vite"


def test_a_theme_deleted_since_does_not_stop_the_rest(card: Initiative) -> None:
    theme = ThemeFactory()
    card = write(card, "essentiel", card.author, themes=[theme.pk], title="Premier titre")
    then = latest(card)
    card = write(card, "essentiel", card.author, themes=[], title="Second titre")
    theme.delete()
    card = restore_revision(card, then, by=card.author, version=card.version)
    assert Initiative.objects.get(pk=card.pk).title == "Premier titre"


def test_who_compared_with_an_older_card_is_told(card: Initiative) -> None:
    card = write(card, "essentiel", card.author, title="Premier titre")
    then, seen = latest(card), card.version
    card = write(card, "essentiel", card.author, title="Second titre")
    with pytest.raises(DomainError, match="relisez"):
        restore_revision(card, then, by=card.author, version=seen)
    card = restore_revision(card, then, by=card.author, version=card.version)
    with pytest.raises(DomainError, match="déjà la même chose"):
        restore_revision(card, then, by=card.author, version=card.version)


@pytest.mark.django_db(transaction=True)
def test_a_double_click_restores_once() -> None:
    card = InitiativeFactory(author=UserFactory())
    card = write(card, "essentiel", card.author, title="Premier titre")
    then = latest(card)
    card = write(card, "essentiel", card.author, title="Second titre")
    told: list[str] = []

    def click() -> None:
        try:
            restore_revision(card, then, by=card.author, version=card.version)
            told.append("done")
        except DomainError:
            told.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["done", "refused"]


def test_the_team_reads_all_versions_others_only_public_ones(client: Client) -> None:
    author, manager, reader = UserFactory(), UserFactory(manager=True), UserFactory()
    card = InitiativeFactory(rich=True, author=author)
    card = write(card, "essentiel", author, title="Titre de brouillon")
    draft = latest(card)
    card = publish_card(card, by=manager)
    public = latest(card)
    card = write(card, "essentiel", author, reason="Plus clair", title="Titre plus clair")
    address = reverse("initiatives:compare", args=[card.slug])
    client.force_login(reader, backend="django.contrib.auth.backends.ModelBackend")
    shown = client.get(address, {"avant": public.pgh_id, "apres": latest(card).pgh_id})
    assert shown.status_code == 200 and "plus clair" in shown.text
    hidden = client.get(address, {"avant": draft.pgh_id, "apres": public.pgh_id})
    assert hidden.status_code == 404
    historique = reverse("initiatives:history", args=[card.slug])
    page = client.get(historique).text
    assert "Plus clair" in page and f"avec={public.pgh_id}" in page
    assert f"={draft.pgh_id}" not in page and "Retirer un texte" not in page
    # Chosen from elsewhere, a version that this person cannot read is none.
    assert "version choisie" not in client.get(f"{historique}?avec={draft.pgh_id}").text
    client.force_login(author, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(address, {"avant": draft.pgh_id, "apres": public.pgh_id}).status_code == 200
    assert client.get(address, {"avant": "9" * 30, "apres": "x"}).status_code == 404


def test_a_version_is_taken_back_from_its_page(client: Client, card: Initiative) -> None:
    card = write(card, "essentiel", card.author, title="Premier titre")
    then = latest(card)
    card = write(card, "essentiel", card.author, title="Second titre")
    client.force_login(card.author, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("initiatives:restore_revision", args=[card.slug, then.pgh_id])
    page = client.get(address)
    assert "<ins>Premier" in page.text.replace("\n", "")
    card = write(card, "besoin", card.author, need="Autre besoin")
    late = client.post(address, {"version": card.version - 1, "reason": "Retour"})
    assert late.status_code == 422 and "relisez" in late.text and "Retour" in late.text
    done = client.post(address, {"version": card.version, "reason": "Retour"})
    assert done.status_code == 302
    assert Initiative.objects.get(pk=card.pk).title == "Premier titre"


def test_reading_history_costs_the_same_whatever_its_length(
    client: Client, card: Initiative
) -> None:
    client.force_login(card.author, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("initiatives:history", args=[card.slug])
    counts = []
    for turn in range(3):
        for n in range(1 + 10 * turn):
            card = write(card, "essentiel", card.author, title=f"Titre {turn} {n}", reason="Motif")
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        counts.append(len(queries))
    assert counts[0] == counts[1] == counts[2]


def test_two_versions_far_apart_are_compared_from_page_to_page(
    client: Client, card: Initiative
) -> None:
    for n in range(65):
        card = write(card, "essentiel", card.author, title=f"Titre {n}")
    client.force_login(card.author)
    address = reverse("initiatives:history", args=[card.slug])
    oldest, newest = events_of(card, by_team=True).last(), latest(card)
    first = client.get(address).text
    assert f"?avec={newest.pgh_id}" in first and f"avant={oldest.pgh_id}" not in first
    # The choice stays in the address of each page.
    second = client.get(address, {"avec": newest.pgh_id}).text
    assert f"avec={newest.pgh_id}&amp;page=3" in second and "version choisie" in second
    third = client.get(address, {"avec": newest.pgh_id, "page": 3}).text
    link = f"avant={newest.pgh_id}&amp;apres={oldest.pgh_id}"
    assert link in third and "Vous avez choisi" in third
    page = client.get(
        f"{reverse('initiatives:compare', args=[card.slug])}?{link}".replace("&amp;", "&")
    )
    assert "Titre 64" in page.text
    # On the border of a page, the version before stands on the next.
    border = list(events_of(card, by_team=True)[29:31])
    assert f"avant={border[1].pgh_id}&amp;apres={border[0].pgh_id}" in first


def test_a_version_is_read_from_the_rows_that_stood_not_from_all_those_written(
    card: Initiative,
) -> None:
    """Of a list changed a hundred times, one row for each part that stands."""
    for n in range(30):
        rows = [component("Accueil", "core") | {"why": f"Raison {n}"}]
        card = write(card, "composantes", card.author, components=rows)
    with CaptureQueriesContext(connection) as queries:
        then = content_at(card, latest(card))
    assert then["composantes"]["components"][0]["why"] == "Raison 29"
    assert len(queries) <= 11
    (asked,) = [q["sql"] for q in queries if 'FROM "initiatives_componentevent"' in q["sql"]]
    assert "DISTINCT ON" in asked


@pytest.mark.django_db(transaction=True)  # what was written when is told by transactions
def test_a_theme_given_by_mapping_a_word_belongs_to_the_versions_that_follow(
    card: Initiative,
) -> None:
    theme = ThemeFactory()
    card = write(card, "essentiel", card.author, tags=["mot inconnu"])
    untold = latest(card)
    assert give_term("theme", theme, ["mot inconnu"]) == 1
    card = write(card, "besoin", card.author, need="Un autre besoin.")
    mapped = latest(card)
    card = write(card, "besoin", card.author, need="Encore un autre.")
    assert content_at(card, untold)["essentiel"]["themes"] == []
    assert content_at(card, mapped)["essentiel"]["themes"] == [theme.pk]
    card = restore_revision(card, mapped, by=card.author, version=card.version)
    assert list(card.themes.all()) == [theme]


def test_reasons_given_among_those_who_drafted_stay_among_them(
    card: Initiative, client: Client
) -> None:
    card = write(card, "besoin", card.author, "Le maire n’en veut pas.", need="Un besoin.")
    card = publish_card(card, by=UserFactory(manager=True))
    card = write(card, "besoin", card.author, "Chiffres de 2015.", need="Un autre.")
    address = reverse("initiatives:history", args=[card.slug])
    client.force_login(UserFactory())
    page = client.get(address).content.decode()
    assert "Chiffres de 2015." in page and "Le maire" not in page
    client.force_login(card.author)
    assert "Le maire n’en veut pas." in client.get(address).content.decode()


def test_the_reasons_i_gave_are_among_my_data(card: Initiative) -> None:
    write(card, "besoin", card.author, "Chiffres de 2015.", need="Un besoin.")
    assert [r["text"] for r in cards_of(card.author)["reasons"]] == ["Chiffres de 2015."]
    assert list(cards_of(UserFactory())["reasons"]) == []
