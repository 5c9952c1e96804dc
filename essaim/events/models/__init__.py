"""Meetings, who comes to them, what comes of them, and the places where they are held."""

from .after import Document, FollowUp, Partnership, PersonalFeed
from .creative import Challenge, Idea, Task, Vote
from .event import COMING, PUBLIC, Event, Kind, Organiser, Session, State, represented
from .meeting import Encounter, Planning, Seat, Slot
from .place import ThirdPlace
from .registration import Profile, Question, Registration

__all__ = [
    "COMING",
    "PUBLIC",
    "Challenge",
    "Document",
    "Encounter",
    "Event",
    "FollowUp",
    "Idea",
    "Kind",
    "Organiser",
    "Partnership",
    "PersonalFeed",
    "Planning",
    "Profile",
    "Question",
    "Registration",
    "Seat",
    "Session",
    "Slot",
    "State",
    "Task",
    "ThirdPlace",
    "Vote",
    "represented",
]
