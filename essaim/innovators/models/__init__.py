from .budget import Budget, BudgetLine
from .file import CaseOfficer, InnovationFile, InnovationFileQuerySet, State
from .opinion import OpinionLink, OpinionRequest
from .outcome import FollowUp, Outcome
from .prototype import Milestone
from .rights import Gain, PropertyRights
from .status import StatusCard

__all__ = [
    "Budget",
    "BudgetLine",
    "CaseOfficer",
    "FollowUp",
    "Gain",
    "InnovationFile",
    "InnovationFileQuerySet",
    "Milestone",
    "OpinionLink",
    "OpinionRequest",
    "Outcome",
    "PropertyRights",
    "State",
    "StatusCard",
]
