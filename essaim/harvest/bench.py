"""``make bench PART=harvest``: 10,000 records of a partner's file, harvested by a real passage from a
real server, then again without any change, with and without what says so. Imports are inside: this
module is read at each start."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from essaim.common.bench import BenchPart, Result, Row, Say, register, row

SIZE = 10_000


def measure(say: Say, *, size: int = SIZE, database_name: str = "") -> Result:
    import resource

    from django.conf import settings

    from essaim.harvest.actions import runs
    from essaim.search.bench.measure import machine

    if not database_name:
        from essaim.search.bench import database

        database.connect("_bench_harvest")
    body = "".join(_lines(size)).encode()
    found: dict[str, Any] = {"records": size, "megabytes": round(len(body) / 1e6, 1)}
    with _served(body) as (address, server):
        settings.OUTBOUND = settings.OUTBOUND | {"private": [f"127.0.0.1:{server.server_port}"]}
        source = _source(address)
        for name in ("first", "same", "not modified"):
            if name == "not modified":
                server.etag = '"1"'
                _passage(runs, source)  # learns the mark
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            start = time.perf_counter()
            run = _passage(runs, source)
            found[name] = {
                "seconds": round(time.perf_counter() - start, 1),
                "grown": round(
                    (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
                ),
                "created": run.created,
                "unchanged": run.unchanged,
            }
            say(f"  {name}: {found[name]}")
        if found["first"]["created"] != size or found["same"]["unchanged"] != size:
            raise RuntimeError(f"the passages did not do what was measured: {found}")
    return {**found, "machine": machine()}


def _lines(size: int) -> Iterator[str]:
    import json

    places = ["commune:38185", "department:38", "commune:44109", "department:02"]
    for n in range(size):
        yield json.dumps(
            {
                "external_id": f"fiche-{n}",
                "title": f"Atelier de quartier n° {n}",
                "summary": f"Les habitants du secteur {n} réparent et partagent leurs outils.",
                "description": " ".join(f"Phrase {k} de la fiche {n}." for k in range(60)),
                "tags": ["réemploi", "lien social", f"secteur {n % 40}"],
                "holder": {"name": f"Association du secteur {n % 500}", "kind": "association"},
                "territories": [places[n % len(places)]],
                "started_on": str(2001 + n % 20),
                "url": f"https://partenaire.example/fiches/{n}",
            },
            ensure_ascii=False,
        ) + "\n"  # fmt: skip


@contextmanager
def _served(body: bytes) -> Iterator[tuple[str, Any]]:
    import threading
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            etag = getattr(self.server, "etag", "")
            known = etag and self.headers.get("If-None-Match") == etag
            missing = self.path == "/robots.txt"
            self.send_response(304 if known else 404 if missing else 200)
            content = b"" if known or missing else body
            self.send_header("Content-Length", str(len(content)))
            if etag:
                self.send_header("ETag", etag)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/fiches.jsonl", server
    finally:
        server.shutdown()
        server.server_close()


def _source(address: str) -> Any:
    from essaim.harvest.models import Kind, Source
    from essaim.people.models import User

    manager, _new = User.objects.get_or_create(
        email="banc@essaim.example", defaults={"is_manager": True}
    )
    return Source.objects.create(
        name="Partenaire de mesure", kind=Kind.TABLE, url=address, licence="Licence Ouverte 2.0",
        publish=True, withdraw_days=30, delay_seconds=0, manager=manager,
    )  # fmt: skip


def _passage(runs: Any, source: Any) -> Any:
    from essaim.harvest.models import Run

    run = Run.objects.create(source=source)
    runs.advance(run.pk)
    run = Run.objects.get(pk=run.pk)
    if run.state != Run.State.DONE:
        raise RuntimeError(f"{run.reason}: {run.why}")
    source.refresh_from_db()
    return run


def rows(found: Result) -> Iterator[Row]:
    size, weight = found["records"], found["megabytes"]
    yield row(f"{size:,} records ({weight} MB), first passage", found["first"]["seconds"], 300, "s")
    yield row("memory that it adds", found["first"]["grown"], 150, "MB")
    yield row("again, nothing changed", found["same"]["seconds"], 30, "s")
    yield row("again, the server says so (304)", found["not modified"]["seconds"], None, "s")


def register_bench() -> None:
    register(
        BenchPart(
            name="harvest",
            heading="Harvest of a partner's bank, 10,000 records",
            measure=measure,
            rows=rows,
            notes="From a server on this machine, in the process of a job; indexing follows in jobs"
            " of its own.",
        )
    )
