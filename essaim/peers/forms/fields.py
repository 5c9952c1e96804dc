"""What the forms of this room share."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms

from essaim.common.forms import Form


class MomentInput(forms.DateTimeInput):
    """The browser's own field for a day and a time, which reads and writes ISO."""

    input_type = "datetime-local"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M", **kwargs)


class MomentField(forms.DateTimeField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=MomentInput(), **kwargs)


def choices(
    label: Any, options: Any, *, empty: Any = None, **kwargs: Any
) -> forms.TypedChoiceField:
    every = list(options) if empty is None else [("", empty), *options]
    return forms.TypedChoiceField(label=label, choices=every, **kwargs)


class OnceForm(Form):
    """A form that adds a row: it carries a key, so that sending it twice adds one."""

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": uuid.uuid4()} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
