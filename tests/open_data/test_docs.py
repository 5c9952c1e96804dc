"""The examples of docs/api.md, run as they are written against a live server."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from essaim.initiatives.models import Initiative
from essaim.needs.models import Need
from essaim.open_data import signing
from tests.initiatives.factories import InitiativeFactory
from tests.open_data.factories import make_token
from tests.territories.factories import TerritoryFactory

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")


def examples(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.django_db(transaction=True)
def test_the_examples_run(live_server: Any, settings: Any) -> None:
    settings.PUBLIC_URL = live_server.url
    titles = [InitiativeFactory(published=True).title for _n in range(3)]
    TerritoryFactory(kind="commune", code="38185")
    _token, text = make_token()
    environment = {"PATH": os.environ["PATH"], "ESSAIM": live_server.url, "TOKEN": text}

    def run(*command: str) -> str:
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    first, codes, keys = (run("bash", "-ec", example) for example in examples("sh"))
    assert titles[-1] in first
    assert "commune:38185" in codes
    assert '"status": 422' in codes
    assert "Jardin partagé" in keys
    read, write, verify = examples("python")
    printed = run(sys.executable, "-c", read)
    assert all(title in printed for title in titles)
    run(sys.executable, "-c", write)
    assert Initiative.objects.get(title="Lire ensemble").steps == ["Réunir", "Lire"]
    assert Need.objects.get().text == "Des jeunes sans permis"
    _check_signature(verify)


def _check_signature(example: str) -> None:
    import base64
    import time

    names: dict[str, Any] = {}
    exec(example, names)
    key, now, body = b"k" * 32, int(time.time()), b'{"type": "card.published"}'
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(now),
        "webhook-signature": signing.signature(key, message="msg_1", timestamp=now, body=body),
    }
    secret = "whsec_" + base64.b64encode(key).decode()
    assert names["is_ours"](secret, headers, body)
    assert not names["is_ours"](secret, headers, body + b" ")
