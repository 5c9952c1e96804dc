"""What every act on an event begins with."""

from __future__ import annotations

from essaim.events.models import Event


def lock_event(event: Event | int) -> Event:
    """The event as it is now, nobody else changing it; before any lock on its registrations."""
    pk = event if isinstance(event, int) else event.pk
    return Event.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
