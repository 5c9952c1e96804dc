"""Passages that stop in the middle, or during which something else happens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from essaim.common import outbound
from essaim.contributions.models import Proposal
from essaim.harvest.actions import runs
from essaim.harvest.actions.sources import change_source, pause
from essaim.harvest.forms import SourceForm, values_of
from essaim.harvest.models import Item, Run, Source
from essaim.initiatives.models import Initiative
from tests.common.servers import Server
from tests.harvest.conftest import gives
from tests.harvest.factories import RunFactory, SourceFactory
from tests.harvest.test_bad_input import LINES, line, lines
from tests.harvest.test_views import typed

pytestmark = pytest.mark.django_db
Passage = Callable[..., Run]


@pytest.fixture
def source(partner: Server) -> Any:
    return SourceFactory(url=partner.url(LINES))


def test_a_worker_that_was_killed_leaves_a_job_that_is_always_doing(
    partner: Server, source: Any
) -> None:
    gives(partner, LINES, lines(1))
    run = runs.start(source)
    assert runs.resume_forgotten() == 0
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")
    Run.objects.update(started_at=timezone.now() - dt.timedelta(minutes=10))
    assert runs.resume_forgotten() == 1
    assert runs.resume_forgotten() == 0
    runs.advance(run.pk)
    assert Initiative.objects.count() == 1


def test_nothing_is_harvested_before_a_trial(client: Client, partner: Server, source: Any) -> None:
    client.force_login(source.manager)
    answer = client.post(f"/moissonnage/{source.pk}/lancer", {"accepte": "1"}, follow=True)
    assert "Essayez d’abord" in answer.content.decode()
    assert not Run.objects.exists()
    RunFactory(source=source, is_trial=True, done=True)
    # However many failed since.
    for _n in range(25):
        RunFactory(source=source, state="failed")
    assert "/lancer" in client.get(f"/moissonnage/{source.pk}").content.decode()
    client.post(f"/moissonnage/{source.pk}/lancer")
    assert Run.objects.filter(state="running").count() == 1


def test_what_the_answer_said_is_of_no_use_once_the_source_is_changed(
    partner: Server, source: Any
) -> None:
    gives(partner, LINES, lines(1), ETag='"1"')
    run = runs.start(source)
    values = SourceForm(typed(partner, url=partner.url("/autre.csv")))
    assert values.is_valid(), values.errors
    real = Item.objects.bulk_create

    def slow(rows: Any) -> Any:
        change_source(Source.objects.get(), values.cleaned_data, by=source.manager)
        return real(rows)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("essaim.harvest.actions.taking.Item.objects.bulk_create", slow)
        runs.advance(run.pk)
    run.refresh_from_db()
    assert (run.state, run.created) == ("done", 1)
    source.refresh_from_db()
    assert (source.url, source.etag, source.fields_seen) == (partner.url("/autre.csv"), "", [])


def test_one_asked_by_hand_can_be_stopped_too(partner: Server, source: Any) -> None:
    Source.objects.update(state="scheduled")
    gives(partner, LINES, lines(1))
    run = runs.start(Source.objects.get(), by=source.manager)

    real = outbound.fetch

    def fetch(*args: Any, **options: Any) -> Any:
        pause(Source.objects.get())
        return real(*args, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outbound, "fetch", fetch)
        runs.advance(run.pk)
    run.refresh_from_db()
    assert (run.state, run.reason, run.created) == ("failed", "stopped", 0)


def test_the_address_of_a_source_stays_with_managers(
    partner: Server, passage: Passage, source: Any
) -> None:
    address = "/fiches.jsonl?cle=secret"
    Source.objects.update(url=partner.url(address))
    gives(partner, address, line(1))
    passage(source)
    Initiative.objects.update(description="Réécrite ici.")
    gives(partner, address, line(1, description="Réécrite à la source."))
    assert passage(source).proposed == 1
    assert "secret" not in Proposal.objects.get().reason


def test_names_of_servers_are_compared_as_they_are_asked() -> None:
    source = SourceFactory(url="https://Économie.example./fiches.csv")
    assert source.hosts == {"xn--conomie-9xa.example"}
    form = SourceForm(values_of(source) | {"submission": "", "other_hosts": "médiathèque.example."})
    form.is_valid()
    assert form.cleaned_data["other_hosts"] == ["xn--mdiathque-53af.example"]
