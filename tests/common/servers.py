"""Real servers on this machine, for what asks other sites."""

from __future__ import annotations

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Handler = Callable[[BaseHTTPRequestHandler], None]


class Server:
    """A real one, on a free port of this machine; ``routes`` say what each path answers."""

    def __init__(self) -> None:
        self.routes: dict[str, Handler] = {}
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        outer = self

        class Answering(BaseHTTPRequestHandler):
            def do(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length)
                known = {name.lower(): value for name, value in self.headers.items()}
                outer.asked.append((self.command, self.path, known, body))
                outer.routes.get(self.path, lambda answer: send(answer, 404))(self)

            do_GET = do_POST = do

            def log_message(self, *args: Any) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        self.http.daemon_threads = True
        self.port = self.http.server_address[1]
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def url(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.port}{path}"


def send(answer: BaseHTTPRequestHandler, status: int, body: bytes = b"", **headers: str) -> None:
    answer.send_response(status)
    for name, value in {"Content-Length": str(len(body)), **headers}.items():
        answer.send_header(name.replace("_", "-"), value)
    answer.end_headers()
    answer.wfile.write(body)
