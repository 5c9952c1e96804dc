"""What the forms of this room share."""

from __future__ import annotations

from typing import Any

from django import forms


def text(label: Any, *, rows: int = 4, **kwargs: Any) -> forms.CharField:
    kwargs.setdefault("max_length", 3000)
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)
