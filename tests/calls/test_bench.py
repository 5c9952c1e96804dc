"""The bench of calls, small: what it measures answers, and its files are whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from essaim.calls import bench
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


def test_measures_lists_and_exports(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    TerritoryFactory(kind="commune")
    found = bench.measure(
        lambda _words: None, applications=12, readers=6, readings=24, asked=2, database_name="here"
    )
    assert found["applications"] == 12 and found["readings"] == 24
    assert found["exports"]["csv"]["rows"] == found["exports"]["zip"]["rows"] == 12
    too_many = {
        name: page["queries"]
        for name, page in found["pages"].items()
        if name != "board" and page["queries"] > bench.QUERIES
    }
    assert too_many == {}
    assert len(list(bench.rows(found))) > 20
