"""What a file is made for, as the app above knows it: this floor knows a name and a key.

A higher app registers at start-up what its objects (pools, later calls) say of a file: how they
are called, who reads it besides its holder, who may ask, what it can be filled in with.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Q


@dataclass(frozen=True)
class Shown:
    title: str
    address: str


@dataclass(frozen=True)
class Target:
    name: str  # what stands before the colon in ``applies_to``: "pool"
    # Of these keys, those that exist, as links.
    shown: Callable[[Collection[str]], dict[str, Shown]]
    # The condition on applications that makes this person one of their readers.
    read_by: Callable[[Any], Q]
    # Organisations in whose name this person asks questions and requires documents.
    askers: Callable[[Any, str], Any]
    # Whom to tell of a file deposited or answered.
    readers: Callable[[str], list[Any]]
    # Whether money was used, so that it must be reported.
    is_used: Callable[[str], bool]
    # Whether the object still takes files.
    is_open: Callable[[str], bool]
    # Those who were its readers keep what they had received: the condition on applications that
    # makes this person one of them, and until when they received.
    once_read_by: Callable[[Any], Q] | None = None
    read_until: Callable[[Any, str], dt.datetime | None] | None = None


_targets: dict[str, Target] = {}


def register(target: Target) -> None:
    """Add (or, by the same name, replace) a kind of object that files are made for."""
    _targets[target.name] = target


def of(applies_to: str) -> tuple[Target, str] | None:
    """The target and the key that ``pool:12`` names."""
    name, _colon, key = applies_to.partition(":")
    target = _targets.get(name)
    return (target, key) if target else None


def read_by(user: Any) -> Q:
    """Every target's condition, or none at all."""
    found = Q(pk__in=[])
    for target in _targets.values():
        found |= target.read_by(user)
    return found


def once_read_by(user: Any) -> Q:
    found = Q(pk__in=[])
    for target in _targets.values():
        if target.once_read_by is not None:
            found |= target.once_read_by(user)
    return found


def shown(references: Collection[str]) -> dict[str, Shown]:
    """One query for each kind of object, whatever their number."""
    keys: dict[str, list[str]] = {}
    for reference in references:
        name, _colon, key = reference.partition(":")
        keys.setdefault(name, []).append(key)
    return {
        f"{name}:{key}": row
        for name, wanted in keys.items()
        if name in _targets
        for key, row in _targets[name].shown(wanted).items()
    }
