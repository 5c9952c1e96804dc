"""Bring a database to where the code expects it: migrations, then reference data, once."""

from __future__ import annotations

import sys
from typing import TextIO

from django.core.management import call_command
from django.core.management.base import OutputWrapper
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.dispatch import Signal

# Sent once the schema is current, in the order of the floors; each app's receiver loads its
# reference data if it is missing or older than what ships. Keyword: ``out`` (text stream).
load_reference = Signal()
# Sent by ``essaim run`` and ``essaim load_demonstration``: each app's receiver loads its part of
# the demonstration, once, through its own actions. Keyword: ``out`` (text stream).
load_demonstration = Signal()
# Sent once every part is loaded, whichever app it is of: what is computed from all of them is
# computed then. Keyword: ``out``.
demonstration_loaded = Signal()


def demonstrate(out: TextIO | OutputWrapper) -> None:
    """Load the demonstration, app by app, then what is computed of the whole."""
    load_demonstration.send(sender=None, out=out)
    demonstration_loaded.send(sender=None, out=out)


def pending_migrations() -> bool:
    executor = MigrationExecutor(connections["owner"])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def prepare_database(out: TextIO = sys.stderr) -> None:
    """Migrate as the owner where needed, then let each app load its reference data.

    Two processes may start at once: an advisory lock lets one work and the other wait.
    """
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(20151202)")
    try:
        if pending_migrations():
            call_command("migrate", database="owner", verbosity=0, stdout=out)
        load_reference.send(sender=None, out=out)
    finally:
        with connections["owner"].cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(20151202)")
        connections["owner"].close()
