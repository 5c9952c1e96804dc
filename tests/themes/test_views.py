"""The managers' page of the lists."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from essaim.common.typography import french
from essaim.people.models import User
from essaim.themes import actions
from essaim.themes.models import Theme, UnmappedTag
from essaim.themes.signals import count_words
from tests.people.factories import UserFactory
from tests.themes.factories import AudienceFactory, ThemeFactory

pytestmark = pytest.mark.django_db
LISTS = "/gestion/themes"


@pytest.fixture
def manager(client: Client) -> User:
    user = UserFactory(manager=True)
    client.force_login(user)
    return user


def record(word: str, vocabulary: str = "theme") -> UnmappedTag:
    actions.record_unmapped([word], vocabulary)
    return UnmappedTag.objects.get(vocabulary=vocabulary, text=word)


def test_only_managers_enter(client: Client) -> None:
    tag, theme = record("Éco-lieu"), ThemeFactory()
    pages = [LISTS, reverse("themes:new", args=["theme"]), theme.get_absolute_url()]
    posts = [reverse(f"themes:{name}", args=[tag.pk]) for name in ("map", "ignore", "restore")]
    for page in pages:
        assert client.get(page)["Location"].startswith("/compte/")
    for post in posts:
        assert client.post(post)["Location"].startswith("/compte/")
    client.force_login(UserFactory())
    for page in pages:
        assert client.get(page).status_code == 403
    for post in posts:
        assert client.post(post).status_code == 403
    assert UnmappedTag.objects.waiting().count() == 1


def test_a_manager_maps_a_word_with_one_click(client: Client, manager: User) -> None:
    theme = ThemeFactory(name="Habitat participatif")
    tag = record("habitats participatif")
    page = client.get(LISTS).content.decode()
    # The closest term is chosen already: one click is enough.
    assert f'<option value="{theme.slug}" selected>' in page
    response = client.post(
        reverse("themes:map", args=[tag.pk]),
        {"term": theme.slug, "filters": "vocabulary=theme&page=2"},
        follow=True,
    )
    assert response.redirect_chain[-1][0] == f"{LISTS}?vocabulary=theme&page=2"
    assert french("désigne maintenant « Habitat participatif »") in response.content.decode()
    assert not UnmappedTag.objects.exists()


def test_clicking_twice_is_told_without_harm(client: Client, manager: User) -> None:
    theme, tag = ThemeFactory(), record("Éco-lieu")
    url = reverse("themes:map", args=[tag.pk])
    client.post(url, {"term": theme.slug})
    assert (
        "déjà été rattaché" in client.post(url, {"term": theme.slug}, follow=True).content.decode()
    )


@pytest.mark.parametrize("term", ["", "inconnu", "\x00", "<script>", "x" * 10_000])
def test_a_term_that_does_not_exist_is_told(client: Client, manager: User, term: str) -> None:
    tag = record("Éco-lieu")
    page = client.post(reverse("themes:map", args=[tag.pk]), {"term": term}, follow=True)
    assert french("Choisissez à quoi rattacher « Éco-lieu »") in page.content.decode()
    assert UnmappedTag.objects.waiting().count() == 1


def test_a_word_may_be_left_and_taken_up_again(client: Client, manager: User) -> None:
    tag = record("Divers")
    client.post(reverse("themes:ignore", args=[tag.pk]))
    assert "Divers" not in client.get(LISTS).content.decode().split('id="list-theme"')[0].replace(
        french("« Divers » reste tel quel"), ""
    )
    assert "Divers" in client.get(LISTS, {"ignored": "on"}).content.decode()
    client.post(reverse("themes:restore", args=[tag.pk]))
    assert UnmappedTag.objects.waiting().get() == tag


def test_the_page_says_on_how_many_cards_a_word_is(client: Client, manager: User) -> None:
    record("Éco-lieu")
    actions.record_unmapped(["eco lieu"], "theme")

    def answer(sender: Any, vocabulary: str, words: list[str], **kwargs: Any) -> dict[str, int]:
        assert set(words) == {"Éco-lieu", "eco lieu"}
        return {"Éco-lieu": 3, "eco lieu": 1} if vocabulary == "theme" else {}

    count_words.connect(answer)
    try:
        page = client.get(LISTS).content.decode()
    finally:
        count_words.disconnect(answer)
    assert "sur 4 fiches" in page
    assert "« eco lieu »" in page


def test_words_are_filtered_whatever_is_asked(client: Client, manager: User) -> None:
    record("Éco-lieu")
    record("Bergers", "audience")
    actions.record_unmapped([f"mot {n}" for n in range(45)], "theme")

    def words(**query: str) -> list[str]:
        response = client.get(LISTS, query)
        assert response.status_code == 200
        return [word["tag"].text for word in response.context["words"]]

    assert words(vocabulary="audience") == ["Bergers"]
    assert words(word="ÉCO") == ["Éco-lieu"]
    assert len(words()) == 20
    assert len(words(page="3")) == 7
    assert len(words(page="99")) == 7
    assert words(word="%") == []
    for hostile in ("\x00", "😀" * 50, "x" * 10_000, "'; DROP TABLE themes_theme; --"):
        client.get(LISTS, {"word": hostile, "page": hostile, "vocabulary": hostile})


def test_a_manager_edits_a_term_and_is_told_what_is_wrong(client: Client, manager: User) -> None:
    ThemeFactory(name="Énergie douce", synonyms=["chaleur"])
    theme = ThemeFactory(name="Habitat participatif", synonyms=["éco-lieu"])
    page = client.get(theme.get_absolute_url()).content.decode()
    assert "éco-lieu" in page
    typed = {"name": "Habitat", "name_en": "Dwelling", "synonyms": "éco-lieu\n\nChaleur"}
    page = client.post(theme.get_absolute_url(), typed).content.decode()
    assert french("« Chaleur » désigne déjà « Énergie douce »") in page
    assert 'value="Dwelling"' in page  # nothing typed is lost
    typed["synonyms"] = "éco-lieu\r\nbéguinage  laïque "
    assert client.post(theme.get_absolute_url(), typed)["Location"] == LISTS
    theme.refresh_from_db()
    assert (theme.name, theme.synonyms) == ("Habitat", ["éco-lieu", "béguinage laïque"])


def test_a_manager_adds_a_term(client: Client, manager: User) -> None:
    url = reverse("themes:new", args=["theme"])
    assert client.get(url).status_code == 200
    client.post(url, {"name": "Montagne habitée", "name_en": "Mountain", "synonyms": "alpage"})
    assert Theme.objects.get(slug="montagne-habitee").synonyms == ["alpage"]


@pytest.mark.parametrize(
    "typed",
    [
        {"name": "x" * 101, "name_en": "x"},
        {"name": "<b>x</b>\x00", "name_en": "x"},
        {"name": "Montagne", "name_en": "Mountain", "synonyms": "x" * 10_000},
        {"name": "😀", "name_en": "😀"},
        {},
    ],
)
def test_hostile_terms_are_refused_in_words(
    client: Client, manager: User, typed: dict[str, str]
) -> None:
    response = client.post(reverse("themes:new", args=["theme"]), typed)
    assert response.status_code == 200
    assert "Le formulaire n’a pas été enregistré" in response.content.decode()


def test_html_in_a_word_is_only_text(client: Client, manager: User) -> None:
    record("<script>alert(1)</script>")
    ThemeFactory(name="<b>gras</b>")
    page = client.get(LISTS).content.decode()
    assert "<script>alert" not in page
    assert "<b>gras" not in page


@pytest.mark.parametrize("rows", [1, 3, 50])
def test_the_page_costs_the_same_with_few_and_many_rows(
    client: Client, manager: User, rows: int, django_assert_num_queries
) -> None:
    actions.record_unmapped([f"mot {n}" for n in range(rows)], "theme")
    actions.record_unmapped([f"mot {n}" for n in range(rows)], "audience")
    for _ in range(rows):
        ThemeFactory()
        AudienceFactory()
    client.get(LISTS)
    # Session, reader, both lists, number of words, words; one for each list of words met; header.
    with django_assert_num_queries(8):
        client.get(LISTS)


def test_the_administration_lists_both(client: Client) -> None:
    client.force_login(UserFactory(administrator=True))
    theme = ThemeFactory()
    record("Éco-lieu")
    for page in ("theme", "audience", "unmappedtag"):
        assert client.get(f"/admin/themes/{page}/", {"q": "eco"}).status_code == 200
    assert client.get(f"/admin/themes/theme/{theme.pk}/change/").status_code == 200
