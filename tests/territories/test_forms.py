"""The fields that name places, without JavaScript: what people type is understood or asked about."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict

from essaim.common.forms import Form
from essaim.common.typography import french
from essaim.territories.forms import LINES_AT_MOST, TerritoriesField, TerritoryField
from essaim.territories.models import Territory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("france")]


class OneForm(Form):
    place = TerritoryField(label="Où ?", required=False)
    department = TerritoryField(label="Département", required=False, kinds=["department"])


class SeveralForm(Form):
    places = TerritoriesField(label="Où ?", required=False)


def territory(address: str) -> Territory:
    return Territory.objects.by_code(address).get()


def submitted(form: type[Form], **data: str) -> Any:
    query = QueryDict(mutable=True)
    query.update(data)
    bound = form(query)
    bound.is_valid()
    return bound


def test_what_was_understood_is_shown_back_by_its_label() -> None:
    form = submitted(OneForm, place="commune:38185")
    assert form.cleaned_data["place"] == territory("commune:38185")
    assert 'value="Grenoble (38)"' in str(form["place"])
    assert 'value="Grenoble (38)"' in str(OneForm(initial={"place": "commune:38185"})["place"])
    grenoble = territory("commune:38185")
    for initial in (grenoble, grenoble.pk):
        assert 'value="Grenoble (38)"' in str(OneForm(initial={"place": initial})["place"])


def test_nothing_is_a_valid_answer_where_it_may_be() -> None:
    form = submitted(OneForm, place="  ")
    assert form.is_valid() and form.cleaned_data["place"] is None


def test_only_some_kinds_may_be_asked_for() -> None:
    form = submitted(OneForm, department="Vienne")
    assert form.cleaned_data["department"] == territory("department:86")
    assert "kind=department" in str(form["department"])
    form = submitted(OneForm, department="commune:38544")
    assert form.errors["department"]


def test_a_choice_is_tied_to_its_question_for_assistive_technology() -> None:
    html = str(submitted(OneForm, place="Saint-Denis")["place"])
    assert html.count('type="radio"') == 4
    assert "<legend" in html and french("« Saint-Denis » : lequel ?") in html
    assert 'aria-invalid="true"' in html


def test_a_form_does_not_remember_the_choices_of_another() -> None:
    assert 'type="radio"' in str(submitted(OneForm, place="Saint-Denis")["place"])
    assert 'type="radio"' not in str(OneForm()["place"])


def test_several_places_one_a_line() -> None:
    form = submitted(SeveralForm, places="Grenoble\n\ndepartment:38\nSaint-Denis (93)\n38185\n")
    assert form.cleaned_data["places"] == [
        territory("commune:38185"),
        territory("department:38"),
        territory("commune:93066"),
    ]
    assert "Isère (38)" in str(form["places"])


def test_each_line_that_is_not_understood_is_told_apart() -> None:
    form = submitted(SeveralForm, places="Grenoble\nSaint-Denis\nNullepart-sur-Mer\nParis")
    assert len(form.errors["places"]) == 3
    html = str(form["places"])
    assert "Saint-Denis\nNullepart-sur-Mer\nParis" in html
    assert french("« Saint-Denis » : lequel ?") in html and french("« Paris » : lequel ?") in html
    answered = submitted(
        SeveralForm,
        places="Grenoble\nSaint-Denis\nParis",
        places_for_0="Saint-Denis",
        places_choice_0="commune:93066",
        places_for_1="Paris",
        places_choice_1="commune:75056",
    )
    assert [place.code for place in answered.cleaned_data["places"]] == ["38185", "93066", "75056"]


def test_a_list_has_an_end() -> None:
    lines = "\n".join(f"commune:{number:05}" for number in range(LINES_AT_MOST + 1))
    form = submitted(SeveralForm, places=lines)
    assert form.errors["places"] == ["Indiquez 200 territoires au plus."]


def test_places_of_a_card_come_back_as_labels() -> None:
    places = [territory("commune:38185"), territory("department:38")]
    for initial in (places, [place.pk for place in places]):
        html = str(SeveralForm(initial={"places": initial})["places"])
        assert "Grenoble (38)" in html and "Isère (38)" in html
