"""Dirty values: mended where that is certain, refused where it is not, and never twice."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from essaim.initiatives.interchange.entry import Entry, read_entry
from essaim.initiatives.interchange.issues import Notes
from essaim.initiatives.interchange.mend.dates import parse_date
from essaim.initiatives.interchange.mend.numbers import NotANumber, parse_amount, parse_percent
from essaim.initiatives.interchange.mend.text import clean

CARD = {"external_id": "a:1", "title": "Un titre", "summary": "Une phrase."}


@pytest.fixture(scope="module", autouse=True)
def reader_ready() -> None:
    """What the first line read imports is no part of what a test draws and measures."""
    read_entry(CARD, Notes(1))


def read(**values: Any) -> tuple[Entry | None, Notes]:
    notes = Notes(1)
    return read_entry(CARD | values, notes), notes


def value(name: str, given: Any) -> Any:
    entry, notes = read(**{name: given})
    assert entry is not None, notes.errors
    return entry.values[name]


def errors(**values: Any) -> list[tuple[str, str]]:
    entry, notes = read(**values)
    assert (entry is None) == bool(notes.errors)
    return [(issue.field, issue.code) for issue in notes.errors]


def warnings(**values: Any) -> list[tuple[str, str]]:
    entry, notes = read(**values)
    assert entry is not None, notes.errors
    return [(issue.field, issue.code) for issue in notes.warnings]


# --- text ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("dirty", "clean_text", "codes"),
    [
        ("DÃ©chets et lâ€™Å“uvre", "Déchets et l’œuvre", ["mojibake"]),
        ("lÃ\x83Â©gumes", "lÃ\x83Â©gumes", None),
        ("Na\u0308if", "Näif", []),
        ("a\x00b\x07c", "abc", ["control"]),
        ("demi \ud83d caractère", "demi \ufffd caractère", ["control"]),
        ("l\x92eau", "l’eau", ["control"]),
        ("<b>gras</b> &amp; net", "gras & net", ["html"]),
        ("Un<br>deux", "Un deux", ["html"]),
        ("<script>alert(1)</script>Titre", "Titre", ["html"]),
        ("&amp;lt;b&amp;gt;x", "x", ["html"]),
        ("2 < 3 et R&D <https://exemple.fr>", "2 < 3 et R&D <https://exemple.fr>", []),
        ("  deux   mots\n", "deux mots", ["trimmed"]),
        ("10 % de l’eau 🌊", "10 % de l’eau 🌊", []),
        ("'; DROP TABLE initiatives; --", "'; DROP TABLE initiatives; --", []),
    ],
)
def test_a_line_of_text(dirty: str, clean_text: str, codes: list[str] | None) -> None:
    text, found = clean(dirty)
    if codes is None:  # twice wrong: whatever it becomes, it stays so
        assert clean(text) == (text, [])
    else:
        assert (text, found) == (clean_text, codes)


def test_html_of_a_description_becomes_markdown() -> None:
    dirty = (
        "<h2>But</h2><p>Un <strong>atelier</strong> &eacute;co.</p>"
        '<ul><li>un</li><li><a href="https://exemple.fr">deux</a></li></ul>'
        '<p onclick="x()"><a href="javascript:alert(1)">trois</a></p><!-- caché -->'
    )
    text, codes = clean(dirty, block=True, markdown=True)
    assert codes == ["html"]
    assert text == ("## But\n\nUn **atelier** éco.\n\n- un\n- [deux](https://exemple.fr)\n\ntrois")


def test_code_in_markdown_is_left_alone() -> None:
    text = "Écrire `<b>` ou :\n\n```\n<p>x</p>\n```"
    assert clean(text, block=True, markdown=True) == (text, [])


@given(st.text(max_size=60), st.booleans(), st.booleans())
def test_mending_twice_changes_nothing(text: str, block: bool, markdown: bool) -> None:
    once, _codes = clean(text, block=block, markdown=block and markdown)
    assert clean(once, block=block, markdown=block and markdown) == (once, [])


_PIECES = st.sampled_from(
    ["<", ">", "b", "</b>", "<br>", "&lt;", "&amp;", "lt;", "Ã", "©", "â€", "™", "`", "\n", " ", "<p>",
     "<script>", "</script>", "<!--", "-->", "<a href='https://a.fr'>", "</a>", "\x92", "é", "```"]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=14).map("".join), st.booleans())
def test_mending_twice_changes_nothing_of_scraps_of_html(text: str, markdown: bool) -> None:
    once, _codes = clean(text, block=True, markdown=markdown)
    assert clean(once, block=True, markdown=markdown) == (once, [])


def test_hostile_texts_take_no_time() -> None:
    for piece in ["<script>", "<", "&lt", "Ã", "`", "<a href='", "<!--", "</p", "&amp;"]:
        clean(piece * (150_000 // len(piece)), block=True, markdown=True)


# --- numbers ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("21 667,00 €", "21667"),
        ("21\u202f667,50", "21667.50"),
        ("21.667,00 €", "21667"),
        ("1,234.56", "1234.56"),
        ("1,234,567", "1234567"),
        ("1200", "1200"),
        ("1200.5 euros", "1200.5"),
        ("12 k€", "12000"),
        ("1,5 M€", "1500000"),
        ("0,125", "0.125"),
        ("- 5", None),
        ("-5", "-5"),
        ("12,000", None),
        ("12.000", None),
        ("environ 500", None),
        ("10-20", None),
        ("1e9", None),
        ("", None),
        ("1 23", None),
        ("٣", None),
    ],
)
def test_amounts(text: str, number: str | None) -> None:
    if number is None:
        with pytest.raises(NotANumber):
            parse_amount(text)
    else:
        assert parse_amount(text)[0] == Decimal(number)


def test_percents() -> None:
    assert parse_percent("30 %") == 30
    assert parse_percent("12,5%") == Decimal("12.5")
    assert value("target_coverage", "30 %") == 30
    assert value("target_coverage", Decimal("33.333")) == Decimal("33.33")
    assert errors(target_coverage=0) == [("target_coverage", "percent")]
    assert errors(target_coverage="140 %") == [("target_coverage", "percent")]


def economics(**line: Any) -> dict[str, Any]:
    return {"economics": [{"line": "investment", **line}]}


def test_euros_written_with_an_amount_give_the_unit() -> None:
    entry, notes = read(**economics(central="21 667,00 €"))
    assert entry is not None
    line = entry.values["economics"][0]
    assert (line["central"], line["unit"]) == (Decimal(21667), "€")
    assert [issue.field for issue in notes.warnings] == ["economics[0].central"]


@pytest.mark.parametrize(
    ("line", "field", "code"),
    [
        ({"low": -1}, "economics[0].low", "number_negative"),
        ({"low": "beaucoup"}, "economics[0].low", "number"),
        ({"low": [1]}, "economics[0].low", "wrong_type"),
        ({"low": True}, "economics[0].low", "wrong_type"),
        ({"high": "12,000"}, "economics[0].high", "number_ambiguous"),
        ({"high": 10**15}, "economics[0].high", "number_large"),
        ({"low": 3, "high": 2}, "economics[0].high", "range_order"),
        ({"low": 1, "central": 5, "high": 4}, "economics[0].high", "range_order"),
        ({"line": "cadeau"}, "economics[0].line", "choice"),
        ({"line": "", "label": "x"}, "economics[0].line", "required"),
    ],
)
def test_a_wrong_economic_line_stops_its_card(line: dict, field: str, code: str) -> None:
    assert errors(**economics(**line)) == [(field, code)]


def test_units_and_periods_meet() -> None:
    for unit, kept in [("euros", "€"), ("EUR", "€"), ("€", "€"), ("kg", "kg"), ("jours", "days")]:
        assert value("economics", [{"line": "investment", "unit": unit}])[0]["unit"] == kept
    for period, kept in [
        ("par an", "year"),
        ("mois", "month"),
        ("ponctuel", "once"),
        ("lundi", "lundi"),
    ]:
        assert value("economics", [{"line": "investment", "period": period}])[0]["period"] == kept


# --- dates --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2015", "2015"),
        ("2015-06", "2015-06"),
        ("2015-06-12", "2015-06-12"),
        ("2015-6-2", "2015-06-02"),
        ("2015/06/12", "2015-06-12"),
        ("2015-06-12T10:30:00Z", "2015-06-12"),
        ("12/06/2015", "2015-06-12"),
        ("06/2015", "2015-06"),
        ("12.06.2015", "2015-06-12"),
        ("juin 2015", "2015-06"),
        ("1er août 2015", "2015-08-01"),
        ("le 12 févr. 2015", "2015-02-12"),
        ("June 2015", "2015-06"),
        ("31/02/2015", None),
        ("06/13/2015", None),
        ("12/06/15", None),
        ("printemps 2015", None),
        ("0000", None),
        ("42167", None),
        ("2015-13", None),
    ],
)
def test_dates(text: str, date: str | None) -> None:
    if date is None:
        with pytest.raises(ValueError):
            parse_date(text)
        assert errors(started_on=text) == [("started_on", "date")]
    else:
        assert parse_date(text) == date
        assert value("started_on", text) == date
        assert bool(warnings(started_on=text)) == (text != date)


def test_a_year_may_be_a_number() -> None:
    assert value("started_on", 2015) == "2015"
    assert value("started_on", Decimal("2015.0")) == "2015"
    assert errors(started_on=True) == [("started_on", "wrong_type")]
    assert value("checked_on", "N/A") == ""


# --- enumerations, booleans ---------------------------------------------------------------
@pytest.mark.parametrize(
    ("field", "text", "kept"),
    [
        ("track", "sociale", "social"),
        ("track", "Innovation publique", "public"),
        ("status", "éprouvée", "proven"),
        ("status", "En expérimentation", "experimenting"),
        ("status", "idée", "idea"),
        ("status", "arrêtée", "stopped"),
        ("consent_to_scale", "oui", True),
        ("consent_to_scale", "Non", False),
        ("consent_to_scale", 1, True),
    ],
)
def test_french_words_for_values(field: str, text: Any, kept: Any) -> None:
    assert value(field, text) == kept
    assert warnings(**{field: text}) == [(field, "choice_mended")]


def test_unknown_values_of_enumerations_are_errors() -> None:
    assert errors(track="privé", status="finie") == [("track", "choice"), ("status", "choice")]
    assert errors(consent_to_scale="peut-être") == [("consent_to_scale", "boolean")]
    assert errors(components=[{"name": "A", "kind": "milieu"}]) == [
        ("components[0].kind", "choice")
    ]


def test_core_and_margin_in_french_and_lists_of_variants() -> None:
    rows = value(
        "components",
        [
            {"name": "A", "kind": "cœur", "red_lines": "payant"},
            {"name": "B", "kind": "Marge", "variants": ["soir", "matin"]},
        ],
    )
    assert [row["kind"] for row in rows] == ["core", "margin"]
    assert rows[1]["variants"] == "soir\nmatin"


def test_an_unknown_kind_of_evidence_is_kept_as_other() -> None:
    rows = value(
        "evidence", [{"kind": "article de presse", "title": "Un article", "level": "niveau 2"}]
    )
    assert (rows[0]["kind"], rows[0]["level"], rows[0][""]) == (
        "other",
        2,
        {"kind": "article de presse"},
    )
    assert errors(evidence=[{"kind": "self", "level": 6}]) == [
        ("evidence[0].level", "number_range")
    ]
    assert errors(evidence=[{"kind": "self", "level": Decimal("2.5")}]) == [
        ("evidence[0].level", "integer")
    ]
    assert value("evidence", [{}, None]) == []


# --- lists, objects, addresses ------------------------------------------------------------
def test_a_text_where_a_list_is_expected() -> None:
    assert value("themes", "emploi, logement") == ["emploi", "logement"]
    assert value("steps", "Choisir, puis ouvrir") == ["Choisir, puis ouvrir"]
    assert value("steps", "Choisir\nOuvrir") == ["Choisir", "Ouvrir"]
    assert errors(tags=[1, "a"]) == [("tags[0]", "wrong_type")]
    assert errors(tags={"a": 1}) == [("tags", "wrong_type")]
    assert value("tags", ["a", "", None, " a "]) == ["a"]


def test_a_lone_object_or_name() -> None:
    assert value("components", {"name": "A", "kind": "core"})[0]["name"] == "A"
    assert value("holder", "CCAS de Grenoble")["name"] == "CCAS de Grenoble"
    assert value("partners", ["Mairie"])[0]["name"] == "Mairie"
    assert errors(partners=[{"nature": "x"}]) == [("partners[0].name", "required")]
    assert errors(partners=[3]) == [("partners[0]", "wrong_type")]
    assert value("holder", {}) == {}
    assert value("source", None) == {}


def test_web_addresses() -> None:
    assert value("url", "www.exemple.fr/page") == "https://www.exemple.fr/page"
    assert value("url", "-") == ""
    for bad in [
        "javascript:alert(1)",
        "data:text/html,x",
        "pas une adresse",
        "http://",
        "ftp://a.fr",
    ]:
        assert errors(url=bad) == [("url", "url")]
    assert (
        value("materials", ["https://exemple.fr/kit.pdf"])[0]["title"]
        == "https://exemple.fr/kit.pdf"
    )


# --- the line as a whole ------------------------------------------------------------------
def test_all_errors_of_a_line_are_told_at_once() -> None:
    found = errors(external_id="deux mots", title="x" * 251, summary=None, url=3, economics="x")
    assert found == [
        ("external_id", "identifier_space"),
        ("title", "too_long"),
        ("summary", "required"),
        ("economics", "wrong_type"),
        ("url", "wrong_type"),
    ]


@pytest.mark.parametrize("line", [[], "texte", 3, None, True])
def test_a_line_that_is_no_object(line: Any) -> None:
    notes = Notes(1)
    assert read_entry(line, notes) is None
    assert [issue.code for issue in notes.errors] == ["line_not_object"]


def test_limits_of_length() -> None:
    assert value("title", "é" * 250) and value("summary", "é" * 500)
    assert errors(summary="x" * 501) == [("summary", "too_long")]
    assert errors(title="<b></b>") == [("title", "required")]
    assert errors(description="x" * 500_000) == [("description", "too_long")]
    assert errors(tags=["x" * 101]) == [("tags[0]", "too_long")]


def test_unknown_keys_are_kept_with_a_warning() -> None:
    entry, notes = read(note_interne={"vu": [1, "a\x00"]}, Description="Écrit autrement")
    assert entry is not None
    assert entry.extra == {"note_interne": {"vu": [1, "a"]}}
    assert entry.values["description"] == "Écrit autrement"
    assert {issue.code for issue in notes.warnings} == {"key_unknown", "key_mended"}


def test_a_value_nested_too_deep_is_refused() -> None:
    deep: Any = "fond"
    for _level in range(60):
        deep = [deep]
    assert errors(inconnu=deep) == [("", "line_too_deep")]


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8) | st.sampled_from(["12 k€", "oui", "2015", "core", "30 %", "<b>x</b>"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["name", "kind", "line", "low", "url", "level", "x"]), inner, max_size=4),
    max_leaves=6,
)  # fmt: skip


@given(st.dictionaries(st.sampled_from([*CARD, "themes", "tags", "components", "economics", "holder", "source", "evidence", "target_coverage", "started_on", "url", "consent_to_scale", "territories", "autre"]), _json, max_size=6))  # fmt: skip
def test_whatever_a_line_holds_it_is_read_or_explained(line: dict[str, Any]) -> None:
    notes = Notes(1)
    entry = read_entry(line, notes)
    assert (entry is None) == bool(notes.errors)
    for _kind, issue in notes.kept():
        assert issue.reason
