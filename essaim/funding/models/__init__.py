from .forming import CostLine, FunderSettings, Invitation
from .instalment import Instalment
from .ledger import Balance, Kind, LedgerLine
from .option import COUNTED, LIVING, LegalAct, Option, OptionState
from .paper import PoolDocument
from .pilot import (
    Comment,
    Note,
    PilotMilestone,
    PilotReport,
    ReportIndicator,
    ReportSpending,
    Visit,
)
from .pool import ALIVE, DUE, MOST_CENTS, PAYING, Pool, State
from .review import Finding, Meeting, Opinion, Recusal, judged
from .site import GrantPublication, SiteCost, sites_of

__all__ = [
    "ALIVE",
    "COUNTED",
    "DUE",
    "LIVING",
    "MOST_CENTS",
    "PAYING",
    "Balance",
    "Comment",
    "CostLine",
    "Finding",
    "FunderSettings",
    "GrantPublication",
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
    "PilotMilestone",
    "PilotReport",
    "Pool",
    "PoolDocument",
    "Recusal",
    "ReportIndicator",
    "ReportSpending",
    "SiteCost",
    "State",
    "Visit",
    "judged",
    "sites_of",
]
