"""What this app does when the apps below it change something."""

from __future__ import annotations

from typing import Any

from essaim.innovators.actions.ending import forget_person


def forget_person_before_delete(sender: Any, instance: Any, **kwargs: Any) -> None:
    forget_person(instance)
