"""A partner's server that means harm, or that is broken in ways nobody thought of: a passage says
what it met, and neither dies without a word nor takes what it should not."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from essaim.harvest.failures import Broken
from essaim.harvest.models import Item, Kind, Run
from essaim.harvest.reading import xml
from essaim.harvest.reading.pages import blocks
from essaim.harvest.reading.records import joined
from essaim.initiatives.models import Initiative
from tests.common.servers import Server
from tests.harvest.conftest import gives
from tests.harvest.factories import SourceFactory
from tests.harvest.test_bad_input import LINES, line, lines
from tests.people.factories import MembershipFactory, OrganisationFactory

Passage = Callable[..., Run]


@pytest.fixture
def source(db: None, partner: Server) -> Any:
    return SourceFactory(url=partner.url(LINES))


def plan_of(partner: Server, *addresses: str) -> Any:
    listed = "".join(f"<url><loc>{address}</loc></url>" for address in addresses)
    gives(partner, "/sitemap.xml", f"<urlset>{listed}</urlset>")
    return SourceFactory(kind=Kind.SITEMAP, url=partner.url("/sitemap.xml"))


def page(text: str) -> str:
    return f'<html><script type="application/ld+json">{text}</script></html>'


PROJECT = {"@type": "Project", "name": "Atelier", "description": "On y répare."}


def half(handler: Any) -> None:
    """Broken off at the end of a line: what came reads well."""
    handler.send_response(200)
    handler.send_header("Content-Length", "9000")
    handler.end_headers()
    handler.wfile.write((lines(1) + "\n").encode())


# --- answers --------------------------------------------------------------------------------
def test_half_an_answer_is_not_a_shorter_list(
    partner: Server, passage: Passage, source: Any
) -> None:
    gives(partner, LINES, lines(1, 2, 3))
    passage(source)
    partner.routes[LINES] = half
    run = passage(source)
    assert (run.state, run.reason) == ("failed", "cut_short")
    assert run.why == "La réponse s’est interrompue avant sa fin."
    assert not Item.objects.exclude(state="present").exists()


@pytest.mark.parametrize(
    "rate",
    [
        "Crawl-delay: ²",
        "Request-rate: ²/5",
        "Crawl-delay: " + "9" * 5000,
        "Crawl-delay: " + "9" * 4000,
    ],
)
def test_a_robots_txt_whose_numbers_are_none(
    partner: Server, passage: Passage, source: Any, settings: Any, rate: str
) -> None:
    settings.HARVEST = settings.HARVEST | {"longest_delay": 0.1}
    gives(partner, LINES, lines(1))
    gives(partner, "/robots.txt", f"User-agent: *\n{rate}\nDisallow: /secret\n")
    assert passage(source).created == 1


def test_a_mark_that_cannot_be_kept_is_not(partner: Server, passage: Passage, source: Any) -> None:
    gives(partner, LINES, lines(1), ETag='"a\x00b"', Last_Modified="x" * 5000)
    run = passage(source)
    assert (run.state, run.created) == ("done", 1)
    source.refresh_from_db()
    assert (source.etag, source.last_modified) == ("", "")


# --- records --------------------------------------------------------------------------------
def test_names_of_fields_that_the_database_refuses(
    partner: Server, passage: Passage, source: Any
) -> None:
    odd = {"ch\x00amp": "x", "\ud800": "y", "n" * 3000: "z"}
    gives(partner, LINES, line(1, **odd))
    run = passage(source)
    assert (run.state, run.created) == ("done", 1)
    assert "champ" in run.fields_met
    assert max(len(name) for name in run.fields_met) <= 200


def test_columns_that_the_format_does_not_know_stay_at_the_source(
    partner: Server, passage: Passage, source: Any, client: Client
) -> None:
    told = {"courriel_auteur": "jeanne@exemple.fr", "auteur": "Jeanne Martin"}
    gives(partner, LINES, line(1, contact_email="jeanne@exemple.fr", **told))
    assert passage(source).created == 1
    card = Initiative.objects.get()
    kept = json.dumps([card.unmatched, Item.objects.get().record], ensure_ascii=False)
    assert "eanne" not in kept
    assert card.contact in ("", {}, None)


def test_addresses_that_are_none(partner: Server, passage: Passage, source: Any) -> None:
    wrong = [line(1, url="//["), line(2, source={"url": "http://["}), line(3, url="../x")]
    gives(partner, LINES, "\n".join(wrong))
    run = passage(source)
    assert (run.state, run.created, run.refused) == ("done", 3, 0)
    assert Initiative.objects.get(title="Fiche 3").url == partner.url("/x")


def test_two_long_addresses_that_begin_alike_are_two_cards(
    partner: Server, passage: Passage, source: Any
) -> None:
    long = "https://exemple.fr/" + "a" * 600
    for numbers in ((1, 2), (3, 4)):  # the second time, under other identifiers
        given = "\n".join(line(n, source={"url": f"{long}{n % 2}"}) for n in numbers)
        gives(partner, LINES, given)
        passage(source)
    assert Initiative.objects.count() == 4
    assert set(Item.objects.values_list("link", flat=True)) == {""}


def test_a_heading_without_end(partner: Server, passage: Passage, source: Any) -> None:
    gives(partner, LINES, f"external_id;title;{'x' * 2_200_000}\n1;Un;y\n")
    run = passage(source)
    assert (run.state, run.reason) == ("failed", "not_a_table")


def test_a_partner_does_not_say_who_an_organisation_of_ours_is(
    partner: Server, passage: Passage, source: Any
) -> None:
    ours, nobodys = OrganisationFactory(siren=""), OrganisationFactory(siren="")
    MembershipFactory(organisation=ours)
    holders = [
        {"name": ours.name, "siren": "732829320"},
        {"name": nobodys.name, "siren": "552100554"},
    ]
    gives(partner, LINES, "\n".join(line(n, holder=h) for n, h in enumerate(holders)))
    assert passage(source).created == 2
    for organisation, siren in ((ours, ""), (nobodys, "552100554")):
        organisation.refresh_from_db()
        assert organisation.siren == siren
        assert organisation.initiatives.count() == 1


# --- pages ----------------------------------------------------------------------------------
def test_plans_that_name_what_no_browser_may_follow(
    partner: Server, passage: Passage, db: None, client: Client
) -> None:
    gives(partner, "/p", page(json.dumps(PROJECT)))
    source = plan_of(partner, "javascript:alert(1)", "http://[", partner.url("/p"))
    run = passage(source)
    assert (run.state, run.created, run.refused) == ("done", 1, 2)
    client.force_login(source.manager)
    shown = client.get(run.get_absolute_url()).content.decode()
    assert 'href="javascript:' not in shown and "javascript:alert(1)" in shown
    assert "une adresse http ou https est attendue" in shown


@pytest.mark.parametrize(
    "text",
    [
        "<![cible[ <p>" + page(json.dumps(PROJECT)),
        page(json.dumps(PROJECT | {"about": json.loads("[" * 400 + "]" * 400)})),
        page(json.dumps(PROJECT | {"url": "http://["})),
        "<!-- " + page('{"@type": "Project", "name": "En commentaire"}') + " -->"
        + page(json.dumps(PROJECT)),
    ],
    ids=["declaration", "deep", "address", "comment"],
)  # fmt: skip
def test_pages_that_break_readers(partner: Server, passage: Passage, db: None, text: str) -> None:
    gives(partner, "/p", text)
    run = passage(plan_of(partner, partner.url("/p")))
    assert (run.state, run.created) == ("done", 1)
    card = Initiative.objects.get()
    assert (card.title, card.url) == ("Atelier", partner.url("/p"))


@pytest.mark.parametrize("piece", ["<!--", "<script ", "<script>", "<script><!--", "</script"])
def test_a_page_made_to_last_is_read_at_once(piece: str) -> None:
    begun = time.perf_counter()
    assert not list(blocks(piece * 200_000))
    assert time.perf_counter() - begun < 5


def test_elements_that_hold_nothing_have_a_limit_too() -> None:
    body = b"<rss><channel><item>" + b"<a/>" * 100_000 + b"</item></channel></rss>"
    with pytest.raises(Broken, match="too_large"):
        list(xml.read(io.BytesIO(body), {"item"}))


def test_addresses_joined() -> None:
    assert joined("https://a.fr/b/", "../c?d=1") == "https://a.fr/c?d=1"
    for wrong in ("http://[", "//[", "javascript:x", "data:text/html,x", "http:///x"):
        assert joined("https://a.fr/", wrong) == ""


# --- without end ----------------------------------------------------------------------------
def test_lists_without_end_have_one(
    partner: Server, passage: Passage, source: Any, settings: Any
) -> None:
    settings.HARVEST = settings.HARVEST | {"records": 2}
    gives(partner, LINES, lines(1, 2, 3))
    run = passage(source)
    assert (run.state, run.reason, run.withdrawn) == ("failed", "too_many", 0)
    assert "plus de 2" in run.why
    nothing = json.dumps({"items": [], "next": "/api/v1/initiatives?page=2"})
    gives(partner, "/api/v1/initiatives?limit=100", nothing)
    essaim = SourceFactory(kind=Kind.ESSAIM, url=partner.url("/"))
    assert passage(essaim).reason == "pages"


def test_a_plan_that_names_itself_is_read_once(partner: Server, passage: Passage, db: None) -> None:
    own = partner.url("/sitemap.xml")
    gives(partner, "/p", page(json.dumps(PROJECT)))
    gives(partner, "/pages.xml", f"<urlset><url><loc>{partner.url('/p')}</loc></url></urlset>")
    plans = f"<sitemap><loc>{own}</loc></sitemap>" * 50
    more = f"<sitemap><loc>{partner.url('/pages.xml')}</loc></sitemap>" * 2
    gives(partner, "/sitemap.xml", f"<sitemapindex>{plans}{more}</sitemapindex>")
    run = passage(SourceFactory(kind=Kind.SITEMAP, url=own))
    assert (run.created, run.refused) == (1, 0)
    assert [path for _m, path, _h, _b in partner.asked].count("/sitemap.xml") == 1
