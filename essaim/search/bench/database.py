"""A database of its own for measuring: made, filled, indexed, and kept for the next time."""

from __future__ import annotations

import datetime as dt
import os
import random
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from django.conf import settings
from django.core.management.base import CommandError
from django.db import connections
from django.utils import timezone
from psycopg import sql

from essaim.common.prepare import prepare_database
from essaim.initiatives.models import Initiative, Phase
from essaim.search import actions, encoder
from essaim.search.bench.bank import Author, PooledEncoder
from essaim.search.models import Document, Passage
from essaim.territories.models import Territory
from essaim.themes.models import Theme

INDEX = "passage_meaning_initiative"
EMPTY = (
    "TRUNCATE search_document, search_posting, search_passage, search_lexemecount,"
    " search_collection, search_change, initiatives_initiative CASCADE"
)
Say = Callable[[str], None]


def folder() -> Path:
    return settings.VAR_DIR / "bench"


def connect(suffix: str) -> str:
    """Point both connections of this process at the bench's database, made where missing.

    Returns its address for DATABASE_URL. Raises CommandError where the owner may not make one.
    """
    name = f"{settings.DATABASES['default']['NAME']}{suffix}"
    owner = connections["owner"]
    owner.close()
    try:
        with psycopg.connect(**_place(owner.settings_dict, "postgres"), autocommit=True) as link:
            known = link.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone()
            if known is None:
                link.execute(
                    sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0").format(
                        sql.Identifier(name)
                    )
                )
    except psycopg.Error as error:
        raise CommandError(f"{name}: {error}", returncode=1) from error
    for alias in ("default", "owner"):
        connections[alias].close()
        # A copy: the entry of the settings is shared.
        connections[alias].settings_dict = {**connections[alias].settings_dict, "NAME": name}
    prepare_database()
    return name


def _place(entry: dict[str, Any], name: str) -> dict[str, Any]:
    place = {"dbname": name, "user": entry["USER"], "password": entry["PASSWORD"]}
    place |= {"host": entry["HOST"], "port": entry["PORT"]}
    return {key: value for key, value in place.items() if value}


def environment(name: str) -> dict[str, str]:
    """The environment of a process that serves the bench's database."""
    urls = {}
    for variable, alias in (("DATABASE_URL", "default"), ("DATABASE_OWNER_URL", "owner")):
        entry = settings.DATABASES[alias]
        account = quote(entry["USER"], safe="")
        if entry["PASSWORD"]:
            account += ":" + quote(entry["PASSWORD"], safe="")
        socket = entry["HOST"].startswith("/")
        host = "" if socket else f"{entry['HOST']}:{entry['PORT'] or 5432}"
        query = f"?host={quote(entry['HOST'])}" if socket else ""
        urls[variable] = f"postgresql://{account}@{host}/{name}{query}"
    return os.environ | urls | {"DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"]}


def drop_all() -> list[str]:
    """Drop every database of the bench; returns their names."""
    prefix = f"{settings.DATABASES['default']['NAME']}_bench_"
    with psycopg.connect(
        **_place(settings.DATABASES["owner"], "postgres"), autocommit=True
    ) as link:
        rows = link.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY 1", [prefix]
        ).fetchall()
        for (name,) in rows:
            link.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))
    return [name for (name,) in rows]


def owner_runs(*statements: str) -> None:
    with connections["owner"].cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def places() -> list[tuple[str, str]]:
    """Mostly communes; some départements, as in life."""
    communes = Territory.objects.filter(kind="commune").order_by("code")
    departments = Territory.objects.filter(kind="department").order_by("code")
    found = [(t.address, t.name) for t in communes.only("kind", "code", "name").iterator()]
    return found + [(t.address, t.name) for t in departments] * 20


def build(size: int, say: Say) -> dict[str, float]:
    """Fill the connected database with ``size`` cards unless it holds them; seconds by step."""
    if Document.objects.count() == size and _has_meaning():
        return {}
    author = Author()
    pooled = PooledEncoder(author.pool(), folder())
    owner_runs(
        EMPTY,
        f"DROP INDEX IF EXISTS {INDEX}",
    )
    times: dict[str, float] = {}
    start = time.perf_counter()
    pks = _write_cards(author, size, say)
    times["cards"] = time.perf_counter() - start
    start = time.perf_counter()
    for first in range(0, len(pks), actions.BATCH):
        actions.index("initiative", pks[first : first + actions.BATCH])
        if first % 10_000 == 0:
            say(f"  words: {first}")
    times["words"] = time.perf_counter() - start
    start = time.perf_counter()
    with encoder.use(pooled):
        actions.embed()
    actions.compact_counts()
    actions.refresh_weights("initiative")
    times["vectors"] = time.perf_counter() - start
    say("  index of meaning")
    start = time.perf_counter()
    owner_runs(
        "SET maintenance_work_mem = '1GB'",
        f"CREATE INDEX {INDEX} ON search_passage USING hnsw (embedding halfvec_ip_ops)"
        " WITH (m = 16, ef_construction = 64) WHERE kind = 'initiative'",
        "RESET maintenance_work_mem",
    )
    times["index of meaning"] = time.perf_counter() - start
    owner_runs("VACUUM ANALYZE")
    return times


def _has_meaning() -> bool:
    return Passage.objects.exists() and not Passage.objects.filter(embedding__isnull=True).exists()


def _write_cards(author: Author, size: int, say: Say) -> list[int]:
    """Cards written straight into their table: the import is measured by itself."""
    chance = random.Random(1)  # noqa: S311 (made-up cards, no secret)
    known = {t.address: t.pk for t in Territory.objects.only("kind", "code").iterator()}
    themes = list(Theme.objects.order_by("slug").values_list("pk", flat=True))
    cards = author.cards(size, places())
    pks: list[int] = []
    now = timezone.now()
    while part := list(islice(cards, actions.BATCH)):
        rows = [
            Initiative(
                slug=f"banc-{len(pks) + n}",
                publication="published",
                # Over five years, as a bank grows.
                published_at=now - dt.timedelta(seconds=chance.random() * 5 * 365 * 86_400),
                phase=chance.choice(Phase.values[1:]),
                proof_level=chance.randrange(5),
                **{key: value for key, value in card.items() if key != "territories"},
            )
            for n, card in enumerate(part)
        ]
        Initiative.objects.bulk_create(rows)
        link = Initiative.territories.through
        link.objects.bulk_create(
            link(initiative_id=row.pk, territory_id=known[address])
            for row, card in zip(rows, part, strict=True)
            for address in set(card["territories"])
        )
        if themes:
            about = Initiative.themes.through
            about.objects.bulk_create(
                about(initiative_id=row.pk, theme_id=theme)
                for row in rows
                for theme in chance.sample(themes, k=2)
            )
        pks += [row.pk for row in rows]
        if len(pks) % 10_000 == 0:
            say(f"  cards: {len(pks)}")
    return pks
