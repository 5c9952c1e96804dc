"""PDFs: a word longer than its line is cut where the line ends, and nothing runs off the page."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
import typst
from django.conf import settings
from PIL import Image

TEMPLATES = sorted((settings.BASE_DIR / "essaim").glob("*/templates_typst/*.typ"))
CUT = '#show regex("[^\\s/]{25,}"): word => word.text.clusters().join(sym.zws)'
LONG = "x" * 400


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_every_template_cuts_long_words(path: Path) -> None:
    assert CUT in path.read_text("utf-8")


def test_nothing_runs_off_the_page() -> None:
    path = settings.BASE_DIR / "essaim/funding/templates_typst/option.typ"
    data = {
        "language": "fr", "site": "Essaim", "operator": "", "title": "Option", "name": LONG,
        "page": "Page", "rows": [{"label": LONG, "value": LONG}], "notice": LONG, "rule": LONG,
        "made_on": "le 1er",
    }  # fmt: skip
    pages = typst.compile(path, sys_inputs={"data": json.dumps(data)}, format="png", ppi=40)
    for page in pages if isinstance(pages, list) else [pages]:
        image = Image.open(io.BytesIO(page)).convert("L")
        margin = image.crop((image.width - 30, 0, image.width, image.height))
        assert margin.getextrema() == (255, 255)
