"""From bytes to objects: encodings, JSON Lines, CSV, and files that are neither."""

from __future__ import annotations

import codecs
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from essaim.initiatives.interchange.csv_rows import NOTHING
from essaim.initiatives.interchange.issues import MESSAGES
from essaim.initiatives.interchange.readers import (
    LINE_LIMIT,
    Line,
    NotReadable,
    count_lines,
    read_lines,
)

LINE = '{"external_id": "é", "title": "t"}'
OBJECT = {"external_id": "é", "title": "t"}


def read(content: bytes | str) -> list[Line]:
    data = content.encode() if isinstance(content, str) else content
    return list(read_lines(io.BytesIO(data)))


def objects(content: bytes | str) -> list[Any]:
    return [line.value for line in read(content)]


def codes(content: bytes | str) -> list[tuple[int, str, str]]:
    return [
        (issue.line, issue.field, issue.code)
        for line in read(content)
        for issue in [*line.notes.errors, *line.notes.warnings]
    ]


@pytest.mark.parametrize(
    "content",
    [
        LINE.encode(),
        codecs.BOM_UTF8 + LINE.encode(),
        LINE.encode("utf-16"),
        LINE.encode("utf-16-le"),
        LINE.encode("utf-16-be"),
        LINE.encode("utf-32"),
        f"\n\n  \n{LINE}\r\n\n".encode(),
        f"\r{LINE}\r".encode(),
        LINE.encode() + b"\x00\x00",
    ],
)
def test_one_object_whatever_the_encoding(content: bytes) -> None:
    assert objects(content) == [OBJECT]


def test_line_numbers_are_those_of_the_file() -> None:
    lines = read(f"\n{LINE}\n\n{LINE}\nrompu\n")
    assert [line.number for line in lines] == [2, 4, 5]


def test_a_windows_line_among_others_is_told() -> None:
    content = LINE.encode() + b"\n" + LINE.encode("cp1252") + b"\n" + LINE.encode()
    assert objects(content) == [OBJECT] * 3
    assert codes(content) == [(2, "", "line_windows")]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", []),
        (b"\n \n\t\n", []),
        (b"rien de lisible", [(1, "", "line_not_json_nor_csv")]),
        (f"{LINE}\n" + LINE[:-4], [(2, "", "line_not_json")]),
        ('{"a": NaN}', [(1, "", "line_not_json_nor_csv")]),
        ('{"a": 1e99999999999999999999}', [(1, "", "line_not_json_nor_csv")]),
        ('{"a": ' + "9" * 5000 + "}", [(1, "", "line_not_json_nor_csv")]),
        ("[" * 100_000, [(1, "", "line_not_json_nor_csv")]),
        (b'{"a": "\x81\xff"}', [(1, "", "line_encoding")]),
        (LINE + "\n" + '"' + "x" * (LINE_LIMIT + 5) + '"\n' + LINE, [(2, "", "line_too_long")]),
        ('{"a": 1, "a": 2}', [(1, "a", "key_repeated")]),
    ],
)
def test_lines_that_cannot_be_read(content: bytes | str, found: list[Any]) -> None:
    assert codes(content) == found


@pytest.mark.parametrize(
    ("start", "kind"), [(b"PK\x03\x04xlsx", "zip"), (b"%PDF-1.7", "pdf"), (b"\x1f\x8b\x08", "gzip")]
)
def test_files_of_another_kind_are_named(start: bytes, kind: str) -> None:
    with pytest.raises(NotReadable) as refused:
        read(start)
    assert refused.value.kind == kind


def test_lines_are_counted_without_being_read() -> None:
    assert [count_lines(io.BytesIO(c)) for c in (b"", b"a", b"a\n", b"a\nb", b"\n\n")] == [
        0,
        1,
        1,
        2,
        2,
    ]


# --- CSV ----------------------------------------------------------------------------------
HEADER = "external_id,title,summary"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_any_usual_delimiter(delimiter: str) -> None:
    rows = f"{HEADER},tags\na,Un titre,s,x|y\n".replace(",", delimiter)
    assert objects(rows) == [
        {"external_id": "a", "title": "Un titre", "summary": "s", "tags": ["x", "y"]}
    ]


def test_headers_are_read_whatever_their_case_and_bom() -> None:
    found = objects("\ufeffExternal_ID;TITLE;Summary;What failed\na;b;c;d")
    assert found == [{"external_id": "a", "title": "b", "summary": "c", "what_failed": "d"}]


def test_cells_become_what_json_would_have_held() -> None:
    header = f"{HEADER},themes,steps,components,consent_to_scale,target_coverage,holder_name,holder_siren,source_url,need"
    row = 'a,b,c,"emploi; logement","un; deux\ntrois","[{""name"": ""A""}]",true,12.5,CCAS,123456789,https://a.fr,'
    found = objects(f"{header}\n{row}\n")[0]
    assert found["themes"] == ["emploi", "logement"]
    assert found["steps"] == ["un; deux", "trois"]
    assert found["components"] == [{"name": "A"}]
    assert found["consent_to_scale"] is True and float(found["target_coverage"]) == 12.5
    assert found["holder"] == {"name": "CCAS", "siren": "123456789"}
    assert found["source"] == {"url": "https://a.fr"} and found["need"] is None


def test_a_row_over_several_lines_goes_by_its_first() -> None:
    content = f'{HEADER}\na,"deux\nlignes",c\nb,t\n\nc,t,s'
    assert [line.number for line in read(content)] == [2, 4, 6]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("external_id,title\na,b", [(1, "summary", "csv_column_missing")]),
        (f"{HEADER},title\na,b,c,d", [(1, "title", "csv_column_repeated")]),
        (f"{HEADER},note\na,b,c,d", [(1, "note", "csv_column_unknown")]),
        (f"{HEADER}\na,b,c,d", [(2, "", "csv_too_many_cells")]),
        (f"{HEADER}\na,b,c,,\n", []),
        (f'{HEADER}\na,"b,c\nd,e,f\n', [(2, "", "csv_row")]),
        (f"{HEADER},components\na,b,c,cœur", [(2, "components", "csv_cell_json")]),
        (f"{HEADER},holder,holder_name\na,b,c,A,B", [(2, "holder_name", "csv_both_columns")]),
        (f"{HEADER},holder,holder_name\na,b,c,,B", []),
    ],
)
def test_what_is_wrong_with_a_table(content: str, found: list[Any]) -> None:
    assert codes(content) == found


def test_an_unknown_column_is_kept() -> None:
    assert objects(f"{HEADER},note\na,b,c,d")[-1]["note"] == "d"


def test_windows_excel_is_read() -> None:
    content = "external_id;title;summary\r\na;L’été;b\r\n".encode("cp1252")
    assert objects(content) == [{"external_id": "a", "title": "L’été", "summary": "b"}]
    assert codes(content) == [(2, "", "line_windows")]


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_explained(content: bytes) -> None:
    try:
        lines = read(content)
    except NotReadable:
        return
    for line in lines:
        assert line.value is not NOTHING or line.notes.errors or line.notes.warnings


@given(st.lists(st.dictionaries(st.text(max_size=5), st.text(max_size=20), min_size=1), max_size=5))
def test_what_json_writes_is_read(rows: list[dict[str, str]]) -> None:
    content = "\n".join(json.dumps(row) for row in rows)
    assert objects(content) == rows


def test_every_message_has_its_words() -> None:
    for code, message in MESSAGES.items():
        assert str(message), code
