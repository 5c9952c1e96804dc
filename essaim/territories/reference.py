"""The reference territories shipped with Essaim, row by row, without Django or a database.

The file is built by scripts/build_territories.py; data/README.md says where it comes from and
what each column means.
"""

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

DATA_FILE = Path(__file__).parent / "data" / "territories.tsv.gz"

# In the order of the file: what contains comes before what is contained.
KINDS = ("country", "region", "department", "epci", "commune")


class Reference(NamedTuple):
    """A territory as URLs, imports and exports name it: « commune:93066 »."""

    kind: str
    code: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.code}"


class FormerCommune(NamedTuple):
    """A commune absorbed by the one that lists it.

    `code` may be that commune's own code (the name alone changed); `name` is empty when only
    the code is known.
    """

    code: str
    name: str


class ReferenceTerritory(NamedTuple):
    """One territory; the fields are the columns of the file, in the same order."""

    kind: str
    code: str
    name: str
    #: metro, drom or com for a region or a department; CC, CA, CU, METRO or MET69 for an EPCI.
    nature: str
    #: What directly and wholly contains it. A commune has two when it belongs to an EPCI.
    parents: tuple[Reference, ...]
    #: None when unknown; 0 is the true population of six villages destroyed in 1916.
    population: int | None
    siren: str
    postal_codes: tuple[str, ...]
    former: tuple[FormerCommune, ...]

    @property
    def reference(self) -> Reference:
        return Reference(self.kind, self.code)


def read_territories(path: Path = DATA_FILE) -> Iterator[ReferenceTerritory]:
    """Yield every territory, parents before children, then by code.

    Raises ValueError on a file with other columns, before yielding anything.
    """
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
        header = next(lines, "").rstrip("\n")
        if header != "\t".join(ReferenceTerritory._fields):
            raise ValueError(f"{path.name}: unknown columns: {header!r}")
        # Values hold no tab and are never quoted: some names contain double quotes.
        for line in lines:
            kind, code, name, nature, parents, population, siren, postal_codes, former = (
                line.rstrip("\n").split("\t")
            )
            yield ReferenceTerritory(
                kind,
                code,
                name,
                nature,
                tuple(parse_reference(parent) for parent in parents.split()),
                int(population) if population else None,
                siren,
                tuple(postal_codes.split()),
                tuple(parse_former(item) for item in former.split("|")) if former else (),
            )


def parse_reference(text: str) -> Reference:
    """« commune:93066 » as a pair; says nothing of whether such a territory exists."""
    kind, _, code = text.partition(":")
    return Reference(kind, code)


def parse_former(text: str) -> FormerCommune:
    code, _, name = text.partition("=")
    return FormerCommune(code, name)
