"""The published file of incomes by intercommunality (INSEE, Filosofi 2015), its header and first
three lines: twenty-nine columns, loaded once they are mapped on the page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from essaim.territories.actions import indicator_imports as imports
from essaim.territories.models import ImportState, Indicator, IndicatorImport, IndicatorValue
from tests.people.factories import UserFactory
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db
FILE = Path(__file__).parent / "data" / "filosofi-epci-2015.csv"


def test_its_columns_are_mapped_and_its_figures_loaded(client: Client) -> None:
    for code in ("200000172", "200000354"):
        TerritoryFactory(kind="epci", code=code)
    client.force_login(
        UserFactory(manager=True), backend="django.contrib.auth.backends.ModelBackend"
    )
    client.post(
        reverse("territories:indicators"), {"file": ContentFile(FILE.read_bytes(), name=FILE.name)}
    )
    kept = IndicatorImport.objects.get()
    page = client.get(kept.get_absolute_url())
    proposed: list[Any] = page.context["columns"]
    assert len(proposed) == 28  # all but the code of the place
    told = {form["code"].value(): form for form in proposed}
    assert not told["LIBGEO"]["load"].value() and told["MED"]["load"].value()
    assert str(told["MED"]["year"].value()) == "2015"
    fields: dict[str, Any] = {
        "shape": "wide", "territory": 0, "kind": "epci", "source": "INSEE, Filosofi 2015",
        "c-TOTAL_FORMS": 28, "c-INITIAL_FORMS": 28,
    }  # fmt: skip
    for number, form in enumerate(proposed):
        for name in ("at", "code", "name", "year"):
            fields[f"c-{number}-{name}"] = form[name].value() or ""
        if form["load"].value():
            fields[f"c-{number}-load"] = "on"
    client.post(kept.get_absolute_url(), fields)
    imports.advance(kept.pk)
    kept.refresh_from_db()
    assert kept.state == ImportState.READY
    assert kept.error_count == 1, "CC de Pange is no longer there"
    client.post(reverse("territories:confirm_indicators", args=[kept.pk]))
    imports.advance(kept.pk)
    kept.refresh_from_db()
    assert kept.state == ImportState.DONE
    figure = IndicatorValue.objects.get(indicator__code="MED", territory__code="200000354")
    assert (figure.year, figure.value) == (2015, pytest.approx(19971.90476190476))
    assert not IndicatorValue.objects.filter(indicator__code__startswith="TP60AGE6").exists()
    assert Indicator.objects.get(code="MED").source == "INSEE, Filosofi 2015"
