"""When two organisations become one: who followed either follows it."""

from __future__ import annotations

from typing import Any

from essaim.following.actions.follows import move_subject
from essaim.people.models import Organisation
from essaim.people.signals import organisations_merged


def on_organisations_merged(
    sender: Any, kept: Organisation, other: Organisation, **kwargs: Any
) -> None:
    move_subject("organisation", str(other.pk), str(kept.pk))


def register_merging() -> None:
    organisations_merged.connect(on_organisations_merged, dispatch_uid="following.merged")
