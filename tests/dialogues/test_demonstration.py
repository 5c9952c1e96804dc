"""What a trial begins with: a region that adopted two practices out of four and followed them."""

from __future__ import annotations

import io
from typing import Any

import pytest

from essaim.dialogues.demonstration import CARDS, PROPOSED, REGION, SECOND, THEMES, THIRD
from essaim.dialogues.demonstration import load_dialogues as load
from essaim.dialogues.models import (
    Campaign,
    Check,
    Dialogue,
    Helper,
    Module,
    OwnFigure,
    Proposal,
    Session,
    Step,
)
from tests.dialogues.factories import card
from tests.territories.factories import TerritoryFactory
from tests.themes.factories import ThemeFactory

pytestmark = pytest.mark.django_db


def world(settings: Any, cards: int) -> str:
    settings.LOCAL = True
    for address in (REGION, SECOND, THIRD):
        TerritoryFactory(kind="region", code=address.partition(":")[2])
    themes = [ThemeFactory(slug=slug) for slug in THEMES]
    for external_id in CARDS[:cards]:
        card(*themes, external_id=external_id, level=3)
    out = io.StringIO()
    for _time in range(2):
        load(out=out)
    return out.getvalue()


def test_four_proposed_two_adopted_and_followed(settings: Any) -> None:
    assert "shorter story" not in world(settings, len(CARDS))
    assert Campaign.objects.count() == 1
    talks = {each.territory.address: each for each in Dialogue.objects.select_related("territory")}
    assert {code: talk.state for code, talk in talks.items()} == {
        REGION: "agreed", SECOND: "agreed", THIRD: "preparing",
    }  # fmt: skip
    answers = talks[REGION].proposals.order_by("pk").values_list("state", flat=True)
    assert list(answers) == ["adopted", "adapted", "declined", "declined"]
    assert len(answers) == PROPOSED
    followed = Proposal.objects.filter(state__in=["adopted", "adapted"])
    for each in followed:
        assert each.replication is not None
        assert [step.done_on is not None for step in each.steps.order_by("due_on")] == [
            True, True, False,
        ]  # fmt: skip
        assert each.helpers.count() == 1 and each.checks.count() == 2
    assert followed.filter(is_objective=True).count() == 1
    assert set(talks[SECOND].proposals.values_list("state", flat=True)) == {"declined"}
    finding = talks[THIRD].findings.get()
    assert finding.status == "missing"


def test_what_is_invented_says_so(settings: Any) -> None:
    world(settings, len(CARDS))
    for text in (
        *Campaign.objects.values_list("title", flat=True),
        *OwnFigure.objects.values_list("indicator__own_name", flat=True),
        *OwnFigure.objects.values_list("indicator__own_source", flat=True),
        *Proposal.objects.exclude(words="").values_list("words", flat=True),
        *Step.objects.values_list("title", flat=True),
        *Helper.objects.values_list("name", flat=True),
        *Check.objects.exclude(seen="").values_list("seen", flat=True),
        *Module.objects.values_list("title", flat=True),
        *Session.objects.values_list("place", flat=True),
    ):
        assert "fictif" in text, text
    assert OwnFigure.objects.count() == 4  # the third region's is missing, not zero


def test_a_shorter_story_is_said(settings: Any) -> None:
    assert "2 validated practices of 4" in world(settings, 2)
