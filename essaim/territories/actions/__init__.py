from .groups import compose_group, end_group, make_group, rename_group
from .load import LoadReport, load_territories, refresh_statistics
from .zonings import (
    ZoningReport,
    confirm_draft,
    discard_draft,
    import_zoning,
    keep_draft,
    preview_zoning,
)

__all__ = [
    "LoadReport",
    "ZoningReport",
    "compose_group",
    "confirm_draft",
    "discard_draft",
    "end_group",
    "import_zoning",
    "keep_draft",
    "load_territories",
    "make_group",
    "preview_zoning",
    "refresh_statistics",
    "rename_group",
]
