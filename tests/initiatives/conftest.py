from __future__ import annotations

from typing import Any

import pytest

from tests.territories.factories import TerritoryFactory


@pytest.fixture
def places() -> dict[str, Any]:
    return {
        "commune": TerritoryFactory(kind="commune", code="38185", name="Grenoble"),
        "department": TerritoryFactory(kind="department", code="01", name="Ain"),
    }
