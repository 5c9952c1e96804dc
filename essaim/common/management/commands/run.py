"""``essaim run``: everything a person needs to try the product, in one command."""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config import environment as env
from essaim.common import catalogues
from essaim.common.prepare import demonstrate


class Command(BaseCommand):
    help = "Load the demonstration once, then serve pages and run the background workers."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=env.text("HOST", "127.0.0.1"))
        parser.add_argument("--port", type=int, default=int(env.text("PORT", "8000")))
        parser.add_argument("--no-demonstration", action="store_true")
        parser.add_argument("--workers", type=int, default=2, help="web processes")

    def handle(self, *args: Any, **options: Any) -> None:
        require_free(options["host"], options["port"])
        for app in catalogues.apps():
            catalogues.compile_catalogue(app)
        collect_static()
        if not options["no_demonstration"]:
            demonstrate(self.stdout)
        web = web_command(options["host"], options["port"], options["workers"])
        # Partners' servers are waited for: that keeps no other job waiting.
        others = [sys.executable, "-m", "essaim", "worker", "--except", "harvest"]
        harvest = [sys.executable, "-m", "essaim", "worker", "--queues", "harvest"]
        environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"}
        children = [
            subprocess.Popen(command, env=environment, cwd=settings.BASE_DIR)
            for command in (web, others, harvest)
        ]
        self.stdout.write(
            f"\nEssaim: http://{options['host']}:{options['port']}/  (Ctrl-C stops it)"
        )
        self.stdout.flush()
        supervise(children)


def require_free(host: str, port: int) -> None:
    """The web server shares its port with whoever shares it too: a second one, started beside the
    first, would answer half of the requests. Raises CommandError."""
    try:
        for family, kind, protocol, _name, address in socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM
        ):
            with socket.socket(family, kind, protocol) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(address)
    except OSError as error:
        raise CommandError(
            f"{host}:{port} cannot be served ({error.strerror}). If Essaim runs there already, stop"
            f" it; or choose another port: PORT={port + 1} make run"
        ) from error


def web_command(host: str, port: int, workers: int) -> list[str]:
    """What serves the pages and the API."""
    return [
        str(Path(sys.executable).parent / "granian"), "--interface", "wsgi",
        "--host", host, "--port", str(port),
        "--workers", str(workers), "--blocking-threads", "4",
        "--no-access-log", "--log-level", "warning", "config.wsgi:application",
    ]  # fmt: skip


def supervise(children: list[subprocess.Popen[bytes]]) -> None:
    """Stop all when one stops or when asked to; exit with the first failure's code."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    code = 0
    try:
        while all(child.poll() is None for child in children):
            time.sleep(0.3)
        code = next(c.returncode for c in children if c.poll() is not None) or 1
    except KeyboardInterrupt:
        pass
    for child in children:
        child.terminate()
    for child in children:
        try:
            child.wait(timeout=15)
        except subprocess.TimeoutExpired:
            child.kill()
    sys.exit(code)


def collect_static() -> None:
    """Collect and hash static files when any of them changed since the last time."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in sorted(
            finder.list(["CVS", ".*", "*~"]), key=lambda pair: str(pair[0])
        ):
            stat = os.stat(storage.path(path))
            digest.update(f"{path} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    stamp = Path(settings.STATIC_ROOT) / ".stamp"
    if stamp.exists() and stamp.read_text() == digest.hexdigest():
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(digest.hexdigest())
