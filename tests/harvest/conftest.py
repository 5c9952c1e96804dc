from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from essaim.harvest.actions import runs
from essaim.harvest.models import Run, Source
from tests.common.servers import Server, send


@pytest.fixture
def partner(settings: Any) -> Iterator[Server]:
    """A partner's server on this machine, which the operator lists."""
    server = Server()
    settings.OUTBOUND = settings.OUTBOUND | {"private": [f"127.0.0.1:{server.port}"]}
    yield server
    server.http.shutdown()
    server.http.server_close()


def gives(server: Server, path: str, body: str | bytes, **headers: str) -> None:
    data = body.encode() if isinstance(body, str) else body
    server.routes[path] = lambda answer: send(answer, 200, data, **headers)


@pytest.fixture
def passage() -> Callable[..., Run]:
    """One passage from its beginning to its end, as the worker does it."""

    def run(source: Source, **options: Any) -> Run:
        begun = runs.start(Source.objects.get(pk=source.pk), **options)
        runs.advance(begun.pk)
        return Run.objects.get(pk=begun.pk)

    return run
