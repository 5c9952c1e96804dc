"""People, organisations, and who belongs where."""

from .accounts import User, UserManager
from .domains import EmailDomain
from .invitations import Invitation
from .membership_requests import MembershipRequest
from .networks import NetworkMembership
from .organisations import Function, Membership, Organisation, OrganisationKind

__all__ = [
    "EmailDomain",
    "Function",
    "Invitation",
    "Membership",
    "MembershipRequest",
    "NetworkMembership",
    "Organisation",
    "OrganisationKind",
    "User",
    "UserManager",
]
