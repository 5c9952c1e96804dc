"""The managers' board: needs without a good answer, counted exactly, put together by meaning."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from essaim.matching import board, clusters, openings, titles
from essaim.matching.actions import dismissals, standing
from essaim.matching.models import Standing
from essaim.matching.openings import Opening
from essaim.needs.models import Need
from essaim.territories.models import Containment, Overlap
from tests.matching.helpers import known, meaning, theme
from tests.needs.factories import NeedFactory
from tests.people.factories import UserFactory
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db
DOCTOR = "Plus aucun médecin dans le canton"


@pytest.fixture(autouse=True)
def words_mean_themselves() -> Iterator[None]:
    with meaning():
        yield


def unmet(text: str = DOCTOR, **fields: Any) -> Need:
    need = NeedFactory(text=text, **fields)
    standing.weigh([need.pk])
    return need


@pytest.fixture
def manager() -> Client:
    client = Client()
    client.force_login(
        UserFactory(manager=True), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


def listed() -> set[int]:
    return set(board.unmet().values_list("need", flat=True))


class TestWhatIsUnmet:
    def test_until_a_good_answer_comes(self) -> None:
        need = unmet()
        assert listed() == {need.pk}
        made = known(DOCTOR)
        standing.note_changed([made.pk])
        standing.compare()
        assert listed() == set()

    def test_an_answer_that_was_set_aside_is_no_answer(self) -> None:
        made = known(DOCTOR)
        need = unmet()
        assert listed() == set()
        dismissals.dismiss(need, "initiative", made.pk, category="tried", text="", by=need.author)
        assert listed() == {need.pk}

    def test_is_said_alike_by_the_board_the_list_and_who_prepares_a_call(
        self, manager: Client
    ) -> None:
        """One rule: what the search had found that day does not count."""
        known(DOCTOR)
        found_later = unmet(DOCTOR, found=0)
        lacking = unmet("Des crèches ouvertes le soir", found=12, theme=theme("enfance"))
        unmet("Secret de la direction", private=True)
        assert listed() == set(Need.objects.shared().unmet().values_list("pk", flat=True))
        assert listed() == {lacking.pk} and found_later.found_nothing
        listed_there = manager.get(reverse("needs:list"), {"unmet": "on"}).context["page"]
        assert list(listed_there) == [lacking]
        counted = manager.get(reverse("calls:unmet")).context["unmet"]
        assert (counted.total, [line.count for line in counted.themes]) == (1, [1])
        assert manager.get(reverse("matching:board")).context["total"] == counted.total

    def test_what_not_every_member_may_read_is_nowhere(self, manager: Client) -> None:
        unmet("Secret de la direction", private=True)
        unmet("Secret de l’association", for_organisation=True)
        there = unmet("Médecin", public=True)
        assert listed() == {there.pk}
        for address in ("/besoins/sans-reponse", "/besoins/sans-reponse/export"):
            answer = manager.get(address)
            body = b"".join(answer) if answer.streaming else answer.content
            assert b"Secret" not in body

    def test_not_even_their_own_private_need(self) -> None:
        author = UserFactory(manager=True)
        unmet("Secret", author=author, private=True)
        assert listed() == set()


class TestCounts:
    def test_by_theme_and_department_are_exact(self) -> None:
        isere, ain = (TerritoryFactory(kind="department", code=code) for code in ("38", "01"))
        village = TerritoryFactory(inside=[isere])
        across = TerritoryFactory(kind="epci", inside=[isere, ain])
        region = TerritoryFactory(kind="region")
        health = theme("sante")
        for place in (village, village, across, region, None):
            unmet(territory=place, theme=health if place == village else None)
        found = board.unmet()
        assert [(t.label, t.count) for t in board.by_theme(found)] == [
            ("sans thème", 3), ("sante", 2),
        ]  # fmt: skip
        assert [(t.label, t.count) for t in board.by_department(found)] == [
            (isere.label, 3), (ain.label, 1), ("région ou pays entier", 1), ("sans territoire", 1),
        ]  # fmt: skip
        assert board.unmet(territory=isere).count() == 3
        assert board.unmet(theme=health).count() == 2

    def test_what_crosses_departments_counts_in_each_and_its_filter_shows_it(self) -> None:
        region = TerritoryFactory(kind="region")
        isere, ain, loire = (
            TerritoryFactory(kind="department", code=code, inside=[region])
            for code in ("38", "01", "42")
        )
        group = TerritoryFactory(kind="group", code="isere-et-ain", inside=[region])
        for each in (isere, ain):
            Containment.objects.create(ancestor=group, descendant=each)
        across = TerritoryFactory(kind="epci", inside=[region])
        for one, other in ((isere, across), (ain, across)):
            Overlap.objects.create(one=one, other=other)
            Overlap.objects.create(one=other, other=one)
        for place in (group, across, isere, region):
            unmet(territory=place)
        counted = board.by_department(board.unmet())
        assert [(t.label, t.count) for t in counted] == [
            (isere.label, 3), (ain.label, 2), ("région ou pays entier", 1),
        ]  # fmt: skip
        assert [t.query for t in counted[:2]] == [
            f"territory=department:{each.code}" for each in (isere, ain)
        ]
        for place, n in ((isere, 3), (ain, 2), (loire, 0), (region, 4)):
            assert board.unmet(territory=place).count() == n


class TestClusters:
    def test_are_named_by_their_commonest_words(self) -> None:
        for text in ("Aucun médecin au canton", "Un médecin pour le canton", "Médecin au canton"):
            unmet(text)
        unmet("Des crèches ouvertes le soir")
        groups = board.groups(board.unmet(), UserFactory())
        assert [(group.name, len(group.needs)) for group in groups] == [
            ("médecin, canton", 3), ("crèches ouvertes soir", 1),
        ]  # fmt: skip

    def test_are_always_the_same(self) -> None:
        chance = np.random.default_rng(3)
        vectors = chance.normal(size=(300, 8))
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        texts = [f"besoin {n}" for n in range(300)]
        first = clusters.clusters(vectors, texts)
        assert first == clusters.clusters(vectors, texts)
        assert sorted(at for each in first for at in each.members) == list(range(300))
        for each in first:
            centre = vectors[each.members[0]]
            assert all(vectors[at] @ centre >= 0.45 - 1e-9 for at in each.members)
        assert [len(each.members) for each in first] == sorted(
            (len(each.members) for each in first), reverse=True
        )

    def test_are_those_of_the_definition(self) -> None:
        """The most neighbours left first, the oldest of equals, by plain counting."""
        vectors = np.random.default_rng(5).normal(size=(120, 4))
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        near = [set(np.flatnonzero(vectors @ each >= 0.45).tolist()) for each in vectors]
        left, told = set(range(120)), []
        while left:
            best = min(left, key=lambda at: (-len(near[at] & left), at))
            told.append([best, *sorted((near[best] & left) - {best})])
            left -= set(told[-1])
        assert clusters.together(vectors) == sorted(told, key=lambda each: (-len(each), each[0]))

    def test_are_computed_once_for_the_same_needs(self, monkeypatch: pytest.MonkeyPatch) -> None:
        asked: list[int] = []
        computed = clusters.together
        monkeypatch.setattr(
            clusters, "together", lambda vectors: asked.append(1) or computed(vectors)
        )
        need = unmet()
        first = board.groups(board.unmet())
        assert first.members == board.groups(board.unmet()).members == [[need.pk]]
        assert asked == [1]
        another = unmet("Des crèches ouvertes le soir")
        assert sorted(board.groups(board.unmet()).members) == [[need.pk], [another.pk]]
        assert asked == [1, 1]

    def test_buttons_are_made_for_the_groups_shown_alone(self, manager: Client) -> None:
        for at in range(23):
            unmet(f"Manque{at} essentiel{at} chez{at} nous{at}")
        made: list[str] = []
        openings.register(
            "essai",
            Opening("Essai", lambda needs, name: made.append(name) or "", lambda user: True),
        )
        try:
            manager.get("/besoins/sans-reponse")
            assert len(made) == 20
            manager.get("/besoins/sans-reponse?page=2")
            assert len(made) == 23
        finally:
            openings.unregister("essai")

    def test_of_nothing(self) -> None:
        assert clusters.clusters(np.zeros((0, 8)), []) == []
        assert list(board.groups(board.unmet(), UserFactory())) == []

    def test_no_address_in_a_name(self) -> None:
        assert "exemple" not in clusters.name(["Écrire à a.b@exemple.fr pour le canton"])


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (
            "Bonjour, nos personnes âgées ne vont plus au marché depuis que le car ne passe plus. (fictif)",
            "Appel : nos personnes âgées ne vont plus au marché depuis que le car ne passe plus",
        ),
        ("Bonjour.\nNous cherchons un médecin pour deux villages !", "Appel : un médecin pour deux villages"),
        ("Grenoble manque de crèches ouvertes le soir", "Appel : Grenoble manque de crèches ouvertes le soir"),
        ("Nous avons besoin d’un véhicule adapté", "Appel : un véhicule adapté"),
        ("Nous avons besoin de crèches le soir", "Appel : crèches le soir"),
        ("L’hiver, on a froid. Rien ne change.", "Appel : l’hiver, on a froid"),
        (
            "Les jeunes du canton n’ont ni permis ni voiture, les bourgs où l’on forme sont à une heure, et"
            " personne ne les y conduit le soir, quand les cours ont lieu",
            "Appel : les jeunes du canton n’ont ni permis ni voiture, les bourgs où l’on forme sont à"
            " une heure, et personne ne les y conduit le soir",
        ),
        ("Mot " * 60, "Appel : " + "Mot " * 33 + "Mot…"),
        ("Médecin", "Appel : Médecin"),
        ("a.b@exemple.fr", ""),
    ],
)  # fmt: skip
def test_a_call_is_titled_by_what_the_central_need_says(text: str, title: str) -> None:
    assert titles.of_call(text) == title


class TestPage:
    def test_says_how_many_and_what_counts(self, manager: Client) -> None:
        unmet()
        page = manager.get("/besoins/sans-reponse").content.decode()
        assert "1 besoin n’a pas de bonne réponse" in page and "0,35" in page

    def test_a_button_only_where_a_room_brings_one(self, manager: Client) -> None:
        need = unmet()
        assert "Ouvrir un lieu" not in manager.get("/besoins/sans-reponse").content.decode()
        openings.register(
            "essai",
            Opening("Ouvrir un lieu", lambda needs, name: f"/lieux?{needs}", lambda user: True),
        )
        try:
            page = manager.get("/besoins/sans-reponse").content.decode()
            assert f"/lieux?[{need.pk}]" in page and "Ouvrir un lieu" in page
        finally:
            openings.unregister("essai")

    def test_a_call_begins_with_the_needs_of_a_cluster_and_the_words_of_one(
        self, manager: Client
    ) -> None:
        place = TerritoryFactory(name="Bourg-les-Bois")
        told = "Le canton n’a plus de médecin. Écrire à a.b@exemple.fr"
        needs = [unmet(each, territory=place) for each in (told, "Un médecin au canton")]
        page = manager.get("/besoins/sans-reponse")
        assert "Ouvrir un appel" in page.content.decode()
        (group,) = page.context["page"]
        address = next(url for _label, url in group.openings if "/appels/" in url)
        form = manager.get(address).context["form"]
        assert form.initial["title"] == "Appel : le canton n’a plus de médecin (Bourg-les-Bois)"
        assert set(form.initial["needs"]) == {each.pk for each in needs}

    def test_a_group_begins_with_the_places_of_a_cluster(self, manager: Client) -> None:
        places = [TerritoryFactory(), TerritoryFactory()]
        needs = [unmet(territory=place) for place in places]
        hidden = unmet(private=True, territory=TerritoryFactory())
        page = manager.get("/besoins/sans-reponse").content.decode()
        assert "Proposer à ces territoires de se grouper" in page
        address = openings.group_url([each.pk for each in (*needs, hidden)], "")
        found = manager.get(address, follow=True).content.decode()
        assert all(place.label in found for place in places)
        assert hidden.territory.label not in found
        assert manager.get("/besoins/sans-reponse/groupe?need=x&need=").status_code == 302

    def test_one_need_alone_makes_no_group(self, manager: Client) -> None:
        unmet(territory=TerritoryFactory())
        page = manager.get("/besoins/sans-reponse").content.decode()
        assert "Proposer à ces territoires" not in page

    def test_a_filter_that_means_nothing(self, manager: Client) -> None:
        assert manager.get("/besoins/sans-reponse?territory=x&theme=y&page=z").status_code == 200

    def test_as_many_queries_whatever_the_rows(
        self, manager: Client, django_assert_num_queries: Any
    ) -> None:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        counts = []
        for rows in (1, 2, 20):
            for _each in range(rows):
                unmet(territory=TerritoryFactory(), theme=theme(f"t{rows}"))
            manager.get("/besoins/sans-reponse")
            with CaptureQueriesContext(connection) as captured:
                manager.get("/besoins/sans-reponse")
            counts.append(len(captured))
        assert len(set(counts)) == 1, counts


class TestExport:
    def test_is_the_rows_of_the_board(self, manager: Client) -> None:
        place = TerritoryFactory()
        mine, other = unmet(territory=place), unmet('=HYPERLINK("x") crèches le soir')
        answer = manager.get("/besoins/sans-reponse/export?format=csv")
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text), delimiter=";"))
        assert rows[0][:3] == ["Numéro", "Besoin", "Groupe de besoins"]
        assert {int(row[0]) for row in rows[1:]} == {mine.pk, other.pk}
        assert all(not cell.startswith("=") for row in rows for cell in row)
        filtered = manager.get(
            f"/besoins/sans-reponse/export?format=xlsx&territory={place.address}"
        )
        book = load_workbook(io.BytesIO(b"".join(filtered.streaming_content)), read_only=True)
        assert [row[0].value for row in book.active.rows][1:] == [mine.pk]

    def test_an_unknown_format_is_the_usual_one(self, manager: Client) -> None:
        assert (
            "csv" in manager.get("/besoins/sans-reponse/export?format=exe")["Content-Disposition"]
        )


def test_a_standing_need_goes_with_it() -> None:
    need = unmet()
    need.delete()
    assert not Standing.objects.exists()
