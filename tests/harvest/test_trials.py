"""What a trial says before anything is written, of every kind of source; and when one is asked anew."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from essaim.harvest.actions import runs
from essaim.harvest.actions.sources import change_source
from essaim.harvest.forms import SourceForm
from essaim.harvest.models import Item, Kind, Run, Source
from essaim.initiatives.models import Initiative
from tests.common.servers import Server
from tests.harvest.conftest import gives
from tests.harvest.factories import RunFactory, SourceFactory
from tests.harvest.test_bad_input import LINES, line, lines
from tests.harvest.test_kinds import asked, page, plan
from tests.harvest.test_other_essaim import OTHER, record
from tests.harvest.test_tables import later
from tests.harvest.test_views import typed
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db
Passage = Callable[..., Run]
Give = Callable[[Server, list[int]], None]


def rss(partner: Server, numbers: list[int]) -> None:
    items = "".join(
        f"<item><guid isPermaLink='false'>x-{n}</guid><title>Fiche {n}</title>"
        "<description>Une phrase.</description></item>"
        for n in numbers
    )
    gives(partner, "/flux", f"<rss><channel>{items}</channel></rss>")


def json_feed(partner: Server, numbers: list[int]) -> None:
    items = [{"id": f"x-{n}", "title": f"Fiche {n}", "summary": "Une phrase."} for n in numbers]
    gives(partner, "/feed.json", json.dumps({"items": items}))


def site(partner: Server, numbers: list[int]) -> None:
    gives(partner, "/sitemap.xml", plan(partner, *(f"/p/{n}" for n in numbers)))
    for n in numbers:
        gives(partner, f"/p/{n}", page(f"Fiche {n}"))


def table(partner: Server, numbers: list[int]) -> None:
    gives(partner, LINES, "\n".join(line(n) for n in numbers))


def api(partner: Server, numbers: list[int]) -> None:
    """In pages of eight: the trial reads the ten first, and the list to its end."""
    pages = [numbers[start : start + 8] for start in range(0, len(numbers), 8)]
    for n, each in enumerate(pages):
        records = [record(i, url=f"{OTHER}/initiatives/{i}") for i in each]
        for one, i in zip(records, each, strict=True):
            one["title"] = f"Fiche {i}"
        path = "/api/v1/initiatives?limit=100" + (f"&cursor={n}" if n else "")
        more = f"/api/v1/initiatives?limit=100&cursor={n + 1}" if n + 1 < len(pages) else None
        gives(partner, path, json.dumps({"items": records, "next": more}))


KINDS = [
    pytest.param(Kind.FEED, "/flux", rss, id="feed"),
    pytest.param(Kind.JSON_FEED, "/feed.json", json_feed, id="json feed"),
    pytest.param(Kind.SITEMAP, "/sitemap.xml", site, id="sitemap"),
    pytest.param(Kind.TABLE, LINES, table, id="table"),
    pytest.param(Kind.ESSAIM, "/", api, id="essaim"),
]


@pytest.mark.parametrize(("kind", "path", "give"), KINDS)
def test_a_trial_says_what_would_be_withdrawn(
    partner: Server, passage: Passage, client: Client, kind: str, path: str, give: Give
) -> None:
    source = SourceFactory(kind=kind, url=partner.url(path), is_complete=True)
    give(partner, list(range(20)))
    first = passage(source, trial=True)
    assert (first.created, first.missing, first.withdrawn) == (10, 0, 0)
    assert passage(source).created == 20

    give(partner, list(range(17)))  # the three last are gone
    partner.asked.clear()
    run = passage(source, trial=True)
    assert run.state == "done", run.why
    assert (run.missing, run.withdrawn, run.doubted) == (3, 0, False)
    assert run.gone == ["Fiche 17", "Fiche 18", "Fiche 19"]
    assert not Item.objects.exclude(state="present").exists()
    if kind == Kind.SITEMAP:  # of the pages after the tenth, the plan says enough
        assert "/p/9" in asked(partner) and "/p/10" not in asked(partner)
    client.force_login(source.manager)
    shown = client.get(run.get_absolute_url()).content.decode()
    assert "3 fiches connues ici n’y sont plus" in shown and "Fiche 18" in shown

    real = passage(source)
    assert (real.missing, real.withdrawn) == (3, 0)
    later(source, 31)
    due = passage(source, trial=True)
    assert (due.missing, due.withdrawn) == (0, 3)
    assert Item.objects.filter(state="missing").count() == 3
    assert passage(source).withdrawn == 3
    over = passage(source, trial=True)
    assert (over.missing, over.withdrawn, over.gone) == (0, 0, [])


def test_one_that_gives_its_latest_says_that_nothing_is_withdrawn(
    partner: Server, passage: Passage, client: Client
) -> None:
    source = SourceFactory(kind=Kind.FEED, url=partner.url("/flux"), is_complete=False)
    rss(partner, [1, 2, 3])
    passage(source)
    rss(partner, [3])
    run = passage(source, trial=True)
    assert (run.missing, run.gone) == (0, [])
    client.force_login(source.manager)
    assert "rien ne serait retiré" in client.get(run.get_absolute_url()).content.decode()


def test_an_identifier_that_changes_is_not_gone(partner: Server, passage: Passage) -> None:
    source = SourceFactory(url=partner.url(LINES))
    gives(partner, LINES, line(1, url="https://exemple.fr/1") + "\n" + line(2))
    passage(source)
    gives(partner, LINES, line(900, "Fiche 1", url="https://exemple.fr/1") + "\n" + line(2))
    assert passage(source, trial=True).missing == 0


def test_many_at_once_would_wait_for_a_person(
    partner: Server, passage: Passage, client: Client
) -> None:
    source = SourceFactory(url=partner.url(LINES))
    gives(partner, LINES, lines(*range(30)))
    passage(source)
    gives(partner, LINES, lines(1, 2))
    run = passage(source, trial=True)
    assert (run.doubted, run.missing, run.withdrawn) == (True, 28, 0)
    client.force_login(source.manager)
    assert "sans vous le demander" in client.get(run.get_absolute_url()).content.decode()


def test_what_cannot_be_known_is_said(
    partner: Server, passage: Passage, client: Client, settings: Any
) -> None:
    """A list that breaks further than the ten first, one too long, pages known by what they hold."""
    api(partner, list(range(20)))
    essaim = SourceFactory(kind=Kind.ESSAIM, url=partner.url("/"))
    passage(essaim)
    gives(partner, "/api/v1/initiatives?limit=100&cursor=2", "{", Content_Type="application/json")
    site(partner, list(range(12)))
    mapped = SourceFactory(
        kind=Kind.SITEMAP, url=partner.url("/sitemap.xml"), mapping={"source_url": "url"}
    )
    passage(mapped)
    table(partner, list(range(20)))
    long = SourceFactory(url=partner.url(LINES))
    passage(long)
    settings.HARVEST = settings.HARVEST | {"trial_seconds": -1}
    for source, reason in ((essaim, "trial_long"), (mapped, "pages_unread"), (long, "trial_long")):
        run = passage(source, trial=True)
        assert (run.state, run.reason, run.missing, run.gone) == ("done", reason, 0, [])
        client.force_login(source.manager)
        shown = client.get(run.get_absolute_url()).content.decode()
        assert "n’est pas connu" in shown and run.why in shown
    settings.HARVEST = settings.HARVEST | {"trial_seconds": 60}
    assert passage(essaim, trial=True).reason == "json"


# --- a trial is asked anew ---------------------------------------------------------------------
@pytest.fixture
def scheduled(partner: Server) -> Source:
    source = SourceFactory(
        url=partner.url("/fiches.csv"),
        state="scheduled",
        mapping={"external_id": "Ref", "title": "Nom"},
    )
    RunFactory(source=source, is_trial=True, done=True)
    return source  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    "changed",
    [
        {"url": "/autre.csv"}, {"map_title": "Titre"}, {"map_summary": "Phrase"},
        {"kind": Kind.JSON_FEED}, {"completeness": "latest"},
    ],
    ids=["address", "mapping", "more mapping", "kind", "completeness"],
)  # fmt: skip
def test_a_scheduled_source_that_is_read_otherwise_is_tried_again(
    partner: Server, client: Client, scheduled: Source, changed: dict[str, str]
) -> None:
    client.force_login(UserFactory(manager=True))
    address = f"/moissonnage/{scheduled.pk}"
    assert "n’est plus lue chaque nuit" in client.get(f"{address}/modifier").content.decode()
    if "url" in changed:
        changed = {"url": partner.url(changed["url"])}
    sent = client.post(f"{address}/modifier", typed(partner, **changed), follow=True)
    told = sent.content.decode()
    assert "essayez-la avant son prochain passage" in told
    assert "À essayer avant son prochain passage" in told
    scheduled.refresh_from_db()
    assert scheduled.state == "paused"
    assert runs.start_nightly() == 0
    for act in ("programmer", "lancer"):
        assert "essayez-la d’abord" in client.post(f"{address}/{act}", follow=True).content.decode()
    assert not Run.objects.filter(is_trial=False).exists()

    RunFactory(source=scheduled, is_trial=True, done=True)
    assert "L’essai a réussi" in client.get(address).content.decode()
    client.post(f"{address}/programmer")
    scheduled.refresh_from_db()
    assert scheduled.is_scheduled
    assert runs.start_nightly() == 1


def test_what_does_not_change_how_it_is_read_leaves_it_scheduled(
    partner: Server, client: Client, scheduled: Source
) -> None:
    client.force_login(UserFactory(manager=True))
    same = typed(
        partner, name="Un autre nom", withdraw_days="60", licence="CC0", publish="published"
    )
    assert client.post(f"/moissonnage/{scheduled.pk}/modifier", same).status_code == 302
    scheduled.refresh_from_db()
    assert (scheduled.name, scheduled.state) == ("Un autre nom", "scheduled")
    assert runs.start_nightly() == 1


def test_a_passage_asked_before_does_not_read_what_nobody_tried(
    partner: Server, scheduled: Source
) -> None:
    gives(partner, "/autre.csv", "Ref;Nom\n1;Un\n")
    asked_by_hand = runs.launch(scheduled, by=scheduled.manager)
    form = SourceForm(typed(partner, url=partner.url("/autre.csv")))
    assert form.is_valid(), form.errors
    change_source(scheduled, form.cleaned_data, by=scheduled.manager)
    runs.advance(asked_by_hand.pk)
    asked_by_hand.refresh_from_db()
    assert (asked_by_hand.state, asked_by_hand.reason) == ("failed", "changed")
    assert not Initiative.objects.exists()
    scheduled.refresh_from_db()
    assert scheduled.failures == 0
    assert scheduled.reading_changed_at is not None
    assert scheduled.reading_changed_at <= timezone.now()
