"""People, organisations, and who belongs where."""

from .accounts import User, UserManager
from .organisations import Membership, Organisation, OrganisationKind

__all__ = ["Membership", "Organisation", "OrganisationKind", "User", "UserManager"]
