from .analysis import Analysis, AnalysisState
from .costs import AvoidedCostLine, AvoidedCosts
from .data import Allocation, Dataset, DataStatement
from .evaluation import ALIVE, Design, Evaluation, EvaluationQuerySet, Outcome, State
from .journal import JournalEntry
from .team import Member

__all__ = [
    "ALIVE",
    "Allocation",
    "Analysis",
    "AnalysisState",
    "AvoidedCostLine",
    "AvoidedCosts",
    "DataStatement",
    "Dataset",
    "Design",
    "Evaluation",
    "EvaluationQuerySet",
    "JournalEntry",
    "Member",
    "Outcome",
    "State",
]
