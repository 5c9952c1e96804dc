"""Requests to other sites: never to a private place, never for ever."""

from __future__ import annotations

import socket
import threading
import time
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from essaim.common import outbound
from tests.common.servers import Server, send


def refusal(url: str, **options: Any) -> str:
    with pytest.raises(outbound.Refused) as refused:
        outbound.fetch(url, **options)
    assert refused.value.message
    return refused.value.code


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "0.0.0.0",
        "::1", "fe80::1", "fd00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
        "2002:7f00:1::", "fec0::1", "224.0.0.1", "255.255.255.255", "100.64.0.1", "not an address",
    ],
)  # fmt: skip
def test_private_places(address: str) -> None:
    assert not outbound.is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "64:ff9b::808:808"])
def test_public_places(address: str) -> None:
    assert outbound.is_public(address)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("ftp://exemple.fr/", "address"), ("http://", "address"), ("http://a b/", "address"),
        ("http://moi:secret@exemple.fr/", "address"), ("http://exemple.fr:99999/", "address"),
        ("javascript:alert(1)", "address"), ("http://exemple.fr/\r\nX: y", "address"),
        ("http://" + "a" * 3000, "address"), ("http://exemple.fr:22/", "port"),
        ("http://127.0.0.1:8000/", "private"), ("http://2130706433/", "private"),
        ("http://0x7f.1/", "private"), ("http://[::1]/", "private"),
        ("http://localhost/", "private"), ("http://nulle.part.invalid/", "unknown_host"),
    ],
)  # fmt: skip
def test_addresses_that_are_not_asked(url: str, code: str) -> None:
    assert refusal(url) == code


def test_a_private_place_that_the_operator_lists(listed: Server) -> None:
    listed.routes["/"] = lambda answer: send(answer, 200, b"oui")
    assert outbound.fetch(listed.url()).body == b"oui"


@pytest.mark.parametrize("entry", ["127.0.0.0/8", "127.0.0.1"])
def test_networks_are_listed_too(settings: Any, server: Server, entry: str) -> None:
    assert refusal(server.url()) == "private"
    settings.OUTBOUND = settings.OUTBOUND | {"private": [entry]}
    assert outbound.fetch(server.url()).status == 404


def test_a_name_that_changes_meanwhile_leads_nowhere_else(
    listed: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looked at once: the connection goes to the address that was seen."""
    listed.routes["/"] = lambda answer: send(answer, 200, answer.headers["Host"].encode())
    times = []

    def resolve(host: str, port: int, **options: Any) -> Any:
        times.append(host)
        address = "127.0.0.1" if len(times) == 1 else "10.9.9.9"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(outbound.socket, "getaddrinfo", resolve)
    real = socket.create_connection
    to: list[str] = []

    def connect(place: tuple[str, int], *args: Any, **options: Any) -> Any:
        to.append(place[0])
        monkeypatch.undo()
        return real(place, *args, **options)

    monkeypatch.setattr(outbound.socket, "create_connection", connect)
    answer = outbound.fetch(f"http://hook.exemple.fr:{listed.port}/")
    assert answer.body.startswith(b"hook.exemple.fr")
    assert to == ["127.0.0.1"]


def test_one_private_address_among_several_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(host: str, port: int, **options: Any) -> Any:
        return [(2, 1, 6, "", (address, port)) for address in ("8.8.8.8", "127.0.0.1")]

    monkeypatch.setattr(outbound.socket, "getaddrinfo", resolve)
    assert refusal("https://exemple.fr/") == "private"


def test_only_the_hosts_that_are_allowed(listed: Server) -> None:
    assert refusal(listed.url(), hosts=frozenset({"exemple.fr"})) == "not_allowed"


class TestRedirects:
    def test_are_not_followed_unless_asked(self, listed: Server) -> None:
        listed.routes["/a"] = lambda answer: send(answer, 302, Location="/b")
        listed.routes["/b"] = lambda answer: send(answer, 200, b"ici")
        assert outbound.fetch(listed.url("/a")).status == 302
        answer = outbound.fetch(listed.url("/a"), redirects=3)
        assert (answer.body, answer.url) == (b"ici", listed.url("/b"))
        assert len(answer.path) == 2

    def test_each_step_is_looked_at(self, listed: Server) -> None:
        listed.routes["/a"] = lambda answer: send(
            answer, 302, Location="http://169.254.169.254/latest"
        )
        assert refusal(listed.url("/a"), redirects=3) == "private"
        listed.routes["/f"] = lambda answer: send(answer, 302, Location="file:///etc/passwd")
        assert refusal(listed.url("/f"), redirects=3) == "address"

    @pytest.mark.parametrize("there", ["http://[", "//[::1", "http://exemple.fr:port/"])
    def test_to_what_is_no_address(self, listed: Server, there: str) -> None:
        listed.routes["/a"] = lambda answer: send(answer, 302, Location=there)
        assert refusal(listed.url("/a"), redirects=3) == "address"

    def test_a_loop_ends(self, listed: Server) -> None:
        listed.routes["/a"] = lambda answer: send(answer, 302, Location="/a")
        assert refusal(listed.url("/a"), redirects=3) == "too_many_redirects"

    def test_a_key_does_not_go_to_another_host(self, listed: Server, settings: Any) -> None:
        settings.OUTBOUND = settings.OUTBOUND | {"private": ["127.0.0.0/8"]}
        there = f"http://localhost:{listed.port}/b"
        settings.OUTBOUND["private"].append(f"localhost:{listed.port}")
        listed.routes["/a"] = lambda answer: send(answer, 302, Location=there)
        listed.routes["/b"] = lambda answer: send(answer, 200)
        outbound.fetch(listed.url("/a"), redirects=3, headers={"Authorization": "Bearer x"})
        assert "authorization" in listed.asked[0][2]
        assert "authorization" not in listed.asked[1][2]


class TestLimits:
    def test_of_size_said_or_not(self, listed: Server) -> None:
        listed.routes["/said"] = lambda answer: send(answer, 200, b"x" * 2000)

        def unsaid(answer: BaseHTTPRequestHandler) -> None:
            answer.send_response(200)
            answer.end_headers()
            for _n in range(100):
                answer.wfile.write(b"x" * 1000)

        listed.routes["/unsaid"] = unsaid
        for path in ("/said", "/unsaid"):
            assert refusal(listed.url(path), max_bytes=1000) == "too_large"

    def test_of_size_said_in_digits_that_make_no_number(self, listed: Server) -> None:
        def odd(answer: BaseHTTPRequestHandler) -> None:
            answer.send_response(200)
            answer.send_header("Content-Length", "²")
            answer.end_headers()
            answer.wfile.write(b"oui")

        listed.routes["/"] = odd
        assert outbound.fetch(listed.url()).body == b"oui"

    def test_of_time_for_a_body_that_drips(self, listed: Server) -> None:
        def drip(answer: BaseHTTPRequestHandler) -> None:
            answer.send_response(200)
            answer.end_headers()
            for _n in range(50):
                answer.wfile.write(b"x")
                time.sleep(0.1)

        listed.routes["/"] = drip
        start = time.monotonic()
        assert refusal(listed.url(), deadline=0.5) == "timeout"
        assert time.monotonic() - start < 3

    def test_of_time_for_headers_that_drip(self, listed: Server) -> None:
        def drip(answer: BaseHTTPRequestHandler) -> None:
            for _n in range(50):
                answer.wfile.write(b"H")
                answer.wfile.flush()
                time.sleep(0.1)

        listed.routes["/"] = drip
        start = time.monotonic()
        assert refusal(listed.url(), deadline=0.5) in {"timeout", "protocol"}
        assert time.monotonic() - start < 3

    def test_of_patience(self, listed: Server) -> None:
        listed.routes["/"] = lambda answer: time.sleep(3)
        assert refusal(listed.url(), timeout=0.3) == "timeout"

    def test_what_is_no_http(self, settings: Any) -> None:
        listening = socket.create_server(("127.0.0.1", 0))
        port = listening.getsockname()[1]

        def speak() -> None:
            link, _peer = listening.accept()
            link.recv(1000)
            link.sendall(b"SSH-2.0-OpenSSH\r\n\r\n")
            link.close()

        threading.Thread(target=speak, daemon=True).start()
        settings.OUTBOUND = settings.OUTBOUND | {"private": ["127.0.0.1"]}
        assert refusal(f"http://127.0.0.1:{port}/") == "protocol"
        listening.close()
        assert refusal(f"http://127.0.0.1:{port}/") == "connection"


def test_what_has_not_changed_is_not_sent_again(listed: Server) -> None:
    def conditional(answer: BaseHTTPRequestHandler) -> None:
        known = answer.headers.get("If-None-Match") == '"1"'
        send(answer, 304) if known else send(answer, 200, b"neuf", ETag='"1"')

    listed.routes["/"] = conditional
    first = outbound.fetch(listed.url())
    again = outbound.fetch(listed.url(), etag=first.headers["etag"])
    assert (first.body, again.not_modified) == (b"neuf", True)


def test_a_large_body_is_read_piece_by_piece(listed: Server) -> None:
    listed.routes["/"] = lambda answer: send(answer, 200, b"x" * 500_000)
    with outbound.opened(listed.url()) as (answer, pieces):
        sizes = [len(piece) for piece in pieces]
    assert answer.status == 200
    assert sum(sizes) == 500_000
    assert max(sizes) <= outbound.CHUNK
