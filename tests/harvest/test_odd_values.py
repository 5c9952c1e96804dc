"""Values that a format allows and nobody expects: a passage takes what can be kept, refuses the rest
record by record, and never dies of one."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from essaim.harvest.models import Item, Kind, Run
from essaim.initiatives.models import Initiative
from tests.common.servers import Server, send
from tests.harvest.conftest import gives
from tests.harvest.factories import SourceFactory
from tests.harvest.test_bad_input import LINES, line, lines

pytestmark = pytest.mark.django_db
Passage = Callable[..., Run]

# As they are written in JSON: not all can be written from Python.
NUMBERS = ["NaN", "Infinity", "-Infinity", "1e999", "-0.0", "1" * 5000, "1e-400", "1.5", "true"]
TEXTS = [
    r'"\ud800"',
    r'"\u0000"',
    r'"\u202ehtuoT"',
    '"' + "é" * 9000 + '"',
    '""',
    '" "',
    r'"\ud83d\ude00"',
]
SHAPES = [
    "[]",
    "{}",
    "[[]]",
    '[{"@value": "x"}]',
    '{"@value": "x"}',
    "null",
    "[null]",
    "[" * 900 + "]" * 900,
]


@pytest.fixture
def source(partner: Server) -> Any:
    return SourceFactory(url=partner.url(LINES))


def goes_well(run: Run, *, read: int) -> None:
    assert (run.state, run.reason) == ("done", ""), (run.reason, run.why)
    assert run.read == read


# A number that Python does not read makes of one document no document at all.
READ = [value for value in (*NUMBERS, *TEXTS, *SHAPES) if len(value) < 4000 or value[0] == '"']


def record(whole: dict[str, str], name: str, value: str) -> str:
    texts = {key: json.dumps(each) for key, each in whole.items()} | {name: value}
    return "{" + ", ".join(f'"{key}": {text}' for key, text in texts.items()) + "}"


def sound_ones(source: Any) -> bool:
    return Item.objects.filter(source=source, identifier="sound", card__isnull=False).exists()


@pytest.mark.parametrize(
    "name", ["title", "summary", "id", "url", "tags", "date_published", "other"]
)
def test_in_a_json_feed(partner: Server, passage: Passage, name: str) -> None:
    items = [
        record(
            {"id": f"a{n}", "title": f"Une {n}", "summary": "Oui.", "url": f"https://a.exemple/{n}"},
            name, value,
        )
        for n, value in enumerate(READ)
    ]  # fmt: skip
    items.append('{"id": "sound", "title": "Deux", "summary": "Oui."}')
    gives(partner, "/feed.json", f'{{"version": "1", "items": [{", ".join(items)}]}}')
    source = SourceFactory(
        kind=Kind.JSON_FEED, url=partner.url("/feed.json"), is_complete=False,
        mapping={"target_coverage": "other", "started_on": "date_published"},
    )  # fmt: skip
    for _night in range(2):
        goes_well(passage(source), read=len(items))
        assert sound_ones(source)


@pytest.mark.parametrize("kind", [Kind.ESSAIM, Kind.TABLE])
@pytest.mark.parametrize(
    "names",
    [
        ["title", "summary", "need", "tags", "themes"],
        ["territories", "started_on", "target_coverage", "holder", "economics"],
        ["components", "source", "url", "external_id", "partners", "evidence"],
    ],
    ids=["words", "lists", "parts"],
)
def test_in_another_essaim_and_in_lines(
    partner: Server, passage: Passage, names: list[str], kind: str
) -> None:
    items = [
        record({"external_id": f"{name}{n}", "title": "Une", "summary": "Oui."}, name, value)
        for name in names
        for n, value in enumerate(READ if kind == Kind.ESSAIM else [*READ, "1" * 5000])
    ]
    items.append('{"external_id": "sound", "title": "Deux", "summary": "Oui."}')
    listed = f'{{"items": [{", ".join(items)}], "next": null}}'
    gives(partner, "/api/v1/initiatives?limit=100", listed)
    gives(partner, LINES, "\n".join(items))
    address = "" if kind == Kind.ESSAIM else LINES
    source = SourceFactory(kind=kind, url=partner.url(address))
    for _night in range(2):
        goes_well(passage(source), read=len(items))
        assert sound_ones(source)


@pytest.mark.parametrize("trial", [False, True])
@pytest.mark.parametrize("kind", [Kind.TABLE, Kind.FEED, Kind.SITEMAP, Kind.ESSAIM])
def test_nothing_changed_said_to_who_asked_nothing(
    partner: Server, passage: Passage, kind: str, trial: bool
) -> None:
    def unchanged(answer: Any) -> None:
        send(answer, 304, b"")

    for path in ("/x", "/x/api/v1/initiatives?limit=100"):
        partner.routes[path] = unchanged
    run = passage(SourceFactory(kind=kind, url=partner.url("/x")), trial=trial)
    assert run.state == "failed", run.reason
    assert "304" in run.why


def test_identifiers_that_change_places(partner: Server, passage: Passage, source: Any) -> None:
    gives(partner, LINES, "\n".join([
        line(1, "Jardin", source={"url": "https://a.exemple/jardin"}),
        line(2, "Atelier", source={"url": "https://a.exemple/atelier"}),
    ]))  # fmt: skip
    passage(source)
    gives(partner, LINES, "\n".join([
        line(2, "Jardin", source={"url": "https://a.exemple/jardin"}),
        line(1, "Atelier", source={"url": "https://a.exemple/atelier"}),
    ]))  # fmt: skip
    goes_well(passage(source), read=2)
    assert sorted(Initiative.objects.values_list("title", flat=True)) == ["Atelier", "Jardin"]
    goes_well(passage(source), read=2)


@pytest.mark.parametrize(
    "encoding",
    [
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "utf-32",
        "utf-7",
        "cp1252",
        "iso8859-15",
        "mac_roman",
        "utf-8-sig",
    ],
)
def test_tables_in_any_encoding(
    partner: Server, passage: Passage, source: Any, encoding: str
) -> None:
    text = "external_id;title;summary\n1;Été;Déjà fait.\n2;Deux;Une phrase.\n"
    gives(partner, LINES, text.encode(encoding))
    run = passage(source)
    if run.state == "failed":
        assert run.why
        assert not Initiative.objects.exists()
    else:
        goes_well(run, read=2)


@pytest.mark.parametrize(
    "day",
    [
        "0000-00-00",
        "99999-01-01",
        "2026-02-30",
        "+002026-01-01",
        "2026-13",
        "1",
        "-5",
        "²",
        "2026-01-01T99:99:99Z",
    ],
)
def test_days_that_are_none(partner: Server, passage: Passage, source: Any, day: str) -> None:
    gives(partner, LINES, f"{line(1, started_on=day)}\n{line(2)}\n")
    run = passage(source)
    goes_well(run, read=2)
    assert Initiative.objects.filter(title="Fiche 2").exists()


def test_a_table_whose_quote_never_closes(partner: Server, passage: Passage, source: Any) -> None:
    rest = "".join(f"{n};Fiche {n};Une phrase.\n" for n in range(3000))
    gives(partner, LINES, f'external_id;title;summary\n0;"Ouvert;Une phrase.\n{rest}')
    run = passage(source)
    assert run.why or run.refused


def test_a_mark_of_a_page_of_any_length(partner: Server, passage: Passage) -> None:
    page = '<html><script type="application/ld+json">{"@type": "Project", "name": "Un", "description": "Deux."}</script></html>'
    gives(partner, "/p", page, ETag='"' + "x" * 3000 + '"')
    gives(
        partner,
        "/sitemap.xml",
        f"<urlset><url><loc>{partner.url('/p')}</loc><lastmod>{'9' * 5000}</lastmod></url></urlset>",
    )
    source = SourceFactory(kind=Kind.SITEMAP, url=partner.url("/sitemap.xml"))
    goes_well(passage(source), read=1)
    goes_well(passage(source), read=1)


def test_many_terms_and_many_rows(partner: Server, passage: Passage, source: Any) -> None:
    gives(partner, LINES, "\n".join([
        line(1, tags=[f"mot {n}" for n in range(20_000)]),
        line(2, themes=[f"thème {n}" for n in range(5_000)]),
        line(3, territories=["commune:38185"] * 5_000),
        line(4, components=[{"name": f"Pièce {n}", "kind": "core", "why": "x"} for n in range(3_000)]),
        lines(5),
    ]))  # fmt: skip
    run = passage(source)
    goes_well(run, read=5)
    assert Initiative.objects.filter(title="Fiche 5").exists()


def test_in_pages_of_a_site(partner: Server, passage: Passage) -> None:
    addresses = []
    for name in ("name", "startDate", "keywords", "provider", "identifier", "areaServed"):
        for n, value in enumerate(READ):
            object_ = record(
                {"@type": "Project", "name": "Une", "description": "Oui."}, name, value
            )
            path = f"/{name}/{n}"
            gives(partner, path, f'<script type="application/ld+json">{object_}</script>')
            addresses.append(f"<url><loc>{partner.url(path)}</loc></url>")
    gives(partner, "/sitemap.xml", f"<urlset>{''.join(addresses)}</urlset>")
    source = SourceFactory(kind=Kind.SITEMAP, url=partner.url("/sitemap.xml"))
    goes_well(passage(source), read=len(addresses))
