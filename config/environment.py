"""What the environment says, read once: folders, database addresses, switches.

Nothing here imports Django, so that the command line can prepare a machine
before any setting is read.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

PROJECT = Path(__file__).resolve().parent.parent


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def switch(name: str, default: bool = False) -> bool:
    """True for 1, true, yes, on; any other non-empty value is False."""
    value = text(name).lower()
    return default if not value else value in {"1", "true", "yes", "on"}


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def origin(url: str) -> str:
    """``https://host:port`` of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def var_folder() -> Path:
    """Where the embedded database, uploads and local mail live (ESSAIM_VAR)."""
    return Path(text("ESSAIM_VAR", str(PROJECT / "var"))).expanduser().resolve()


def secret_key(var: Path) -> str:
    """ESSAIM_SECRET_KEY, else a key made once for this folder and readable by its owner only."""
    given = text("ESSAIM_SECRET_KEY")
    if given:
        return given
    path = var / "secret_key"
    var.mkdir(parents=True, exist_ok=True)
    try:
        with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as handle:
            handle.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    return path.read_text()


def database_from_url(url: str) -> dict[str, Any]:
    """A Django DATABASES entry from ``postgresql://user:password@host:port/name?option=value``.

    ``host=`` among the options names a socket folder. Raises ValueError for another scheme.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError(f"DATABASE_URL must start with postgresql:// (got {parts.scheme}://)")
    options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", None) or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }


def databases(var: Path) -> dict[str, dict[str, Any]]:
    """The two connections: `default` (the application's role) and `owner` (migrations)."""
    if text("ESSAIM_DATABASE") == "none":  # computing commands need no database
        nothing = {"ENGINE": "django.db.backends.dummy"}
        return {"default": nothing}
    if url := text("DATABASE_URL"):
        default = database_from_url(url)
        owner = database_from_url(text("DATABASE_OWNER_URL", url))
    else:
        from config.embedded import start

        owner, default = start(var)
    for entry in (default, owner):
        entry.setdefault("CONN_MAX_AGE", 60)
        entry.setdefault("CONN_HEALTH_CHECKS", True)
    return {"default": default, "owner": owner}
