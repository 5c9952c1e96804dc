"""Loading the official territories: once, again, and when a year has changed some."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db.models import F

from essaim.common.text import fold
from essaim.territories.actions import load_territories
from essaim.territories.models import Containment, LoadedFile, Territory
from essaim.territories.reference import DATA_FILE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("france")]


def territory(address: str) -> Territory:
    return Territory.objects.by_code(address).get()


def addresses(rows: object) -> set[str]:
    return {row.address for row in rows}  # type: ignore[attr-defined]


def test_grenoble_lies_in_its_metropole_its_department_its_region_and_france() -> None:
    grenoble = territory("commune:38185")
    assert addresses(Territory.objects.containing(grenoble)) == {
        "epci:200040715",
        "department:38",
        "region:84",
        "country:FR",
    }
    isere = territory("department:38")
    assert Territory.objects.within(isere).counts_by_kind() == {"commune": 512, "epci": 16}
    assert Territory.objects.within(territory("region:84")).filter(pk=grenoble.pk).exists()


def test_every_territory_contains_itself() -> None:
    alone = Containment.objects.filter(ancestor=F("descendant"))
    assert alone.count() == Territory.objects.count()


def test_an_intercommunality_across_two_departments_touches_both() -> None:
    vienne_condrieu = territory("epci:200077014")
    isere, rhone = territory("department:38"), territory("department:69")
    assert addresses(Territory.objects.overlapping(vienne_condrieu)) == {
        "department:38",
        "department:69",
    }
    condrieu = territory("commune:69064")
    assert {"epci:200077014"} <= addresses(Territory.objects.touching(isere))
    assert condrieu not in Territory.objects.touching(isere)
    assert condrieu in Territory.objects.touching(rhone)
    touching = addresses(Territory.objects.touching(isere))
    assert {"department:38", "region:84", "country:FR", "commune:38185"} <= touching
    assert "department:69" not in touching


def test_redon_touches_two_regions() -> None:
    redon = territory("epci:243500741")
    assert {"region:53", "region:52", "department:35", "department:44", "department:56"} == (
        addresses(Territory.objects.overlapping(redon))
    )


def test_labels_are_unique_among_what_is_offered() -> None:
    labels = [fold(label) for label in Territory.objects.offered().values_list("label", flat=True)]
    assert len(labels) == len(set(labels))
    assert territory("commune:93066").label == "Saint-Denis (93)"
    assert territory("epci:247000623").label == "CC des Quatre Rivières (70)"
    assert territory("commune:75056").label == "Paris (75)"
    assert territory("department:75").label == "Paris (département 75)"


def test_an_overseas_collectivity_is_offered_once() -> None:
    named = Territory.objects.offered().filter(name="Polynésie française")
    assert addresses(named) == {"department:987"}


def test_a_region_of_before_2016_leads_to_the_one_of_today() -> None:
    alsace = territory("region:42")
    assert (alsace.gone_on, alsace.successor) == (dt.date(2016, 1, 1), territory("region:44"))
    assert "Alsace" in territory("region:44").former_names
    assert addresses(Territory.objects.containing(alsace)) == {"region:44", "country:FR"}


def test_loading_again_does_nothing() -> None:
    report = load_territories()
    assert report.up_to_date and not (report.created or report.updated)
    # The same rows from a file that is not known to be loaded: read, compared, left alone.
    LoadedFile.objects.all().delete()
    before = set(Territory.objects.values_list("pk", "label", "gone_on", "successor"))
    pairs = Containment.objects.count()
    report = load_territories()
    assert (report.created, report.updated, report.unchanged) == (0, 0, 36_360)
    assert set(Territory.objects.values_list("pk", "label", "gone_on", "successor")) == before
    assert Containment.objects.count() == pairs


def edition(path: Path, change: Callable[[list[list[str]]], list[list[str]]]) -> Path:
    """The shipped file as another year would give it."""
    header, *lines = gzip.decompress(DATA_FILE.read_bytes()).decode().splitlines()
    rows = change([line.split("\t") for line in lines])
    text = "\n".join([header, *("\t".join(row) for row in rows)]) + "\n"
    path.write_bytes(gzip.compress(text.encode()))
    return path


def test_a_new_year_marks_what_ended_and_deletes_nothing(tmp_path: Path) -> None:
    """Échirolles joins Grenoble, one intercommunality joins another, one ends without heir."""
    echirolles, trieves = territory("commune:38151"), territory("epci:200030658")
    matheysine, oisans = territory("epci:200040657"), territory("epci:243800745")
    everything = Territory.objects.count()

    def change(rows: list[list[str]]) -> list[list[str]]:
        ended = {("commune", "38151"), ("epci", trieves.code), ("epci", oisans.code)}
        kept = [row for row in rows if (row[0], row[1]) not in ended]
        for row in kept:
            if row[:2] == ["commune", "38185"]:
                row[2], row[8] = "Grenoble-Échirolles", "38151=Échirolles"
            row[4] = row[4].replace(f"epci:{trieves.code}", f"epci:{matheysine.code}")
            row[4] = row[4].replace(f" epci:{oisans.code}", "")
        return kept

    movements = tmp_path / "movements.csv"
    movements.write_text(
        "kind,code,successor,gone_on,name\n"
        f"epci,{trieves.code},{matheysine.code},2027-01-01,\n"
        "epci,243800000,200030658,2014-01-01,CC d’avant\n"
    )
    report = load_territories(
        data=edition(tmp_path / "2027.tsv.gz", change),
        movements=movements,
        on=dt.date(2027, 1, 2),
    )
    assert (report.created, Territory.objects.count()) == (0, everything + 1)
    for gone in (echirolles, trieves, oisans):
        gone.refresh_from_db()
    grenoble = territory("commune:38185")
    assert grenoble.label == "Grenoble-Échirolles (38)"
    assert (echirolles.gone_on, echirolles.successor) == (dt.date(2027, 1, 2), grenoble)
    assert (trieves.gone_on, trieves.successor) == (dt.date(2027, 1, 1), matheysine)
    assert (oisans.gone_on, oisans.successor) == (dt.date(2027, 1, 2), None)
    # Two movements in a row lead to the one that exists; a name alone makes it known.
    older = territory("epci:243800000")
    assert (older.name, older.successor) == ("CC d’avant", matheysine)
    # What ran in Échirolles still runs in the department, and now in Grenoble.
    isere = territory("department:38")
    assert echirolles in Territory.objects.within(isere)
    assert echirolles in Territory.objects.within(grenoble)
    mens = territory("commune:38226")
    assert matheysine in Territory.objects.containing(mens).current()
    assert trieves not in Territory.objects.containing(mens).current()

    # Years later the successor ends too: those that led to it lead to its own.
    movements.write_text(
        f"kind,code,successor,gone_on,name\nepci,{matheysine.code},200040715,2030-01-01,\n"
    )
    without = edition(
        tmp_path / "2030.tsv.gz",
        lambda rows: [
            [*row[:4], row[4].replace(matheysine.code, "200040715"), *row[5:]]
            for row in change(rows)
            if row[1] != matheysine.code
        ],
    )
    load_territories(data=without, movements=movements)
    metropole = territory("epci:200040715")
    assert {t.address for t in metropole.predecessors.all()} == {
        matheysine.address,
        trieves.address,
        older.address,
    }

    # The older edition again: everything is back, as it was.
    report = load_territories()
    assert not report.up_to_date
    echirolles.refresh_from_db()
    assert (echirolles.gone_on, echirolles.successor) == (None, None)
    assert addresses(Territory.objects.containing(mens)) >= {"epci:200030658", "department:38"}
    assert matheysine not in Territory.objects.containing(mens)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("code,successor\n", "expected the columns"),
        ("kind,code,successor,gone_on,name\nville,1,2,2020-01-01,\n", "line 2: unknown kind"),
        ("kind,code,successor,gone_on,name\nepci,1,1,2020-01-01,\n", "line 2: a movement goes"),
        ("kind,code,successor,gone_on,name\nepci,1,2,hier,\n", "line 2: 'hier' is not a date"),
    ],
)
def test_a_wrong_file_of_movements_changes_nothing(
    tmp_path: Path, content: str, message: str
) -> None:
    path = tmp_path / "movements.csv"
    path.write_text(content)
    before = Territory.objects.count()
    with pytest.raises(ValueError, match=message):
        load_territories(movements=path)
    assert Territory.objects.count() == before
    out = io.StringIO()
    with pytest.raises(SystemExit) as refused:
        call_command("load_territories", movements=path, format="json", stdout=out)
    assert refused.value.code == 1
    assert "error" in json.loads(out.getvalue())


def test_the_command_says_that_all_is_up_to_date() -> None:
    out = io.StringIO()
    call_command("load_territories", format="json", stdout=out)
    assert json.loads(out.getvalue())["up_to_date"] is True
    out = io.StringIO()
    call_command("load_territories", stdout=out)
    assert "36360 territories, up to date." in out.getvalue()
