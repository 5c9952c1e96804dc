"""``essaim create_demo_accounts``: one invented person for each role, on a local machine."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from essaim.people.demonstration import load_people


class Command(BaseCommand):
    help = "Create the demonstration's accounts and print how to sign in (local machine only)."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.LOCAL:
            raise CommandError(
                "These accounts have a public password: they are made on a local machine only"
                " (ESSAIM_HOSTS names another host)."
            )
        load_people(out=self.stdout)  # type: ignore[arg-type]
