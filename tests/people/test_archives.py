"""One's data in a file: made by a job, for its owner alone, for some days."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from essaim.common.waiting import waiting_for
from essaim.people import personal_data, retention
from essaim.people.actions import archives
from essaim.people.actions.deletion import delete_account
from essaim.people.models import DataArchive
from tests.at_once import at_once
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db
PAGE = "/compte/mes-donnees/archive"


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def jobs() -> int:
    return ProcrastinateJob.objects.filter(task_name="people.make_archive").count()


def ready(user: Any) -> DataArchive:
    archives.make(archives.ask_for_archive(user).pk)
    return DataArchive.objects.get(user=user)


def test_the_page_says_where_it_is(client: Client) -> None:
    user = UserFactory()
    client.force_login(user)
    for _ in range(2):  # a double click asks once
        assert client.post(PAGE)["Location"] == PAGE
    assert jobs() == 1
    page = client.get(PAGE).text
    assert "<progress" in page and "Préparer mon archive" not in page
    archives.make(DataArchive.objects.get().pk)
    bar = client.get(PAGE, {"etat": "1"})
    assert bar["HX-Refresh"] == "true" and "<h1" not in bar.text
    made = DataArchive.objects.get()
    assert made.percent == 100 and f"{PAGE}/{made.pk}" in client.get(PAGE).text
    assert any(w.url == PAGE for w in waiting_for(user))


def test_for_its_owner_alone(client: Client) -> None:
    made = ready(UserFactory())
    for other in (UserFactory(), UserFactory(manager=True), UserFactory(administrator=True)):
        client.force_login(other)
        assert client.get(f"{PAGE}/{made.pk}").status_code == 404
        assert f"{PAGE}/" not in client.get(PAGE).text
    client.logout()
    assert "/compte/login" in client.get(f"{PAGE}/{made.pk}")["Location"]


def test_for_some_days_then_its_file_goes(
    client: Client, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    user = UserFactory()
    client.force_login(user)
    made = ready(user)
    assert (made.expires_at - made.ready_at).days == 7
    assert len(list(tmp_path.rglob("*.json"))) == 1
    DataArchive.objects.update(
        ready_at=timezone.now() - dt.timedelta(days=8),
        expires_at=timezone.now() - dt.timedelta(minutes=1),
    )
    assert client.get(f"{PAGE}/{made.pk}").status_code == 404
    assert "Télécharger" not in client.get(PAGE).text and not waiting_for(user)
    rule = next(r for r in retention.rules() if r.kind == "data_archives")
    with django_capture_on_commit_callbacks(execute=True):
        assert rule.apply(rule.days) == 1
    assert not list(tmp_path.rglob("*.json"))


def test_a_new_one_takes_the_place_of_the_former(
    tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    user = UserFactory()
    first = ready(user)
    with django_capture_on_commit_callbacks(execute=True):
        second = ready(user)
    assert second.pk != first.pk and len(list(tmp_path.rglob("*.json"))) == 1


def test_goes_with_the_account(tmp_path: Path, django_capture_on_commit_callbacks: Any) -> None:
    user = UserFactory()
    ready(user)
    with django_capture_on_commit_callbacks(execute=True):
        delete_account(user, keep_name=False)
    assert not DataArchive.objects.exists() and not list(tmp_path.rglob("*.json"))
    # Asked just before leaving: the job finds nobody.
    gone = UserFactory()
    asked = archives.ask_for_archive(gone)
    delete_account(gone, keep_name=False)
    archives.make(asked.pk)
    assert not list(tmp_path.rglob("*.json"))


def test_a_job_that_was_killed_is_asked_again(client: Client) -> None:
    user = UserFactory()
    asked = archives.ask_for_archive(user)
    client.force_login(user)
    assert "Préparer mon archive" not in client.get(PAGE).text
    DataArchive.objects.update(asked_at=timezone.now() - dt.timedelta(minutes=11))
    assert "Préparer mon archive" in client.get(PAGE).text
    again = archives.ask_for_archive(user)
    assert again.pk != asked.pk and jobs() == 2
    archives.make(asked.pk)  # the former job, late: it writes nothing
    assert DataArchive.objects.get().is_working
    archives.make(again.pk)
    assert DataArchive.objects.get().is_available


def test_one_that_cannot_be_made_says_so(client: Client) -> None:
    user = UserFactory()
    client.force_login(user)
    known = dict(personal_data._sources)

    def broken(user: Any) -> dict[str, Any]:
        raise ValueError("no")

    personal_data.register("essai", broken)
    try:
        asked = archives.ask_for_archive(user)
        with pytest.raises(ValueError, match="no"):
            archives.make(asked.pk)
    finally:
        personal_data._sources.clear()
        personal_data._sources.update(known)
    archives.give_up(asked.pk)
    page = client.get(PAGE).text
    assert "pas pu être préparée" in page and "Préparer mon archive" in page


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_make_one() -> None:
    user = UserFactory()
    ends = at_once(*[lambda: archives.ask_for_archive(user)] * 2)
    assert ends == ["done", "done"] and DataArchive.objects.count() == 1 == jobs()
