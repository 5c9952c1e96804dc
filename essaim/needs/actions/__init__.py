"""The only writers of needs."""

from .joinings import accept_joining, ask_to_join, decline_joining, leave_group, take_back
from .needs import (
    Content,
    PersonalData,
    answer_need,
    change_need,
    erase_withdrawn,
    filters_only,
    forget_author,
    reopen_need,
    state_need,
    withdraw_need,
)

__all__ = [
    "Content",
    "PersonalData",
    "accept_joining",
    "answer_need",
    "ask_to_join",
    "change_need",
    "decline_joining",
    "erase_withdrawn",
    "filters_only",
    "forget_author",
    "leave_group",
    "reopen_need",
    "state_need",
    "take_back",
    "withdraw_need",
]
