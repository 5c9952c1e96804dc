from .interest import Interest
from .moderation import Kind, ModerationCase, ModerationDecision, Reason, Report
from .proposals import Proposal
from .questions import Answer, Question

__all__ = [
    "Answer",
    "Interest",
    "Kind",
    "ModerationCase",
    "ModerationDecision",
    "Proposal",
    "Question",
    "Reason",
    "Report",
]
