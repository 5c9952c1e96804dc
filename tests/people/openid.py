"""The tests' OpenID provider: starting its process, and speaking with it."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from django.test import Client

PROCESS = Path(__file__).with_name("openid_provider.py")

SIGN_UP = "/compte/identites/signup/"


class Provider:
    """The running provider, as a test speaks with it."""

    def __init__(self, url: str):
        self.url = url

    def person(self, sub: str, **claims: Any) -> None:
        requests.put(f"{self.url}/users/{sub}", json=claims, timeout=10).raise_for_status()

    def fault(self, kind: str) -> None:
        requests.put(f"{self.url}/fault", json={"kind": kind}, timeout=10).raise_for_status()

    def seen(self) -> dict[str, Any]:
        found: dict[str, Any] = requests.get(f"{self.url}/seen", timeout=10).json()
        return found

    def authorize(self, address: str, sub: str, **form: str) -> str:
        """What the person does on the provider's page; returns the path back to us."""
        requests.get(address, timeout=10).raise_for_status()
        answer = requests.post(
            address, data={"sub": sub, **form}, allow_redirects=False, timeout=10
        )
        assert answer.status_code == 302, answer.text
        back = urlsplit(answer.headers["Location"])
        return f"{back.path}?{back.query}"

    def sign_in(self, client: Client, sub: str, **data: str) -> Any:
        """The whole way: our button, the provider's page, and back; the first time, what is asked
        of whoever signs up, left as it is."""
        away = client.post("/compte/proconnect/", data)
        assert away.status_code == 302
        back = client.get(self.authorize(away["Location"], sub))
        if back.headers.get("Location") != SIGN_UP:
            return back
        shown = client.get(SIGN_UP).context["form"]
        return client.post(SIGN_UP, {"email": shown["email"].value() or ""})


def parameters(address: str) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}


@contextmanager
def running() -> Iterator[Provider]:
    """A provider in its own process, on a free port of this machine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://localhost:{port}"
    process = subprocess.Popen(
        [sys.executable, str(PROCESS), str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(200):
            try:
                requests.get(f"{url}/.well-known/openid-configuration", timeout=2)
                break
            except requests.ConnectionError:
                assert process.poll() is None, "the provider did not start"
                time.sleep(0.1)
        yield Provider(url)
    finally:
        process.terminate()
        process.wait(timeout=10)
