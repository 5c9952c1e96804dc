"""Shared pieces: fields tied to their hint and errors, breadcrumb, pages, icons."""

from __future__ import annotations

import runpy
from pathlib import Path

from django import forms
from django.core.paginator import Paginator
from django.template import engines
from django.test import RequestFactory

from essaim.common.forms import Form

PROJECT = Path(__file__).resolve().parent.parent.parent


class Sample(Form):
    title = forms.CharField(label="Titre", help_text="Court.")
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea)
    kind = forms.ChoiceField(label="Nature", choices=[("a", "A"), ("b", "B")])
    one = forms.ChoiceField(label="Une", choices=[("a", "A")], widget=forms.RadioSelect)
    several = forms.MultipleChoiceField(
        label="Plusieurs", choices=[("a", "A")], widget=forms.CheckboxSelectMultiple
    )
    sure = forms.BooleanField(label="Sûr")
    paper = forms.FileField(label="Pièce", required=False)


def render(source: str, **context: object) -> str:
    request = RequestFactory().get("/liste", {"q": "repas", "page": "2"})
    return engines["django"].from_string(source).render(context, request)


def test_an_error_is_tied_to_its_field_and_linked_from_the_summary() -> None:
    html = str(Sample({}))
    assert '<a href="#id_title">Titre</a>' in html
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'id="id_title_helptext"' in html
    assert 'id="id_title_error"' in html
    assert '<a href="#id_one_0">Une</a>' in html
    assert 'aria-labelledby="id_several_legend id_several_error"' in html
    assert 'id="id_several_error"' in html
    assert html.count("fr-error-text") == 5


def test_each_kind_of_field_has_its_class() -> None:
    html = str(Sample())
    for piece in (
        'class="fr-input"', 'class="fr-select"', 'class="fr-upload"', "fr-radio-group",
        "fr-checkbox-group", '<label class="fr-label" for="id_one_0">',
    ):  # fmt: skip
        assert piece in html
    assert "fr-alert" not in html, "nothing is wrong yet"


def test_optional_fields_are_marked_except_in_filters() -> None:
    assert str(Sample()).count("(facultatif)") == 2

    class Filters(Sample):
        mark_optional = False

    assert "(facultatif)" not in str(Filters())


def test_the_breadcrumb_ends_where_one_is() -> None:
    html = render('{% breadcrumb "Besoins" "/besoins" "Repas" %}')
    assert '<a class="fr-breadcrumb__link" href="/besoins">Besoins</a>' in html
    assert '<a class="fr-breadcrumb__link" aria-current="page">Repas</a>' in html


def test_pages_keep_the_rest_of_the_search() -> None:
    page = Paginator(range(300), 10).page(2)
    html = render('{% include "common/_pagination.html" %}', page=page)
    assert 'href="?q=repas&amp;page=3"' in html
    assert 'aria-current="page"' in html
    assert "…" in html
    alone = Paginator([], 10).page(1)
    assert not render('{% include "common/_pagination.html" %}', page=alone).strip()


def test_the_icon_sheet_holds_every_icon_the_pages_use() -> None:
    script = runpy.run_path(str(PROJECT / "scripts/build_icons.py"))
    assert script["TARGET"].read_text("utf-8") == script["stylesheet"](), (
        "run: python scripts/build_icons.py"
    )
