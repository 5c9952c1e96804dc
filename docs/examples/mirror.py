#!/usr/bin/env python3
"""A local copy of what an instance of Essaim publishes, kept through its public API alone.

    python3 mirror.py https://essaim.example.fr cards.sqlite

Standard library only. Run it as often as you like, once a night is plenty:
- it follows `next` from page to page, and asks for a page again only with the ETag it was given;
- what is no longer there is asked for by itself, and marked withdrawn where the answer is 404 or
  410: nothing is erased from the copy, so that you decide what to do with it;
- it waits when it is told to (429, 503: `Retry-After`), and never asks faster than is allowed
  (`RateLimit`);
- a run that is cut in the middle changes nothing: the copy is written whole, or not at all.

The copy is one SQLite file: `SELECT external_id, record, withdrawn_on FROM card`. Prints what it
did as one JSON object; ends with 1 and a sentence where the instance does not answer.
"""

import argparse
import datetime
import http.client
import json
import re
import sqlite3
import sys
import time
import urllib.error
import urllib.request
from collections import Counter

TABLES = """
CREATE TABLE IF NOT EXISTS page (address TEXT PRIMARY KEY, etag TEXT, body TEXT);
CREATE TABLE IF NOT EXISTS card (
    external_id TEXT PRIMARY KEY, address TEXT, record TEXT, withdrawn_on TEXT
);
"""
TRIES = 5
DONE = Counter()


class Refused(Exception):
    def __init__(self, code, text):
        super().__init__(f"{code}: {text}")
        self.code = code


def ask(address, etag=None):
    """(body or None where it is unchanged, its ETag). Raises Refused and OSError."""
    headers = {"Accept": "application/json", "User-Agent": "essaim-mirror/1"}
    if etag:
        headers["If-None-Match"] = etag
    for _try in range(TRIES):
        DONE["requests"] += 1
        try:
            with urllib.request.urlopen(
                urllib.request.Request(address, headers=headers), timeout=60
            ) as answer:
                rest(answer.headers)
                return answer.read().decode(), answer.headers["ETag"]
        except urllib.error.HTTPError as error:
            with error:
                if error.code == 304:
                    rest(error.headers)
                    DONE["unchanged pages"] += 1
                    return None, etag
                if error.code not in (429, 503):
                    raise Refused(error.code, why(error)) from None
                pause(error.headers.get("Retry-After"))
    raise Refused(429, "still too many requests: come back later")


def why(error):
    """The problem in words (RFC 9457), whatever the answer is made of."""
    try:
        problem = json.loads(error.read())
        return problem.get("detail") or problem["title"]
    except (ValueError, KeyError, AttributeError):
        return error.reason


def rest(headers):
    """`RateLimit: "anonymous";r=0;t=12`: nothing is left for twelve seconds."""
    left = re.search(r";r=(\d+);t=(\d+)", headers.get("RateLimit", ""))
    if left and int(left[1]) == 0:
        pause(left[2])


def pause(seconds):
    DONE["pauses"] += 1
    time.sleep(int(seconds) if str(seconds).isdigit() else 30)


def pages(copy, address):
    """Every page of a list; those that did not change are read from the copy."""
    read = set()
    while address:
        known = copy.execute("SELECT etag, body FROM page WHERE address = ?", [address]).fetchone()
        body, etag = ask(address, known[0] if known else None)
        if body is None:
            body = known[1]
        copy.execute("INSERT OR REPLACE INTO page VALUES (?, ?, ?)", [address, etag, body])
        read.add(address)
        page = json.loads(body)
        yield page["items"]
        address = page["next"]
    held = copy.execute("SELECT address FROM page").fetchall()
    copy.executemany(
        "DELETE FROM page WHERE address = ?", [row for row in held if row[0] not in read]
    )


def keep(copy, record):
    key, text = record["external_id"], json.dumps(record, ensure_ascii=False, sort_keys=True)
    row = copy.execute("SELECT record, withdrawn_on FROM card WHERE external_id = ?", [key])
    known = row.fetchone()
    if known is None:
        DONE["new"] += 1
    elif known != (text, None):
        DONE["changed"] += 1
    address = record["_meta"]["api_url"]
    copy.execute("INSERT OR REPLACE INTO card VALUES (?, ?, ?, NULL)", [key, address, text])


def mirror(copy, site, size):
    first = f"{site.rstrip('/')}/api/v1/initiatives?sort=title&limit={size}"
    today = datetime.date.today().isoformat()
    seen = set()
    for items in pages(copy, first):
        for record in items:
            keep(copy, record)
            seen.add(record["external_id"])
    standing = copy.execute("SELECT external_id, address FROM card WHERE withdrawn_on IS NULL")
    for key, address in [row for row in standing.fetchall() if row[0] not in seen]:
        try:
            body, _etag = ask(address)  # it may have been published, or renamed, meanwhile
            keep(copy, json.loads(body))
        except Refused as refused:
            if refused.code not in (404, 410):
                raise
            DONE["withdrawn"] += 1
            copy.execute("UPDATE card SET withdrawn_on = ? WHERE external_id = ?", [today, key])


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("site", help="address of the instance, https://…")
    parser.add_argument("copy", help="the SQLite file to keep")
    parser.add_argument("--size", type=int, default=100, help="cards of a page, 1 to 100")
    asked = parser.parse_args(arguments)
    DONE.clear()
    copy = sqlite3.connect(asked.copy)
    try:
        with copy:
            copy.executescript(TABLES)
            copy.execute("BEGIN")
            mirror(copy, asked.site, asked.size)
            (held,) = copy.execute(
                "SELECT count(*) FROM card WHERE withdrawn_on IS NULL"
            ).fetchone()
    except (Refused, OSError, ValueError, http.client.HTTPException) as error:
        print(f"{asked.site}: {error}", file=sys.stderr)
        return 1
    finally:
        copy.close()
    names = ("new", "changed", "withdrawn", "requests", "unchanged pages", "pauses")
    print(json.dumps({"cards": held, **{name: DONE[name] for name in names}}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
