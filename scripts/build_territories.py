"""Turn the npm package @etalab/decoupage-administratif into the territories file of Essaim.

    python scripts/build_territories.py                    # fetches the package with `npm pack`
    python scripts/build_territories.py --package FOLDER   # reads an unpacked package

The same package gives the same bytes, so that a rebuild that changes nothing shows no difference.
Columns and choices: essaim/territories/data/README.md. Reader: essaim/territories/reference.py.
Nothing is mended in silence: a package of another shape stops the script and writes nothing.
"""

import argparse
import gzip
import io
import json
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

PACKAGE = "@etalab/decoupage-administratif"
VERSION = "6.0.0"
OUTPUT = Path(__file__).resolve().parent.parent / "essaim/territories/data/territories.tsv.gz"

COLUMNS = (
    "kind",
    "code",
    "name",
    "nature",
    "parents",
    "population",
    "siren",
    "postal_codes",
    "former",
)
COUNTRY = "country:FR"
# Parents come before children, so that a loader never meets an unknown parent.
KINDS = ("country", "region", "department", "epci", "commune")
FORMER_TYPES = ("commune-deleguee", "commune-associee")

Record = dict[str, Any]
Row = dict[str, str]


class UnexpectedDataError(Exception):
    """The package does not have the shape this script knows."""


def fetch_package(folder: Path) -> Path:
    """Download and unpack the package with npm; returns the unpacked folder."""
    command = ["npm", "pack", "--silent", f"{PACKAGE}@{VERSION}"]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    (archive,) = folder.glob("*.tgz")
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    return folder / "package"


def read_records(package: Path, name: str) -> list[Record]:
    """One data file of the package."""
    records: list[Record] = json.loads((package / "data" / f"{name}.json").read_text("utf-8"))
    return records


def build_rows(package: Path) -> list[Row]:
    """All rows, parents first, then by code."""
    records = read_records(package, "communes")
    communes = {c["code"]: c for c in records if c["type"] == "commune-actuelle"}
    departments = read_records(package, "departements")
    groupings = read_records(package, "epci")
    epci_of = membership(groupings, communes)
    former = former_communes(records, communes)
    region_of = {d["code"]: d["region"] for d in departments}
    for commune in communes.values():
        if region_of.get(commune["departement"]) != commune["region"]:
            raise UnexpectedDataError(
                f"commune {commune['code']}: its region is not its department's"
            )

    rows = [make_row("country", "FR", "France", population=known_sum(communes.values()))]
    for region in read_records(package, "regions"):
        members = [c for c in communes.values() if c["region"] == region["code"]]
        rows.append(area_row("region", region, COUNTRY, members))
    for department in departments:
        members = [c for c in communes.values() if c["departement"] == department["code"]]
        rows.append(area_row("department", department, f"region:{department['region']}", members))
    for epci in groupings:
        members = [communes[m["code"]] for m in epci["membres"]]
        rows.append(
            make_row(
                "epci",
                epci["code"],
                epci["nom"],
                nature=epci["type"],
                parents=[smallest_container(members)],
                population=known_sum(members),
                siren=epci["code"],
            )
        )
    for code, commune in communes.items():
        parents = [f"department:{commune['departement']}"]
        if code in epci_of:
            parents.append(f"epci:{epci_of[code]}")
        rows.append(
            make_row(
                "commune",
                code,
                commune["nom"],
                parents=parents,
                population=commune.get("population"),
                siren=commune.get("siren", ""),
                postal_codes=commune.get("codesPostaux", ()),
                former=former[code],
            )
        )
    check_edges(rows)
    return sorted(rows, key=lambda row: (KINDS.index(row["kind"]), row["code"]))


def membership(groupings: list[Record], communes: dict[str, Record]) -> dict[str, str]:
    """Commune code to the code of its EPCI; 98 communes have none (islands, overseas)."""
    epci_of: dict[str, str] = {}
    for epci in groupings:
        for member in epci["membres"]:
            if member["code"] not in communes:
                raise UnexpectedDataError(f"EPCI {epci['code']}: unknown commune {member['code']}")
            if member["code"] in epci_of:
                raise UnexpectedDataError(f"commune {member['code']} is in two EPCI")
            epci_of[member["code"]] = epci["code"]
    return epci_of


def former_communes(records: list[Record], communes: dict[str, Record]) -> dict[str, Row]:
    """For each commune, the codes and names it has absorbed: {old code: old name, or nothing}.

    Two sources of the package disagree for a few codes that changed hands twice. The delegated
    or associated commune names its commune of today; `anciensCodes` may name an earlier one.
    A delegated commune often bears the code of the whole: only its name is then worth keeping.
    """
    former: dict[str, Row] = defaultdict(dict)
    placed: set[str] = set()
    for record in records:
        if record["type"] not in FORMER_TYPES:
            continue
        current = communes.get(record["chefLieu"])
        if current is None:
            raise UnexpectedDataError(f"former commune {record['code']}: no commune of today")
        placed.add(record["code"])
        if (record["code"], record["nom"]) != (current["code"], current["nom"]):
            former[current["code"]][record["code"]] = record["nom"]
    for commune in communes.values():
        for code in commune.get("anciensCodes", ()):
            if code not in placed:
                former[commune["code"]][code] = ""
    return former


def smallest_container(members: list[Record]) -> str:
    """What wholly contains an EPCI: its department, else its region, else the country."""
    departments = {c["departement"] for c in members}
    regions = {c["region"] for c in members}
    if len(departments) == 1:
        return f"department:{departments.pop()}"
    if len(regions) == 1:
        return f"region:{regions.pop()}"
    return COUNTRY


def known_sum(communes: Iterable[Record]) -> int | None:
    """Inhabitants of these communes; None (not 0) when no commune has a known population."""
    known = [c["population"] for c in communes if c.get("population") is not None]
    return sum(known) if known else None


def area_row(kind: str, record: Record, parent: str, members: list[Record]) -> Row:
    """A region or a department, whose nature is its zone: metro, drom or com."""
    return make_row(
        kind,
        record["code"],
        record["nom"],
        nature=record["zone"],
        parents=[parent],
        population=known_sum(members),
    )


def make_row(
    kind: str,
    code: str,
    name: str,
    *,
    nature: str = "",
    parents: Iterable[str] = (),
    population: int | None = None,
    siren: str = "",
    postal_codes: Iterable[str] = (),
    former: Row | None = None,
) -> Row:
    absorbed = sorted((former or {}).items())
    return {
        "kind": kind,
        "code": code,
        "name": " ".join(name.split()),
        "nature": nature,
        "parents": " ".join(parents),
        "population": "" if population is None else str(population),
        "siren": siren,
        "postal_codes": " ".join(sorted(set(postal_codes))),
        "former": "|".join(f"{old}={was}" if was else old for old, was in absorbed),
    }


def check_edges(rows: list[Row]) -> None:
    """Every row is unique and every parent is a row."""
    counts = Counter(f"{row['kind']}:{row['code']}" for row in rows)
    twice = [key for key, count in counts.items() if count > 1]
    if twice:
        raise UnexpectedDataError(f"listed twice: {', '.join(twice[:5])}")
    for row in rows:
        for parent in row["parents"].split():
            if parent not in counts:
                raise UnexpectedDataError(f"{row['kind']}:{row['code']}: unknown parent {parent}")


def encode(rows: list[Row]) -> bytes:
    """The table as text; refuses a value that would need quoting, which the reader does not do."""
    lines = ["\t".join(COLUMNS)]
    for row in rows:
        values = [row[column] for column in COLUMNS]
        if any(mark in value for value in values for mark in "\t\r\n"):
            raise UnexpectedDataError(f"tab or line break in {row['kind']}:{row['code']}")
        lines.append("\t".join(values))
    return ("\n".join(lines) + "\n").encode("utf-8")


def compress(table: bytes) -> bytes:
    """No date and no file name inside, so that the bytes depend on the table only."""
    packed = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=packed, mtime=0) as file:
        file.write(table)
    return packed.getvalue()


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--package", type=Path, help=f"unpacked {PACKAGE} (default: fetch it)")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    options = parser.parse_args()
    try:
        with tempfile.TemporaryDirectory() as folder:
            package = options.package or fetch_package(Path(folder))
            rows = build_rows(package)
        options.output.write_bytes(compress(encode(rows)))
    except (UnexpectedDataError, OSError, subprocess.CalledProcessError) as error:
        print(f"territories not built: {error}", file=sys.stderr)
        return 1
    counts = Counter(row["kind"] for row in rows)
    print(", ".join(f"{counts[kind]} {kind}" for kind in KINDS), f"-> {options.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
