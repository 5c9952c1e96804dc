from .analysis import Analysis, AnalysisState
from .costs import AvoidedCostLine, AvoidedCosts
from .data import Allocation, Dataset, DataStatement
from .evaluation import ALIVE, Design, Evaluation, EvaluationQuerySet, Outcome, State
from .independent import IndependentEvaluation, IndependentState
from .journal import JournalEntry
from .team import Member
from .voice import Question, Response, Survey, SurveyState

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
    "IndependentEvaluation",
    "IndependentState",
    "JournalEntry",
    "Member",
    "Outcome",
    "Question",
    "Response",
    "State",
    "Survey",
    "SurveyState",
]
