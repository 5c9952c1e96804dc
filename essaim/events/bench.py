"""``make bench PART=events``: 200 people registering at once, for fewer places than they are.

As the product serves them: two processes of four threads, each with a connection of its own, and
whole requests (session, form, lock, answer). Time counts from the moment a person presses, so
that waiting for a free thread is in it. Bounded: a run that takes longer than a minute fails.
Imports are inside: this module is read at each start.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from essaim.common.bench import BenchPart, Result, Row, Say, register, row

PEOPLE, PLACES = 200, 150
PROCESSES, THREADS = 2, 4  # as `essaim run` starts them
WINDOW = 10.0  # seconds during which they press
LONGEST = 60.0


def measure(
    say: Say, *, people: int = PEOPLE, places: int = PLACES, window: float = WINDOW,
    database_name: str = "",
) -> Result:  # fmt: skip
    from essaim.search.bench.measure import Times, machine

    if not database_name:
        from essaim.search.bench import database

        database.connect("_bench_events")
    found: Result = {"people": people, "places": places, "window": window}
    for name, seconds in (("spread", window), ("same", 0.0)):
        found[name] = _run(people, places, seconds, Times)
        say(f"  {people} people within {seconds:g} s measured")
    return {**found, "machine": machine()}


def _run(people: int, places: int, window: float, times: Any) -> dict[str, Any]:
    import multiprocessing

    from django.db import connections

    from essaim.events.models import Event, Registration

    slug, keys = _prepare(people, places)
    connections.close_all()  # no socket is shared with the children
    start = time.time() + 1.0
    moments = [(key, start + window * n / people) for n, key in enumerate(keys)]
    shares = [(slug, moments[n::PROCESSES]) for n in range(PROCESSES)]
    with multiprocessing.get_context("fork").Pool(PROCESSES) as pool:
        results = pool.map_async(_press_all, shares).get(timeout=LONGEST + window)
    answers = [answer for part in results for answer in part]
    refused = [status for status, _seconds in answers if status != 302]
    if refused:
        raise RuntimeError(f"{len(refused)} of {people} were refused: {set(refused)}")
    event = Event.objects.get(slug=slug)
    states = Registration.objects.filter(event=event)
    registered = states.filter(state="registered").count()
    if registered != min(people, places) or registered != event.registered_count:
        raise RuntimeError(f"{registered} registered for {places} places")
    return {
        **vars(times.of([seconds for _status, seconds in answers])),
        "registered": registered,
        "waiting": states.filter(state="waiting").count(),
    }


def _prepare(people: int, places: int) -> tuple[str, list[str]]:
    """An open event, and a session for each person."""
    import datetime as dt
    import uuid

    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.utils import timezone

    from essaim.events.models import Event, State
    from essaim.people.models import User

    starts = timezone.now() + dt.timedelta(days=10)
    slug = f"banc-{uuid.uuid4().hex[:12]}"
    Event.objects.create(
        slug=slug, kind="week", title="Semaine (banc)", summary="Mesure.", state=State.OPEN,
        starts_at=starts, ends_at=starts + dt.timedelta(days=4), capacity=places, address="ici",
    )  # fmt: skip
    emails = [f"banc-evenements-{n}@essaim.example" for n in range(people)]
    known = set(User.objects.filter(email__in=emails).values_list("email", flat=True))
    User.objects.bulk_create(User(email=e, name="Banc") for e in emails if e not in known)
    keys = []
    for user in User.objects.filter(email__in=emails).order_by("pk"):
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        keys.append(str(session.session_key))
    return slug, keys


def _press_all(share: tuple[str, list[tuple[str, float]]]) -> list[tuple[int, float]]:
    """In a process of its own: each person presses at their moment, a thread takes them in turn."""
    from concurrent.futures import ThreadPoolExecutor

    from django.conf import settings
    from django.db import connection, connections
    from django.test import Client

    slug, moments = share
    connections.close_all()

    def press(key: str, moment: float) -> tuple[int, float]:
        client = Client(SERVER_NAME="localhost")
        client.cookies[settings.SESSION_COOKIE_NAME] = key
        answer = client.post(f"/evenements/{slug}/inscription", {})
        return answer.status_code, time.time() - moment

    with ThreadPoolExecutor(THREADS, initializer=connection.ensure_connection) as threads:
        waiting = []
        for key, moment in moments:
            time.sleep(max(0.0, moment - time.time()))
            waiting.append(threads.submit(press, key, moment))
        return [each.result() for each in waiting]


def rows(found: Result) -> Iterator[Row]:
    people, spread, same = found["people"], found["spread"], found["same"]
    yield row(
        f"{people} people within {found['window']:g} s, from press to answer, 95 %",
        spread["p95"], 300,
    )  # fmt: skip
    yield row(f"{people} people in the same instant, 95 % (queue included)", same["p95"], None)
    yield row("places given beyond capacity", max(0, spread["registered"] - found["places"]), 0, "")


def register_bench() -> None:
    register(
        BenchPart(
            name="events",
            heading="Many people registering at once",
            measure=measure,
            rows=rows,
            notes="Two processes of four threads answer whole requests, each thread with its own"
            " connection; the client runs in the same processes. « At once » is 200 people who"
            " press within ten seconds; the same instant is a queue of 200 before two cores, and"
            " is given for what it is. Registrations beyond the places go to the waiting list.",
        )
    )
