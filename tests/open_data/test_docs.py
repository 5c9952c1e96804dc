"""The examples of docs/api.md and docs/partenaires.md, run as they are written against a live
server; and the program of docs/examples, for as long as a partner would run it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from essaim.initiatives.models import Initiative
from essaim.needs.models import Need
from essaim.open_data import signing
from tests.initiatives.factories import InitiativeFactory
from tests.open_data.factories import make_token
from tests.territories.factories import TerritoryFactory

ROOT = Path(__file__).parents[2]
ENGLISH, FRENCH = "api.md", "partenaires.md"


def examples(page: str, language: str) -> list[str]:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def runner(address: str, **variables: str) -> Callable[..., str]:
    environment = {"PATH": os.environ["PATH"], "ESSAIM": address, **variables}

    def run(*command: str) -> str:
        done = subprocess.run(
            command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.mark.django_db(transaction=True)
def test_the_examples_run(live_server: Any, settings: Any) -> None:
    settings.PUBLIC_URL = live_server.url
    titles = [InitiativeFactory(published=True).title for _n in range(3)]
    TerritoryFactory(kind="commune", code="38185")
    _token, text = make_token()
    run = runner(live_server.url, TOKEN=text)
    first, codes, keys = (run("bash", "-ec", each) for each in examples(ENGLISH, "sh"))
    assert titles[-1] in first
    assert "commune:38185" in codes
    assert '"status": 422' in codes
    assert "Jardin partagé" in keys
    read, write, verify = examples(ENGLISH, "python")
    printed = run(sys.executable, "-c", read)
    assert all(title in printed for title in titles)
    run(sys.executable, "-c", write)
    assert Initiative.objects.get(title="Lire ensemble").steps == ["Réunir", "Lire"]
    assert Need.objects.get().text == "Des jeunes sans permis"
    _check_signature(verify)


@pytest.mark.django_db(transaction=True)
def test_those_of_the_french_page_too(live_server: Any, settings: Any, tmp_path: Path) -> None:
    settings.PUBLIC_URL = live_server.url
    titles = [InitiativeFactory(published=True).title for _n in range(3)]
    TerritoryFactory(kind="commune", code="38185")
    run = runner(live_server.url, COPIE=str(tmp_path / "copie.sqlite"))
    first, codes, unchanged, copied, refused = (
        run("bash", "-ec", each) for each in examples(FRENCH, "sh")
    )
    assert titles[-1] in first
    assert "commune:38185" in codes and '"count":' in codes
    assert unchanged.strip() == "304"
    assert '"cards": 3' in copied
    assert "Paramètre inconnu" in refused
    (read,) = examples(FRENCH, "python")
    assert all(title in run(sys.executable, "-c", read) for title in titles)


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
