"""Who may open what: each part of the room has its rows."""

from __future__ import annotations

from tests.calls import (
    permissions_after,
    permissions_applying,
    permissions_deciding,
    permissions_setting,
)

ROWS = {
    **permissions_setting.ROWS,
    **permissions_applying.ROWS,
    **permissions_deciding.ROWS,
    **permissions_after.ROWS,
}
