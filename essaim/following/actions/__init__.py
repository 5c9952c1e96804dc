"""What changes follows and notifications. Other rooms call these three:

``announce(verb, subjects, by=…)`` tells whoever follows one of the subjects;
``announce_each(…)`` does it for many at once (an import);
``tell(user, verb, kind, key, waits=…)`` tells one person.

All write inside the caller's transaction: undone, nobody is told.
"""

from .announcements import announce, announce_each, forget_subject, tell

__all__ = ["announce", "announce_each", "forget_subject", "tell"]
