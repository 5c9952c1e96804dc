"""The file filled in with what is known: nothing is asked twice."""

from __future__ import annotations

from typing import Any

import pytest

from essaim.common.errors import DomainError
from essaim.dossiers.actions import writing
from essaim.dossiers.reading import lacks
from essaim.funding.application import file_of, known, start_for
from tests.dossiers.factories import FILLED, started, submitted
from tests.dossiers.helpers import signed_in

pytestmark = pytest.mark.django_db


class TestNothingIsAskedTwice:
    def test_the_card_and_the_pool_fill_the_file(self) -> None:
        story = started()
        filled = {row.block: row.content for row in story.application.answers.all()}
        assert filled["identite"]["name"] == story.organisation.name
        assert filled["projet"]["title"] == story.application.initiative.title
        lines = filled["budget"]["lines"]
        charges = sum(row["amount_cents"] for row in lines if row["side"] == "charge")
        products = sum(row["amount_cents"] for row in lines if row["side"] == "product")
        assert charges == products == story.pool.pool.sought_cents
        assert filled["budget"]["requested_cents"] == story.pool.pool.sought_cents
        # Nobody has read it again yet: nothing is done.
        assert len(lacks(story.application).blocks) == 6

    def test_more_funders_than_lines_stand_together(self, monkeypatch: Any) -> None:
        """What the form would refuse is not filled in: the rest are one line, the sum unchanged."""
        story = started()

        def products() -> list[Any]:
            lines = known(story.pool.pool)["budget"]["lines"]
            return [row for row in lines if row["side"] == "product"]

        before = products()
        monkeypatch.setattr("essaim.funding.application.LINES_AT_MOST", len(before) - 1)
        after = products()
        assert len(after) == len(before) - 1
        assert any("autres financeurs" in row["label"] for row in after)
        assert sum(row["amount_cents"] for row in after) == story.pool.pool.sought_cents

    def test_the_same_file_is_found_again(self) -> None:
        story = started()
        again = start_for(story.pool.pool, by=story.colleague)
        assert again == story.application

    def test_the_next_file_takes_what_the_first_one_said(self) -> None:
        story = submitted()
        second = started(
            holder=story.holder, colleague=story.colleague, organisation=story.organisation
        )
        filled = {row.block: row for row in second.application.answers.all()}
        assert filled["identite"].content["siret"] == FILLED["identite"]["siret"]
        assert filled["personnes"].content["representative"] == "Jeanne Exemple"
        assert not filled["identite"].is_checked  # to be read again
        assert lacks(second.application).statements == []  # given once

    def test_only_the_holder_begins_it(self) -> None:
        story = started()
        writing.withdraw(story.application, by=story.holder)
        with pytest.raises(DomainError, match="un de ses membres"):
            start_for(story.pool.pool, by=story.funder)

    def test_a_withdrawn_file_leaves_its_place(self) -> None:
        story = submitted()
        writing.withdraw(story.application, by=story.holder)
        assert start_for(story.pool.pool, by=story.holder) != story.application
        assert story.application.versions.count() == 1

    def test_the_pool_page_leads_to_it(self) -> None:
        story = started()
        pool = story.pool.pool
        assert file_of(story.holder, pool) == {"application": story.application}
        assert file_of(story.funder, pool) is None  # a draft is nobody else's
        submitted_one = submitted()
        assert file_of(submitted_one.funder, submitted_one.pool.pool) == {
            "application": submitted_one.application
        }
        page = signed_in(submitted_one.funder).get(submitted_one.pool.pool.get_absolute_url())
        assert submitted_one.application.get_absolute_url() in page.content.decode()
