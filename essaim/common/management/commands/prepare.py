"""``essaim prepare``: migrate and load reference data, then leave (for deployments)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Migrate as the owner and load reference data; every other command does it too."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write("The database is ready.")
