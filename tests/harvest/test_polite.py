"""What a server asks of those who read it: robots.txt (RFC 9309), a wait, a redirect."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from essaim.harvest.models import Item, Kind, Run
from essaim.harvest.reading import fetching
from essaim.harvest.reading.robots import fits, normal, read
from tests.common.servers import Server, send
from tests.harvest.conftest import gives
from tests.harvest.factories import SourceFactory
from tests.harvest.test_kinds import asked, page, plan

Passage = Callable[..., Run]
SITE = "https://exemple.fr"


# --- robots.txt -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("rule", "path", "fit"),
    [
        ("/", "/anything", True),
        ("/fish", "/fish/salmon.html", True),
        ("/fish", "/Fish.asp", False),
        ("/fish*", "/fishheads", True),
        ("/fish/", "/fish", False),
        ("/*.php", "/folder/filename.php?parameters", True),
        ("/*.php", "/windows.PHP", False),
        ("/*.php$", "/folder/filename.php", True),
        ("/*.php$", "/filename.php?parameters", False),
        ("/*.php$", "/filename.php/", False),
        ("/fish*.php", "/fishheads/catfish.php?id=2", True),
        ("/fish*.php", "/Fish.PHP", False),
        ("/*?page=", "/liste?page=2", True),
        ("/*?page=", "/liste?tri=2", False),
        ("/*.json$", "/donnees.json", True),
        ("/$", "/", True),
        ("/$", "/a", False),
        ("/a*b*c$", "/aXbXbc", True),
        ("/ab*b$", "/ab", False),
    ],
)
def test_stars_and_ends(rule: str, path: str, fit: bool) -> None:
    assert fits(rule, path) is fit


def test_the_examples_of_the_rfc() -> None:
    """RFC 9309, 5.1 and 5.2."""
    text = """
User-Agent: *
Disallow: *.gif$
Disallow: /example/
Allow: /publications/

User-Agent: foobot
Disallow:/
Allow:/example/page.html
Allow:/example/allowed.gif

User-Agent: barbot
User-Agent: bazbot
Disallow: /example/page.html

User-Agent: quxbot
"""
    anyone = read(text, "other")
    assert not anyone.allows(f"{SITE}/example/page.html")
    assert not anyone.allows(f"{SITE}/image.gif")
    assert anyone.allows(f"{SITE}/publications/")
    assert read(text, "foobot").allows(f"{SITE}/example/page.html")
    assert not read(text, "foobot").allows(f"{SITE}/example/disallowed.gif")
    for agent in ("barbot", "BazBot"):
        assert not read(text, agent).allows(f"{SITE}/example/page.html")
        assert read(text, agent).allows(f"{SITE}/example/")
    assert read(text, "quxbot").allows(f"{SITE}/example/page.html")
    longest = read(
        "User-Agent: foobot\nAllow: /example/page/\nDisallow: /example/page/disallowed.gif\n",
        "foobot",
    )
    assert not longest.allows(f"{SITE}/example/page/disallowed.gif")
    assert longest.allows(f"{SITE}/example/page/other.gif")


def test_groups_ties_and_encodings() -> None:
    two = read("User-agent: essaim\nDisallow: /a\n\nUser-agent: Essaim/2\nDisallow: /b\n", "Essaim")
    assert not two.allows(f"{SITE}/a")
    assert not two.allows(f"{SITE}/b")
    tie = read("User-agent: *\nAllow: /page\nDisallow: /page\n", "Essaim")
    assert tie.allows(f"{SITE}/page")
    # Of those in 2.2.2.
    encoded = read("User-agent: *\nDisallow: /foo/bar/\u30c4\nDisallow: /x/%62%61%7A\n", "Essaim")
    assert not encoded.allows(f"{SITE}/foo/bar/%E3%83%84")
    assert not encoded.allows(f"{SITE}/x/baz")
    assert normal("/file-with-a-%2A.html") == "/file-with-a-%2A.html"
    assert read("Disallow: /\n", "Essaim").allows(SITE)  # of no group
    assert read("User-agent: *\nDisallow: /\n", "Essaim").allows(f"{SITE}/robots.txt")
    slow = read("User-agent: *\nCrawl-delay: 2.5\n", "Essaim")
    assert slow.delay == 2.5


def test_a_rule_full_of_stars_costs_no_time() -> None:
    rules = read("User-agent: *\nDisallow: /" + "*a" * 900 + "b$\n", "Essaim")
    begun = time.perf_counter()
    assert rules.allows(f"{SITE}/" + "a" * 1900)
    assert time.perf_counter() - begun < 0.5


# --- waiting, being led elsewhere -----------------------------------------------------------
@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds slept, without sleeping."""
    waited: list[float] = []
    now = [100.0]
    monkeypatch.setattr(
        fetching.time, "sleep", lambda s: (waited.append(s), now.append(now[-1] + s))
    )
    monkeypatch.setattr(fetching.time, "monotonic", lambda: now[-1])
    return waited


@pytest.mark.django_db
def test_a_server_that_is_busy_is_left_alone_and_nothing_is_withdrawn(
    partner: Server, passage: Passage
) -> None:
    gives(partner, "/sitemap.xml", plan(partner, "/a", "/b", "/c"))
    for path in ("/a", "/b", "/c"):
        gives(partner, path, page(f"Page {path}"))
    source = SourceFactory(kind=Kind.SITEMAP, url=partner.url("/sitemap.xml"))
    assert passage(source).created == 3
    for status in (429, 503):
        partner.asked.clear()
        partner.routes["/b"] = lambda handler, code=status: send(handler, code)
        run = passage(source)
        assert (run.state, run.reason, run.withdrawn) == ("failed", "busy", 0)
        assert str(status) in run.why
        assert "/c" not in asked(partner)
    assert Item.objects.filter(state=Item.State.PRESENT).count() == 3


@pytest.mark.django_db
def test_a_short_wait_is_respected_and_slows_what_follows(
    partner: Server, passage: Passage, pauses: list[float]
) -> None:
    times = [0]

    def busy_once(handler: Any) -> None:
        times[0] += 1
        if times[0] == 1:
            return send(handler, 429, Retry_After="7")
        return send(handler, 200, page("A").encode())

    gives(partner, "/sitemap.xml", plan(partner, "/a", "/b"))
    partner.routes["/a"] = busy_once
    gives(partner, "/b", page("B"))
    run = passage(SourceFactory(kind=Kind.SITEMAP, url=partner.url("/sitemap.xml")))
    assert (run.state, run.created) == ("done", 2)
    assert sum(pauses) == pytest.approx(14)


@pytest.mark.django_db
def test_where_a_redirect_leads_is_asked_as_politely(
    partner: Server, passage: Passage, pauses: list[float]
) -> None:
    gives(partner, "/robots.txt", "User-agent: *\nDisallow: /*?secret=\nCrawl-delay: 3\n")
    partner.routes["/t.csv"] = lambda handler: send(handler, 302, Location="/u.csv")
    gives(partner, "/u.csv", "external_id,title,summary\n1,Jardin,Un jardin.\n")
    run = passage(SourceFactory(url=partner.url("/t.csv")))
    assert run.state == "done"
    assert sum(pauses) == pytest.approx(3)
    partner.asked.clear()
    partner.routes["/t.csv"] = lambda handler: send(handler, 302, Location="/u.csv?secret=1")
    assert passage(SourceFactory(url=partner.url("/t.csv?"))).reason == "robots"
    assert "/u.csv?secret=1" not in asked(partner)
