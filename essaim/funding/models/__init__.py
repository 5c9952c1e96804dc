from .forming import CostLine, FunderSettings, Invitation
from .instalment import Instalment
from .ledger import Balance, Kind, LedgerLine
from .option import COUNTED, LIVING, LegalAct, Option, OptionState
from .paper import PoolDocument
from .pilot import Comment, Note, PilotReport, ReportIndicator, Visit
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
    "PoolDocument",
    "Recusal",
    "ReportIndicator",
    "State",
    "Visit",
]
