"""``essaim load_demonstration``: the demonstration bank, once (``essaim run`` does it too)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from essaim.common.prepare import demonstrate


class Command(BaseCommand):
    help = "Load the demonstration: people (local machine only), cards, files. Once."

    def handle(self, *args: Any, **options: Any) -> None:
        demonstrate(self.stdout)
