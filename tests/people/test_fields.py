"""Organisations as people type them in forms."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from essaim.people.forms.fields import OrganisationField, OrganisationsField
from tests.people.factories import OrganisationFactory

pytestmark = pytest.mark.django_db


def test_one_is_known_by_its_name_or_its_siren() -> None:
    named = OrganisationFactory(name="Mission locale du Trièves", siren="130025265")
    digits = OrganisationFactory(name="3919")
    field = OrganisationField(required=False)
    assert field.clean(" mission  locale du trièves ") == named == field.clean("130 025 265")
    assert field.clean("3919") == digits and field.clean("") is None
    OrganisationFactory(name="Mission locale du Trièves")
    for typed, said in (("Mission locale du Trièves", "Plusieurs"), ("Autre", "Autre")):
        with pytest.raises(ValidationError, match=said):
            field.clean(typed)


def test_no_line_is_left_out_unsaid() -> None:
    one = OrganisationFactory(name="Une association")
    field = OrganisationsField(required=False)
    assert field.clean("\n\nUne association\n\n" * 100) == [one]
    with pytest.raises(ValidationError, match=r"100 organisations au plus.*101 lignes"):
        field.clean("Une association\n" * 101)
