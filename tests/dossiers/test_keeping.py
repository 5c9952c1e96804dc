"""What goes with time, and what a merge refuses."""

from __future__ import annotations

import pytest

from essaim.common.errors import DomainError
from essaim.dossiers.actions.keeping import erase_persons
from essaim.dossiers.models import Application, VersionPersons
from tests.dossiers.factories import started, submitted
from tests.dossiers.helpers import signed_in
from tests.people.factories import OrganisationFactory

pytestmark = pytest.mark.django_db


def test_persons_are_erased_after_their_time() -> None:
    story = submitted()
    assert erase_persons(3650) == 0
    assert erase_persons(-1) == 1
    assert VersionPersons.objects.get().content == {}
    assert story.application.answers.get(block="personnes").content == {}
    page = signed_in(story.funder).get(story.version.get_absolute_url())
    assert page.status_code == 200


def test_two_organisations_with_a_file_for_the_same_pool_are_not_merged() -> None:
    from essaim.dossiers.merging import on_organisations_merged

    story = started()
    other = OrganisationFactory()
    Application.objects.create(
        organisation=other, initiative=story.application.initiative,
        applies_to=story.application.applies_to,
    )  # fmt: skip
    with pytest.raises(DomainError, match="chacune leur dossier"):
        on_organisations_merged(None, kept=story.organisation, other=other, by=story.holder)
