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
    "confirm_draft",
    "discard_draft",
    "import_zoning",
    "keep_draft",
    "load_territories",
    "preview_zoning",
    "refresh_statistics",
]
