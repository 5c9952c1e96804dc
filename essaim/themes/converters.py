from __future__ import annotations

from essaim.themes.models import ListKind


class VocabularyConverter:
    """``theme`` or ``audience`` in an address."""

    regex = "|".join(ListKind.values)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
