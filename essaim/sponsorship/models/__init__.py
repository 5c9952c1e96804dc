from .coordinators import Coordinator
from .requests import (
    Advice,
    HelpRequest,
    HelpRequestQuerySet,
    Proposal,
    Step,
)
from .sponsors import Knowledge, Language, LegalFrame, Sponsor, SponsorQuerySet

__all__ = [
    "Advice",
    "Coordinator",
    "HelpRequest",
    "HelpRequestQuerySet",
    "Knowledge",
    "Language",
    "LegalFrame",
    "Proposal",
    "Sponsor",
    "SponsorQuerySet",
    "Step",
]
