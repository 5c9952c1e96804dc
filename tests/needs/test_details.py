"""For whom, how many, with what means, by when; met; masked; similar."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.utils import timezone

from essaim.common.errors import DomainError
from essaim.needs.actions import (
    Content,
    PersonalData,
    answer_need,
    change_need,
    erase_withdrawn,
    reopen_need,
    state_need,
    withdraw_need,
)
from essaim.needs.models import Need
from essaim.needs.reading import show
from essaim.needs.signals import need_saved
from essaim.needs.similar import similar_needs
from tests.needs.factories import NeedFactory
from tests.people.factories import UserFactory
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db
NEW = "/besoins/nouveau"


def stated(**fields: Any) -> Need:
    content = Content(**({"text": "Du transport"} | fields))
    return state_need(UserFactory(), content, submission=uuid.uuid4())


def indexed() -> None:
    """What factories made, as the index would have heard of it."""
    need_saved.send(sender=Need, needs=list(Need.objects.values_list("pk", flat=True)))


class TestDetails:
    def test_everything_said_is_kept_and_read(self, client: Client) -> None:
        author = UserFactory()
        client.force_login(author)
        day = timezone.localdate() + dt.timedelta(days=30)
        data = {
            "text": "Du transport le soir", "visibility": "members",
            "for_whom": "jeunes sans permis", "count_min": "40", "count_max": "60",
            "count_unit": "jeunes", "tried": "Un minibus, trop cher.", "budget_min": "10000",
            "budget_max": "25000.50", "staff_days": "12", "needed_by": day.isoformat(),
            "submission": str(uuid.uuid4()),
        }  # fmt: skip
        page = client.get(client.post(NEW, data)["Location"]).content.decode()
        for told in ("jeunes sans permis", "40 à 60 jeunes", "Un minibus", "12 jours par an"):
            assert told in page
        need = Need.objects.get()
        assert (need.budget_max, need.needed_by) == (Decimal("25000.50"), day)

    def test_nothing_is_lost_through_the_sign_in(self, client: Client) -> None:
        data = {
            "text": "Du transport", "visibility": "members", "for_whom": "jeunes",
            "count_min": "40", "budget_max": "25000.50", "needed_by": "2099-01-15",
        }  # fmt: skip
        client.post(NEW, data)
        client.force_login(UserFactory())
        form = client.get(NEW).context["form"]
        for name, value in data.items():
            assert str(form[name].value()) == value

    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"count_min": 60, "count_max": 40}, "count_max"),
            ({"budget_min": Decimal(2), "budget_max": Decimal(1)}, "budget_max"),
            ({"needed_by": dt.date(2015, 12, 1)}, "needed_by"),
            ({"for_whom": "x" * 301}, "for_whom"),
            ({"tried": "x" * 50_000}, "tried"),
            ({"tried": "n° 1 85 05 78 006 084 91"}, "tried"),
        ],
    )
    def test_what_cannot_be_is_refused_where_it_stands(
        self, fields: dict[str, Any], field: str
    ) -> None:
        with pytest.raises(DomainError) as refused:
            stated(**fields)
        assert refused.value.field == field

    @pytest.mark.parametrize("text", ["x" * 50_000, "mot " * 12_500])
    def test_fifty_thousand_characters_come_back_whole(self, client: Client, text: str) -> None:
        client.force_login(UserFactory())
        page = client.post(NEW, {"text": text, "visibility": "members"})
        assert page.context["form"]["text"].value() == text
        assert 'maxlength="5000"' not in page.content.decode()
        assert not Need.objects.exists()

    def test_one_word_is_a_need(self) -> None:
        assert stated(text="Transport").text == "Transport"

    def test_a_deadline_that_has_passed_does_not_forbid_a_change(self) -> None:
        need = NeedFactory(needed_by=dt.date(2020, 1, 1), text="Du transport")
        changed = Content("Du transport le soir", needed_by=dt.date(2020, 1, 1))
        assert change_need(need, changed, version=1).version == 2


class TestStates:
    def test_met_said_by_what_and_opened_again(self) -> None:
        need = NeedFactory(public=True)
        answer_need(need, by=need.author, how="Le minibus du voisin, M. Durand")
        answer_need(need, by=need.author, how="autre chose")
        need.refresh_from_db()
        assert need.answer.startswith("Le minibus")
        assert "Durand" not in show(need, AnonymousUser()).answer
        with pytest.raises(DomainError, match="rouvrez"):
            change_need(need, Content("Autre"), version=need.version)
        reopen_need(need, by=need.author)
        need.refresh_from_db()
        assert (need.state, need.answer, need.closed_on) == ("open", "", None)

    def test_the_list_shows_open_ones_unless_asked(self, client: Client) -> None:
        NeedFactory(public=True, text="Du transport")
        NeedFactory(public=True, answered=True, text="Du logement")
        shown = client.get("/besoins").content.decode()
        assert "Du transport" in shown and "Du logement" not in shown
        assert "Du logement" in client.get("/besoins?state=answered").content.decode()

    def test_traces_of_withdrawn_needs_go_after_their_time(self) -> None:
        need = NeedFactory()
        withdraw_need(need)
        assert erase_withdrawn(365) == 0
        Need.objects.update(closed_on=timezone.localdate() - dt.timedelta(days=400))
        assert erase_withdrawn(365) == 1


class TestMasks:
    def test_a_name_after_a_title_is_asked_about_and_masked(self) -> None:
        with pytest.raises(PersonalData) as refused:
            stated(text="Du transport", for_whom="les enfants de Mme Durand")
        assert refused.value.field == "for_whom"
        need = NeedFactory(public=True, text="Voir Mme Durand au 06 12 34 56 78")
        assert show(need, AnonymousUser()).text == (
            "Voir Mme [donnée personnelle masquée] au [donnée personnelle masquée]"
        )
        assert show(need, UserFactory()).is_masked
        assert "Durand" in show(need, need.author).text
        assert "Durand" in show(need, UserFactory(manager=True)).text

    def test_a_search_does_not_spell_out_what_is_masked(self) -> None:
        content = Content(
            "Appelez le 06 12 34 56 78 pour le transport", visibility=Need.Visibility.PUBLIC
        )
        need = state_need(
            UserFactory(), content, submission=uuid.uuid4(), personal_data_accepted=True
        )
        for asked, found in (("transport", True), ("12", False), ("06 12 34 56 78", False)):
            assert Need.objects.containing(asked).exists() is found, asked
        changed = replace(content, text="Appelez la mairie pour le transport")
        need = change_need(need, changed, version=need.version)
        assert need.others_read == "" and Need.objects.containing("mairie").exists()


class TestSimilar:
    def test_neighbours_come_first_and_say_why(self) -> None:
        department = TerritoryFactory(kind="department", code="D1")
        here, near = (TerritoryFactory(inside=[department]) for _n in range(2))
        far = NeedFactory(text="Transport du soir", territory=TerritoryFactory())
        close = NeedFactory(text="Transport du soir", territory=near)
        NeedFactory(text="Transport du soir", private=True, territory=here)
        NeedFactory(text="Transport du soir", answered=True, territory=here)
        indexed()
        found = similar_needs("transport soir", here, UserFactory())
        assert [each.shown.need for each in found] == [close, far]
        assert [each.reason for each in found] == ["même département", "besoin proche"]
        assert similar_needs("", here, UserFactory()) == []

    def test_shown_while_stating_and_without_javascript(self, client: Client) -> None:
        NeedFactory(public=True, text="Transport du soir")
        indexed()
        shown = client.get(NEW, {"q": "transport soir"}).content.decode()
        assert "D’autres ont dit un besoin semblable" in shown
        data = {"text": "transport soir", "visibility": "members"}
        looked = client.post(NEW, data | {"look": "on"}).content.decode()
        assert "D’autres ont dit" in looked and "transport soir" in looked
        piece = client.post("/besoins/semblables", data).content.decode()
        assert "Transport du soir" in piece and "<html" not in piece
        assert Need.objects.count() == 1
