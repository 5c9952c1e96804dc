"""The scalability profile: several people answer apart, nothing is added up."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from essaim.scaling import rules
from essaim.scaling.actions.profiles import save_profile
from essaim.scaling.models import ProfileSheet
from essaim.scaling.profile_items import AREAS, ITEMS
from essaim.scaling.profiles import profile
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_seven_areas_and_thirty_questions() -> None:
    assert len(AREAS) == 7
    assert len(ITEMS) == sum(len(area.items) for area in AREAS) == 30


class TestDrawing:
    def drawn(self, *answers: dict[str, int]) -> Any:
        card = InitiativeFactory(published=True)
        people = [UserFactory(name=f"P{n}") for n, _a in enumerate(answers)]
        for person, ratings in zip(people, answers, strict=True):
            save_profile(card, ratings, by=person)
        sheets = list(ProfileSheet.objects.filter(initiative=card))
        return profile(sheets, {person.pk: person.name for person in people})

    def test_the_weakest_points_come_first(self) -> None:
        drawn = self.drawn({"cost_known": 5, "simple": 4, "need": 1})
        assert [line.item.key for line in drawn.weakest] == ["cost_known", "simple"]
        assert [row.area.key for row in drawn.areas[:2]] == ["funding", "transfer"] or [
            row.area.key for row in drawn.areas[:2]
        ] == ["transfer", "funding"]

    def test_differences_are_shown_with_who_says_what(self) -> None:
        drawn = self.drawn({"core": 1, "try": 2}, {"core": 5, "try": 3})
        (line,) = drawn.apart
        assert line.item.key == "core"
        assert [who for who, _words in line.words] == ["P0", "P1"]

    def test_bars_fill_their_width_whatever_the_numbers(self) -> None:
        drawn = self.drawn({"proof": 1, "independent": 3, "several_sites": 5})
        row = next(row for row in drawn.areas if row.area.key == "evidence")
        assert row.hinders_width + row.neither_width + row.eases_width == 300

    def test_what_no_question_asks_is_left_out(self) -> None:
        card, person = InitiativeFactory(published=True), UserFactory()
        sheet = save_profile(card, {"core": 9, "zzz": 1, "try": 2}, by=person)
        assert sheet.ratings == {"try": 2}


class TestPages:
    def test_one_answers_before_reading_the_others(self, client: Client) -> None:
        card, person = InitiativeFactory(published=True), UserFactory()
        save_profile(card, {"core": 5}, by=UserFactory(name="Autre"))
        client.force_login(person)
        address = f"/initiatives/{card.slug}/profil"
        assert client.get(address)["Location"] == f"{address}/repondre"
        client.post(f"{address}/repondre", {"core": "1", "try": ""})
        text = client.get(address).content.decode()
        assert "2 personnes ont répondu" in text and "Autre" in text
        assert "On ne sait pas ce qui produit l’effet" in text

    def test_rules_and_lists_agree(self) -> None:
        owner, answered = UserFactory(), UserFactory()
        card = InitiativeFactory(published=True, author=owner)
        save_profile(card, {"core": 5}, by=answered)
        for reader in (owner, answered, UserFactory(), UserFactory(manager=True)):
            visible = ProfileSheet.objects.visible_to(reader).filter(initiative=card)
            assert visible.exists() == rules.can_read_profile(reader, card)
