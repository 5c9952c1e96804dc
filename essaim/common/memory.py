"""What a process that answers requests does once with its memory."""

from __future__ import annotations

import gc
from importlib import import_module

from django.conf import settings


def load() -> None:
    """Addresses, and all that they need, before the first request: two threads that import them at
    once could meet half a module."""
    import_module(settings.ROOT_URLCONF)


def settle() -> None:
    """What is loaded for good (models, addresses, forms) is set apart from what the garbage
    collector goes through: it held one request in twenty for a fifth of a second."""
    gc.collect()
    gc.freeze()
