"""What managers see and press."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from essaim.harvest.actions import runs
from essaim.harvest.actions.sources import pause
from essaim.harvest.models import Kind, Run, Source
from tests.common.servers import Server
from tests.harvest.conftest import gives
from tests.harvest.factories import DuplicateFactory, RunFactory, SourceFactory
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> Any:
    return UserFactory(manager=True)


@pytest.fixture
def person(client: Client, manager: Any) -> Client:
    client.force_login(manager)
    return client


def typed(server: Server, **more: Any) -> dict[str, Any]:
    return {
        "submission": str(uuid.uuid4()), "name": "Banque de la Fonda", "kind": Kind.TABLE,
        "url": server.url("/fiches.csv"), "licence": "CC BY 4.0", "publish": "draft",
        "completeness": "whole", "withdraw_days": "15", "delay_seconds": "0",
        "map_external_id": "Ref", "map_title": "Nom",
    } | more  # fmt: skip


def test_from_the_form_to_the_night(person: Client, manager: Any, partner: Server) -> None:
    form = typed(partner)
    added = person.post("/moissonnage/nouvelle", form)
    assert added.status_code == 302, added.content.decode()
    again = person.post("/moissonnage/nouvelle", form)
    assert again["Location"] == added["Location"]
    source = Source.objects.get()
    assert source.mapping == {"external_id": "Ref", "title": "Nom"}
    assert (source.manager, source.state, source.withdraw_days) == (manager, "draft", 15)

    refused = person.post(f"/moissonnage/{source.pk}/programmer", follow=True)
    assert "Essayez d’abord" in refused.content.decode()
    gives(partner, "/fiches.csv", "Ref;Nom\n1;Un\n2;Deux\n")
    tried = person.post(f"/moissonnage/{source.pk}/essayer")
    run = Run.objects.get()
    assert tried["Location"] == run.get_absolute_url()
    waiting = person.get(run.get_absolute_url()).content.decode()
    assert "file d’attente" in waiting
    second = person.post(f"/moissonnage/{source.pk}/essayer", follow=True)
    assert "déjà en cours" in second.content.decode()
    runs.advance(run.pk)
    page = person.get(run.get_absolute_url()).content.decode()
    assert "Rien n’est écrit" in page
    assert "à créer" in page
    assert person.get(f"{run.get_absolute_url()}/avancement")["HX-Refresh"] == "true"
    person.post(f"/moissonnage/{source.pk}/programmer")
    source.refresh_from_db()
    assert source.is_scheduled

    assert runs.start_nightly() == 1
    assert runs.start_nightly() == 0  # last one is still under way
    night = Run.objects.filter(is_trial=False).get()
    runs.advance(night.pk)
    assert "créée" in person.get(night.get_absolute_url()).content.decode()
    person.post(f"/moissonnage/{source.pk}/suspendre")
    assert runs.start_nightly() == 0


@pytest.mark.parametrize(
    ("field", "value", "word"),
    [
        ("url", "http://169.254.169.254/x", "réseau privé"),
        ("url", "ftp://exemple.fr/x", ""),
        ("withdraw_days", "0", ""),
        ("other_hosts", "pas un nom", "serveur"),
        ("licence", "", ""),
    ],
)
def test_what_is_refused_keeps_what_was_typed(
    person: Client, partner: Server, field: str, value: str, word: str
) -> None:
    response = person.post("/moissonnage/nouvelle", typed(partner, **{field: value}))
    page = response.content.decode()
    assert response.status_code == 422
    assert word in page
    assert "Banque de la Fonda" in page
    assert not Source.objects.exists()


def test_one_address_is_harvested_once(person: Client, partner: Server) -> None:
    person.post("/moissonnage/nouvelle", typed(partner))
    twice = person.post("/moissonnage/nouvelle", typed(partner))
    assert twice.status_code == 422
    assert "déjà moissonnée" in twice.content.decode()


def test_who_changes_a_source_follows_it(person: Client, manager: Any, partner: Server) -> None:
    source = SourceFactory(url=partner.url("/fiches.csv"), mapping={"title": "Titre"}, etag='"1"')
    page = person.get(f"/moissonnage/{source.pk}/modifier").content.decode()
    assert 'value="Titre"' in page
    changed = person.post(f"/moissonnage/{source.pk}/modifier", typed(partner, map_title="Nom"))
    assert changed.status_code == 302
    source.refresh_from_db()
    assert (source.manager, source.mapping["title"], source.etag) == (manager, "Nom", "")


def test_a_paused_source_stops_at_its_next_batch(partner: Server) -> None:
    source = SourceFactory(url=partner.url("/fiches.csv"), state="scheduled")
    gives(partner, "/fiches.csv", "external_id;title;summary\n1;Un;Une phrase\n")
    run = runs.start(source)
    pause(source)
    runs.advance(run.pk)
    run.refresh_from_db()
    assert (run.state, run.reason, run.created) == ("failed", "stopped", 0)
    source.refresh_from_db()
    assert source.failures == 0


def test_remarks_can_be_taken_to_the_partner(person: Client, partner: Server) -> None:
    source = SourceFactory(url=partner.url("/fiches.csv"))
    gives(partner, "/fiches.csv", "external_id;title;summary\n1;Un;Une phrase\n2;;\n")
    run = runs.start(source)
    runs.advance(run.pk)
    response = person.get(f"/moissonnage/passages/{run.pk}/remarques.csv")
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert "obligatoire" in text
    assert text.count("\n") >= 2


@pytest.mark.parametrize("rows", [1, 3, 50])
def test_lists_cost_the_same(person: Client, rows: int, django_assert_max_num_queries: Any) -> None:
    source = SourceFactory()
    for _n in range(rows):
        RunFactory(source__manager=source.manager, done=True)
        RunFactory(source=source, done=True)
    DuplicateFactory.create_batch(rows)
    for address, most in (
        ("/moissonnage", 9), (f"/moissonnage/{source.pk}", 12), ("/moissonnage/doublons", 8),
    ):  # fmt: skip
        with django_assert_max_num_queries(most):
            assert person.get(address).status_code == 200


def test_reports_go_after_their_time(partner: Server) -> None:
    source = SourceFactory(url=partner.url("/fiches.csv"))
    gives(partner, "/fiches.csv", "external_id;title;summary\n1;Un;Une phrase\n")
    for trial in (False, True):
        runs.advance(runs.start(source, trial=trial).pk)
    Run.objects.update(started_at=timezone.now() - dt.timedelta(days=500))
    assert runs.forget_old(400) == 1  # the trial: what brought a card stays
    assert Run.objects.count() == 1
