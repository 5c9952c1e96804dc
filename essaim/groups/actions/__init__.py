"""The only writers of groups of territories. The lock of a group comes before anything else."""

from .groups import change_group, end_group, make_group
from .leaving import forget_person
from .members import accept, cancel, decline, invite, leave
from .stewards import add_steward, name_spokesperson, remove_steward, welcome

__all__ = [
    "accept",
    "add_steward",
    "cancel",
    "change_group",
    "decline",
    "end_group",
    "forget_person",
    "invite",
    "leave",
    "make_group",
    "name_spokesperson",
    "remove_steward",
    "welcome",
]
