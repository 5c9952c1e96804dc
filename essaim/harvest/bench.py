"""``make bench PART=harvest``: 10,000 records of a partner's file, harvested by a job, in a worker of
its own, from a real server; then again without any change, with and without what says so. Imports
are inside: this module is read at each start."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from essaim.common.bench import BenchPart, Result, Row, Say, register, row

SIZE = 10_000
WARM = 1000  # records of a passage before, so that the memory compared is that of records alone
LONGEST = 1800  # seconds that one passage is waited for


def measure(say: Say, *, size: int = SIZE) -> Result:
    from essaim.search.bench import database
    from essaim.search.bench.measure import machine

    name = database.connect("_bench_harvest")
    # Left by the bench before: cards of the same titles, jobs that nobody did.
    database.owner_runs(
        database.EMPTY, "TRUNCATE harvest_source CASCADE", "TRUNCATE procrastinate_jobs CASCADE"
    )
    found: dict[str, Any] = {"records": size}
    with _served(min(WARM, size)) as (warm, _server), _served(size) as (address, server):
        found["megabytes"] = round(server.size / 1e6, 1)
        with _worker(name) as pid:
            _passage(_source(warm, "échauffement"))
            source = _source(address, "mesure")
            for what in ("first", "same", "not modified"):
                if what == "not modified":
                    server.etag = '"1"'
                    _passage(source)  # learns the mark
                before = _most_memory(pid)
                start = time.perf_counter()
                run = _passage(source)
                found[what] = {
                    "seconds": round(time.perf_counter() - start, 1),
                    "grown": round((_most_memory(pid) - before) / 1024),
                    "created": run.created,
                    "unchanged": run.unchanged,
                }
                say(f"  {what}: {found[what]}")
            found["megabytes of the worker"] = round(_most_memory(pid) / 1024)
    done = (
        found["first"]["created"],
        found["same"]["unchanged"],
        found["not modified"]["unchanged"],
    )
    if done != (size, size, size) or not run.not_modified:
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
def _served(size: int) -> Iterator[tuple[str, Any]]:
    """A file of so many records, sent piece by piece: this process does not hold it either."""
    import shutil
    import tempfile
    import threading
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    with tempfile.NamedTemporaryFile("w", encoding="utf-8") as file:
        file.writelines(_lines(size))
        file.flush()
        length = Path(file.name).stat().st_size

        class Answering(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                etag = getattr(self.server, "etag", "")
                known = etag and self.headers.get("If-None-Match") == etag
                missing = self.path == "/robots.txt"
                self.send_response(304 if known else 404 if missing else 200)
                self.send_header("Content-Length", "0" if known or missing else str(length))
                if etag:
                    self.send_header("ETag", etag)
                self.end_headers()
                if not known and not missing:
                    with Path(file.name).open("rb") as body:
                        shutil.copyfileobj(body, self.wfile)

            def log_message(self, *args: Any) -> None:
                pass

        server: Any = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        server.size = length
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/fiches.jsonl", server
        finally:
            server.shutdown()
            server.server_close()


@contextmanager
def _worker(name: str) -> Iterator[int]:
    """That of partners' banks, as ``essaim run`` starts it, on the bench's database; its number."""
    import subprocess
    import sys

    from essaim.search.bench import database

    process = subprocess.Popen(
        [sys.executable, "-m", "essaim", "worker", "--queues", "harvest"],
        env=database.environment(name) | {"ESSAIM_PRIVATE_HOSTS": "127.0.0.1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(timeout=60)


def _most_memory(pid: int) -> int:
    """The most that the process ever held, in kB (Linux)."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])


def _source(address: str, name: str) -> Any:
    from essaim.harvest.models import Kind, Source
    from essaim.people.models import User

    manager, _new = User.objects.get_or_create(
        email="banc@essaim.example", defaults={"is_manager": True}
    )
    return Source.objects.create(
        name=f"Partenaire ({name})", kind=Kind.TABLE, url=address, licence="Licence Ouverte 2.0",
        publish=True, withdraw_days=30, delay_seconds=0, manager=manager,
    )  # fmt: skip


def _passage(source: Any) -> Any:
    """Asked here, done by the worker; from the press of the button to the report."""
    from essaim.harvest.actions import runs
    from essaim.harvest.models import Run

    run = runs.start(source)
    end = time.monotonic() + LONGEST
    while run.is_running:
        if time.monotonic() > end:
            raise RuntimeError(f"no end after {LONGEST} s: {run.read} records read")
        time.sleep(0.1)
        run = Run.objects.get(pk=run.pk)
    if run.state != Run.State.DONE:
        raise RuntimeError(f"{run.reason}: {run.why}")
    return run


def rows(found: Result) -> Iterator[Row]:
    size, weight = found["records"], found["megabytes"]
    yield row(f"{size:,} records ({weight} MB), first passage", found["first"]["seconds"], 300, "s")
    yield row(
        f"memory of the worker beyond that of {WARM:,} records", found["first"]["grown"], 50, "MB"
    )
    yield row("the most that the worker held", found["megabytes of the worker"], None, "MB")
    yield row("again, nothing changed", found["same"]["seconds"], 30, "s")
    yield row("again, the server says so (304)", found["not modified"]["seconds"], None, "s")


def register_bench() -> None:
    register(
        BenchPart(
            name="harvest",
            heading="Harvest of a partner's bank, 10,000 records",
            measure=measure,
            rows=rows,
            notes="Into an empty bank, from a server on this machine, by a job in a worker of its own,"
            " from the press of the button to the report; indexing and duplicates follow in jobs of"
            " their own, not measured here.",
        )
    )
