from .access import Access
from .application import BEFORE_DECISION, DECIDED, WRITABLE, Application, ApplicationState
from .call import MAY_SKIP, PUBLIC, RESULTS, SETTING_UP, Call, Edition, Kind, Officer, Series, State
from .decision import (
    Appeal,
    Attendance,
    Decision,
    DecisionChange,
    Deliberation,
    JurySees,
    Meeting,
    Outcome,
    Recusal,
    appeal_end,
    is_conflict_free,
)
from .document import CallDocument
from .exports import CallExport, ColumnTemplate, ExportFormat, ExportState
from .files import ApplicationFile, EditorInvitation
from .form import CollegeKind, Criterion, EligibilityRule, FormVersion
from .instruction import ANSWERED_IN_WORDS, CallRound, Completion, EligibilityDecision, Score
from .invitations import PartnerInvitation
from .partners import Editor, Partner
from .questions import CallQuestion
from .submission import Answer, Submission, SubmittedPersons
from .support import (
    Credit,
    FollowUp,
    FollowUpIndicator,
    Lesson,
    Milestone,
    Support,
    SupportOutcome,
    SupportState,
)

__all__ = [
    "ANSWERED_IN_WORDS",
    "BEFORE_DECISION",
    "DECIDED",
    "MAY_SKIP",
    "PUBLIC",
    "RESULTS",
    "SETTING_UP",
    "WRITABLE",
    "Access",
    "Answer",
    "Appeal",
    "Application",
    "ApplicationFile",
    "ApplicationState",
    "Attendance",
    "Call",
    "CallDocument",
    "CallExport",
    "CallQuestion",
    "CallRound",
    "CollegeKind",
    "ColumnTemplate",
    "Completion",
    "Credit",
    "Criterion",
    "Decision",
    "DecisionChange",
    "Deliberation",
    "Edition",
    "Editor",
    "EditorInvitation",
    "EligibilityDecision",
    "EligibilityRule",
    "ExportFormat",
    "ExportState",
    "FollowUp",
    "FollowUpIndicator",
    "FormVersion",
    "JurySees",
    "Kind",
    "Lesson",
    "Meeting",
    "Milestone",
    "Officer",
    "Outcome",
    "Partner",
    "PartnerInvitation",
    "Recusal",
    "Score",
    "Series",
    "State",
    "Submission",
    "SubmittedPersons",
    "Support",
    "SupportOutcome",
    "SupportState",
    "appeal_end",
    "is_conflict_free",
]
