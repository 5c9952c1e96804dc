"""From a need to ranked answers: filters, candidates, features, score."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.conf import settings
from django.utils import timezone

from essaim.common.errors import DomainError
from essaim.initiatives.models import Fact, Status
from essaim.matching import pipeline, weights
from essaim.matching.competences import COMPETENCES, KINDS, competence
from essaim.matching.question import Question, read
from essaim.matching.scoring import meaning as scaled
from essaim.matching.scoring import score
from essaim.search import actions
from tests.innovators.factories import StatusCardFactory
from tests.matching.helpers import fact, known, meaning, theme, titles, values
from tests.needs.factories import NeedFactory
from tests.people.factories import MembershipFactory, OrganisationFactory
from tests.schemes.factories import SchemeFactory
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db
NEED = "chauffer les logements des ménages modestes"


@pytest.fixture(autouse=True)
def words_mean_themselves() -> Iterator[None]:
    with meaning():
        yield


class TestFilters:
    def test_what_stopped_or_left_the_bank_answers_nothing(self) -> None:
        known("Chauffer les logements modestes", status=Status.STOPPED)
        gone = known("Chauffer les logements des ménages")
        gone.archive()
        gone.save()
        there = known("Chauffer les logements")
        assert titles(Question(NEED)) == [there.title]

    def test_what_only_shares_a_common_word_is_not_shown(self) -> None:
        known("Chauffer les logements")
        for number in range(6):
            known(
                f"Peindre dehors {number}",
                "Une fresque des ménages avec la crèche, le lycée, la gare, le musée, la piscine",
            )
        assert titles(Question(NEED)) == ["Chauffer les logements"]


class TestCandidates:
    def test_a_need_of_one_word_that_nobody_wrote_finds_nothing(self) -> None:
        known("Chauffer les logements")
        assert titles(Question("xyzt")) == []
        assert titles(Question("")) == []
        assert titles(Question("   \0 ")) == []

    def test_a_need_of_one_word(self) -> None:
        known("Chauffer les logements")
        assert titles(Question("chauffer")) == ["Chauffer les logements"]

    def test_a_need_of_fifty_thousand_characters(self) -> None:
        known("Chauffer les logements")
        text = "chauffer les logements. " + "et tout le reste de la vie du village. " * 1300
        assert len(text) > 50_000
        assert titles(Question(text)) == ["Chauffer les logements"]


class TestFeatures:
    def test_proof_readiness_and_consent_come_before_an_equal(self) -> None:
        bare = known("Chauffer les logements")
        ready = known("Chauffer les logements", proof_level=4, consent_to_scale=True)
        fact(ready, Fact.Kind.READINESS, ready=True)
        refused = known("Chauffer les logements", consent_to_scale=False)
        found = [each.obj for each in pipeline.answer(Question(NEED)).initiatives]
        assert found == [ready, bare, refused]
        assert values(Question(NEED), ready)["readiness"] == 1
        fact(refused, Fact.Kind.READINESS, ready=False)
        assert values(Question(NEED), refused)["readiness"] == pytest.approx(0.3)

    def test_cost_is_asked_where_the_means_are_told(self) -> None:
        cheap = known("Chauffer les logements", first_year_cost=Decimal(1000))
        dear = known("Chauffer les logements", first_year_cost=Decimal(8000))
        unknown = known("Chauffer les logements")
        assert "cost" not in values(Question(NEED), cheap)
        question = Question(NEED, means=Decimal(2000))
        assert values(question, cheap)["cost"] == 1
        assert values(question, dear)["cost"] == pytest.approx(0.25)
        assert values(question, unknown)["cost"] == 0.5
        free = Question(NEED, means=Decimal(0))
        assert values(free, dear)["cost"] == 0

    def test_the_mode_chosen_says_how_it_can_be_taken_up(self) -> None:
        supple, chosen = known("Chauffer les logements"), known("Chauffer les logements")
        fact(supple, Fact.Kind.STRATEGY_CHOSEN, mode="supple")
        fact(chosen, Fact.Kind.STRATEGY_CHOSEN, mode="centralised")
        assert values(Question(NEED), supple)["mode"] == 1
        assert values(Question(NEED), chosen)["mode"] == 0.5

    def test_the_theme_of_the_need(self) -> None:
        energy = theme("precarite-energetique")
        about = known("Chauffer les logements", themes=[energy])
        other = known("Chauffer les logements")
        question = Question(NEED, theme=energy)
        assert (values(question, about)["theme"], values(question, other)["theme"]) == (1, 0)

    def test_legal_competence_by_theme_and_kind(self) -> None:
        energy = theme("mobilite")
        about = known("Chauffer les logements", themes=[energy])
        for kind, expected in (("epci", 1.0), ("commune", 0.6), ("department", 0.2)):
            place = TerritoryFactory(kind=kind)
            assert values(Question(NEED, place), about)["competence"] == expected, kind
        country = TerritoryFactory(kind="country")
        assert "competence" not in values(Question(NEED, country), about)
        assert competence("mobilite", "zonage") is None
        assert {level for row in COMPETENCES.values() for level in row} <= set(KINDS)

    def test_sites_alive_in_similar_territories(self) -> None:
        places = [TerritoryFactory(kind="epci", population=n * 1000) for n in (10, 11, 90)]
        village = TerritoryFactory(inside=[places[1]])
        there = known("Chauffer les logements", territories=[village])
        nowhere = known("Chauffer les logements")
        grown = known("Chauffer les logements")
        fact(grown, Fact.Kind.REPLICATION, status="live", territory=places[1].address)
        stopped = known("Chauffer les logements")
        fact(stopped, Fact.Kind.REPLICATION, status="stopped", territory=places[1].address)
        question = Question(NEED, places[0])
        assert values(question, there)["alive"] == 1
        assert values(question, grown)["alive"] == 1
        assert values(question, nowhere)["alive"] == 0
        assert values(question, stopped)["alive"] == 0

    def test_a_territory_without_any_indicator_is_said_not_guessed(self) -> None:
        place = TerritoryFactory(kind="epci", population=None)
        other = TerritoryFactory(kind="epci", population=9000)
        there = known("Chauffer les logements", territories=[other])
        found = pipeline.answer(Question(NEED, place))
        assert place.label in found.around.why_not
        assert values(Question(NEED, place), there)["alive"] == 0.5

    def test_a_territory_that_ended_still_has_answers(self) -> None:
        place = TerritoryFactory(kind="epci", gone_on=dt.date(2017, 1, 1))
        known("Chauffer les logements")
        assert pipeline.answer(Question(NEED, place)).initiatives

    def test_already_here_or_near(self) -> None:
        department = TerritoryFactory(kind="department")
        here, near = TerritoryFactory(inside=[department]), TerritoryFactory(inside=[department])
        known("Autre chose sans rapport aucun")
        mine = known("Chauffer les logements", territories=[here])
        close = known("Chauffer les logements", territories=[near])
        far = known("Chauffer les logements", territories=[TerritoryFactory()])
        question = Question(NEED, here)
        assert [values(question, each)["near"] for each in (mine, close, far)] == [1, 0.6, 0]

    def test_someone_to_advise_only_as_far_as_it_is_public(self) -> None:
        today = timezone.localdate()
        holder, secret, quiet = OrganisationFactory(), OrganisationFactory(), OrganisationFactory()
        agreed = {
            "agreement": "agreed", "starts_on": today, "agreed_on": today, "signatory": "DGS",
            "advice_days": Decimal(1),
        }  # fmt: skip
        shown = {"is_public": True, "show_employer": True, "show_time": True, **agreed}
        person = StatusCardFactory(employer=holder, slug="a", **shown).user
        MembershipFactory(organisation=holder, user=person)
        left = OrganisationFactory()  # the person whose card says so works there no more
        StatusCardFactory(employer=left, slug="b", **shown)
        StatusCardFactory(employer=secret, is_public=False, **agreed)
        MembershipFactory(organisation=secret)
        advising = known("Chauffer les logements", holder=holder)
        hidden = known("Chauffer les logements", holder=secret)
        silent = known("Chauffer les logements", holder=quiet)
        gone = known("Chauffer les logements", holder=left)
        cards = (advising, hidden, silent, gone)
        found = [values(Question(NEED), each)["capacity"] for each in cards]
        assert found == [1, 0.5, 0, 0]


class TestScore:
    def test_is_the_weighted_mean_of_what_was_asked(self) -> None:
        assert score({"a": 1.0, "b": 0.0}, {"a": 3, "b": 1, "c": 50}) == 0.75
        assert score({}, {"a": 3}) == 0
        assert score({"a": 1.0}, {"a": 3}, dismissed=True) == settings.MATCHING["dismissed"]

    def test_of_a_cosine(self) -> None:
        assert [scaled(c) for c in (None, -1, 0.15, 0.35, 0.55, 1)] == [
            0, 0, 0, pytest.approx(0.5), pytest.approx(1), 1,
        ]  # fmt: skip

    def test_equals_come_in_a_settled_order(self) -> None:
        cards = [known("Chauffer les logements") for _each in range(4)]
        found = [each.obj for each in pipeline.answer(Question(NEED)).initiatives]
        assert found == cards

    def test_a_constant_number_of_queries(self, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
        place = TerritoryFactory(kind="epci", population=1000)
        for _each in range(12):
            known("Chauffer les logements", territories=[TerritoryFactory()], themes=[theme("t")])
        question = Question(NEED, place, theme("t"), Decimal(10))
        pipeline.answer(question)
        with django_assert_max_num_queries(45):
            pipeline.answer(question)


class TestWeights:
    def test_the_table_makes_a_hundred(self) -> None:
        for table in weights.TABLES.values():
            assert sum(feature.weight for feature in table.values()) == 100

    def test_have_a_name_that_follows_them(self) -> None:
        assert weights.current().version == weights.current().version
        assert weights.read({"proof": 13}).version != weights.current().version

    def test_the_operator_may_replace_some(self, settings) -> None:  # type: ignore[no-untyped-def]
        settings.MATCHING = {**settings.MATCHING, "weights": {"proof": 40}}
        assert weights.current().values["proof"] == 40
        assert weights.current().values["words"] == weights.INITIATIVE["words"].weight

    @pytest.mark.parametrize(
        "given",
        [{"beauty": 3}, {"proof": -1}, {"proof": float("nan")}, {"proof": "12"}, {"proof": True}],
    )
    def test_refuse_what_cannot_be_weighed(self, given: dict) -> None:  # type: ignore[type-arg]
        with pytest.raises(DomainError):
            weights.read(given)

    def test_refuse_nothing_at_all(self) -> None:
        with pytest.raises(DomainError, match="nuls"):
            weights.read(dict.fromkeys(weights.INITIATIVE, 0))

    def test_reasons_given_count_within_a_bound(self) -> None:
        usual = weights.current()
        once, often = usual.adjusted({"cost": 1}), usual.adjusted({"cost": 50})
        assert once.values["cost"] == usual.values["cost"] * 1.25
        assert often.values["cost"] == usual.values["cost"] * 2
        assert often.values["proof"] == usual.values["proof"]


class TestSchemes:
    def scheme(self, title: str, **fields: object) -> object:
        made = SchemeFactory(title=title, description=title, **fields)
        actions.index("scheme", [made.pk])
        actions.embed([made.pk], "scheme")
        return made

    def test_come_from_the_same_index_and_apply_here(self) -> None:
        place, other = TerritoryFactory(), TerritoryFactory()
        here = self.scheme("Aide pour chauffer les logements", territories=[place])
        self.scheme("Aide pour chauffer les logements", territories=[other])
        anywhere = self.scheme("Aide pour chauffer les logements")
        found = [each.obj for each in pipeline.answer(Question(NEED, place)).schemes]
        assert found == [here, anywhere]

    def test_what_has_ended_is_not_proposed(self) -> None:
        self.scheme("Aide pour chauffer les logements", ended_on=dt.date(2016, 1, 1))
        assert pipeline.answer(Question(NEED)).schemes == []


def test_a_question_leaves_contacts_and_labels_out() -> None:
    need = NeedFactory(text="Chauffer (besoin fictif), écrire à a.b@exemple.fr ou 06 12 34 56 78")
    assert "exemple" not in read(need).text and "12 34" not in read(need).text
    assert "fictif" not in read(need).text
    need.for_whom, need.budget_max = "retraités", Decimal(3000)
    assert "retraités" in read(need).text and read(need).means == 3000
    assert set(read(need).kept()) == {"version", "applicant", "territory", "theme", "means"}
