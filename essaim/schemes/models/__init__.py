from .imports import ImportState, SchemeImport, SchemeImportIssue
from .scheme import REPORT, Scheme, SchemeQuerySet, Window

__all__ = [
    "REPORT",
    "ImportState",
    "Scheme",
    "SchemeImport",
    "SchemeImportIssue",
    "SchemeQuerySet",
    "Window",
]
