"""People, organisations, and who belongs where."""

from .accounts import NOBODY, User, UserManager
from .archives import DataArchive
from .consents import Consent, ConsentText
from .domains import EmailDomain
from .former import FormerOrganisation
from .invitations import Invitation
from .membership_requests import MembershipRequest
from .networks import NetworkMembership
from .organisations import Function, Membership, Organisation, OrganisationKind

__all__ = [
    "NOBODY",
    "Consent",
    "ConsentText",
    "DataArchive",
    "EmailDomain",
    "FormerOrganisation",
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
