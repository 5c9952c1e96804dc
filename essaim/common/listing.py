"""What a list hides, said: its filters as chips, and which one to give up when nothing passes.

A list of ours is narrowed by a form that reads the query string. Its address without a filter
is the same query string without that name: nothing else has to be written by each room.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.core.paginator import Page
from django.db.models import Model, QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Chip:
    """One filter in place. ``url``: the same list without it; ``count``: how many rows that list
    has, where they were counted."""

    label: str
    url: str
    count: int | None = None

    @property
    def query(self) -> QueryDict:
        return QueryDict(self.url.partition("?")[2])


def chips(request: HttpRequest, form: forms.Form, *, but: Iterable[str] = ()) -> list[Chip]:
    """The filters that apply, in the form's order; ``but`` names those that hide nothing.

    Values that the form refused are left out: its errors tell them.
    """
    if not form.is_bound:
        return []
    form.is_valid()
    return [
        _chip(request, name, key, label)
        for name in form.fields
        if name not in but
        for key, label in _told(form.fields[name], form.cleaned_data.get(name))
    ]


def filters_in_place(
    request: HttpRequest,
    form: forms.Form,
    page: Page[Any],
    rows: Callable[[QueryDict], QuerySet[Any]],
    *,
    but: Iterable[str] = (),
) -> dict[str, list[Chip]]:
    """What ``_chips.html`` reads and, of an empty list alone, ``_relaxed.html``: how many rows it
    would have without each filter, one query a filter. ``rows``: the list that another query string
    asks for; ``but``: as above."""
    filters = chips(request, form, but=but)
    relaxed = []
    if not page.paginator.count:
        relaxed = [replace(chip, count=rows(chip.query).count()) for chip in filters]
    return {"chips": filters, "relaxed": relaxed}


def _told(field: forms.Field, value: Any) -> Iterator[tuple[str, str]]:
    """Each value of a filter: how it stands in the address (one of several; else nothing) and
    in words."""
    if value in (None, "", False) or (isinstance(value, list | tuple | QuerySet) and not value):
        return
    label = str(field.label or "")
    if isinstance(field, forms.ModelMultipleChoiceField | forms.MultipleChoiceField):
        names = dict(getattr(field, "choices", ())) if not isinstance(value, QuerySet) else {}
        for each in value:
            yield str(field.prepare_value(each)), str(names.get(each, each))
    elif value is True:
        yield "", label
    elif isinstance(value, Model):
        yield "", str(value)
    elif isinstance(value, dt.date):
        yield "", f"{label} {date_format(value)}"
    elif isinstance(field, forms.ChoiceField):
        said = {str(key): name for key, name in _flat(field.choices)}.get(str(value), value)
        yield "", _("%(label)s : %(value)s") % {"label": label, "value": said}
    else:
        yield "", _("« %(text)s »") % {"text": value}


def _flat(choices: Any) -> Iterator[tuple[Any, Any]]:
    for key, name in choices:
        if isinstance(name, list | tuple):
            yield from name
        else:
            yield key, name


def _chip(request: HttpRequest, name: str, key: str, label: str) -> Chip:
    query = request.GET.copy()
    query.pop("page", None)
    kept = [each for each in query.getlist(name) if key and each != key]
    query.setlist(name, kept) if kept else query.pop(name, None)
    return Chip(label, f"{request.path}?{query.urlencode()}" if query else request.path)
