"""Requests to other sites, without lending ours to anybody.

An address that a person typed may lead anywhere: to this machine, to the private network it stands
in, to a server that never ends its answer. So: the name is resolved, every address it has is looked
at, and the connection goes to one of those that were looked at (a name that changes meanwhile leads
nowhere else); redirects are followed by hand, each step looked at anew, or not at all; time and size
have limits. The operator lists the private places that may be asked all the same
(``ESSAIM_PRIVATE_HOSTS``).
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import quote, urljoin, urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

CHUNK = 64 * 1024
AGENT = "Essaim"
LONGEST_ADDRESS = 2000
_REDIRECTS = {301, 302, 303, 307, 308}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# Services that speak something else than HTTP stand below, on these.
_PORTS_BELOW_1024 = {80, 443}

PROBLEMS = {
    "address": _("Cette adresse ne se lit pas : une adresse http ou https est attendue."),
    "port": _("Ce port n’est pas permis."),
    "unknown_host": _("Ce nom de serveur est inconnu."),
    "private": _("Cette adresse est celle d’un réseau privé."),
    "not_allowed": _("Ce serveur n’est pas de ceux que l’on interroge."),
    "connection": _("Le serveur ne répond pas."),
    "certificate": _("Le certificat du serveur n’est pas valable."),
    "timeout": _("Le serveur n’a pas répondu à temps."),
    "too_large": _("La réponse est trop grande."),
    "redirect": _("Le serveur renvoie à une autre adresse."),
    "too_many_redirects": _("Le serveur renvoie sans fin d’une adresse à l’autre."),
    "protocol": _("La réponse n’est pas du HTTP bien formé."),
    "cut_short": _("La réponse s’est interrompue avant sa fin."),
}


class Refused(Exception):
    """Nothing came of it; ``code`` is a key of PROBLEMS."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    @property
    def message(self) -> str:
        return str(PROBLEMS[self.code])


@dataclass
class Answer:
    """``headers``: by names in small letters; ``url``: the address that answered."""

    status: int
    headers: dict[str, str]
    url: str
    body: bytes = b""
    # Those passed through on the way, the first one asked included.
    path: list[str] = field(default_factory=list)

    @property
    def not_modified(self) -> bool:
        return self.status == 304


@dataclass(frozen=True)
class Place:
    """Where a request goes, once looked at."""

    url: str
    scheme: str
    host: str
    port: int
    address: str  # the one to connect to
    target: str  # path and query


# --- looking at an address ---------------------------------------------------------------
def look_at(url: str, *, hosts: frozenset[str] | None = None) -> Place:
    """The place of an address. ``hosts``: the only names that may be asked. Raises Refused."""
    scheme, host, port, target = _parts(url)
    if hosts is not None and host not in hosts:
        raise Refused("not_allowed")
    if port < 1024 and port not in _PORTS_BELOW_1024 and not _is_listed(host, port, None):
        raise Refused("port")
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Refused("unknown_host") from None
    addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
    if not addresses:
        raise Refused("unknown_host")
    # One private address among several is enough to be led there.
    for address in addresses:
        if not is_public(address) and not _is_listed(host, port, address):
            raise Refused("private")
    return Place(url, scheme, host, port, addresses[0], target)


def host_of(url: str) -> str:
    """The server's name as it is asked: in small letters, in ASCII, without a last point. Raises
    Refused."""
    return _parts(url)[1]


def _parts(url: str) -> tuple[str, str, int, str]:
    if len(url) > LONGEST_ADDRESS or any(ord(c) <= 32 or ord(c) == 127 for c in url):
        raise Refused("address")
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").rstrip(".").encode("idna").decode().lower()
    except (ValueError, UnicodeError):
        raise Refused("address") from None
    if parts.scheme not in {"http", "https"} or not host or parts.username or parts.password:
        raise Refused("address")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not target.isascii():
        target = quote(target, safe="/?&=%:;,+@!$'()*~-._#[]")
    return parts.scheme, host, port or (443 if parts.scheme == "https" else 80), target


def is_public(address: str) -> bool:
    """Whether the address is one of the open Internet, whatever it is wrapped in."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if ip.is_site_local:  # fec0::/10, which the library takes for an open one
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _is_listed(host: str, port: int, address: str | None) -> bool:
    """Whether the operator lists this private place: "10.2.0.0/16", "hook.interne:8443"."""
    for entry in settings.OUTBOUND["private"]:
        place, only = _entry(entry)
        if only is not None and only != port:
            continue
        if place in (host, address):
            return True
        if address is not None and "/" in place:
            try:
                network = ipaddress.ip_network(place, strict=False)
                if ipaddress.ip_address(address.partition("%")[0]) in network:
                    return True
            except ValueError:
                continue
    return False


def _entry(entry: str) -> tuple[str, int | None]:
    if entry.startswith("["):  # [::1]:8080
        place, _sep, port = entry[1:].partition("]")
        return place, int(port[1:]) if port[1:].isdigit() else None
    place, sep, port = entry.rpartition(":")
    if sep and port.isdigit() and ":" not in place:
        return place.lower(), int(port)
    return entry.lower(), None


# --- asking ---------------------------------------------------------------------------------
class _Plain(http.client.HTTPConnection):
    """Connects to the address that was looked at, whatever the name has become."""

    place: Place
    raw: socket.socket | None = None

    def connect(self) -> None:
        self.sock = self.raw = socket.create_connection(
            (self.place.address, self.port), self.timeout
        )


class _Secure(http.client.HTTPSConnection):
    place: Place
    context: ssl.SSLContext
    raw: socket.socket | None = None

    def connect(self) -> None:
        raw = socket.create_connection((self.place.address, self.port), self.timeout)
        self.raw = raw
        try:
            self.sock = self.raw = self.context.wrap_socket(raw, server_hostname=self.place.host)
        except BaseException:
            raw.close()
            raise


def _connection(place: Place, timeout: float) -> _Plain | _Secure:
    if place.scheme == "https":
        context = ssl.create_default_context()
        secure = _Secure(place.host, place.port, timeout=timeout, context=context)
        secure.place, secure.context = place, context
        return secure
    plain = _Plain(place.host, place.port, timeout=timeout)
    plain.place = place
    return plain


@contextmanager
def opened(
    url: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    hosts: frozenset[str] | None = None,
    redirects: int = 0,
    max_bytes: int | None = None,
    timeout: float | None = None,
    deadline: float | None = None,
) -> Iterator[tuple[Answer, Iterator[bytes]]]:
    """An answer whose body is read piece by piece, in constant memory; both raise Refused.

    ``redirects``: how many are followed, of GET alone, each looked at as the first; 0: the answer
    that redirects is given as it is. ``timeout``: seconds without a byte; ``deadline``: for the
    whole; ``max_bytes``: of the body. Those of ``settings.OUTBOUND`` where they are left out.
    """
    limits = settings.OUTBOUND
    timeout = timeout if timeout is not None else limits["timeout"]
    end = time.monotonic() + (deadline if deadline is not None else limits["deadline"])
    most = max_bytes if max_bytes is not None else limits["max_bytes"]
    sent = {
        "User-Agent": f"{AGENT} (+{settings.PUBLIC_URL})",
        "Accept-Encoding": "identity",  # a small answer never grows into a large one
        "Connection": "close",
        **(headers or {}),
    }
    passed: list[str] = []
    while True:
        place = look_at(url, hosts=hosts)
        passed.append(url)
        link = _connection(place, min(timeout, max(0.1, end - time.monotonic())))
        response = None
        # Headers sent a byte at a time keep within the timeout, and would never end.
        watch = threading.Timer(max(0.1, end - time.monotonic()), _cut, [link])
        watch.daemon = True
        watch.start()
        try:
            try:
                answer, response = _ask(link, place, method, sent, body)
            except Refused:
                if time.monotonic() >= end:
                    raise Refused("timeout") from None
                raise
            if redirects and method == "GET" and redirected(url, answer):
                if len(passed) > redirects:
                    raise Refused("too_many_redirects")
                following = redirected(url, answer)
                if urlsplit(following).netloc != urlsplit(url).netloc:
                    sent = {k: v for k, v in sent.items() if k.lower() != "authorization"}
                url = following
                continue
            answer.path = passed
            yield answer, _pieces(response, most, end, method)
            return
        finally:
            watch.cancel()
            if response is not None:
                response.close()
            link.close()


def redirected(url: str, answer: Answer) -> str:
    """Where the answer of ``url`` leads; "" where it leads nowhere else. Raises Refused."""
    following = answer.headers.get("location")
    if answer.status not in _REDIRECTS or not following:
        return ""
    try:
        following = urljoin(url, following)
        urlsplit(following).netloc  # noqa: B018 - "http://[" is no address at all
    except ValueError:
        raise Refused("address") from None
    if urlsplit(url).scheme == "https" and not following.startswith("https:"):
        raise Refused("redirect")  # what was asked in secret stays so
    return following


def _cut(link: _Plain | _Secure) -> None:
    if link.raw is not None:
        with contextlib.suppress(OSError):
            link.raw.shutdown(socket.SHUT_RDWR)


def _ask(
    link: _Plain | _Secure,
    place: Place,
    method: str,
    headers: Mapping[str, str],
    body: bytes | None,
) -> tuple[Answer, http.client.HTTPResponse]:
    try:
        link.request(method, place.target, body=body, headers=dict(headers))
        response = link.getresponse()
    except ssl.SSLError:
        raise Refused("certificate") from None
    except TimeoutError:
        raise Refused("timeout") from None
    except (http.client.HTTPException, ValueError):
        raise Refused("protocol") from None
    except OSError:
        raise Refused("connection") from None
    known = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, known, place.url), response


def _is_bodiless(response: http.client.HTTPResponse, method: str) -> bool:
    """Whose length is that of another answer (RFC 9110, 8.6)."""
    return method == "HEAD" or response.status in {204, 304} or response.status < 200


def _pieces(
    response: http.client.HTTPResponse, most: int, end: float, method: str
) -> Iterator[bytes]:
    length = response.headers.get("Content-Length", "")
    # Of a header, « ² » is a digit that no number is made of.
    said = int(length[:18]) if length.isascii() and length.isdigit() else None
    if said is not None and said > most:
        raise Refused("too_large")
    if response.chunked:
        said = None  # RFC 9112, 6.3: the chunks say where it ends
    read = 0
    while True:
        left = end - time.monotonic()
        if left <= 0:
            raise Refused("timeout")
        try:
            # One reading of the socket at most: a server that sends a byte a second waits for none.
            piece = response.read1(CHUNK)
        except TimeoutError:
            raise Refused("timeout") from None
        except (http.client.HTTPException, ValueError):
            raise Refused("protocol") from None
        except OSError:
            raise Refused("connection" if time.monotonic() < end else "timeout") from None
        if not piece:
            if time.monotonic() >= end:  # cut, not ended
                raise Refused("timeout")
            if said is not None and read < said and not _is_bodiless(response, method):
                raise Refused("cut_short")  # half a list is not a shorter list
            return
        read += len(piece)
        if read > most:
            raise Refused("too_large")
        yield piece


def fetch(
    url: str,
    *,
    etag: str = "",
    last_modified: str = "",
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    hosts: frozenset[str] | None = None,
    redirects: int = 0,
    max_bytes: int | None = None,
    timeout: float | None = None,
    deadline: float | None = None,
) -> Answer:
    """As ``opened``, the body read whole. ``etag`` and ``last_modified``: of the answer before,
    so that what has not changed is answered by 304 and no body. Raises Refused."""
    sent = dict(headers or {})
    if etag:
        sent["If-None-Match"] = etag
    if last_modified:
        sent["If-Modified-Since"] = last_modified
    with opened(
        url, method=method, headers=sent, body=body, hosts=hosts, redirects=redirects,
        max_bytes=max_bytes, timeout=timeout, deadline=deadline,
    ) as (answer, pieces):  # fmt: skip
        answer.body = b"".join(pieces)
    return answer
