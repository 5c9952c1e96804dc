"""Needs on the screen: found, read, stated by anyone, changed by their author."""

import re
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from essaim.common.typography import french
from essaim.matching.models import Standing
from essaim.needs.models import Need
from essaim.people.models import User
from tests.needs.factories import NeedFactory
from tests.people.factories import MembershipFactory, UserFactory
from tests.territories.factories import TerritoryFactory
from tests.themes.factories import ThemeFactory

pytestmark = pytest.mark.django_db
LIST, NEW = "/besoins", "/besoins/nouveau"
PASSWORD = "une phrase de passe longue"
HOSTILE = ["x" * 10_000, "😀🐝" * 100, "<script>alert(1)</script>", "'; DROP TABLE needs_need; --"]


def page(client: Client, url: str, query: dict[str, Any] | None = None, status: int = 200) -> str:
    response = client.get(url, query or {})
    assert response.status_code == status
    return response.content.decode()


def typed(client: Client, url: str = NEW, query: dict[str, Any] | None = None) -> dict[str, Any]:
    """What the browser would send back from a page's form, untouched."""
    form = client.get(url, query or {}).context["form"]
    return {
        field.html_name: field.value() for field in form if field.value() not in (None, "", False)
    }


class TestStating:
    def test_a_search_becomes_a_need_in_one_step(self, client: Client) -> None:
        client.force_login(UserFactory())
        place, theme = TerritoryFactory(), ThemeFactory()
        search = {
            "q": "aînés isolés", "territory": place.address, "theme": theme.slug,
            "phase": "replicate", "found": "0",
        }  # fmt: skip
        assert "aînés isolés" in page(client, NEW, search)
        response = client.post(NEW, typed(client, NEW, search))
        need = Need.objects.get()
        assert response["Location"] == need.get_absolute_url()
        assert (need.text, need.territory, need.theme) == ("aînés isolés", place, theme)
        assert need.visibility == "members"
        assert need.found_nothing
        shown = page(client, need.get_absolute_url())
        assert "Rien trouvé à l’époque" in shown
        assert need.search_url().replace("&", "&amp;") in shown
        assert "phase=replicate" in need.search_url()

    def test_a_double_submit_creates_one_need(self, client: Client) -> None:
        client.force_login(UserFactory())
        data = typed(client) | {"text": "Du transport"}
        first, second = client.post(NEW, data), client.post(NEW, data)
        assert first["Location"] == second["Location"]
        assert Need.objects.count() == 1

    def test_nothing_typed_is_lost_through_the_sign_in(self, client: Client) -> None:
        UserFactory(email="claire@exemple.fr")
        place = TerritoryFactory()
        data = typed(client, NEW, {"q": "x", "territory": place.address, "found": "2"})
        data |= {"text": "Du transport le soir", "visibility": "public"}
        response = client.post(NEW, data)
        assert response["Location"] == f"/compte/login/?next={NEW}"
        assert not Need.objects.exists()
        client.login(email="claire@exemple.fr", password=PASSWORD)
        assert "Du transport le soir" in page(client, NEW)
        client.post(NEW, typed(client))
        need = Need.objects.get()
        assert (need.text, need.territory, need.found) == ("Du transport le soir", place, 2)
        assert need.visibility == "public"
        # Once saved, the draft no longer comes back.
        assert "Du transport" not in page(client, NEW)

    def test_a_visitor_who_types_badly_is_told_at_once(self, client: Client) -> None:
        shown = client.post(NEW, {"text": "", "visibility": "public"}).content.decode()
        assert "Le formulaire n’a pas été enregistré" in shown

    def test_a_new_search_does_not_throw_an_older_draft_away(self, client: Client) -> None:
        client.post(NEW, {"text": "Du transport", "visibility": "public"})
        shown = page(client, NEW, {"q": "du logement"})
        assert "du logement" in shown
        assert "Un besoin commencé vous attend" in shown
        assert "Du transport" in page(client, NEW)

    def test_reading_the_page_writes_nothing(self, client: Client) -> None:
        client.get(NEW, {"q": "du logement"})
        assert "sessionid" not in client.cookies

    def test_a_member_speaks_for_their_organisation(self, client: Client) -> None:
        member = MembershipFactory()
        other = MembershipFactory().organisation
        client.force_login(member.user)
        data = {"text": "Du transport", "visibility": "organisation"}
        assert "Choisissez l’organisation" in client.post(NEW, data).content.decode()
        refused = client.post(NEW, data | {"organisation": other.slug})
        assert refused.status_code == 422
        client.post(NEW, data | {"organisation": member.organisation.slug})
        assert Need.objects.get().organisation == member.organisation

    def test_without_an_organisation_it_is_not_offered(self, client: Client) -> None:
        client.force_login(UserFactory())
        shown = page(client, NEW)
        assert 'name="organisation"' not in shown
        assert 'value="organisation"' not in shown

    def test_personal_data_are_pointed_at_before_others_read_them(self, client: Client) -> None:
        client.force_login(UserFactory())
        data = typed(client) | {"text": "Écrire à luc@exemple.fr", "visibility": "public"}
        shown = client.post(NEW, data).content.decode()
        assert french("adresse e-mail « luc@exemple.fr »") in shown
        assert 'name="personal_data_accepted"' in shown
        assert not Need.objects.exists()
        client.post(NEW, data | {"personal_data_accepted": "on"})
        assert Need.objects.get().text == "Écrire à luc@exemple.fr"

    @pytest.mark.parametrize("words", HOSTILE)
    def test_hostile_words_are_kept_as_text_or_refused_in_words(
        self, client: Client, words: str
    ) -> None:
        client.force_login(UserFactory())
        prefilled = page(client, NEW, {"q": words, "found": words, "theme": words, "phase": words})
        assert "<script>alert" not in prefilled
        response = client.post(NEW, {"text": words, "visibility": "public"})
        if len(words) > 5000:
            shown = response.content.decode()
            assert "5000" in shown
            assert words in shown  # still there, to be shortened
        else:
            need = Need.objects.get()
            assert need.text == words
            assert "<script>alert" not in page(client, need.get_absolute_url())
            assert "<script>alert" not in page(client, LIST)

    @pytest.mark.parametrize("name", ["q", "territory", "theme", "found", "phase"])
    def test_a_zero_byte_in_the_address_harms_nothing(self, client: Client, name: str) -> None:
        client.force_login(UserFactory())
        page(client, NEW, {name: "a\x00b"})
        assert client.post(NEW, {"text": "a\x00b", "visibility": "public"}).status_code == 422

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("territory", "commune:00000"), ("theme", "inconnu"), ("visibility", "all"),
            ("found", "-1"), ("found", "9" * 30), ("submission", "x"), ("territory", "x" * 10_000),
        ],
    )  # fmt: skip
    def test_a_tampered_field_is_refused_and_the_text_stays(
        self, client: Client, name: str, value: str
    ) -> None:
        client.force_login(UserFactory())
        data = {"text": "Du transport", "visibility": "public", name: value}
        assert "Du transport" in client.post(NEW, data).content.decode()
        assert not Need.objects.exists()


class TestReading:
    def test_who_may_not_read_it_is_not_told_it_exists(self, client: Client) -> None:
        need = NeedFactory(private=True)
        assert client.get(need.get_absolute_url())["Location"].startswith("/compte/login/")
        client.force_login(UserFactory(manager=True))
        for url in (need.get_absolute_url(), f"/besoins/{need.pk}/modifier"):
            page(client, url, status=404)
        page(client, "/besoins/99999999999999999999", status=404)

    def test_a_visitor_sees_neither_names_nor_contacts(self, client: Client) -> None:
        author = UserFactory(name="Claire Martin", email="cm@exemple.fr")
        need = NeedFactory(
            public=True, author=author, text="Écrire à luc@exemple.fr ou 06 12 34 56 78"
        )
        for url in (LIST, need.get_absolute_url()):
            shown = page(client, url)
            assert "exemple.fr" not in shown
            assert "06 12" not in shown
            assert "Claire" not in shown
            assert "un membre de la plateforme" in shown
        client.force_login(UserFactory())
        shown = page(client, need.get_absolute_url())
        assert "Claire Martin" in shown
        assert "exemple.fr" not in shown
        # Its author, and managers, who moderate, read what they wrote.
        for reader in (author, UserFactory(manager=True)):
            client.force_login(reader)
            assert "luc@exemple.fr" in page(client, need.get_absolute_url())

    @pytest.mark.parametrize(
        ("public_name", "with_organisation", "expected"),
        [
            (True, True, "Claire Martin, Ville de Meylan"),
            (True, False, "Claire Martin"),
            (False, True, "Ville de Meylan"),
        ],
    )
    def test_the_person_chooses_whether_the_public_reads_their_name(
        self, client: Client, public_name: bool, with_organisation: bool, expected: str
    ) -> None:
        author = UserFactory(name="Claire Martin", name_is_public=public_name)
        membership = MembershipFactory(user=author, organisation__name="Ville de Meylan")
        NeedFactory(
            public=True,
            author=author,
            organisation=membership.organisation if with_organisation else None,
        )
        line = re.sub(r"\s+", " ", page(client, LIST))
        assert f"Par {expected}, le" in line

    def test_an_author_without_a_name_is_not_told_by_their_address(self, client: Client) -> None:
        need = NeedFactory(author=UserFactory(name="", email="cm@exemple.fr"))
        client.force_login(UserFactory())
        assert "cm@exemple.fr" not in page(client, need.get_absolute_url())

    def test_the_author_is_offered_to_change_and_withdraw(self, client: Client) -> None:
        need = NeedFactory(public=True)
        assert "/modifier" not in page(client, need.get_absolute_url())
        client.force_login(need.author)
        shown = page(client, need.get_absolute_url())
        assert f"/besoins/{need.pk}/modifier" in shown
        assert f"/besoins/{need.pk}/retirer" in shown

    def test_every_page_says_who_can_read(self, client: Client) -> None:
        need = NeedFactory(for_organisation=True)
        client.force_login(need.author)
        assert need.organisation.name in page(client, need.get_absolute_url())


class TestList:
    @pytest.fixture(autouse=True)
    def bank(self) -> None:
        self.isere = TerritoryFactory(kind="department", code="T38", name="Isère d’essai")
        self.meylan = TerritoryFactory(name="Meylan d’essai", inside=[self.isere])
        self.theme = ThemeFactory()
        self.old = NeedFactory(public=True, text="Des AÎNÉS isolés l’été", territory=self.meylan)
        self.new = NeedFactory(public=True, text="Du logement 100 % sain", theme=self.theme)
        self.unmet = NeedFactory(public=True, unmet=True, text="Une cantine")
        Standing.objects.create(need=self.unmet, version=1)  # compared, without a good answer

    def found(self, client: Client, **query: str) -> list[Need]:
        response = client.get(LIST, query)
        assert response.status_code == 200
        return list(response.context["page"])

    def test_filters_add_up(self, client: Client) -> None:
        assert self.found(client) == [self.unmet, self.new, self.old]
        assert self.found(client, q="aines ISOLES") == [self.old]
        assert self.found(client, q="100 %") == [self.new]
        assert self.found(client, territory=self.isere.address) == [self.old]
        assert self.found(client, territory=self.meylan.address) == [self.old]
        assert self.found(client, theme=self.theme.slug) == [self.new]
        assert self.found(client, unmet="on") == [self.unmet]
        assert self.found(client, unmet="on", q="cantine") == [self.unmet]
        client.force_login(self.old.author)
        assert self.found(client, mine="on") == [self.old]

    def test_an_empty_list_says_which_filter_hides_what(self, client: Client) -> None:
        shown = page(client, LIST, {"q": "logement", "unmet": "on"})
        assert "Aucun besoin" in shown
        assert 'href="/besoins?unmet=on"' in shown
        assert 'href="/besoins?q=logement"' in shown

    def test_what_is_not_understood_is_told_and_the_rest_applies(self, client: Client) -> None:
        shown = page(client, LIST, {"theme": "inconnu", "q": "cantine"})
        assert "fr-error-text" in shown
        assert self.found(client, theme="inconnu", q="cantine") == [self.unmet]

    @pytest.mark.parametrize("words", [*HOSTILE, "\x00", "a " * 500, "%_\\"])
    def test_hostile_filters_break_nothing(self, client: Client, words: str) -> None:
        names = ("q", "territory", "theme", "unmet", "mine", "page")
        assert "<script>alert" not in page(client, LIST, dict.fromkeys(names, words))
        for name in names:
            page(client, LIST, {name: words})

    def test_long_lists_have_pages(self, client: Client) -> None:
        NeedFactory.create_batch(25, public=True)
        assert len(self.found(client)) == 20
        assert len(self.found(client, page="2")) == 8
        shown = page(client, LIST, {"q": "hameau"})
        assert "25 besoins" in re.sub(r"\s+", " ", shown)
        assert "q=hameau&amp;page=2" in shown


class TestChanging:
    def form(self, client: Client, need: Need) -> dict[str, Any]:
        return typed(client, reverse("needs:edit", args=[need.pk]))

    def test_the_author_changes_it(self, client: Client) -> None:
        member = MembershipFactory()
        need = NeedFactory(whole=True, author=member.user, organisation=member.organisation)
        client.force_login(member.user)
        data = self.form(client, need)
        assert data["organisation"] == member.organisation.slug
        url = reverse("needs:edit", args=[need.pk])
        response = client.post(url, data | {"text": "Autrement", "visibility": "public"})
        assert response["Location"] == need.get_absolute_url()
        before = (need.territory, need.theme, need.organisation, need.search, need.found)
        need.refresh_from_db()
        assert need.text == "Autrement"
        assert (need.territory, need.theme, need.organisation, need.search, need.found) == before

    def test_a_page_open_elsewhere_overwrites_nothing(self, client: Client) -> None:
        need = NeedFactory(text="Du transport")
        client.force_login(need.author)
        first, second = self.form(client, need), self.form(client, need)
        url = reverse("needs:edit", args=[need.pk])
        client.post(url, first | {"text": "Du transport le soir"})
        shown = client.post(url, second | {"text": "Du transport le matin"}).content.decode()
        assert "modifié ailleurs" in shown
        assert "Du transport le matin" in shown
        need.refresh_from_db()
        assert need.text == "Du transport le soir"

    def test_others_may_not(self, client: Client) -> None:
        need = NeedFactory(public=True)
        urls = [reverse(f"needs:{name}", args=[need.pk]) for name in ("edit", "withdraw")]
        for url in urls:
            assert client.get(url)["Location"].startswith("/compte/login/")
            assert client.post(url)["Location"].startswith("/compte/login/")
        client.force_login(UserFactory())
        for url in urls:
            assert client.get(url).status_code == 403
            assert client.post(url).status_code == 403
        assert Need.objects.filter(pk=need.pk).exists()

    def test_withdrawing_asks_first(self, client: Client) -> None:
        need = NeedFactory()
        client.force_login(need.author)
        url = reverse("needs:withdraw", args=[need.pk])
        assert "Retirer ce besoin" in page(client, url)
        assert Need.objects.filter(pk=need.pk).exists()
        assert "Le besoin est retiré" in client.post(url, follow=True).content.decode()
        # Whoever was reading it is told, and its words are nowhere.
        shown = page(client, need.get_absolute_url(), status=410)
        assert "Ce besoin a été retiré" in shown
        assert need.text not in shown
        client.force_login(UserFactory())
        page(client, need.get_absolute_url(), status=410)
        client.logout()
        assert "/compte/login" in client.get(need.get_absolute_url())["Location"]

    def test_a_manager_withdraws_what_should_not_be_there(self, client: Client) -> None:
        need = NeedFactory(public=True)
        client.force_login(UserFactory(manager=True))
        client.post(reverse("needs:withdraw", args=[need.pk]))
        need.refresh_from_db()
        assert (need.state, need.text) == ("withdrawn", "")


class TestBudgets:
    @pytest.mark.parametrize("rows", [1, 3, 50])
    @pytest.mark.parametrize("role", ["visitor", "member", "manager"])
    def test_the_list_costs_the_same(
        self, client: Client, role: str, rows: int, django_assert_num_queries
    ) -> None:
        for _ in range(rows):
            NeedFactory(whole=True, public=True)
        reader: User | None = None
        if role != "visitor":
            reader = UserFactory(manager=role == "manager")
            client.force_login(reader)
        client.get(LIST)
        # Count, rows, themes of the filter; and session, reader and unread notifications of a
        # signed-in person.
        with django_assert_num_queries(6 if reader else 3):
            client.get(LIST)

    @pytest.mark.parametrize("rows", [1, 3, 50])
    def test_the_form_and_the_page_cost_the_same(
        self, client: Client, rows: int, django_assert_num_queries
    ) -> None:
        member = MembershipFactory()
        for _ in range(rows):
            ThemeFactory()
            MembershipFactory(user=member.user)
        need = NeedFactory(whole=True, author=member.user)
        client.force_login(member.user)
        for address in (need.get_absolute_url(), f"{NEW}?q=du+transport"):
            client.get(address)  # what a process reads once is read
        with django_assert_num_queries(15):
            client.get(need.get_absolute_url())
        with django_assert_num_queries(13):
            client.get(NEW, {"q": "du transport"})


def test_a_submission_key_is_drawn_for_each_form(client: Client) -> None:
    keys = {uuid.UUID(str(typed(client)["submission"])) for _ in range(2)}
    assert len(keys) == 2
