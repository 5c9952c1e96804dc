"""The process that serves pages: what it loaded is no business of the collector any more."""

from __future__ import annotations

import os
import subprocess
import sys

from django.conf import settings

ASKED = "import gc, config.wsgi; print(gc.get_freeze_count())"


def test_what_the_web_process_loaded_is_settled() -> None:
    found = subprocess.run(
        [sys.executable, "-c", ASKED], capture_output=True, text=True, check=True, timeout=120,
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"},
    )  # fmt: skip
    assert int(found.stdout.split()[-1]) > 100_000
