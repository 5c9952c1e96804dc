"""Files for spreadsheets: readable by French Excel, harmless, constant in memory."""

from __future__ import annotations

import csv
import io
import tracemalloc
from collections.abc import Iterator
from decimal import Decimal

import openpyxl
import pytest
from django.utils import translation

from essaim.common import spreadsheets


def content(rows: list[list[spreadsheets.Cell]], kind: str) -> bytes:
    return b"".join(spreadsheets.download(rows, kind=kind, name="essai").streaming_content)


def read_csv(data: bytes) -> list[list[str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))


def read_xlsx(data: bytes) -> list[list[object]]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    return [[cell.value for cell in row] for row in book.active.iter_rows()]


def test_a_csv_opens_in_french_excel() -> None:
    rows = read_csv(
        content([["titre", "coût"], ["L’été ; « à deux »\nlignes", Decimal("21667.50")]], "csv")
    )
    assert rows == [["titre", "coût"], ["L’été ; « à deux »\nlignes", "21667,50"]]


def test_an_xlsx_keeps_numbers_and_empty_cells() -> None:
    rows = read_xlsx(
        content([["titre", "coût", "x"], ["<b> & é 🐝", Decimal("21667.50"), None]], "xlsx")
    )
    assert rows == [["titre", "coût", "x"], ["<b> & é 🐝", 21667.5, None]]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize(
    "text",
    ["=1+1", "+33", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1", "\x00=1",
     '=HYPERLINK("http://x";"y")'],
)  # fmt: skip
def test_nothing_is_read_as_a_formula(text: str, kind: str) -> None:
    read = read_csv if kind == "csv" else read_xlsx
    cell = read(content([["a"], [text]], kind))[1][0]
    assert str(cell).startswith("'")


def test_signs_that_xml_forbids_and_cells_too_long_do_not_break_the_file() -> None:
    rows = read_xlsx(content([["a"], ["x\x0b\x1f\ud800\uffff" + "é" * 40_000]], "xlsx"))
    assert len(str(rows[1][0])) == spreadsheets.LONGEST_CELL
    assert read_csv(content([["a"], ["x\ud800"]], "csv"))[1] == ["x"]


def test_rows_made_while_sending_speak_the_language_of_the_request() -> None:
    def rows() -> Iterator[list[spreadsheets.Cell]]:
        yield ["a"]
        yield [str(translation.get_language())]

    with translation.override("en"):
        response = spreadsheets.download(rows(), kind="csv", name="essai")
    with translation.override("fr"):
        assert b"en" in b"".join(response.streaming_content)
        assert translation.get_language() == "fr"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_memory_does_not_grow_with_the_rows(kind: str) -> None:
    def peak(number: int) -> int:
        rows = ([f"ligne {n}", "texte " * 20] for n in range(number))
        tracemalloc.start()
        for _part in spreadsheets.download(rows, kind=kind, name="essai").streaming_content:
            pass
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size

    assert peak(20_000) < peak(1_000) + 300_000
