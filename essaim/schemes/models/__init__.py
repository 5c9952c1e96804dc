from .imports import ImportState, SchemeImport, SchemeImportIssue
from .scheme import REPORT, Publication, Scheme, SchemeQuerySet, Window

__all__ = [
    "REPORT",
    "ImportState",
    "Publication",
    "Scheme",
    "SchemeImport",
    "SchemeImportIssue",
    "SchemeQuerySet",
    "Window",
]
