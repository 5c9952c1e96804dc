"""``essaim bench --part assign``: how long an assignment takes, solving alone."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

from django.conf import settings

from essaim.common.bench import BenchPart, Result, Row, Say, register, row

# Items, readers, readings an item; seconds asked; seconds of the matcher of the big conferences.
SIZES = (
    (1_000, 150, 3, 0.2, 6.0),
    (2_000, 300, 3, 1.0, 44.0),
    (10_000, 5_000, 60, 60.0, None),
)
MEMORY = 1_500  # MB


def measure(say: Say) -> Result:
    from essaim.search.bench.measure import machine

    result: Result = {}
    for items, readers, need, _asked, _other in SIZES:
        say(f"assignment: {items} items × {readers} readers × {need}")
        done = subprocess.run(
            [sys.executable, "-m", "essaim.peers.assignment.measure"]
            + [str(number) for number in (items, readers, need)],
            check=True,
            capture_output=True,
            text=True,
            cwd=settings.BASE_DIR,
        )
        result[str(items)] = json.loads(done.stdout)
    return result | {"machine": machine()}


def rows(found: Result) -> Iterator[Row]:
    for items, readers, need, asked, other in SIZES:
        each = found[str(items)]
        name = f"{items:,} items × {readers:,} readers × {need}"
        yield row(name, each["seconds"], asked, "s")
        if other:
            yield row(
                f"{name}: ours / the usual matcher", round(each["seconds"] / other, 3), 1, "×"
            )
        if "all pairs" in each:
            yield row(f"{name}: every pair given to the flow", each["all pairs"], None, "s")
            yield row(f"{name}: optimum moved by thinning", round(each["moved"], 9), 1e-9, "")
        share = each["gap"] / each["objective"]
        yield row(f"{name}: gap to the bound that prices prove, share", share, 1e-9, "")
        yield row(f"{name}: memory of the process", each["memory"], MEMORY, "MB")


def register_bench() -> None:
    register(
        BenchPart(
            "assign",
            "Assignment of readers",
            measure,
            rows,
            notes=(
                "Solving alone, the similarity being there; best of five for the two smaller"
                " ones. Candidate pairs are thinned; prices over all pairs prove the optimum,"
                " and « gap » is what they leave unproved. « The usual matcher »: 6 s and 44 s"
                " as published for these sizes."
            ),
        )
    )
