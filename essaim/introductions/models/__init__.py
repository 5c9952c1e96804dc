from .choices import OrganisationChoice, PersonChoice
from .exchanges import Message, Note
from .introductions import Introduction, Outcome, Side

__all__ = [
    "Introduction",
    "Message",
    "Note",
    "OrganisationChoice",
    "Outcome",
    "PersonChoice",
    "Side",
]
