"""``make bench PART=events``: 200 people registering at once, for fewer places than they are.

A server as ``essaim run`` starts it (two processes of four threads) on a database of its own, and
for each person a connection of their own that posts the form. Time counts from the moment a person
presses to the end of the answer, so that waiting for a free thread is in it. How many are
registered is read all along. Bounded: a run that takes longer than a minute fails.
Imports are inside: this module is read at each start.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from essaim.common.bench import BenchPart, Result, Row, Say, register, row

PEOPLE, PLACES = 200, 150
PROCESSES, THREADS = 2, 4  # as `essaim run` starts them
WINDOW = 10.0  # seconds during which they press
LONGEST = 60.0  # seconds after the last one pressed
WARM = 24  # people who press before, on another event
READY = "/healthz/live"


def measure(
    say: Say, *, people: int = PEOPLE, places: int = PLACES, window: float = WINDOW,
    database_name: str = "",
) -> Result:  # fmt: skip
    from essaim.search.bench import database
    from essaim.search.bench.measure import Site, Times, machine

    name = database_name or database.connect("_bench_events")
    found: Result = {"people": people, "places": places, "window": window}
    site = Site(database.environment(name), workers=PROCESSES)
    site.path = READY
    try:
        site.start()
        # What a process reads once is read.
        _run(site.port, WARM, WARM, 0.0)
        for kind, seconds in (("spread", window), ("same", 0.0)):
            answers, states = _run(site.port, people, places, seconds)
            found[kind] = {**vars(Times.of(answers)), **states}
            say(f"  {people} people within {seconds:g} s measured")
    finally:
        site.stop()
    return {**found, "machine": machine()}


def _run(port: int, people: int, places: int, window: float) -> tuple[list[float], dict[str, int]]:
    """Seconds of each answer; how many were registered at the end and at most, and who waits.
    Raises RuntimeError where somebody was refused or a place is lost or given twice."""
    from concurrent.futures import ThreadPoolExecutor

    from essaim.events.models import Event, Registration

    slug, keys = _prepare(people, places)
    event = Event.objects.get(slug=slug)
    rows = Registration.objects.filter(event=event)
    most = 0
    with ThreadPoolExecutor(people) as threads:
        start = time.time() + 1.0
        waiting = [
            threads.submit(_press, port, slug, key, start + window * n / people)
            for n, key in enumerate(keys)
        ]
        while not all(each.done() for each in waiting):
            if time.time() > start + window + LONGEST:
                raise RuntimeError(f"no answer within {LONGEST:g} s of the last press")
            most = max(most, rows.filter(state="registered").count())
            time.sleep(0.05)
        answers = [each.result() for each in waiting]
    refused = [said for said, _seconds in answers if said != f"302 /evenements/{slug}"]
    if refused:
        raise RuntimeError(f"{len(refused)} of {people} were refused: {sorted(set(refused))[:5]}")
    event.refresh_from_db()
    registered = rows.filter(state="registered").count()
    queue = rows.filter(state="waiting").count()
    counted = (event.registered_count, event.waiting_count)
    if (registered, queue) != (min(people, places), max(0, people - places)) or counted != (
        registered, queue,
    ):  # fmt: skip
        raise RuntimeError(f"{registered} registered and {queue} waiting for {places} places")
    states = {"registered": registered, "waiting": queue, "most": max(most, registered)}
    return [seconds for _said, seconds in answers], states


def _press(port: int, slug: str, key: str, moment: float) -> tuple[str, float]:
    """Status and where it leads, and the seconds since the moment that this person pressed."""
    import http.client
    import secrets
    from urllib.parse import urlencode

    from django.conf import settings

    token = secrets.token_hex(16)  # what the form and the cookie both say
    time.sleep(max(0.0, moment - time.time()))
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=LONGEST)
    try:
        link.request(
            "POST",
            f"/evenements/{slug}/inscription",
            urlencode({"csrfmiddlewaretoken": token}),
            {
                "Content-Type": "application/x-www-form-urlencoded",
                "Cookie": f"{settings.SESSION_COOKIE_NAME}={key};"
                f" {settings.CSRF_COOKIE_NAME}={token}",
            },
        )
        answer = link.getresponse()
        answer.read()
        return f"{answer.status} {answer.headers.get('location', '')}", time.time() - moment
    finally:
        link.close()


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


def rows(found: Result) -> Iterator[Row]:
    people, spread, same = found["people"], found["spread"], found["same"]
    yield row(
        f"{people} people within {found['window']:g} s, from press to answer, 95 %",
        spread["p95"], 300,
    )  # fmt: skip
    yield row(f"{people} people in the same instant, 95 % (queue included)", same["p95"], None)
    for words, run in ((f"within {found['window']:g} s", spread), ("the same instant", same)):
        # Results kept before this was read along say the last number alone.
        most = run.get("most", run["registered"])
        beyond = max(0, most - found["places"])
        yield row(f"places given beyond {found['places']}, {words}", beyond, 0, "")


def register_bench() -> None:
    register(
        BenchPart(
            name="events",
            heading="Many people registering at once",
            measure=measure,
            rows=rows,
            notes="A server of two processes of four threads, as `essaim run` starts it, answers"
            " 200 connections, one for each person, with session and form; the client is one more"
            " process on the same cores. « At once » is 200 people who press within ten seconds;"
            " the same instant is a queue of 200 before two cores, and is given for what it is."
            " The number of registered is read twenty times a second meanwhile; registrations"
            " beyond the places go to the waiting list.",
        )
    )
