"""Campaigns of management dialogue, their dialogues, what is chosen in them, and training."""

from .campaign import (
    Access,
    Campaign,
    CampaignIndicator,
    CampaignState,
    OwnFigure,
    RuleKind,
    Runner,
    Worse,
)
from .dialogue import Dialogue, DialogueState, Finding, FindingStatus, Manager
from .figure_file import FigureFile, FigureFileState, FigureLine
from .practice import CHOSEN, Check, Helper, Proposal, ProposalState, Step
from .training import Module, Session, Setting

__all__ = [
    "CHOSEN",
    "Access",
    "Campaign",
    "CampaignIndicator",
    "CampaignState",
    "Check",
    "Dialogue",
    "DialogueState",
    "FigureFile",
    "FigureFileState",
    "FigureLine",
    "Finding",
    "FindingStatus",
    "Helper",
    "Manager",
    "Module",
    "OwnFigure",
    "Proposal",
    "ProposalState",
    "RuleKind",
    "Runner",
    "Session",
    "Setting",
    "Step",
    "Worse",
]
