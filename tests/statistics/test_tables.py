"""Files as people have them, and what is said of each bad line."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import pytest
from openpyxl import Workbook

from essaim.common.typography import french
from essaim.statistics import checks, effects, tables
from essaim.statistics.notices import Refused
from essaim.statistics.tables import cells, identifiers

POSTTEST = tables.needed("posttest")


def file(text: str, encoding: str = "utf-8") -> io.BytesIO:
    return io.BytesIO(text.encode(encoding))


def refused(text: str, **options: object) -> Refused:
    with pytest.raises(Refused) as caught:
        tables.read(file(text), required=POSTTEST, **options)
    return caught.value


def workbook(rows: list[list[object]]) -> io.BytesIO:
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out


@pytest.mark.parametrize(
    "text",
    [
        "group,post\ntreated,5.5\ncontrol,1234\n",
        "group;post\ntreated;5,5\ncontrol;1234\n",
        "group\tpost\r\ntreated\t5.5\r\ncontrol\t1234\r\n",
        "\ufeffGroupe;Après\nTraitée;5,5\nTémoin;1 234\n",
        'group,post\n"treated","5,5"\n"control","1\u202f234,0"\n',
        "sep=;\ngroup;post\ntreated;5,5\ncontrol;1234\n",
        "\n\ngroup;post\n\nTREATED ;+5,5\n\n control;1.234e3\n",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_tables_in_every_usual_dress(text: str, encoding: str) -> None:
    if encoding == "cp1252":
        text = text.replace("\ufeff", "").replace("\u202f", "\u00a0")
    table = tables.read(file(text, encoding), required=POSTTEST)
    assert list(table.group) == [1, 0]
    assert list(table.post) == [5.5, 1234]


def test_a_workbook() -> None:
    source = workbook([["Groupe", "post", "classe"], ["traité", 5.5, "A"], ["témoin", "7,25", 3.0]])
    table = tables.read(source, required=POSTTEST, columns={"cluster": "classe"})
    assert list(table.post) == [5.5, 7.25]
    assert table.cluster == ["A", "3"]


def test_dates_and_booleans_of_a_workbook_are_no_numbers() -> None:
    source = workbook([["group", "post"], ["treated", dt.date(2026, 1, 2)], ["control", True]])
    with pytest.raises(Refused) as caught:
        tables.read(source, required=POSTTEST)
    assert [(p.line, p.code) for p in caught.value.problems] == [(2, "date"), (3, "boolean")]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("abc", "text"), ("12 ans", "text"), ("1_000", "text"), ("0x10", "text"),
        ("inf", "infinite"), ("-Infinity", "infinite"), ("1e400", "infinite"), ("∞", "infinite"),
        ("1e200", "huge"), ("12/05/2026", "date"), ("2026-05-12", "date"), ("12 mai 2026", "date"),
        ("#DIV/0!", "formula"), ("#REF!", "formula"), ("12 %", "percent"),
        ("1,234.5", "thousands"), ("1.234,5", "thousands"), ("1,234,567", "thousands"),
    ],
)  # fmt: skip
def test_what_is_not_a_number_says_why(cell: str, code: str) -> None:
    with pytest.raises(cells.BadCell) as bad:
        cells.number(cell)
    assert bad.value.code == code
    assert [p.code for p in refused(f"group;post\ntreated;{cell}\ncontrol;1\n").problems] == [code]


@pytest.mark.parametrize(
    "cell", ["", " ", "NA", "n/a", "NaN", "null", "ABS", "Absente", "-", "?", "#N/A"]
)
def test_missing_values(cell: str) -> None:
    assert cells.number(cell) is None


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("−3,5", -3.5),
        (".5", 0.5),
        ("5.", 5.0),
        ("1 234 567,8", 1234567.8),
        ("1e-3", 0.001),
        ("+2", 2.0),
    ],
)
def test_numbers_as_people_write_them(cell: str, value: float) -> None:
    assert cells.number(cell) == value


def test_each_bad_line_is_named_as_the_file_numbers_it() -> None:
    problems = refused(
        'group;note;post\ntreated;"deux\nlignes";5\n\ntreated;;cinq\nautre;;6\n;;7\ncontrol;;8;9\n'
    ).problems
    assert [(p.line, p.column, p.code) for p in problems] == [
        (5, "post", "text"), (6, "group", "group"), (7, "group", "no_group"), (8, "", "cells"),
    ]  # fmt: skip
    assert str(problems[0]) == french("ligne 5, colonne « post » : « cinq » n’est pas un nombre.")


def test_a_thousand_bad_lines_are_counted_not_listed() -> None:
    found = refused("group;post\n" + "treated;x\n" * 1000)
    assert len(found.problems) == 100
    assert found.details["count"] == 1000


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"), ("\n \n", "empty"), ("group;post\n", "no_rows"),
        ("group;pre\ntreated;1\n", "missing_column"),
        ("group;post;Post\ntreated;1;2\n", "duplicate_column"),
        ('group;post\ntreated;"1\n', "quotes"),
        ("group;post\ntreated;1\x00\n", "not_a_table"),
        ("%PDF-1.7 …", "not_a_table"),
    ],
)  # fmt: skip
def test_files_that_are_no_table_of_units(text: str, code: str) -> None:
    assert refused(text).code == code


def test_old_and_open_formats_say_what_to_do() -> None:
    with pytest.raises(Refused, match="xls"):
        tables.read(io.BytesIO(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100))
    with pytest.raises(Refused, match="CSV"):
        tables.read(io.BytesIO(b"PK\x03\x04 not a workbook"))


def test_too_many_rows_is_a_clear_limit() -> None:
    found = refused("group;post\n" + "treated;1\ncontrol;2\n" * 6, max_rows=10)
    assert found.code == "too_many_rows"
    assert "10" in found.message


def test_other_headings_and_labels_can_be_mapped() -> None:
    text = "arm;score final\n1;5\n0;6\n"
    table = tables.read(
        file(text),
        required=POSTTEST,
        columns={"group": "arm", "post": "score final"},
        groups={"1": "treated", "0": "control"},
    )
    assert list(table.group) == [1, 0]
    assert tables.look(file(text)).guessed == {"group": "arm"}


def test_a_unit_twice_is_a_bad_line() -> None:
    problems = refused("code;group;post\nA1;treated;5\nA1;control;6\n").problems
    assert [(p.line, p.code, p.value) for p in problems] == [(3, "duplicate", "A1")]


# --- Persons -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("marie.dupont@exemple.fr", "email"), ("Marie <m.d@ac-lille.fr>", "email"),
        ("1 85 05 78 006 084 91", "nir"), ("185057800608491", "nir"), ("2850578006084", "nir"),
        ("1 85 05 2A 006 084 35", "nir"), ("06 12 34 56 78", "phone"), ("+33612345678", "phone"),
        ("FR76 3000 6000 0112 3456 7890 189", "iban"), ("1234567890A", "ine"), ("070123456HK", "ine"),
    ],
)  # fmt: skip
def test_obvious_identifiers_are_refused(cell: str, code: str) -> None:
    assert identifiers.find(cell) == code
    found = refused(f"ref;group;post\n{cell};treated;5\n").problems
    assert [(p.line, p.column, p.code) for p in found] == [(2, "ref", code)]
    # What identifies a person is not repeated in the message, nor in a log.
    assert cell not in str(found[0])


@pytest.mark.parametrize(
    "cell",
    [
        "ELEVE-042", "P0001", "3f2504e0-4f89-11d3-9a0c-0305e82c3301", "a9993e364706816aba3e25717850c26c",
        "20260115-17", "185057800608499", "1700000000000", "4006381333931", "12345678901", "dupont_m",
        "14.123456789012", "3,14159265358979", "CM2-B", "0000000001",
    ],
)  # fmt: skip
def test_pseudonyms_and_scores_pass(cell: str) -> None:
    assert identifiers.find(cell) is None


@pytest.mark.parametrize(
    "heading", ["Nom", "Prénom", "E-mail", "N° INE", "Date de naissance", "NIR"]
)
def test_headings_that_name_persons_are_refused(heading: str) -> None:
    if heading == "N° INE":
        heading = "Numéro INE"
    assert [p.code for p in refused(f"{heading};group;post\nx;treated;5\n").problems] == [
        "identifying"
    ]
    with pytest.raises(Refused):
        tables.look(file(f"{heading};group;post\nx;treated;5\n"))


# --- What an analysis keeps --------------------------------------------------------------
def test_incomplete_rows_are_left_out_and_named() -> None:
    table = tables.read(
        file("group;pre;post\ntreated;1;2\ntreated;;3\ncontrol;2;\ncontrol;1;1\ntreated;3;5\n"),
        required=tables.needed("gain"),
    )
    sample = table.sample("gain")
    assert len(sample.post) == 3
    told = {notice.values["column"]: notice.values["lines"] for notice in sample.notices}
    assert told == {"pre": "3", "post": "4"}


def test_a_column_that_the_design_does_not_use_may_hold_anything() -> None:
    text = "group;pre;post\ntreated;absent hier;2\ncontrol;x;3\n"
    assert list(tables.read(file(text), required=POSTTEST).post) == [2, 3]


def test_a_column_of_clusters_left_aside_is_told() -> None:
    table = tables.read(file("group;post;cluster\ntreated;1;a\ncontrol;2;b\n"), required=POSTTEST)
    codes = {notice.code for notice in table.sample("posttest", clustered=False).notices}
    assert codes == {"clusters_ignored"}
    assert table.sample("posttest").cluster is not None


def test_before_and_after_keeps_the_treated() -> None:
    table = tables.read(
        file("group;pre;post\ntreated;1;2\ntreated;2;4\ncontrol;1;1\n"),
        required=tables.needed("paired"),
    )
    result = effects.paired(table.sample("paired"))
    assert result.n == {"treated": 2}
    assert "controls_left_aside" in {notice.code for notice in result.warnings}


def test_mixed_decimal_marks_are_told() -> None:
    table = tables.read(file("group;post\ntreated;1,5\ncontrol;2.5\n"), required=POSTTEST)
    assert [notice.code for notice in table.notices] == ["mixed_decimals"]


@pytest.mark.parametrize("words", [("oui", "non"), ("1", "0"), ("Vrai", "FAUX"), ("yes", "no")])
def test_yes_and_no(words: tuple[str, str]) -> None:
    text = f"group;post\ntreated;{words[0]}\ncontrol;{words[1]}\n"
    assert list(tables.read(file(text), required=POSTTEST, binary=True).post) == [1, 0]
    assert (
        refused("group;post\ntreated;2\ncontrol;0\n", binary=True).problems[0].code == "not_binary"
    )


def test_attrition_by_group() -> None:
    lines = ["treated;5"] * 8 + ["treated;"] * 2 + ["control;4"] * 5 + ["control;"] * 5
    table = tables.read(file("group;post\n" + "\n".join(lines)), required=POSTTEST)
    found = checks.attrition(table)
    assert [(row.group, row.units, row.lost) for row in found.rows] == [
        ("treated", 10, 2), ("control", 10, 5),
    ]  # fmt: skip
    assert found.overall == pytest.approx(0.35)
    assert found.differential == pytest.approx(0.3)
    assert [notice.code for notice in found.warnings] == ["attrition", "differential_attrition"]


def test_balance_of_what_was_known_before() -> None:
    treated = [True] * 4 + [False] * 4
    rows = checks.balance(
        {
            "âge": [10, 11, 12, 13, 10, 11, 12, 13],
            "note": [1, 2, 3, 4, 5, 6, 7, 8],
            "même": [1] * 8,
        },
        treated,
    )
    assert [(row.name, row.verdict) for row in rows] == [
        ("âge", "balanced"), ("note", "unbalanced"), ("même", None),
    ]  # fmt: skip
    assert rows[1].gap == pytest.approx(-4 / 1.2909944)


# --- Other tables ------------------------------------------------------------------------
def test_effects_of_sites() -> None:
    found = tables.read_effects(file("Site;yi;vi\nLille;0,5;0,1\n;0,2;0,3\n"))
    assert (found.yi, found.vi, found.names) == ([0.5, 0.2], [0.1, 0.3], ["Lille", "2"])
    with pytest.raises(Refused) as caught:
        tables.read_effects(file("yi,vi\n0.1,0\n,0.2\n0.3,\n"))
    assert [(p.line, p.code) for p in caught.value.problems] == [
        (2, "variance"), (3, "missing"), (4, "missing"),
    ]  # fmt: skip


def test_readings() -> None:
    found = tables.read_readings(file("item;a;b;c\nX;1;2;\nY;3\n"))
    assert found.items == ["X", "Y"]
    assert found.rows == [[1, 2, None], [3, None, None]]
    words = tables.read_readings(file("item;a;b\nX;Oui;non\n"))
    assert words.rows == [["oui", "non"]]
    with pytest.raises(Refused) as caught:
        tables.read_readings(file("item;a;b\nX;1;2\nY;3;bon\nX;1;inf\n"))
    assert [(p.line, p.code) for p in caught.value.problems] == [(4, "duplicate")]
    with pytest.raises(Refused) as caught:
        tables.read_readings(file("item;a;b\nX;1;2\nY;3;bon\nZ;1;inf\n"))
    assert [(p.line, p.column, p.code) for p in caught.value.problems] == [
        (3, "b", "text"), (4, "b", "infinite"),
    ]  # fmt: skip


def test_a_path_is_read_too(tmp_path: Path) -> None:
    (tmp_path / "notes.csv").write_text("group,post\ntreated,1\ncontrol,2\n")
    assert len(tables.read(tmp_path / "notes.csv")) == 2


def test_a_result_is_read_with_its_losses_and_its_starting_point() -> None:
    lines = [f"treated;{10 + i % 3};{14 + i % 3}" for i in range(12)]
    lines += [f"control;{8 + i % 3};{11 + i % 4}" for i in range(8)] + ["control;9;"] * 4
    table = tables.read(file("group;pre;post\n" + "\n".join(lines)), required=POSTTEST)
    review = checks.reviewed(effects.posttest(table.sample("posttest")), table)
    codes = {notice.code for notice in review.result.warnings}
    assert {"differential_attrition", "baseline_differs"} <= codes
    assert review.balance.verdict == "unbalanced"
    assert [row.lost for row in review.attrition.rows] == [0, 4]
