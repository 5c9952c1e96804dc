"""What one person may ask of the others' time."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from essaim.common.errors import DomainError
from essaim.innovators.actions import files
from essaim.innovators.models import InnovationFile
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_one_person_does_not_flood_case_officers(settings) -> None:
    member, key = UserFactory(), uuid.uuid4()
    settings.INNOVATOR_PATH = {**settings.INNOVATOR_PATH, "entries_per_day": 2}
    given = {"by": member, "summary": "Une phrase.", "undertakes_to_report": True}
    first = files.enter(title="Une", submission=key, **given)
    files.enter(title="Deux", **given)
    with pytest.raises(DomainError, match="beaucoup"):
        files.enter(title="Trois", **given)
    assert files.enter(title="Une", submission=key, **given) == first  # sent twice
    InnovationFile.objects.update(created_at=timezone.now() - dt.timedelta(days=2))
    files.enter(title="Trois", **given)
