"""The demonstration ends where the report's argument does: ready, with a chosen mode."""

import io
from typing import Any

import pytest

from essaim.initiatives.models import Initiative
from essaim.scaling.demonstration import CARD, load_scaling
from essaim.scaling.models import Diagnosis, Strategy
from tests.people.factories import UserFactory
from tests.scaling.factories import ready_card

pytestmark = pytest.mark.django_db


def test_the_farm_goes_from_consolidate_to_ready_once(settings: Any) -> None:
    settings.LOCAL = True
    UserFactory(email="animateur@essaim.example", manager=True)
    card = ready_card(external_id=CARD)
    for _time in range(2):
        load_scaling(out=io.StringIO())
    answers = Diagnosis.objects.order_by("pk").values_list("ready", flat=True)
    assert list(answers) == [False, True]
    assert Strategy.objects.count() == 2
    assert Initiative.objects.get(pk=card.pk).phase == "organise"


def test_it_speaks_for_nobody_on_a_real_instance(settings: Any) -> None:
    settings.LOCAL = False
    UserFactory(email="animateur@essaim.example", manager=True)
    ready_card(external_id=CARD)
    load_scaling(out=io.StringIO())
    assert not Diagnosis.objects.exists()
