"""``make bench PART=calls``: one call with thousands of applications and readings. In a database of
its own.

Imports are inside: this module is read at each start.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from essaim.common.bench import BenchPart, Result, Row, Say, register, row

APPLICATIONS, READERS, READINGS = 2_000, 300, 6_000
ASKED = 40
# On the same machine with 400 submissions (p95, ms): what others' lists take.
OTHERS = {"instruction": ("pretalx’s organiser list, 400 submissions", 1000)}
OTHERS["board"] = ("pretalx’s review dashboard, 400 submissions", 5100)
QUERIES, LIST_MS, BOARD_MS, EXPORT_SECONDS, EXPORT_MB = 15, 150, 300, 60, 100


def measure(
    say: Say,
    *,
    applications: int = APPLICATIONS,
    readers: int = READERS,
    readings: int = READINGS,
    asked: int = ASKED,
    database_name: str = "",
) -> Result:
    """The same at any size; tests run it small, where they are."""
    from essaim.calls.bench_filling import write
    from essaim.calls.models import Application, Call
    from essaim.peers.models import Reading
    from essaim.search.bench.measure import machine

    if not database_name:
        from essaim.search.bench import database

        database.connect(f"_bench_call_{applications}")
    if not Call.objects.filter(slug="banc-appel").exists():
        write(applications, readers, readings, say)
        if not database_name:
            database.owner_runs("VACUUM ANALYZE")
    if not database_name:
        from django.core.management import call_command

        # Pages name their files by what these hold, as in production.
        call_command("collectstatic", interactive=False, verbosity=0)
    return {
        "applications": Application.objects.exclude(last_number=0).count(),
        "readings": Reading.objects.count(),
        "readers": readers,
        "exports": _exports(say),
        "pages": _pages(asked, say),
        "machine": machine(),
    }


def _pages(asked: int, say: Say) -> dict[str, Any]:
    """Whole answers to one reader, with the number of queries of each."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from essaim.calls.bench_filling import OFFICER, READER, SLUG
    from essaim.calls.models import Application
    from essaim.people.models import Membership, User
    from essaim.search.bench.measure import Times

    def client(user: Any) -> Any:
        made = Client(SERVER_NAME="localhost")
        made.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return made

    officer, reader = (User.objects.get(email=email) for email in (OFFICER, READER))
    applicant, _made = User.objects.get_or_create(email="banc-calls-candidat@essaim.example")
    theirs = (
        Application.objects.filter(call__slug=SLUG, organisation__isnull=False)
        .select_related("organisation")
        .order_by("pk")[:30]
    )
    for each in theirs:
        Membership.objects.get_or_create(user=applicant, organisation=each.organisation)
    last = max(1, Application.objects.filter(call__slug=SLUG).count() // 40)
    addresses: dict[str, tuple[Any, Callable[[int], str]]] = {
        "instruction": (officer, lambda n: f"/appels/{SLUG}/instruction?page={1 + n % last}"),
        "instruction, filtered": (
            officer, lambda n: f"/appels/{SLUG}/instruction?state=in_reading&q=projet+{n}",
        ),
        "board": (officer, lambda n: f"/appels/{SLUG}/decision?page={1 + n % 5}"),
        "reading, who owes": (officer, lambda n: f"/appels/{SLUG}/lecture"),
        "reader's list": (reader, lambda n: "/lectures"),
        "mine": (applicant, lambda n: "/appels/candidatures"),
        "numbers": (officer, lambda n: f"/appels/{SLUG}/chiffres"),
        "exports": (officer, lambda n: f"/appels/{SLUG}/exports"),
        "supports": (officer, lambda n: f"/appels/{SLUG}/accompagnements"),
        "calls": (applicant, lambda n: "/appels"),
    }  # fmt: skip
    found = {}
    for name, (user, address) in addresses.items():
        asks, seconds, queries = client(user), [], 0
        for n in range(-2, asked):  # the first ones only warm up
            with CaptureQueriesContext(connection) as captured:
                start = time.perf_counter()
                answer = asks.get(address(max(n, 0)))
                took = time.perf_counter() - start
            if answer.status_code != 200:
                raise RuntimeError(f"{address(max(n, 0))} answers {answer.status_code}")
            if n < 0 and name == "instruction, filtered":
                _really_filtered(answer.content.decode(), address(0))
            if n >= 0:
                seconds.append(took)
                queries = max(queries, len(captured))
        found[name] = {**vars(Times.of(seconds)), "queries": queries}
        say(f"  {name} measured: {found[name]}")
    return found


SHOWN = re.compile(r"Candidatures montrées\s*: (\d+) sur (\d+)")


def _really_filtered(page: str, address: str) -> None:
    """A filter that the list does not read would measure the whole list."""
    told = SHOWN.search(re.sub(r"(?<=\d)\s(?=\d)", "", page))
    if told is None or not 0 < int(told[1]) < int(told[2]):
        raise RuntimeError(f"{address} filters nothing")


def _exports(say: Say) -> dict[str, Any]:
    """Each format whole, every column of it; seconds, size, and the growth of memory."""
    from essaim.calls.actions import exports
    from essaim.calls.bench_filling import OFFICER, SLUG
    from essaim.calls.exporting import columns_of
    from essaim.calls.models import Call, CallExport, ExportState
    from essaim.people.models import User

    call, officer = Call.objects.get(slug=SLUG), User.objects.get(email=OFFICER)
    columns = [column.name for column in columns_of(call)]
    found = {}
    # A first one, small, loads what is loaded once.
    _make(exports, call, officer, columns, format="csv", query="state=withdrawn")
    for format in ("csv", "xlsx", "zip"):
        before = _memory("VmRSS")
        _forget_peak()
        start = time.perf_counter()
        made = _make(exports, call, officer, columns, format=format, query="")
        seconds = time.perf_counter() - start
        export = CallExport.objects.get(pk=made.pk)
        if export.state != ExportState.READY:
            raise RuntimeError(f"{format}: {export.state}")
        found[format] = {
            "seconds": round(seconds, 1),
            "megabytes": round(export.size / 1e6, 1),
            "grown": round(max(0.0, _memory("VmHWM") - before), 1),
            "rows": export.rows_total,
        }
        exports.delete(export, by=officer)
        say(f"  {format} measured: {found[format]}")
    return found


def _make(acting: Any, call: Any, by: Any, columns: list[str], *, format: str, query: str) -> Any:
    made = acting.ask(call, by=by, format=format, columns=columns, query=query)
    acting.make(made.pk)
    return made


def _memory(name: str) -> float:
    """MB of this process: resident now (VmRSS), or at most since the last forgetting (VmHWM)."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _forget_peak() -> None:
    """Linux forgets the highest memory of a process when « 5 » is written there."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


def rows(found: Result) -> Iterator[Row]:
    size = (
        f"{found['applications']:,} applications, {found['readers']:,} readers,"
        f" {found['readings']:,} readings"
    )
    for number, (name, times) in enumerate(found["pages"].items()):
        what = f" ({size})" if not number else ""
        yield row(f"{name}, median{what}", times["median"], None)
        target = BOARD_MS if name == "board" else LIST_MS
        yield row(f"{name}, 95 %", times["p95"], target)
        # The board is no list: its time alone is asked.
        most = None if name == "board" else QUERIES
        yield row(f"{name}, queries", times["queries"], most, "")
        if name in OTHERS:
            other, took = OTHERS[name]
            yield row(
                f"{other}: ours goes … times as fast", round(took / times["p95"], 1), None, ""
            )
    for name, made in found["exports"].items():
        what = f"export of everything, {name}: {made['rows']:,} rows, {made['megabytes']:g} MB"
        yield row(what, made["seconds"], EXPORT_SECONDS, "s")
        yield row(f"… {name}, growth of memory at most", made["grown"], EXPORT_MB, "MB")


def register_bench() -> None:
    register(
        BenchPart(
            name="calls",
            heading="Calls, their applications and readings",
            measure=measure,
            rows=rows,
            notes="Pages are whole answers to one reader, without the network. The exports hold"
            " every column of every application; the archive every file.",
        )
    )
