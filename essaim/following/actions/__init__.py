"""What changes follows and notifications. Other rooms call these:

``announce(verb, subjects, by=…)`` tells whoever follows one of the subjects;
``announce_each(…)`` does it for many at once (an import);
``tell(user, verb, kind, key, waits=…)`` tells one person;
``move_subject(kind, old, new)`` when two objects become one.

All write inside the caller's transaction: undone, nobody is told.
"""

from .announcements import announce, announce_each, forget_subject, tell
from .follows import move_subject

__all__ = ["announce", "announce_each", "forget_subject", "move_subject", "tell"]
