"""Tests that use several connections start from empty tables and leave them empty."""

import pytest
from django.db import connection

from essaim.themes.models import Theme


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_a_transactional_test_cleans_after_itself(turn: int) -> None:
    assert not Theme.objects.filter(slug="passage").exists()
    Theme.objects.create(slug="passage", name="Passage", name_en="Passage")
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("essaim_app",)
