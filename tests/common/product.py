"""The product as people start it: a real server, on a database of its own."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import psycopg
from django.conf import settings
from psycopg import sql

from essaim.common.management.commands.run import web_command

PROJECT = Path(__file__).resolve().parent.parent.parent


def database_url(entry: dict[str, Any], name: str) -> str:
    """A DATABASE_URL for another database of the same server."""
    options = dict(entry.get("OPTIONS") or {})
    host = entry["HOST"]
    if host.startswith("/"):
        options["host"], host = host, ""
    password = f":{quote(entry['PASSWORD'], safe='')}" if entry["PASSWORD"] else ""
    port = f":{entry['PORT']}" if entry["PORT"] and host else ""
    user = quote(entry["USER"], safe="")
    tail = f"?{urlencode(options)}" if options else ""
    return f"postgresql://{user}{password}@{host}{port}/{name}{tail}"


class Server:
    """The running product: its address, its folder, and its commands."""

    def __init__(self, url: str, environment: dict[str, str]):
        self.url = url
        self.environment = environment

    def essaim(self, *arguments: str, stdin: str = "") -> str:
        """Run a subcommand against this server's database; returns standard output."""
        done = subprocess.run(
            [sys.executable, "-m", "essaim", *arguments],
            env=self.environment, cwd=PROJECT, input=stdin, text=True, capture_output=True,
            timeout=300, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def python(self, program: str) -> str:
        """Run a few lines as the worker would, against this server's database."""
        done = subprocess.run(
            [sys.executable, "-c", program],
            env=self.environment | {"DJANGO_SETTINGS_MODULE": "config.settings"}, cwd=PROJECT,
            text=True, capture_output=True, timeout=300, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def errors(self) -> list[str]:
        """The last errors of the server's log, to explain a failed page."""
        log = Path(self.environment["ESSAIM_VAR"], "server.log").read_text()
        return [line[-1500:] for line in log.splitlines() if '"ERROR"' in line][-2:]

    def mails(self, to: str) -> list[str]:
        """Raw messages sent to this address, oldest first."""
        found = []
        for path in sorted(Path(self.environment["ESSAIM_VAR"], "mail").glob("*.log")):
            for raw in path.read_text().split("-" * 79):
                if re.search(rf"^To: .*{re.escape(to)}", raw, re.M):
                    found.append(raw)
        # Several processes send, each to files of its own.
        return sorted(found, key=_sent_at)


def _sent_at(raw: str) -> dt.datetime:
    said = re.search(r"^Date: (.+)$", raw, re.M)
    assert said, raw
    return parsedate_to_datetime(said[1])


@contextmanager
def product(
    name: str, *, environment: Mapping[str, str] | None = None, template: str = ""
) -> Iterator[Server]:
    """``essaim run``, until the block ends; nothing of it is left then.

    ``name``: of its database, beside that of the process which asks. ``template``: the database
    that it is a copy of, already migrated, to which nobody may be connected: its server alone is
    then started, which takes seconds. Without one it is empty, and filled at its start.
    """
    owner = settings.DATABASES["owner"]
    process = os.environ.get("PYTEST_XDIST_WORKER", "only")
    database = f"test_{owner['NAME']}_{name}_{process}"
    var = tempfile.mkdtemp(prefix="essaim-")
    try:
        _recreate(database, template)
        with _running(database, var, environment or {}, served=bool(template)) as running:
            yield running
    finally:
        _drop(database)
        shutil.rmtree(var, ignore_errors=True)


def _admin() -> psycopg.Connection[Any]:
    owner = settings.DATABASES["owner"]
    return psycopg.connect(
        dbname="postgres", autocommit=True, host=owner["HOST"] or None, port=owner["PORT"] or None,
        user=owner["USER"], password=owner["PASSWORD"] or None,
    )  # fmt: skip


def _drop(database: str) -> None:
    with _admin() as connection:
        target = sql.Identifier(database)
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(target))


def _recreate(database: str, template: str) -> None:
    _drop(database)
    # From template1, as Django makes those of the other tests: a server that is not ours has its
    # extensions there.
    made = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
        sql.Identifier(database), sql.Identifier(template or "template1")
    )
    deadline = time.monotonic() + 20
    while True:
        try:
            with _admin() as connection:
                connection.execute(made)
            return
        except psycopg.errors.ObjectInUse:  # a connection of a test before is still closing
            if time.monotonic() > deadline:
                raise


@contextmanager
def _running(database: str, var: str, more: Mapping[str, str], *, served: bool) -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    environment = os.environ | {
        "ESSAIM_VAR": var,
        "PORT": str(port),
        "DATABASE_URL": database_url(settings.DATABASES["default"], database),
        "DATABASE_OWNER_URL": database_url(settings.DATABASES["owner"], database),
        "ESSAIM_URL": url,
        "ESSAIM_SECRET_KEY": settings.SECRET_KEY,
        **more,
    }
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    with open(Path(var, "server.log"), "w+") as log:
        command = [sys.executable, "-m", "essaim", "run"]
        if served:
            command = web_command("127.0.0.1", port, 1)
            environment["DJANGO_SETTINGS_MODULE"] = "config.settings"
        process = subprocess.Popen(command, env=environment, cwd=PROJECT, stdout=log, stderr=log)
        try:
            wait_until_ready(url, process, log)
            yield Server(url, environment)
        finally:
            process.terminate()
            process.wait(timeout=30)


def wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Any) -> None:
    deadline = time.monotonic() + 600
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{url}/healthz/ready", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.3)
    log.flush()
    log.seek(0)
    raise AssertionError(f"the server did not start:\n{log.read()[-4000:]}")
