from .forming import CostLine, FunderSettings, Invitation
from .ledger import Balance, Kind, LedgerLine
from .option import COUNTED, LIVING, Instalment, LegalAct, Option, OptionState
from .pilot import Comment, Note, PilotReport, ReportIndicator
from .pool import ALIVE, MOST_CENTS, Pool, State
from .review import Finding, Meeting, Opinion, Recusal

__all__ = [
    "ALIVE",
    "COUNTED",
    "LIVING",
    "MOST_CENTS",
    "Balance",
    "Comment",
    "CostLine",
    "Finding",
    "FunderSettings",
    "Instalment",
    "Invitation",
    "Kind",
    "LedgerLine",
    "LegalAct",
    "Meeting",
    "Note",
    "Opinion",
    "Option",
    "OptionState",
    "PilotReport",
    "Pool",
    "Recusal",
    "ReportIndicator",
    "State",
]
