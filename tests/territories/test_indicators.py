"""Files of indicators: what is read, what is refused and why, what loading again does."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from essaim.common.errors import DomainError
from essaim.territories.actions import indicator_imports as imports
from essaim.territories.indicator_file import BATCH, head, number, read
from essaim.territories.models import (
    ImportState,
    Indicator,
    IndicatorImport,
    IndicatorIssue,
    IndicatorValue,
    StagedValue,
)
from tests.people.factories import UserFactory
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db

# Made up, in the shape of the published one: a column for each indicator, its year in its name.
WIDE = (
    "CODGEO,LIBGEO,MED15,TP6015,PPEN15\n"
    "200000001,CC des Sources,21000.5,9.1,\n"
    "200000002,CC du Plateau,19500,14.2,31.5\n"
    "200000009,CC disparue,20000,10,30\n"
)


@pytest.fixture
def two(db: None) -> list[Any]:
    return [
        TerritoryFactory(kind="epci", code=f"20000000{n}", name=f"CC {n}", population=1000 * n)
        for n in (1, 2)
    ]


def run(path: Path, content: str | bytes, *options: str, capsys: Any) -> tuple[int, Any]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    code = 0
    try:
        call_command("import_indicators", str(path), "--format", "json", *options)
    except SystemExit as end:
        code = int(end.code or 0)
    return code, json.loads(capsys.readouterr().out)


def test_one_value_a_line(two: Any, tmp_path: Path, capsys: Any) -> None:
    content = (
        "territory,indicator,year,value,source\n"
        "epci:200000001,revenu,2015,21000.5,INSEE\n"
        "200000002,revenu,2015,19500,INSEE\n"
        "epci:200000009,revenu,2015,1,INSEE\n"
        "epci:200000001,revenu,l’an dernier,3,\n"
        "epci:200000001,revenu,2016,inf,\n"
        "epci:200000001,revenu,2016,beaucoup,\n"
        "epci:200000001,,2016,3,\n"
        "38185,revenu,2016,3,\n"
        "epci:200000002,REVENU,2015,19500,\n"
        "epci:200000002,revenu,2015,7,\n"
        "epci:200000002,revenu,2016,nd,\n"
        "epci:200000002,revenu\n"
    )
    code, said = run(tmp_path / "a.csv", content, capsys=capsys)
    assert code == 0
    assert (said["created"], said["lines"], said["empty"]) == (2, 12, 1)
    assert said["new_indicators"] == ["revenu"]
    reasons = {error["line"]: error["reason"] for error in said["errors"]}
    assert sorted(reasons) == [4, 5, 6, 7, 8, 9, 11, 13]
    assert "aucun territoire" in reasons[4] and "année" in reasons[5]
    assert "infinie" in reasons[6] and "nombre" in reasons[7] and "nature" in reasons[9]
    assert "ligne 3" in reasons[11]
    assert [warning["line"] for warning in said["warnings"]] == [10]
    assert [row["territory"] for row in said["unmatched"]] == ["epci:200000009", "38185"]
    assert list(IndicatorValue.objects.order_by("value").values_list("value", flat=True)) == [
        19500.0, 21000.5,
    ]  # fmt: skip
    assert not StagedValue.objects.exists() and not IndicatorIssue.objects.exists()


def test_loading_again_changes_nothing_and_a_correction_one_value(
    two: Any, tmp_path: Path, capsys: Any
) -> None:
    lines = "territory;indicator;year;value\nepci:200000001;x;2020;1,5\nepci:200000002;x;2020;2\n"
    run(tmp_path / "a.csv", lines, capsys=capsys)
    version = Indicator.objects.get().version
    _code, said = run(tmp_path / "a.csv", lines, capsys=capsys)
    assert (said["created"], said["updated"], said["unchanged"]) == (0, 0, 2)
    assert Indicator.objects.get().version == version
    _code, said = run(tmp_path / "a.csv", lines.replace("1,5", "1,6"), capsys=capsys)
    assert (said["created"], said["updated"], said["unchanged"]) == (0, 1, 1)
    assert Indicator.objects.get().version != version


def test_one_column_for_each_indicator(two: Any, tmp_path: Path, capsys: Any) -> None:
    code, said = run(tmp_path / "a.csv", WIDE, capsys=capsys)
    assert code == 0
    assert said["new_indicators"] == ["MED", "PPEN", "TP60"]
    assert (said["created"], said["empty"]) == (5, 1)
    assert [row["territory"] for row in said["unmatched"]] == ["200000009"]
    assert set(IndicatorValue.objects.values_list("year", flat=True)) == {2015}
    _code, said = run(
        tmp_path / "a.csv", WIDE, "--territory=CODGEO", "--columns=MED15=revenu", "--year=2014",
        capsys=capsys,
    )  # fmt: skip
    assert said["new_indicators"] == ["revenu"]
    assert IndicatorValue.objects.filter(year=2014).count() == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "vide"),
        (b"\n\n", "vide"),
        (b"un seul mot\n", "première ligne"),
        (b"\x00\x01\x02PK", "lisible"),
        (b'territory,indicator,year,value\nepci:200000001,x,2020,"1\n' + b"a\n" * 200_000, "CSV"),
    ],
)
def test_a_file_that_is_no_table_is_refused_whole(
    content: bytes, said: str, two: Any, tmp_path: Path, capsys: Any
) -> None:
    code, told = run(tmp_path / "a.csv", content, capsys=capsys)
    assert code == 1
    assert said in told["reason"]
    assert not IndicatorValue.objects.exists() and not Indicator.objects.exists()


def test_a_missing_file_and_a_wrong_column(tmp_path: Path, capsys: Any) -> None:
    with pytest.raises(SystemExit) as end:
        call_command("import_indicators", str(tmp_path / "none.csv"), "--format", "json")
    assert end.value.code == 1
    assert "ne peut pas être lu" in json.loads(capsys.readouterr().out)["reason"]


def test_columns_taken_for_one_another_stop_the_file(two: Any, tmp_path: Path, capsys: Any) -> None:
    lines = ["territory,indicator,year,value"]
    lines += [f"epci:200000001,v{n},2020,1" for n in range(600)]
    code, told = run(tmp_path / "a.csv", "\n".join(lines), capsys=capsys)
    assert code == 1 and "500 indicateurs" in told["reason"]
    assert not Indicator.objects.exists()


def test_a_former_commune_does_not_lend_its_figures_to_its_heir(
    tmp_path: Path, capsys: Any
) -> None:
    TerritoryFactory(code="38999", former_codes=["38998"])
    lines = "territory,indicator,year,value\ncommune:38998,x,2010,1\ncommune:38999,x,2010,2\n"
    _code, said = run(tmp_path / "a.csv", lines, capsys=capsys)
    assert said["created"] == 1
    assert "n’existe plus" in said["unmatched"][0]["reason"]


def test_memory_does_not_follow_the_number_of_lines(two: Any) -> None:
    """What is held is one batch, however long the file."""
    size = 3 * BATCH
    lines = io.BytesIO()
    lines.write(b"territory,indicator,year,value\n")
    lines.writelines(b"epci:200000001,x,2020,%d\n" % n for n in range(size))
    mapping = head(lines).long_mapping()
    assert mapping is not None
    parts = [len(part.values) for part in read(lines, mapping, lambda text, kind: 1)]
    assert sum(parts) == size and max(parts) <= BATCH


@given(st.text(max_size=20))
def test_any_cell_is_a_number_nothing_or_a_reason(text: str) -> None:
    found = number(text)
    assert found is None or isinstance(found, str) or abs(found) <= 1e15


# --- the page ---------------------------------------------------------------------------------
@pytest.fixture
def manager(client: Client) -> Client:
    client.force_login(UserFactory(manager=True))
    return client


def deposit(content: str, name: str = "filosofi.csv") -> IndicatorImport:
    return imports.deposit(
        ContentFile(content.encode(), name=name), name=name, by=UserFactory(manager=True)
    )


def test_a_manager_maps_the_columns_sees_what_it_would_do_and_loads(
    manager: Client, two: Any
) -> None:
    answer = manager.post(
        reverse("territories:indicators"), {"file": ContentFile(WIDE.encode(), name="f.csv")}
    )
    kept = IndicatorImport.objects.get()
    assert answer["Location"] == kept.get_absolute_url()
    page = manager.get(kept.get_absolute_url())
    columns = page.context["columns"]
    assert [form["code"].value() for form in columns] == ["LIBGEO", "MED", "TP60", "PPEN"]
    assert [form["load"].value() for form in columns] == [False, True, True, True]
    fields = {
        "shape": "wide", "territory": 0, "kind": "epci", "source": "Excerpt, made up",
        "c-TOTAL_FORMS": 4, "c-INITIAL_FORMS": 4,
    }  # fmt: skip
    for n, (at, code, load) in enumerate(
        [(1, "LIBGEO", ""), (2, "revenu_median", "on"), (3, "pauvrete", "on"), (4, "x", "")]
    ):
        fields |= {f"c-{n}-at": at, f"c-{n}-code": code, f"c-{n}-name": code, f"c-{n}-year": 2015}
        fields |= {f"c-{n}-load": load} if load else {}
    manager.post(kept.get_absolute_url(), fields)
    imports.advance(kept.pk)
    kept.refresh_from_db()
    assert (kept.state, kept.created, kept.error_count) == (ImportState.READY, 4, 1)
    assert not IndicatorValue.objects.exists()
    page = manager.get(kept.get_absolute_url())
    assert "200000009" in page.content.decode() and "Charger 4 valeurs" in page.content.decode()
    manager.post(reverse("territories:confirm_indicators", args=[kept.pk]))
    manager.post(reverse("territories:confirm_indicators", args=[kept.pk]))
    imports.advance(kept.pk)
    kept.refresh_from_db()
    assert kept.state == ImportState.DONE
    assert set(Indicator.objects.values_list("code", flat=True)) == {"revenu_median", "pauvrete"}
    assert Indicator.objects.get(code="pauvrete").source == "Excerpt, made up"
    remarks = b"".join(
        manager.get(reverse("territories:indicator_issues", args=[kept.pk])).streaming_content
    )
    assert "200000009" in remarks.decode()


def test_nothing_to_load_and_two_columns_of_one_code_are_said(manager: Client, two: Any) -> None:
    kept = deposit(WIDE)
    fields = {"shape": "wide", "territory": 0, "c-TOTAL_FORMS": 2, "c-INITIAL_FORMS": 2}
    for n in (0, 1):
        fields |= {f"c-{n}-at": n + 2, f"c-{n}-code": "x", f"c-{n}-year": 2015}
    answer = manager.post(kept.get_absolute_url(), fields)
    assert answer.status_code == 422 and "au moins une colonne" in answer.content.decode()
    fields |= {"c-0-load": "on", "c-1-load": "on"}
    assert "même code" in manager.post(kept.get_absolute_url(), fields).content.decode()


def test_a_job_that_fails_leaves_a_page_that_says_so(manager: Client, two: Any) -> None:
    kept = deposit(WIDE)
    imports.choose_columns(kept, imports.first_lines(kept).wide_mapping())
    kept.file.storage.delete(kept.file.name)
    imports.advance(kept.pk)
    kept.refresh_from_db()
    assert kept.state == ImportState.FAILED
    assert "déposez-le de nouveau" in manager.get(kept.get_absolute_url()).content.decode()


def test_an_abandoned_file_loads_nothing(two: Any) -> None:
    kept = deposit(WIDE)
    imports.choose_columns(kept, imports.first_lines(kept).wide_mapping())
    imports.advance(kept.pk)
    imports.cancel(kept)
    imports.advance(kept.pk)
    with pytest.raises(DomainError):
        imports.confirm(kept)
    assert not IndicatorValue.objects.exists() and not StagedValue.objects.exists()


def test_an_indicator_is_named_and_weighed(manager: Client) -> None:
    found = Indicator.objects.create(code="MED", name="MED")
    address = found.get_absolute_url()
    fields = {"name": "Revenu médian", "unit": "€", "profile": "social", "weight": "2"}
    assert manager.post(address, fields).status_code == 302
    found.refresh_from_db()
    assert (found.name, found.profile, found.weight) == ("Revenu médian", "social", 2.0)
    assert "poids" in manager.post(address, fields | {"weight": "1e9"}).content.decode().lower()


def test_the_list_of_indicators_costs_the_same_whatever_their_number(
    manager: Client, django_assert_num_queries: Any
) -> None:
    for total in (1, 3, 50):
        for n in range(Indicator.objects.count(), total):
            Indicator.objects.create(code=f"i{n}", name=f"I {n}")
        with django_assert_num_queries(6):
            manager.get(reverse("territories:indicators"))
