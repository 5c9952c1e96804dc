"""``essaim check_deploy``: what is unsafe or unfinished in this installation."""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from config import environment as env
from essaim.common.database import application_role

# severity, variable or place, what is wrong and what to do
Finding = tuple[str, str, str]


class Command(BaseCommand):
    help = "Say what is unsafe in this installation; exit 1 if anything is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        findings = [*environment(), *database(), *operator()]
        unsafe = any(severity == "unsafe" for severity, _place, _text in findings)
        if options["format"] == "json":
            keys = ("severity", "place", "text")
            document = {
                "safe": not unsafe,
                "findings": [dict(zip(keys, f, strict=True)) for f in findings],
            }
            self.stdout.write(json.dumps(document, ensure_ascii=False))
        else:
            for severity, place, text in findings:
                self.stdout.write(f"{severity:8} {place}: {text}")
            self.stdout.write("Unsafe: see above." if unsafe else "Nothing unsafe found.")
        if unsafe:
            sys.exit(1)


def environment() -> Iterator[Finding]:
    if settings.DEBUG:
        yield "unsafe", "ESSAIM_DEBUG", "debug pages show the code and its data: unset it"
    if not env.text("ESSAIM_SECRET_KEY"):
        yield (
            "unsafe",
            "ESSAIM_SECRET_KEY",
            "the key was generated in ESSAIM_VAR; set one shared by all processes, kept as a secret",
        )
    elif len(settings.SECRET_KEY) < 50:
        yield "unsafe", "ESSAIM_SECRET_KEY", "shorter than 50 characters"
    if settings.LOCAL or "*" in settings.ALLOWED_HOSTS:
        yield "unsafe", "ESSAIM_HOSTS", "name the public host names, without a wildcard"
    if not settings.HTTPS:
        yield "unsafe", "ESSAIM_HTTPS", "cookies travel in clear: serve over HTTPS and set it to 1"
    if not settings.LOCAL and not settings.REQUIRE_SECOND_FACTOR:
        yield (
            "unsafe",
            "ESSAIM_REQUIRE_SECOND_FACTOR",
            "a stolen password is enough to act as a manager or an administrator: set it to 1",
        )
    if settings.OPENID["server"]:
        yield from identity_provider()
    if not settings.EMAIL_HOST:
        yield "unsafe", "ESSAIM_SMTP_HOST", "mail goes to a folder: nobody can sign in by code"
    if settings.SHOW_LOCAL_MAIL:
        yield "unsafe", "/courriels", "the page of local mail is open: it shows sign-in codes"
    uploads = Path(settings.MEDIA_ROOT)
    if uploads.exists() and stat.S_IMODE(uploads.stat().st_mode) & 0o077:
        yield "unsafe", str(uploads), "other users of the machine can read uploads: chmod 700"
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        yield "advice", "user", "runs as root: give the service a user of its own"


def identity_provider() -> Iterator[Finding]:
    for key in ("client_id", "client_secret"):
        if not settings.OPENID[key]:
            yield "unsafe", f"ESSAIM_OIDC_{key.upper()}", "the identity provider needs it: set it"
    if not settings.OPENID["server"].startswith("https://"):
        yield "unsafe", "ESSAIM_OIDC_SERVER", "tokens travel in clear: name an https address"
    if settings.OPENID["plain_userinfo"]:
        yield (
            "unsafe",
            "ESSAIM_OIDC_PLAIN_USERINFO",
            "answers about persons are accepted without signature: unset it",
        )


def database() -> Iterator[Finding]:
    if not env.text("DATABASE_URL"):
        yield (
            "unsafe",
            "DATABASE_URL",
            "the embedded database has no TLS, backup or replica: it is for one machine and trials",
        )
    if application_role() is None:
        yield (
            "unsafe",
            "DATABASE_OWNER_URL",
            "the application connects as the owner of its tables, so it could alter its own"
            " history: give migrations the owner's URL and the application a role of its own",
        )
    with connection.cursor() as cursor:
        cursor.execute("SELECT usesuper FROM pg_user WHERE usename = current_user")
        if cursor.fetchone() == (True,):
            yield "unsafe", "DATABASE_URL", "the application's role is a superuser"
        cursor.execute("SHOW server_version_num")
        if int(cursor.fetchone()[0]) < 150000:
            yield "unsafe", "DATABASE_URL", "PostgreSQL 15 or later is needed"
        cursor.execute("SELECT extversion FROM pg_extension WHERE extname = 'vector'")
        row = cursor.fetchone()
        if row is None or tuple(int(n) for n in row[0].split(".")[:2]) < (0, 7):
            yield "unsafe", "DATABASE_URL", "the extension vector 0.7 or later is needed"


def operator() -> Iterator[Finding]:
    for key, variable in [("operator", "ESSAIM_OPERATOR"), ("contact", "ESSAIM_CONTACT")]:
        if not settings.SITE[key]:
            yield "advice", variable, "the legal notice must name it"
    if settings.SITE["accessibility"] == "non":
        yield "advice", "ESSAIM_ACCESSIBILITY", "declared as not conforming: have it audited"
