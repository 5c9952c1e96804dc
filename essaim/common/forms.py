"""Forms in the design system's clothes.

The renderer dresses every form of the site, those of other packages included: DSFR classes,
hints and errors tied to their input, a summary of errors that links to the fields.
"""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_lazy as _


class Renderer(TemplatesSetting):
    form_template_name = "common/_form.html"
    field_template_name = "common/_field.html"


class Form(forms.Form):
    """Base of every form of ours.

    Fields that may stay empty are marked as such (what the DSFR asks for), except where the
    whole form is a filter: set ``mark_optional = False`` there. ``asked_later``: names of fields
    that a draft may leave empty, and that are needed before the next step.
    """

    mark_optional = True
    asked_later: tuple[str, ...] = ()


class OnceForm(Form):
    """A form that adds a row: it carries an identifier, so that sending it twice adds one
    (``common.once``)."""

    submission = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"submission": uuid.uuid4()} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)


class DayInput(forms.DateInput):
    """The browser's own date field, which reads and writes ISO dates."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class DayField(forms.DateField):
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", DayInput())
        super().__init__(**kwargs)


def day(label: Any, **kwargs: Any) -> DayField:
    return DayField(label=label, **kwargs)


def text(label: Any, *, rows: int = 4, **kwargs: Any) -> forms.CharField:
    """Several lines; 3,000 characters unless told."""
    kwargs.setdefault("max_length", 3000)
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


def long_text(label: Any, *, rows: int = 5, **kwargs: Any) -> forms.CharField:
    """As ``text``; 5,000 characters unless told."""
    return text(label, rows=rows, **{"max_length": 5000, **kwargs})


class LinesField(forms.CharField):
    """A list of short texts, one a line; blank lines and repeats are dropped."""

    def __init__(self, *, line_length: int, lines: int = 100, **kwargs: Any) -> None:
        self.line_length, self.lines = line_length, lines
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 3}))
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> list[str]:  # type: ignore[override]
        text = super().clean(value)
        lines = list(dict.fromkeys(" ".join(line.split()) for line in text.splitlines()))
        lines = [line for line in lines if line]
        if len(lines) > self.lines:
            raise ValidationError(_("Trop de lignes : %(n)s au plus.") % {"n": self.lines})
        for line in lines:
            if len(line) > self.line_length:
                raise ValidationError(
                    _("« %(line)s… » est trop long : %(n)s caractères au plus par ligne.")
                    % {"line": line[:30], "n": self.line_length}
                )
        return lines

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)
