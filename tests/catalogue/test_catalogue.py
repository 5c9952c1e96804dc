"""Someone looks for what may be replicated, filters, prints."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from essaim.catalogue import actions
from essaim.catalogue.models import Edition
from essaim.catalogue.selection import Selection
from essaim.common.typography import french
from essaim.initiatives.actions.facts import record_fact
from essaim.initiatives.actions.publication import archive_card
from essaim.initiatives.models import Fact
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import UserFactory
from tests.territories.factories import TerritoryFactory
from tests.themes.factories import ThemeFactory

pytestmark = pytest.mark.django_db


def ready(mode: str = "", **fields: Any) -> Any:
    card = InitiativeFactory(published=True, **fields)
    record_fact(card, Fact.Kind.READINESS, "diagnosis:1", {"ready": True}, "2015-10")
    if mode:
        record_fact(card, Fact.Kind.STRATEGY_CHOSEN, "strategy:1", {"mode": mode}, "2015-11")
    return card


def found(query: str = "") -> set[str]:
    page = Client().get(f"/catalogue{query}")
    assert page.status_code == 200
    return {card.title for card, _mode in page.context["entries"]}


def test_holds_what_is_ready_and_nothing_else() -> None:
    card = ready(title="Atelier")
    InitiativeFactory(published=True)
    unready = InitiativeFactory(published=True)
    record_fact(unready, Fact.Kind.READINESS, "diagnosis:2", {"ready": False}, "2015")
    draft = InitiativeFactory()
    record_fact(draft, Fact.Kind.READINESS, "diagnosis:3", {"ready": True}, "2015")
    assert found() == {"Atelier"}
    record_fact(card, Fact.Kind.READINESS, "diagnosis:1", {"ready": False}, "2016")
    assert found() == set()


def test_is_filtered_by_theme_mode_and_territory() -> None:
    theme, place = ThemeFactory(), TerritoryFactory()
    ready(mode="supple", title="A", themes=[theme], territories=[place])
    ready(mode="franchise", title="B", themes=[theme])
    ready(title="C")
    assert found() == {"A", "B", "C"}
    assert found(f"?theme={theme.slug}") == {"A", "B"}
    assert found("?mode=franchise") == {"B"}
    assert found(f"?territory={place.address}") == {"A"}
    page = Client().get(f"/catalogue?mode=supple&theme={theme.slug}").content.decode()
    assert french("mode : essaimage souple") in page and french(f"thèmes : {theme}") in page


def test_an_empty_result_proposes_what_to_relax() -> None:
    InitiativeFactory(published=True, rich=True, title="Éprouvée")
    page = Client().get("/catalogue")
    assert [(looser.query(), n) for looser, n in page.context["relaxed"]] == [
        ("standard=proven", 1)
    ]
    assert found("?standard=proven") == {"Éprouvée"}


@pytest.mark.parametrize(
    "query", ["?mode=zzz", "?theme=zzz", "?territory=zzz", "?standard=zzz", "?page=zzz"]
)
def test_a_wrong_filter_is_told_and_left_out(query: str) -> None:
    ready(title="A")
    assert found(query) == {"A"}


def test_is_taken_as_a_pdf() -> None:
    ready(title="#strong[Pas du balisage] $x$ \\ (fictif)", summary="Écrire à a@exemple.fr")
    answer = Client().get("/catalogue.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert b"a@exemple.fr" not in answer.content


def test_a_long_one_is_made_by_a_job(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("essaim.catalogue.views.AT_ONCE", 1)
    ready()
    ready()
    client = Client()
    assert client.get("/catalogue.pdf").url == "/catalogue?#pdf"
    answer = client.post("/catalogue/editions", {"standard": "ready"})
    edition = Edition.objects.get()
    assert answer.url == edition.get_absolute_url()
    assert client.get(f"{answer.url}?file").status_code == 404
    client.post("/catalogue/editions", {"standard": "ready"})
    assert Edition.objects.count() == 1
    actions.make(edition.pk)
    assert client.get(f"{answer.url}/avancement")["HX-Refresh"] == "true"
    file = client.get(f"{answer.url}?file")
    assert b"".join(file.streaming_content).startswith(b"%PDF-")
    Edition.objects.update(asked_at=timezone.now() - timezone.timedelta(days=8))
    assert actions.forget_old() == 1


class TestWhatLeaves:
    """An edition is public: it goes with the first of its cards that leaves."""

    def made(self) -> Any:
        edition = actions.ask_edition(Selection(), cards=2)
        actions.make(edition.pk)
        edition.refresh_from_db()
        assert edition.state == "ready"
        return edition

    def test_takes_the_edition_away_at_once(self, django_capture_on_commit_callbacks: Any) -> None:
        card, _other = ready(), ready()
        edition = self.made()
        name = edition.file.name
        with django_capture_on_commit_callbacks(execute=True):
            archive_card(card, by=card.author or UserFactory(manager=True))
        edition.refresh_from_db()
        assert edition.state == "withdrawn" and not edition.file
        assert not default_storage.exists(name)
        client = Client()
        assert client.get(f"{edition.get_absolute_url()}?file").status_code == 404
        assert "il a été retiré" in client.get(edition.get_absolute_url()).content.decode()
        again = actions.ask_edition(Selection(), cards=1)
        assert again != edition

    def test_so_does_one_that_is_no_longer_ready(self) -> None:
        card = ready()
        edition = self.made()
        record_fact(card, Fact.Kind.READINESS, "diagnosis:1", {"ready": False}, "2016")
        edition.refresh_from_db()
        assert edition.state == "withdrawn"

    def test_even_while_it_is_made(self, monkeypatch: pytest.MonkeyPatch) -> None:
        card = ready(title="Parti")
        ready(title="Resté")
        real = actions.catalogue_pdf

        def meanwhile(selection: Any, **given: Any) -> bytes:
            pdf: bytes = real(selection, **given)
            archive_card(card, by=UserFactory(manager=True))
            return pdf

        edition = actions.ask_edition(Selection(), cards=2)
        monkeypatch.setattr(actions, "catalogue_pdf", meanwhile)
        actions.make(edition.pk)
        edition.refresh_from_db()
        assert edition.state == "withdrawn" and not edition.file

    def test_other_changes_leave_it(self) -> None:
        ready()
        edition, elsewhere = self.made(), InitiativeFactory(published=True)
        archive_card(elsewhere, by=UserFactory(manager=True))
        edition.refresh_from_db()
        assert edition.state == "ready"


def test_a_short_one_is_given_without_a_job() -> None:
    ready(mode="supple")
    answer = Client().post("/catalogue/editions", {"standard": "ready", "mode": "supple"})
    assert answer.url == "/catalogue.pdf?mode=supple"
    assert not Edition.objects.exists()


def test_ten_at_most_are_made_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("essaim.catalogue.views.AT_ONCE", 0)
    ready(mode="supple")
    Edition.objects.bulk_create(Edition(query=f"n={n}", language="fr") for n in range(10))
    client = Client()
    answer = client.post("/catalogue/editions", {"standard": "ready"}, follow=True)
    assert "réessayez dans quelques minutes" in answer.content.decode()
    assert Edition.objects.count() == 10
    Edition.objects.filter(query="n=0").update(asked_at=timezone.now() - actions.FRESH * 2)
    client.post("/catalogue/editions", {"standard": "ready"})
    assert Edition.objects.count() == 11


def test_one_left_by_a_dead_worker_does_not_hold_the_place() -> None:
    first = actions.ask_edition(Selection(), cards=0)
    Edition.objects.update(asked_at=timezone.now() - timezone.timedelta(hours=2))
    second = actions.ask_edition(Selection(), cards=0)
    first.refresh_from_db()
    assert first != second and first.state == "failed"
    actions.make(first.pk)
    first.refresh_from_db()
    assert first.state == "failed"


def test_asks_the_database_as_much_for_one_card_as_for_fifty() -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            Client().get("/catalogue")
        return len(captured)

    ready(mode="supple", themes=[ThemeFactory()], territories=[TerritoryFactory()])
    queries()
    one = queries()
    for number in range(2, 51):
        ready(mode="supple", themes=[ThemeFactory()])
        if number == 3:
            assert queries() == one
    assert queries() == one <= 10
