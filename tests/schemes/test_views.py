"""The directory on the screen: found, filtered, read, written by those who keep it."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from essaim.schemes import interchange
from essaim.schemes.actions import writing
from essaim.schemes.models import Scheme, Window
from essaim.themes.matching import Vocabulary
from tests.people.factories import MembershipFactory, UserFactory
from tests.schemes.factories import SchemeFactory, WindowFactory
from tests.territories.factories import TerritoryFactory
from tests.themes.factories import ThemeFactory

pytestmark = pytest.mark.django_db
LIST, MAP, NEW = "/dispositifs", "/dispositifs/carte", "/dispositifs/nouveau"


def page(client: Client, url: str, query: dict[str, Any] | None = None, status: int = 200) -> str:
    response = client.get(url, query or {})
    assert response.status_code == status
    return response.content.decode()


def found(client: Client, **query: Any) -> set[str]:
    return {scheme.title for scheme in client.get(LIST, query).context["page"]}


class TestFinding:
    def test_filters_count_exactly_and_show_as_chips(self, client: Client) -> None:
        theme = ThemeFactory()
        SchemeFactory(title="Conseil", helps=["strategy"], stages=["scaling"], themes=[theme])
        SchemeFactory(title="Prêt", helps=["loan"], points=["economics"], applicants=["commune"])
        assert found(client) == {"Conseil", "Prêt"}
        for query in (
            {"help": "strategy"}, {"stage": "scaling"}, {"theme": theme.slug}, {"help": "strategy", "stage": "scaling"},
        ):  # fmt: skip
            assert found(client, **query) == {"Conseil"}
        for query in ({"point": "economics"}, {"applicant": "commune"}):
            assert found(client, **query) == {"Prêt"}
        text = page(client, LIST, {"help": "strategy"})
        assert "1 dispositif" in text
        assert "Retirer le filtre accompagnement en stratégie" in text

    def test_a_line_shows_words_and_no_marks(self, client: Client) -> None:
        SchemeFactory(description="## Pour qui\n- les **communes**, [ici](https://exemple.fr/x)")
        text = page(client, LIST)
        assert "les communes, ici" in text and "**" not in text and "exemple.fr/x" not in text

    def test_one_that_says_no_track_serves_both(self, client: Client) -> None:
        SchemeFactory(title="Les deux")
        SchemeFactory(title="Public", track="public")
        assert found(client, track="social") == {"Les deux"}

    def test_what_contains_a_place_applies_there(self, client: Client) -> None:
        place, elsewhere = TerritoryFactory(), TerritoryFactory()
        SchemeFactory(title="Ici", territories=[place])
        SchemeFactory(title="Là", territories=[elsewhere])
        SchemeFactory(title="On ne sait pas")
        assert found(client, territory=place.address) == {"Ici"}
        assert found(client, territory=place.address, anywhere="on") == {"Ici", "On ne sait pas"}

    def test_open_today(self, client: Client) -> None:
        WindowFactory(scheme__title="Ouvert")
        WindowFactory(scheme__title="Fermé", over=True)
        SchemeFactory(title="Toujours", recurrence="permanent")
        assert found(client, open="on") == {"Ouvert", "Toujours"}

    def test_what_has_ended_is_hidden_until_asked_for(self, client: Client) -> None:
        SchemeFactory(title="Disparu", ended_on=dt.date(2020, 1, 1))
        assert found(client) == set()
        assert found(client, ended="on") == {"Disparu"}

    def test_an_empty_list_says_what_to_relax(self, client: Client) -> None:
        SchemeFactory(title="Conseil", helps=["strategy"])
        text = page(client, LIST, {"help": "strategy", "stage": "scaling"})
        assert "sans le filtre changement d’échelle" in text
        assert re.search(r"</a>\s*:\s1</li>", text)

    def test_nonsense_in_the_address_is_ignored(self, client: Client) -> None:
        SchemeFactory(title="Conseil")
        query = {"help": "<script>", "territory": "zzz", "theme": "\x00", "page": "-3", "q": ""}
        assert found(client, **query) == {"Conseil"}

    @pytest.mark.parametrize("address", [LIST, MAP])
    def test_costs_the_same_however_many(
        self, client: Client, address: str, django_assert_max_num_queries: Any
    ) -> None:
        for more in (1, 2, 47):
            for _n in range(more):
                WindowFactory(scheme__rich=True, scheme__track="public")
            with django_assert_max_num_queries(7):
                page(client, address)


class TestSearching:
    """By the engine of the cards: ranked, counted, within the filters."""

    def test_words_rank_and_filters_hold(self, client: Client) -> None:
        for title, helps in (("Fonds vélo", ["loan"]), ("Prix vélo", ["funding"]), ("Autre", [])):
            record = {"id": title, "title": title, "helps": helps}
            read, _issues = interchange.read([(1, record)], Vocabulary.load())
            writing.write_records(read, by=None)
        assert found(client, q="vélos") == {"Fonds vélo", "Prix vélo"}
        assert found(client, q="vélos", help="loan") == {"Fonds vélo"}
        assert "2 dispositifs" in page(client, LIST, {"q": "vélo"})

    def test_map_calendar_and_file_hold_what_the_list_shows(self, client: Client) -> None:
        """One search and no second one: a list that any word brings is not a file of all words."""
        for title in ("Fonds vélo", "Prix marche", "Autre"):
            record = {"id": title, "title": title, "deadline": "2099-01-01"}
            read, _issues = interchange.read([(1, record)], Vocabulary.load())
            writing.write_records(read, by=None)
        asked = {"q": "vélos marche"}
        assert found(client, **asked) == {"Fonds vélo", "Prix marche"}
        for url in (MAP, "/dispositifs/calendrier.ics"):
            text = page(client, url, asked)
            assert "Fonds vélo" in text and "Prix marche" in text and "Autre<" not in text
        sent = b"".join(client.get("/dispositifs/export/jsonl", asked).streaming_content)  # type: ignore[arg-type]
        assert sent.count(b"\n") == 2

    def test_no_answer_is_no_list(self, client: Client) -> None:
        SchemeFactory(title="Fonds vélo", helps=["loan"])
        assert found(client, q="zzqqx") == set()
        assert "Aucun dispositif" in page(client, LIST, {"q": "zzqqx"})

    def test_what_has_changed_is_found_by_its_new_words(self, client: Client) -> None:
        client.force_login(UserFactory(manager=True))
        scheme = SchemeFactory(title="Ancien")
        client.post(f"{scheme.get_absolute_url()}/modifier", {"title": "Neuf", "version": 1})
        assert found(client, q="neuf") == {"Neuf"}
        assert found(client, q="ancien") == set()


class TestMaps:
    def test_an_entry_stands_where_it_says_and_apart_where_it_does_not(
        self, client: Client
    ) -> None:
        SchemeFactory(title="Stratège", track="social", stages=["scaling"], helps=["strategy"])
        SchemeFactory(title="Sans case", track="social")
        response = client.get(MAP)
        rows = dict(response.context["social"].rows)
        strategy = next(c for c in rows["Changement d’échelle"] if "stratégie" in c.label)
        assert [scheme["title"] for scheme in strategy.schemes] == ["Stratège"]
        unknown = rows["Étape non précisée"][-1]
        assert [scheme["title"] for scheme in unknown.schemes] == ["Sans case"]

    def test_the_public_map_says_what_each_does_at_each_phase(self, client: Client) -> None:
        SchemeFactory(
            title="Ateliers", track="public", stages=["validate"],
            stage_notes={"validate": "Les pairs jugent."},
        )  # fmt: skip
        assert "Les pairs jugent." in page(client, MAP)


class TestPage:
    def test_says_everything_but_hides_contacts_from_visitors(self, client: Client) -> None:
        scheme = SchemeFactory(rich=True)
        text = page(client, scheme.get_absolute_url())
        assert "jusqu’à 50 000 €" in text and "le modèle économique" in text
        assert "claire.martin@exemple.fr" not in text and "01 23 45 67 89" not in text
        client.force_login(UserFactory())
        assert "claire.martin@exemple.fr" in page(client, scheme.get_absolute_url())

    def test_no_address_reaches_a_visitor_wherever_it_was_typed(self, client: Client) -> None:
        typed = "écrire à claire.martin [at] exemple.fr ou au 01 23 45 67 89"
        window = WindowFactory(
            label=typed, scheme__title=f"Fonds : {typed}", scheme__amount=typed,
            scheme__description=f"Un an. **{typed}**, [Claire](mailto:claire.martin@exemple.fr)",
            scheme__funders=[typed], scheme__stage_notes={"validate": typed},
            scheme__track="public", scheme__stages=["validate"], scheme__source_name=typed,
            scheme__points=["economics"],
        )  # fmt: skip
        address = window.scheme.get_absolute_url()
        pages = [address, LIST, MAP, "/diagnostic", "/dispositifs/calendrier.ics"]
        for url in pages:
            text = page(client, url)
            assert "exemple.fr" not in text and "01 23 45" not in text, url
        for kind in ("csv", "jsonl"):
            sent = b"".join(client.get(f"/dispositifs/export/{kind}").streaming_content)  # type: ignore[arg-type]
            assert b"Fonds" in sent and b"exemple.fr" not in sent and b"01 23 45" not in sent
        client.force_login(UserFactory())
        assert "claire.martin [at] exemple.fr" in page(client, address)
        # Who may import reads it whole: a mask would be imported over the text.
        client.force_login(UserFactory(manager=True))
        sent = b"".join(client.get("/dispositifs/export/jsonl").streaming_content)  # type: ignore[arg-type]
        assert b"claire.martin [at] exemple.fr" in sent

    def test_says_that_nobody_has_checked_it(self, client: Client) -> None:
        scheme = SchemeFactory(stale=True, as_of="2015")
        assert "Cette page dit l’état de 2015" in page(client, scheme.get_absolute_url())

    def test_a_hostile_description_runs_nothing(self, client: Client) -> None:
        scheme = SchemeFactory(description="<script>alert(1)</script> [x](javascript:alert(1))")
        text = page(client, scheme.get_absolute_url())
        assert "<script>alert" not in text and 'href="javascript' not in text

    def test_history_tells_who_changed_what(self, client: Client) -> None:
        member = MembershipFactory()
        scheme = SchemeFactory(owner=member.organisation)
        client.force_login(member.user)
        data = {"title": "Nouvel intitulé", "owner": member.organisation.slug, "version": 1}
        client.post(f"{scheme.get_absolute_url()}/modifier", data)
        text = page(client, f"{scheme.get_absolute_url()}/historique")
        assert "Nouvel intitulé" in text and scheme.title in text


class TestWriting:
    def test_a_member_adds_one_for_their_organisation(self, client: Client) -> None:
        member = MembershipFactory()
        client.force_login(member.user)
        data = {
            "title": "Fonds neuf", "owner": member.organisation.slug, "funders": "A\nB",
            "helps": ["funding"], "submission": str(uuid.uuid4()),
        }  # fmt: skip
        response = client.post(NEW, data)
        scheme = Scheme.objects.get()
        assert response["Location"] == scheme.get_absolute_url()
        assert scheme.publication == "proposed"
        assert (scheme.funders, scheme.helps) == (["A", "B"], ["funding"])
        assert scheme.checked_on == timezone.localdate().isoformat()
        client.post(NEW, data)
        assert Scheme.objects.count() == 1

    def test_not_for_the_organisation_of_others(self, client: Client) -> None:
        member, other = MembershipFactory(), MembershipFactory()
        client.force_login(member.user)
        response = client.post(NEW, {"title": "Fonds", "owner": other.organisation.slug})
        assert response.status_code == 200
        assert not Scheme.objects.exists()

    def test_who_belongs_nowhere_is_told_what_to_do(self, client: Client) -> None:
        client.force_login(UserFactory())
        assert client.get(NEW)["Location"] == "/organisations"

    def test_two_people_do_not_overwrite_each_other(self, client: Client) -> None:
        manager = UserFactory(manager=True)
        client.force_login(manager)
        scheme = SchemeFactory()
        address = f"{scheme.get_absolute_url()}/modifier"
        client.post(address, {"title": "Premier", "version": 1})
        second = client.post(address, {"title": "Second", "version": 1}).content.decode()
        assert "Rien n’a été écrasé" in second and "Second" in second
        scheme.refresh_from_db()
        assert scheme.title == "Premier"

    def test_a_window_that_ends_before_it_begins_is_refused(self, client: Client) -> None:
        client.force_login(UserFactory(manager=True))
        scheme = SchemeFactory()
        address = f"{scheme.get_absolute_url()}/periodes/nouvelle"
        data = {"opens_on": "2026-05-02", "closes_on": "2026-05-01", "label": "vague"}
        text = client.post(address, data).content.decode()
        assert "La clôture ne peut pas précéder l’ouverture." in text and "vague" in text
        assert not Window.objects.exists()
        client.post(address, data | {"closes_on": "2026-06-01"})
        client.post(address, data | {"closes_on": "2026-06-01"})
        assert Window.objects.count() == 1
        window = Window.objects.get()
        client.post(f"{scheme.get_absolute_url()}/periodes/{window.pk}/retirer")
        assert not Window.objects.exists()

    def test_checking_dates_the_page(self, client: Client) -> None:
        client.force_login(UserFactory(manager=True))
        scheme = SchemeFactory(stale=True)
        client.post(f"{scheme.get_absolute_url()}/verifier")
        scheme.refresh_from_db()
        assert not scheme.is_stale
