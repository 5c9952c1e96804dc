from .applications import (
    Answer,
    Application,
    ApplicationQuerySet,
    State,
    SubmittedVersion,
    VersionPersons,
)
from .documents import (
    Attachment,
    DocumentKind,
    DocumentRequest,
    OrganisationDocument,
    Statement,
)
from .questions import Question
from .reports import FinancialReport, ReportState

__all__ = [
    "Answer",
    "Application",
    "ApplicationQuerySet",
    "Attachment",
    "DocumentKind",
    "DocumentRequest",
    "FinancialReport",
    "OrganisationDocument",
    "Question",
    "ReportState",
    "State",
    "Statement",
    "SubmittedVersion",
    "VersionPersons",
]
