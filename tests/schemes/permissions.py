"""Who gets in at each address of the directory, for the table of ``tests/test_permissions.py``."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.core.files.base import ContentFile

from essaim.schemes.models import SchemeImport
from tests.schemes.factories import SchemeFactory, WindowFactory

ALL = {"visitor", "member", "colleague", "owner", "manager", "administrator"}
SIGNED_IN = ALL - {"visitor"}
MANAGERS = {"manager", "administrator"}
# Members of the organisation that keeps the page.
KEEPERS = {"owner", "colleague"} | MANAGERS


def scheme(world: SimpleNamespace) -> list[Any]:
    return [SchemeFactory(owner=world.organisation).slug]


def proposed(world: SimpleNamespace) -> list[Any]:
    return [SchemeFactory(proposed=True, author=world.owner, owner=world.organisation).slug]


def window(world: SimpleNamespace) -> list[Any]:
    made = WindowFactory(scheme__owner=world.organisation)
    return [made.scheme.slug, made.pk]


def made_import(world: SimpleNamespace) -> list[Any]:
    found = SchemeImport.objects.create(
        original_name="f.jsonl", by=world.manager, file=ContentFile(b"{}\n", "f.jsonl")
    )
    return [found.pk]


ROWS: dict[str, tuple[Any, ...]] = {
    "list": (ALL,),
    "map": (ALL,),
    "calendar": (ALL,),
    "export": (ALL, lambda world: ["csv"]),
    "detail": (ALL, scheme),
    # Who belongs nowhere is sent to the organisations, which is getting in.
    "new": (SIGNED_IN,),
    "proposals": (SIGNED_IN,),
    # Before it is in the directory: its author, and managers.
    "detail#proposed": ({"owner"} | MANAGERS, proposed),
    "edit#proposed": ({"owner"} | MANAGERS, proposed),
    "history#proposed": ({"owner"} | MANAGERS, proposed),
    "review": (MANAGERS, scheme),
    "edit": (KEEPERS, scheme),
    "check": (KEEPERS, scheme),
    "history": (SIGNED_IN, scheme),
    "new_window": (KEEPERS, scheme),
    "remove_window": (KEEPERS, window),
    "imports": (MANAGERS,),
    "import": (MANAGERS, made_import),
    "import_progress": (MANAGERS, made_import),
    "import_issues": (MANAGERS, made_import),
}
