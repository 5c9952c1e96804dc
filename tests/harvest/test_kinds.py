"""Feeds, a site with its plan and its JSON-LD, another Essaim: all from real servers."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest

from essaim.harvest.models import Item, Kind, Run
from essaim.initiatives.models import Initiative
from tests.common.servers import Server, send
from tests.harvest.conftest import gives
from tests.harvest.factories import SourceFactory

pytestmark = pytest.mark.django_db
Passage = Callable[..., Run]

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>Bonnes pratiques</title><link>https://exemple.fr</link>
<item><title>Épicerie solidaire &amp; itinérante</title><link>https://exemple.fr/epicerie</link>
<guid isPermaLink="false">epicerie 1</guid><category>alimentation</category><category>mobilité</category>
<description>Un camion dessert dix villages.</description>
<content:encoded><![CDATA[<h2>Le camion</h2><p>Il <strong>roule</strong>.</p><script>alert(1)</script>]]></content:encoded>
<pubDate>Mon, 05 Oct 2099 10:00:00 +0200</pubDate><author>jeanne@exemple.fr (Jeanne)</author></item>
<item><title>Sans adresse ni guid</title><description>Rien.</description></item>
</channel></rss>"""

ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>
<entry><id>urn:uuid:1</id><title type="html">Ateliers &lt;b&gt;vélo&lt;/b&gt;</title>
<link rel="self" href="https://exemple.fr/atom"/><link href="https://exemple.fr/velo"/>
<updated>2024-01-01T00:00:00Z</updated><category term="mobilite" label="mobilité"/>
<summary>On répare.</summary>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Du <em>texte</em>.</p></div></content>
</entry></feed>"""


def test_an_rss_feed(partner: Server, passage: Passage) -> None:
    gives(partner, "/rss", RSS)
    source = SourceFactory(kind=Kind.FEED, url=partner.url("/rss"), is_complete=False)
    run = passage(source)
    assert (run.created, run.refused) == (1, 1)
    card = Initiative.objects.get()
    assert card.title == "Épicerie solidaire & itinérante"
    assert card.summary == "Un camion dessert dix villages."
    assert "**roule**" in card.description
    assert "alert" not in card.description
    assert "<" not in card.description
    assert sorted(card.tags) == ["alimentation", "mobilité"]
    assert card.source_url == "https://exemple.fr/epicerie"
    assert card.started_on == ""
    assert "Jeanne" not in card.description + card.contact
    assert Item.objects.get().identifier == "epicerie_1"
    assert [issue.code for issue in run.issues.filter(is_error=True)] == ["no_identifier"]


def test_an_atom_feed_gives_its_latest_and_nothing_is_withdrawn(
    partner: Server, passage: Passage
) -> None:
    gives(partner, "/atom", ATOM)
    source = SourceFactory(kind=Kind.FEED, url=partner.url("/atom"), is_complete=False)
    assert passage(source).created == 1
    card = Initiative.objects.get()
    assert (card.title, card.source_url) == ("Ateliers vélo", "https://exemple.fr/velo")
    assert "_texte_" in card.description
    gives(partner, "/atom", ATOM.replace("urn:uuid:1", "urn:uuid:2").replace("/velo", "/autre"))
    run = passage(source)
    assert (run.created, run.missing, run.withdrawn) == (1, 0, 0)


def test_a_json_feed(partner: Server, passage: Passage) -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1", "title": "T",
        "items": [{"id": 7, "url": "https://exemple.fr/7", "title": "Café des aidants",
                   "content_html": "<p>Un lieu.</p>", "tags": ["santé"],
                   "authors": [{"name": "Jeanne"}]}],
    }  # fmt: skip
    gives(partner, "/feed.json", json.dumps(feed))
    source = SourceFactory(kind=Kind.JSON_FEED, url=partner.url("/feed.json"), is_complete=False)
    assert passage(source).created == 1
    card = Initiative.objects.get()
    assert (card.title, card.summary, card.tags) == ("Café des aidants", "Un lieu.", ["santé"])


# --- a site ---------------------------------------------------------------------------------
def page(name: str, **more: Any) -> str:
    node = {
        "@context": "https://schema.org", "@graph": [
            {"@type": "BreadcrumbList", "name": "Fil"},
            {"@type": "Project", "name": name, "description": f"{name} : <b>une phrase</b> utile.",
             "keywords": "jardin, repas", "areaServed": {"@type": "City", "name": "Grenoble"},
             "provider": {"@type": "Organization", "name": "Les Jardins"},
             "author": {"@type": "Person", "name": "Jeanne Martin"},
             "license": "https://creativecommons.org/licenses/by/4.0/"} | more,
        ],
    }  # fmt: skip
    return (
        f'<html><head><script type="application/ld+json">{json.dumps(node)}</script></head></html>'
    )


def plan(server: Server, *paths: str, dated: str = "") -> str:
    day = f"<lastmod>{dated}</lastmod>" if dated else ""
    urls = "".join(f"<url><loc>{server.url(path)}</loc>{day}</url>" for path in paths)
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'


def asked(server: Server) -> list[str]:
    return [path for _method, path, _headers, _body in server.asked]


def test_a_site_whose_pages_carry_json_ld(partner: Server, passage: Passage) -> None:
    index = f"<sitemapindex><sitemap><loc>{partner.url('/plan.xml')}</loc></sitemap></sitemapindex>"
    gives(partner, "/sitemap.xml", index)
    gives(partner, "/plan.xml", plan(partner, "/a", "/b", "/prive/c", "/vide", dated="2024-01-01"))
    gives(partner, "/a", page("Jardin partagé"))
    gives(partner, "/b", page("Cuisine de rue"), ETag='"b1"')
    gives(partner, "/vide", "<html><body>Rien</body></html>")
    gives(partner, "/robots.txt", "User-agent: *\nDisallow: /prive/\n")
    source = SourceFactory(kind=Kind.SITEMAP, url=partner.url("/sitemap.xml"))
    run = passage(source)
    assert (run.created, run.refused, run.read) == (2, 2, 4)
    assert {i.code for i in run.issues.filter(is_error=True)} == {
        "page_robots", "page_without_data",
    }  # fmt: skip
    assert "/prive/c" not in asked(partner)
    card = Initiative.objects.get(title="Jardin partagé")
    assert card.summary == "Jardin partagé : une phrase utile."
    assert card.holder is not None
    assert card.holder.name == "Les Jardins"
    assert card.unmatched["territories"] == ["Grenoble"]  # of which kind it is, nobody says
    assert sorted(card.tags) == ["jardin", "repas"]
    assert card.source_licence == "https://creativecommons.org/licenses/by/4.0/"
    assert card.source_url == partner.url("/a")

    # Its plan dates them as before: no page is asked again, none vanishes.
    partner.asked.clear()
    again = passage(source)
    assert (again.created, again.changed, again.missing) == (0, 0, 0)
    assert "/a" not in asked(partner)
    assert "/b" not in asked(partner)

    # Another date: a server that knows its mark sends nothing, another sends the page.
    def knows(handler: Any) -> None:
        if handler.headers.get("If-None-Match") == '"b1"':
            return send(handler, 304)
        return send(handler, 200, page("Autre").encode())

    partner.routes["/b"] = knows
    gives(partner, "/a", page("Jardin partagé", description="Une autre phrase."))
    gives(partner, "/plan.xml", plan(partner, "/a", "/b", dated="2024-02-02"))
    last = passage(source)
    assert (last.changed, last.unchanged, last.missing) == (1, 1, 0)
    assert Initiative.objects.get(title="Jardin partagé").summary == "Une autre phrase."


def test_a_packed_plan_is_opened_within_the_same_limit(
    partner: Server, passage: Passage, settings: Any
) -> None:
    index = f"<sitemapindex><sitemap><loc>{partner.url('/p.xml.gz')}</loc></sitemap></sitemapindex>"
    gives(partner, "/sitemap.xml.gz", gzip.compress(index.encode()))
    gives(partner, "/p.xml.gz", gzip.compress(plan(partner, "/a").encode()))
    gives(partner, "/a", page("Jardin partagé"))
    source = SourceFactory(kind=Kind.SITEMAP, url=partner.url("/sitemap.xml.gz"))
    assert passage(source).created == 1
    settings.HARVEST = settings.HARVEST | {"file_mb": 1}
    bomb = gzip.compress(b"<urlset>" + b" " * 2_000_000 + b"</urlset>")
    for body, why in ((bomb, "too_large"), (bomb[:200], "packed"), (b"\x1f\x8bno", "packed")):
        gives(partner, "/p.xml.gz", body)
        run = passage(source)
        assert (run.reason, run.withdrawn) == (why, 0)


def test_requests_to_one_server_wait(
    partner: Server, passage: Passage, monkeypatch: pytest.MonkeyPatch
) -> None:
    from essaim.harvest.reading import fetching

    waited: list[float] = []
    now = [100.0]
    monkeypatch.setattr(
        fetching.time, "sleep", lambda s: (waited.append(s), now.append(now[-1] + s))
    )
    monkeypatch.setattr(fetching.time, "monotonic", lambda: now[-1])
    gives(partner, "/robots.txt", "User-agent: Essaim\nCrawl-delay: 3\n")
    gives(partner, "/sitemap.xml", plan(partner, "/a", "/b"))
    gives(partner, "/a", page("A"))
    gives(partner, "/b", page("B"))
    passage(SourceFactory(kind=Kind.SITEMAP, url=partner.url("/sitemap.xml"), delay_seconds="0.5"))
    assert sum(waited) == pytest.approx(6.0)
