"""``essaim run`` says why it cannot serve, and never shares a port with another."""

from __future__ import annotations

import socket

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from essaim.common.management.commands import run


def test_a_port_that_is_served_already_is_said_before_anything_is_touched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    touched: list[str] = []
    monkeypatch.setattr(run, "collect_static", lambda: touched.append("static"))
    with socket.socket() as other:
        # As the web server listens: a second one could listen too.
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CommandError, match=f"PORT={port + 1} make run"):
            call_command("run", port=port, no_demonstration=True)
    assert not touched
    run.require_free("127.0.0.1", port)
