"""A list taken away: exactly its filtered rows, the columns one chooses, as CSV or XLSX.

A room says which columns its list has and gives its rows; the page where columns are chosen and
the file that is sent while it is read are the same for all. One address does both: it sends the
file once ``format`` is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy

from essaim.common import spreadsheets
from essaim.common.forms import Form
from essaim.common.listing import Chip
from essaim.common.personal_data import EMAIL
from essaim.common.privacy import has_personal, mask_personal
from essaim.common.spreadsheets import Cell

BATCH = 500  # rows read at once


@dataclass(frozen=True)
class Column:
    """``told``: what it says of a row. ``prose``: typed freely, may hold a telephone number.
    ``here``: an address of this site, which the file gives whole."""

    name: str
    label: Any
    told: Callable[[Any], Cell]
    by_default: bool = True
    prose: bool = False
    here: bool = False


class ColumnsForm(Form):
    """Which columns, in which format. ``columns``: anything with a name and a label."""

    mark_optional = False
    columns = forms.MultipleChoiceField(
        label=gettext_lazy("Colonnes"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choisissez au moins une colonne.")},
    )
    format = forms.ChoiceField(
        label=gettext_lazy("Format"),
        choices=[("csv", gettext_lazy("CSV")), ("xlsx", gettext_lazy("XLSX (Excel, LibreOffice)"))],
        widget=forms.RadioSelect,
        initial="csv",
    )

    def __init__(self, columns: Iterable[Any], data: Any = None) -> None:
        super().__init__(data)
        given = list(columns)
        field: Any = self.fields["columns"]
        field.choices = [(column.name, column.label) for column in given]
        field.initial = [column.name for column in given if column.by_default]

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "choices": True}  # nothing is to be saved


@dataclass(frozen=True)
class Listed:
    """A list as its page shows it: ``title`` and ``path`` of the page, the filters in place,
    and its rows. ``told``: what the columns are told of each batch of rows, where that is not
    the rows themselves (sums read at once for all of them, texts masked for the reader)."""

    title: str
    path: str
    rows: QuerySet[Any]
    chips: Sequence[Chip] = ()
    told: Callable[[list[Any]], Iterable[Any]] = iter

    @property
    def total(self) -> int:
        return self.rows.count()

    def read(self) -> Iterator[Any]:
        """In batches: memory stays constant."""
        rows = iter(self.rows.iterator(chunk_size=BATCH))
        while batch := list(islice(rows, BATCH)):
            yield from self.told(batch)


def take_away(
    request: HttpRequest, listed: Listed, columns: Sequence[Column], *, name: str
) -> HttpResponseBase:
    """The page where columns are chosen; once they are (``?columns=…&format=…``), the file
    ``<name>-<day>.csv`` or ``.xlsx``, streamed."""
    asked = "format" in request.GET
    form = ColumnsForm(columns, request.GET if asked else None)
    if not asked or not form.is_valid():
        kept = [
            (key, value)
            for key, values in request.GET.lists()
            for value in values
            if key not in ("page", "columns", "format")
        ]
        back = f"{listed.path}?{urlencode(kept)}" if kept else listed.path
        above = [{"label": listed.title, "address": back}]
        context = {"form": form, "listed": listed, "kept": kept, "back": back, "above": above}
        return render(request, "common/take_away.html", context)
    chosen = [column for column in columns if column.name in form.cleaned_data["columns"]]
    return spreadsheets.download(
        _table(listed, chosen, request.build_absolute_uri("/").rstrip("/")),
        kind=form.cleaned_data["format"],
        name=f"{name}-{timezone.localdate():%Y-%m-%d}",
    )


def _table(listed: Listed, columns: Sequence[Column], site: str) -> Iterator[list[Cell]]:
    yield [str(column.label) for column in columns]
    for row in listed.read():
        yield [_cell(column, column.told(row), site) for column in columns]


def _cell(column: Column, value: Cell, site: str) -> Cell:
    if column.here:
        return f"{site}{value}" if value else ""
    return public(value, prose=column.prose)


def public(value: Cell, *, prose: bool) -> Cell:
    """Personal addresses, and numbers where people type freely, never leave in a file."""
    if not isinstance(value, str):
        return value
    if prose:
        return mask_personal(value) if has_personal(value) else value
    return EMAIL.sub("", value) if "@" in value else value
