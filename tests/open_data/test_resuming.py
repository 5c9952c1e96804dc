"""A file of the night whose download was cut goes on where it stopped."""

from __future__ import annotations

import gzip
import hashlib
import http.client
import os
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone
from django.utils.http import http_date

from essaim.open_data.models import Dump

NAME = "cards.jsonl.gz"
FILE = f"/donnees/fichiers/{NAME}"
SIZE = 200_000


def publish(content: bytes) -> Dump:
    row, _made = Dump.objects.update_or_create(
        name=NAME,
        defaults={
            "file": ContentFile(content, NAME), "sha256": hashlib.sha256(content).hexdigest(),
            "bytes": len(content), "rows": 1, "made_at": timezone.now(),
        },
    )  # fmt: skip
    row.refresh_from_db()
    return row


@pytest.fixture
def content(db: None, settings: Any, tmp_path: Path) -> bytes:
    settings.MEDIA_ROOT = tmp_path / "media"
    made = os.urandom(SIZE)
    publish(made)
    return made


def ask(client: Client, **headers: str) -> Any:
    """Read to its end, which closes the file; what came is its ``body``."""
    answer: Any = client.get(FILE, headers={k.replace("_", "-"): v for k, v in headers.items()})
    answer.body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer


@pytest.mark.parametrize(
    ("asked", "begin", "end"),
    [
        ("bytes=0-9", 0, 9),
        ("bytes=150000-", 150_000, SIZE - 1),
        (f"bytes=10-{SIZE * 2}", 10, SIZE - 1),
        ("bytes=-7", SIZE - 7, SIZE - 1),
        (f"bytes=-{SIZE * 2}", 0, SIZE - 1),
        ("Bytes=5-5", 5, 5),
        ("bytes=7-" + "9" * 30, 7, SIZE - 1),
    ],
)
def test_one_part(client: Client, content: bytes, asked: str, begin: int, end: int) -> None:
    answer = ask(client, Range=asked)
    assert answer.status_code == 206
    assert answer["Content-Range"] == f"bytes {begin}-{end}/{SIZE}"
    assert answer["Content-Length"] == str(end - begin + 1)
    assert answer.body == content[begin : end + 1]
    assert answer["ETag"] == ask(client)["ETag"]


@pytest.mark.parametrize(
    "asked",
    [
        "", "bytes", "bytes=", "bytes=-", "bytes=9-5", "bytes=a-b", "bytes=0-1,5-9", "lines=0-9",
        "bytes=0-" + "9" * 50, "bytes=\xb2-\xb3",
    ],
)  # fmt: skip
def test_what_is_not_one_part_is_answered_by_the_whole(
    client: Client, content: bytes, asked: str
) -> None:
    answer = ask(client, Range=asked)
    assert answer.status_code == 200
    assert answer["Accept-Ranges"] == "bytes"
    assert answer["Content-Length"] == str(SIZE)
    assert answer.body == content


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", f"bytes={SIZE}-{SIZE + 5}", "bytes=-0"])
def test_after_the_end_there_is_nothing(client: Client, content: bytes, asked: str) -> None:
    answer = ask(client, Range=asked)
    assert answer.status_code == 416
    assert answer["Content-Range"] == f"bytes */{SIZE}"
    assert answer.content == b""


def test_a_file_that_changed_meanwhile_comes_whole(client: Client, content: bytes) -> None:
    first = ask(client)
    part = {"Range": "bytes=100000-"}
    for proof in (first["ETag"], first["Last-Modified"]):
        assert ask(client, If_Range=proof, **part).status_code == 206
    for proof in (f"W/{first['ETag']}", '"another"', http_date(0), "hier"):
        assert ask(client, If_Range=proof, **part).status_code == 200
    made = os.urandom(SIZE + 1)
    publish(made)
    answer = ask(client, If_Range=first["ETag"], **part)
    assert answer.status_code == 200
    assert answer.body == made


def test_conditions_come_before_parts(client: Client, content: bytes) -> None:
    etag = ask(client)["ETag"]
    part = {"Range": "bytes=0-9"}
    assert ask(client, If_None_Match=etag, **part).status_code == 304
    assert ask(client, If_Match='"another"', **part).status_code == 412
    assert ask(client, If_None_Match='"another"', **part).status_code == 206
    head = client.head(FILE, headers=part)
    head.close()
    assert (head.status_code, head["Accept-Ranges"]) == (200, "bytes")


@pytest.mark.django_db(transaction=True)
def test_curl_goes_on_where_it_was_cut(live_server: Any, settings: Any, tmp_path: Path) -> None:
    """Over a real connection that is closed in the middle, then with ``curl -C -``."""
    settings.MEDIA_ROOT = tmp_path / "media"
    made = gzip.compress(os.urandom(3_000_000), 1)
    row = publish(made)
    server = urlsplit(live_server.url)
    cut = tmp_path / NAME
    link = http.client.HTTPConnection(server.hostname or "", server.port, timeout=30)
    link.request("GET", FILE)
    answer = link.getresponse()
    etag = answer.headers["ETag"]
    cut.write_bytes(answer.read(1_000_000))
    answer.close()
    link.close()

    done = subprocess.run(
        [
            "curl", "-sS", "--fail", "-C", "-", "-H", f"If-Range: {etag}", "-o", str(cut),
            "-w", "%{http_code} %{size_download}", live_server.url + FILE,
        ],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert done.stdout == f"206 {len(made) - 1_000_000}"
    assert hashlib.sha256(cut.read_bytes()).hexdigest() == row.sha256
