"""What sources do to those who read them: nothing is lost, and it is said."""

from __future__ import annotations

import json
import resource
from collections.abc import Callable
from typing import Any

import pytest

from essaim.common import outbound
from essaim.following.models import Notification
from essaim.harvest.models import Item, Kind, Run
from essaim.initiatives.models import Initiative
from tests.common.servers import Server, send
from tests.harvest.conftest import gives
from tests.harvest.factories import ItemFactory, SourceFactory
from tests.harvest.test_kinds import ATOM, RSS

pytestmark = pytest.mark.django_db
Passage = Callable[..., Run]
LINES = "/fiches.jsonl"


def line(n: int, title: str = "", **more: Any) -> str:
    return json.dumps(
        {"external_id": f"x-{n}", "title": title or f"Fiche {n}", "summary": "Une phrase."} | more
    )


def lines(*numbers: int) -> str:
    return "\n".join(line(n) for n in numbers)


@pytest.fixture
def source(partner: Server) -> Any:
    return SourceFactory(url=partner.url(LINES))


def feed(partner: Server, body: str | bytes, **headers: str) -> Any:
    gives(partner, "/flux", body, **headers)
    return SourceFactory(kind=Kind.FEED, url=partner.url("/flux"), is_complete=False)


@pytest.mark.parametrize("announced", [False, True], ids=["unannounced", "announced"])
def test_a_feed_of_a_gigabyte_stops_at_the_limit(
    partner: Server, passage: Passage, settings: Any, announced: bool
) -> None:
    """At the limit that operators have, in the memory of a piece; said in its header, at once."""
    most = settings.HARVEST["file_mb"] * 1024 * 1024
    whole, sent = 1 << 30, [0]
    assert most < whole

    def endless(handler: Any) -> None:
        handler.send_response(200)
        if announced:
            handler.send_header("Content-Length", str(whole))
        handler.end_headers()
        piece = b"<item><title>x</title></item>" * 40_000
        try:
            while sent[0] < whole:
                handler.wfile.write(piece)
                sent[0] += len(piece)
        except OSError:
            return

    partner.routes["/flux"] = endless
    source = SourceFactory(kind=Kind.FEED, url=partner.url("/flux"))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    run = passage(source)
    assert (run.state, run.reason) == ("failed", "too_large")
    assert sent[0] < (50_000_000 if announced else most + 50_000_000)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # kB
    assert not Initiative.objects.exists()


def test_malformed_xml_says_where(partner: Server, passage: Passage) -> None:
    run = passage(feed(partner, RSS.replace("</channel>", "</chanel>")))
    assert (run.state, run.reason) == ("failed", "xml")
    assert "ligne 10" in run.why
    assert (run.withdrawn, run.missing) == (0, 0)


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_entities_are_refused(partner: Server, passage: Passage, doctype: str) -> None:
    body = RSS.replace("?>\n", f"?>\n{doctype}\n", 1).replace(
        "Un camion", "&b;" if "&a;" in doctype else "&a;"
    )
    run = passage(feed(partner, body))
    assert (run.state, run.reason) == ("failed", "xml_entities")
    assert not Initiative.objects.exists()


def test_something_else_than_a_feed(partner: Server, passage: Passage) -> None:
    assert passage(feed(partner, "<html><body/></html>")).reason == "not_a_feed"
    html = SourceFactory(kind=Kind.JSON_FEED, url=partner.url("/flux"))
    assert passage(html).reason == "json"
    essaim = SourceFactory(kind=Kind.ESSAIM, url=partner.url("/x/api/v1/initiatives"))
    gives(partner, "/x/api/v1/initiatives?limit=100", '{"other": 1}')
    assert passage(essaim).reason == "not_essaim"


def test_bytes_that_are_not_what_they_say(partner: Server, passage: Passage) -> None:
    assert passage(feed(partner, RSS.encode("windows-1252"))).created == 1
    assert Initiative.objects.get().title == "Épicerie solidaire & itinérante"


def test_an_encoding_that_nobody_knows(partner: Server, passage: Passage) -> None:
    run = passage(feed(partner, RSS.replace("UTF-8", "KLINGON-8")))
    assert (run.state, run.reason) == ("failed", "xml")
    assert "mal formé" in run.why


def test_json_and_pages_in_windows_encoding(partner: Server, passage: Passage) -> None:
    item = {"id": "é1", "title": "Épicerie", "summary": "L’été."}
    body = json.dumps({"items": [item]}, ensure_ascii=False).encode("windows-1252")
    gives(partner, "/feed.json", body)
    json_feed = SourceFactory(kind=Kind.JSON_FEED, url=partner.url("/feed.json"))
    assert passage(json_feed).created == 1
    told = {"@type": "Project", "name": "Café", "description": "L’été aussi."}
    data = json.dumps(told, ensure_ascii=False)
    page = f'<script type="application/ld+json">{data}</script>'
    gives(partner, "/p", page.encode("windows-1252"), Content_Type="text/html; charset=utf-8")
    gives(partner, "/sitemap.xml", f"<urlset><url><loc>{partner.url('/p')}</loc></url></urlset>")
    site = SourceFactory(kind=Kind.SITEMAP, url=partner.url("/sitemap.xml"))
    assert passage(site).created == 1
    said = set(Initiative.objects.values_list("title", "summary"))
    assert said == {("Épicerie", "L’été."), ("Café", "L’été aussi.")}


def test_a_table_in_windows_encoding(partner: Server, passage: Passage) -> None:
    body = "external_id;title;summary\né-1;Épicerie;Été\n".encode("windows-1252")
    gives(partner, LINES, body)
    run = passage(SourceFactory(url=partner.url(LINES)))
    assert run.created == 1
    assert Initiative.objects.get().summary == "Été"


def redirect(to: str) -> Callable[[Any], None]:
    return lambda handler: send(handler, 302, Location=to)


def test_redirects_that_loop_or_lead_to_a_private_place(
    partner: Server, passage: Passage, source: Any
) -> None:
    partner.routes[LINES] = redirect(partner.url(LINES))
    assert passage(source).reason == "too_many_redirects"
    partner.routes[LINES] = redirect("http://169.254.169.254/latest/meta-data")
    assert passage(source).reason == "not_allowed"
    source.other_hosts = ["169.254.169.254", "localhost"]
    source.save()
    run = passage(source)
    assert run.reason == "private"
    assert "privé" in run.why
    partner.routes[LINES] = redirect("http://localhost:9999/")
    assert passage(source).reason == "private"


def test_a_name_that_changes_between_the_look_and_the_visit(
    partner: Server, passage: Passage, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Public when it is looked at, this machine when it is connected to, or the other way about: at
    no time is anything private asked."""
    settings.OUTBOUND = settings.OUTBOUND | {"private": []}
    source = SourceFactory(url=f"http://partenaire.example:{partner.port}{LINES}")
    gives(partner, LINES, lines(1))
    visited: list[str] = []
    answers: list[str] = []

    def resolve(host: str, port: int, *args: Any, **named: Any) -> list[Any]:
        return [(2, 1, 6, "", (answers.pop(0), port))]

    def connect(address: tuple[str, int], *args: Any, **named: Any) -> Any:
        visited.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(outbound.socket, "getaddrinfo", resolve)
    monkeypatch.setattr(outbound.socket, "create_connection", connect)
    public = "93.184.216.34"
    for named, reason in (
        ([public, "127.0.0.1"], "connection"),
        (["127.0.0.1", public], "private"),
    ):
        answers[:] = named
        assert passage(source).reason == reason
        assert visited == [public]
    assert not partner.asked


def test_redirects_in_a_circle_of_three(partner: Server, passage: Passage, source: Any) -> None:
    for here, there in ((LINES, "/b"), ("/b", "/c"), ("/c", LINES)):
        partner.routes[here] = redirect(partner.url(there))
    run = passage(source)
    assert (run.state, run.reason) == ("failed", "too_many_redirects")
    assert len(partner.asked) < 10


def test_a_site_that_does_not_want_us(partner: Server, passage: Passage, source: Any) -> None:
    gives(partner, LINES, lines(1))
    gives(partner, "/robots.txt", "User-agent: Essaim\nDisallow: /\n")
    assert passage(source).reason == "robots"
    partner.routes["/robots.txt"] = lambda handler: send(handler, 503)
    assert passage(source).reason == "robots_unreachable"
    assert LINES not in [path for _m, path, _h, _b in partner.asked]


def test_dates_to_come_are_left_aside(partner: Server, passage: Passage, source: Any) -> None:
    gives(partner, LINES, line(1, started_on="2199", checked_on="2015-06"))
    run = passage(source)
    card = Initiative.objects.get()
    assert (card.started_on, card.checked_on) == ("", "2015-06")
    assert [issue.code for issue in run.issues.all()] == ["date_future"]


def test_scripts_never_reach_a_card(partner: Server, passage: Passage, source: Any) -> None:
    text = "<p onclick='x()'>Un <a href='javascript:x()'>lien</a></p><script>alert(1)</script>"
    gives(
        partner,
        LINES,
        line(1, "<b>Titre</b><script>x</script>", description=text, url="javascript:x"),
    )
    run = passage(source)
    assert run.refused == 1  # an address that is none stops the record, and says so
    gives(partner, LINES, line(1, "<b>Titre</b><script>x</script>", description=text))
    passage(source)
    card = Initiative.objects.get()
    assert card.title == "Titre"
    assert card.description == "Un lien"


def test_an_identifier_that_changes_is_the_same_card(
    partner: Server, passage: Passage, source: Any
) -> None:
    gives(partner, LINES, line(1, url="https://exemple.fr/1"))
    passage(source)
    gives(partner, LINES, line(900, "Fiche 1", url="https://exemple.fr/1"))
    run = passage(source)
    assert (run.created, run.missing) == (0, 0)
    assert Initiative.objects.count() == 1
    assert Item.objects.get().identifier == "x-900"
    assert passage(source).unchanged == 1


def test_one_identifier_twice(partner: Server, passage: Passage, source: Any) -> None:
    gives(partner, LINES, line(1, "La première") + "\n" + line(1, "La seconde"))
    run = passage(source)
    assert (run.created, run.refused) == (1, 1)
    assert Initiative.objects.get().title == "La première"
    assert passage(source).withdrawn == 0


def test_a_schema_that_changes_overnight_stops_the_passage(
    partner: Server, passage: Passage
) -> None:
    gives(partner, "/t.csv", "Ref;Nom;Texte\n1;Un;Texte\n2;Deux;Texte\n")
    mapping = {"external_id": "Ref", "title": "Nom", "description": "Texte"}
    source = SourceFactory(url=partner.url("/t.csv"), mapping=mapping)
    assert passage(source).created == 2
    gives(partner, "/t.csv", "Ref;Nom;Corps\n1;Un;Texte\n")
    run = passage(source)
    assert (run.state, run.reason) == ("failed", "columns")
    assert "Texte" in run.why
    assert (run.missing, run.withdrawn, run.changed) == (0, 0, 0)
    assert {card.description for card in Initiative.objects.all()} == {"Texte"}
    assert Notification.objects.filter(user=source.manager).count() == 1  # at once


def test_a_field_that_becomes_something_else_overnight(
    partner: Server, passage: Passage, source: Any
) -> None:
    gives(partner, LINES, lines(1, 2))
    passage(source)
    gives(partner, LINES, "\n".join(line(n) for n in (1, 2)).replace('"Une phrase."', '{"fr": 1}'))
    run = passage(source)
    assert (run.state, run.reason) == ("failed", "all_refused")
    assert set(Item.objects.values_list("state", flat=True)) == {"present"}
    assert {card.summary for card in Initiative.objects.all()} == {"Une phrase."}


def test_an_empty_answer_withdraws_nothing_and_warns(
    partner: Server, passage: Passage, source: Any
) -> None:
    gives(partner, LINES, lines(1, 2))
    passage(source)
    for body in ("", "\n\n"):
        gives(partner, LINES, body)
        run = passage(source)
        assert (run.state, run.reason) == ("failed", "empty")
        assert "2" in run.why
    assert set(Item.objects.values_list("state", flat=True)) == {"present"}
    assert Notification.objects.filter(user=source.manager).exists()


def test_many_that_vanish_at_once_wait_for_a_person(
    partner: Server, passage: Passage, source: Any
) -> None:
    gives(partner, LINES, lines(*range(30)))
    passage(source)
    gives(partner, LINES, lines(1, 2))
    run = passage(source)
    assert run.doubted
    assert (run.missing, run.withdrawn) == (28, 0)
    assert not Item.objects.exclude(state="present").exists()
    assert Notification.objects.filter(user=source.manager).count() == 1
    accepted = passage(source, by=source.manager, accepts_vanishing=True)
    assert not accepted.doubted
    assert Item.objects.filter(state="missing").count() == 28


def test_a_source_that_breaks_twice_warns_its_manager_and_says_why(
    partner: Server, passage: Passage, source: Any, client: Any
) -> None:
    partner.routes[LINES] = lambda handler: send(handler, 500)
    run = passage(source)
    assert run.why == "Le serveur a répondu 500."
    assert not Notification.objects.exists()
    passage(source)
    told = Notification.objects.get()
    assert told.user == source.manager
    client.force_login(source.manager)
    page = client.get(f"/moissonnage/{source.pk}").content.decode()
    assert "Le serveur a répondu 500." in page
    gives(partner, LINES, lines(1))
    passage(source)
    source.refresh_from_db()
    assert source.failures == 0


def test_a_refused_record_is_still_at_the_source(
    partner: Server, passage: Passage, source: Any
) -> None:
    gives(partner, LINES, lines(1, 2))
    passage(source)
    gives(partner, LINES, line(1) + "\n" + line(2, url="pas une adresse du tout"))
    run = passage(source)
    assert (run.refused, run.missing) == (1, 0)
    issue = run.issues.get(is_error=True)
    assert (issue.identifier, issue.field) == ("x-2", "url")


def test_compressed_and_binary(partner: Server, passage: Passage, source: Any) -> None:
    gives(partner, LINES, b"x", Content_Encoding="gzip")
    assert passage(source).reason == "compressed"
    gives(partner, LINES, b"PK\x03\x04....")
    assert passage(source).reason == "binary"
    gives(partner, LINES, "[1, 2]")
    assert passage(source).reason == "json_array"


def test_entries_nested_without_end(partner: Server, passage: Passage) -> None:
    deep = ATOM.replace("<summary>", "<div>" * 200 + "<summary>").replace(
        "</summary>", "</summary>" + "</div>" * 200
    )
    assert passage(feed(partner, deep)).reason == "xml_deep"


def test_items_of_another_source_are_never_touched(
    partner: Server, passage: Passage, source: Any
) -> None:
    other = ItemFactory(identifier="x-1")
    gives(partner, LINES, lines(1))
    assert passage(source).created == 1
    other.refresh_from_db()
    assert other.seen_in is None
