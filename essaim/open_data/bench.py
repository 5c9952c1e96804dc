"""``make bench PART=api``: the API and the files of the night on the bank of 100,000 cards, which is
read and never written. Imports are inside: this module is read at each start."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from essaim.common.bench import BenchPart, Result, Row, Say, register, row

SIZE = 100_000
PAGES = 60
LIST = "/api/v1/initiatives?limit=100"


def measure(say: Say, *, size: int = SIZE) -> Result:
    from essaim.search.bench import database
    from essaim.search.bench.measure import machine

    name = database.connect(f"_bench_{size}")
    database.build(size, say)
    say(f"{name}: the API")
    asked = _asked(database.environment(name) | {"ESSAIM_API_ANONYMOUS_PER_MINUTE": "1000000"})
    say("the files of the night")
    return {"cards": size, "asked": asked, "files": _files(), "machine": machine()}


def _asked(environment: dict[str, str]) -> dict[str, Any]:
    """Whole answers of a real server to one client."""
    from essaim.common.management.commands.run import collect_static
    from essaim.search.bench.measure import Times, running

    collect_static()
    found: dict[str, Any] = {}
    with running(environment) as (site, _first):
        for name, address in (
            ("100 cards", LIST),
            ("100 cards, one département", f"{LIST}&territory=department:38"),
            ("100 cards, one theme, best proven first", f"{LIST}&theme=alimentation&sort=proven"),
            ("100 cards, ranked by words", f"{LIST}&q=jardins%20partag%C3%A9s"),
            ("100 cards, counted", f"{LIST}&count=true"),
        ):
            seconds = list(_pages(site, address))
            found[name] = vars(Times.of(seconds[3:]))  # the first ones warm it
        etag = _get(site, LIST)[1]
        again = [_timed(site, LIST, {"If-None-Match": etag}) for _n in range(30)]
        found["unchanged (304)"] = vars(Times.of(again))
    return found


def _pages(site: Any, address: str) -> Iterator[float]:
    """Page after page, from the first again where they end."""
    import json
    from urllib.parse import urlsplit

    here = address
    for _n in range(PAGES):
        start = time.perf_counter()
        body, _etag = _get(site, here)
        yield time.perf_counter() - start
        following = urlsplit(json.loads(body)["next"] or "")
        here = f"{following.path}?{following.query}" if following.path else address


def _timed(site: Any, address: str, headers: dict[str, str]) -> float:
    start = time.perf_counter()
    _get(site, address, headers)
    return time.perf_counter() - start


def _get(site: Any, address: str, headers: dict[str, str] | None = None) -> tuple[bytes, str]:
    site.reader.request("GET", address, headers=headers or {})
    response = site.reader.getresponse()
    body = response.read()
    if response.status not in {200, 304}:
        raise RuntimeError(f"{response.status} for {address}: {body[:300]!r}")
    return body, response.headers["ETag"]


def _files() -> dict[str, Any]:
    """Both files of cards, and what the process grew by while it wrote them."""
    import resource
    import tempfile
    from pathlib import Path

    from essaim.open_data.dumping import SOURCES, write

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        made = write(SOURCES[0], Path(folder))
        seconds = time.perf_counter() - start
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return {
        "seconds": round(seconds, 1),
        "rows": next(iter(made.values())).rows,
        "megabytes": {name: round(each.bytes / 1e6, 1) for name, each in made.items()},
        "grown": round(grown / 1024),
    }


def rows(found: Result) -> Iterator[Row]:
    for number, (name, times) in enumerate(found["asked"].items()):
        yield row(f"{name}, median", times["median"], 60 if not number else None)
        yield row(f"{name}, 95 %", times["p95"], None)
    files = found["files"]
    sizes = ", ".join(f"{name} {size} MB" for name, size in files["megabytes"].items())
    yield row(f"both files of {files['rows']:,} cards ({sizes})", files["seconds"], 120, "s")
    yield row("memory that writing them adds", files["grown"], 100, "MB")


def register_bench() -> None:
    register(
        BenchPart(
            name="api",
            heading="API and files of the night, 100,000 cards",
            measure=measure,
            rows=rows,
            notes="Whole answers of the server that `essaim run` starts, with one worker, page after"
            " page by the cursor; cards are whole (about 2.5 kB each).",
        )
    )
