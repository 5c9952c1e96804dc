from .card import Initiative, InitiativeQuerySet, Phase, Publication, Status, Track
from .coeditors import CoEditor, CoEditorInvitation
from .facts import Fact, PhaseChange
from .history import CardAudience, CardTerritory, CardTheme
from .imports import CardImport, ImportIssue, ImportState
from .merges import CardMerge
from .moderation import Refusal, RevisionNote
from .sheet import Component, EconomicLine, Evidence, Material, Partner
from .withdrawals import Withdrawal

__all__ = [
    "CardAudience",
    "CardImport",
    "CardMerge",
    "CardTerritory",
    "CardTheme",
    "CoEditor",
    "CoEditorInvitation",
    "Component",
    "EconomicLine",
    "Evidence",
    "Fact",
    "ImportIssue",
    "ImportState",
    "Initiative",
    "InitiativeQuerySet",
    "Material",
    "Partner",
    "Phase",
    "PhaseChange",
    "Publication",
    "Refusal",
    "RevisionNote",
    "Status",
    "Track",
    "Withdrawal",
]
