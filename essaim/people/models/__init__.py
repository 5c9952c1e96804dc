"""People, organisations, and who belongs where."""

from .accounts import NOBODY, User, UserManager
from .consents import Consent, ConsentText
from .organisations import Membership, Organisation, OrganisationKind

__all__ = [
    "NOBODY",
    "Consent",
    "ConsentText",
    "Membership",
    "Organisation",
    "OrganisationKind",
    "User",
    "UserManager",
]
