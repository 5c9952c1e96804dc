"""Instruct, read, decide, answer: the story of a call, in the words of those who run it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.utils import timezone

from essaim.calls import board as boards
from essaim.calls.actions import appeals, deciding, eligibility, scoring
from essaim.calls.actions import reading as reading_actions
from essaim.calls.explaining import explained
from essaim.calls.models import Appeal, Application, Completion, Decision, DecisionChange
from essaim.calls.tasks_deciding import tell_results
from essaim.common.errors import DomainError
from essaim.following.models import Notification
from essaim.initiatives.models import CoEditor
from essaim.peers.conflicts import conflicts_between
from essaim.peers.models import Item, Reading
from tests.calls.factories_deciding import Jury, partner
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


def told(user: Any) -> list[str]:
    return list(
        Notification.objects.filter(user=user).order_by("pk").values_list(
            "announcement__verb", flat=True
        )
    )  # fmt: skip


def soon(**delta: float) -> dt.datetime:
    return timezone.now() + dt.timedelta(**delta)


class TestEligibility:
    def test_what_lacks_is_asked_answered_or_ends_by_itself(self) -> None:
        jury = Jury(1)
        one = jury.applications[0]
        asked = eligibility.ask_completion(
            one, asked="Le budget.", due_at=soon(days=2), by=jury.officer
        )
        one.refresh_from_db()
        assert one.state == "to_complete"
        assert told(one.created_by) == ["call_completion"]
        assert eligibility.run_completions() == {"ended": 0, "reminded": 1}
        assert eligibility.run_completions() == {"ended": 0, "reminded": 0}
        Completion.objects.filter(pk=asked.pk).update(due_at=soon(days=-1))
        assert eligibility.run_completions() == {"ended": 1, "reminded": 0}
        assert eligibility.run_completions() == {"ended": 0, "reminded": 0}
        one.refresh_from_db()
        assert one.state == "submitted"  # people decide
        assert "call_completion_ended" in told(jury.officer)

    def test_is_refused_with_reasons_and_told_once(self) -> None:
        jury = Jury(1)
        one = jury.applications[0]
        with pytest.raises(DomainError, match="pourquoi"):
            eligibility.decide(one, is_eligible=False, reasons=" ", by=jury.officer)
        for _twice in range(2):
            eligibility.decide(one, is_eligible=False, reasons="Hors zone.", by=jury.officer)
        assert told(one.created_by) == ["call_ineligible"]
        assert one.eligibility_decisions.count() == 1

    def test_several_at_once_say_what_was_not_done(self) -> None:
        jury = Jury(3)
        eligibility.decide(jury.applications[0], is_eligible=True, reasons="", by=jury.officer)
        MembershipFactory(user=jury.officer, organisation=jury.applications[1].organisation)
        done, refused = eligibility.decide_many(
            jury.applications, is_eligible=False, reasons="Hors zone.", by=jury.officer
        )
        assert done == 1
        assert [each.pk for each, _why in refused] == [a.pk for a in jury.applications[:2]]

    def test_nothing_is_judged_before_the_closing_nor_read_before_it_is_decided(self) -> None:
        jury = Jury(1)
        type(jury.call).objects.filter(pk=jury.call.pk).update(state="open")
        with pytest.raises(DomainError):
            eligibility.decide(jury.applications[0], is_eligible=True, reasons="", by=jury.officer)
        type(jury.call).objects.filter(pk=jury.call.pk).update(state="closed")
        with pytest.raises(DomainError, match="recevable"):
            reading_actions.open_reading(
                jury.call, answer_by=soon(days=1), read_by=soon(days=2), discuss_by=soon(days=3),
                per_item={}, by=jury.officer,
            )  # fmt: skip


class TestReading:
    def test_the_round_is_made_of_the_criteria_and_the_eligible(self) -> None:
        jury = Jury(2, colleges=("innovators", "users", "jury"))
        found = jury.round()
        assert {c.kind for c in found.colleges.all()} == {"innovators", "users", "jury"}
        items = list(found.items.order_by("pk"))
        assert [i.reference for i in items] == [f"application:{a.pk}" for a in jury.applications]
        assert "Trifouilly" in items[0].text
        assert jury.call.state == "reading"
        assert {a.state for a in jury.applications} == {"in_reading"}

    def test_blind_names_are_covered(self) -> None:
        jury = Jury(1, blind=True)
        organisation = jury.applications[0].organisation
        assert organisation is not None
        organisation.name = "Trifouilly"
        organisation.save()
        jury.applications[0].title = "Le café de Trifouilly"
        jury.applications[0].save()
        item = jury.round().items.get()
        assert "Trifouilly" not in item.text + item.title
        assert item.link == ""

    def test_partners_and_editors_never_read_even_those_who_join_in_mid_reading(self) -> None:
        jury = Jury(1)
        jury.reading(readers=2)
        one = jury.applications[0]
        reader = Reading.objects.filter(state="assigned").first()
        assert reader is not None and reader.seat.user is not None
        joined = MembershipFactory(user=reader.seat.user).organisation
        signed = partner(one, joined, role="evaluator", signed_at=soon(days=-1))
        unsigned = partner(one, signed_at=None)
        reading_actions.carriers_changed(one, by=jury.officer)
        reader.refresh_from_db()
        assert reader.state == "removed"
        one.partners.update(state="left")
        reading_actions.carriers_changed(one, by=jury.officer)
        kept = Item.objects.get(reference=f"application:{one.pk}").organisations.all()
        assert joined in kept, signed  # who signed, and left, is given nothing to read
        assert unsigned.organisation not in kept

    def test_who_answers_for_the_card_of_the_applicant_never_reads(self) -> None:
        jury = Jury(1)
        card, taken_up = InitiativeFactory(rich=True), InitiativeFactory(rich=True)
        helper: Any = UserFactory()
        CoEditor.objects.create(card=card, user=helper)
        Application.objects.filter(pk=jury.applications[0].pk).update(
            initiative=card, adopts=taken_up
        )
        item = jury.round().items.get()
        assert card.holder in item.organisations.all()
        assert taken_up.holder not in item.organisations.all()
        assert {card.author, helper} <= set(item.people.all())
        barred = {person for _item, person in conflicts_between([item], [helper.pk])}
        assert barred == {helper.pk}

    def test_a_reader_who_comes_into_conflict_after_submitting_counts_for_nothing(self) -> None:
        jury = Jury(3).deciding()
        one = jury.applications[0]
        assert one.scores.get().readings == 2
        reading = Reading.objects.filter(item__reference=f"application:{one.pk}").first()
        assert reading is not None
        MembershipFactory(user=reading.seat.user, organisation=one.organisation)
        scoring.refresh_scores(jury.call)
        assert one.scores.get().readings == 1

    def test_an_applicant_who_withdraws_is_read_no_more(self) -> None:
        jury = Jury(2)
        jury.reading()
        reading_actions.applicant_withdrew(jury.applications[0], by=None)
        states = Reading.objects.filter(item__reference=f"application:{jury.applications[0].pk}")
        assert set(states.values_list("state", flat=True)) == {"removed"}


class TestBoard:
    def rows(self, jury: Jury, user: Any = None) -> list[boards.Row]:
        deliberation = deciding.lock_deliberation(jury.call)
        rows = boards.rows_of(jury.call, user or jury.officer, deliberation)
        return boards.ordered(rows, deliberation.uses_adjusted)

    def test_ranks_totals_intervals_and_the_line(self) -> None:
        jury = Jury(4).deciding(levels=(4, 3, 3, 1))
        rows = self.rows(jury)
        assert [row.number for row in rows] == [1, 2, 3, 4]
        assert [row.rank for row in rows] == [1, 2, 2, 4]
        assert [row.tied for row in rows] == [False, True, True, False]
        assert rows[0].raw == 100 and rows[0].low == 100  # two readers who agree
        line = boards.draw_line(rows, False, number=2, cents=None)
        assert (line.number, line.tie) == (2, True)
        paid = boards.draw_line(rows, False, number=None, cents=1_600_000)
        assert (paid.number, paid.cents) == (3, 1_500_000)

    def test_the_interval_is_students(self) -> None:
        row = boards.Row(1, 1, "", "", "", "", "", 0, 0, "", None, None, False, 0, False)
        row.colleges = {"jury": boards.Given(3, 60.0, 10.0, None)}
        boards.rank([row], {"jury": 1.0}, by_adjusted=False)
        # t(0.975; 2) = 4.302653, 10/√3 = 5.773503
        assert row.low == pytest.approx(60 - 4.302653 * 5.773503, abs=1e-4)
        assert row.high == pytest.approx(60 + 4.302653 * 5.773503, abs=1e-4)

    def test_who_has_a_link_does_not_see_it_there(self) -> None:
        jury = Jury(3).deciding()
        MembershipFactory(user=jury.second, organisation=jury.applications[0].organisation)
        assert [row.number for row in self.rows(jury, jury.second)] == [2, 3]

    def test_a_quota_is_imposed_only_where_it_is_set(self) -> None:
        jury = Jury(3).skipping().prepared()
        assert deciding.what_stops(jury.call, jury.second) == []
        deliberation = deciding.lock_deliberation(jury.call)
        deciding.change_settings(
            jury.call, four_eyes=False, uses_adjusted=False, uses_scores=True, weights={},
            quotas=[{"by": "region", "key": "Bretagne", "least": 1}],
            version=deliberation.version, by=jury.officer,
        )  # fmt: skip
        assert "Bretagne" in deciding.what_stops(jury.call, jury.second)[0]


class TestDeciding:
    def test_two_officers_never_overwrite_each_other(self) -> None:
        jury = Jury(1).skipping()
        one = jury.applications[0]
        first = {"outcome": "laureate", "reasons": "Très clair."}
        made = deciding.prepare(one, first, version=0, by=jury.officer)
        with pytest.raises(deciding.EditConflict):
            deciding.prepare(
                one, {"outcome": "not_selected", "reasons": "Trop flou."}, version=0,
                by=jury.second,
            )  # fmt: skip
        made.refresh_from_db()
        assert (made.outcome, made.version) == ("laureate", 1)
        # The same form again is not a conflict.
        assert deciding.prepare(one, first, version=0, by=jury.officer).version == 1

    def test_four_eyes(self) -> None:
        jury = Jury(1).skipping()
        deliberation = deciding.lock_deliberation(jury.call)
        deciding.change_settings(
            jury.call, four_eyes=True, uses_adjusted=False, uses_scores=False, weights={},
            quotas=[], version=deliberation.version, by=jury.officer,
        )  # fmt: skip
        jury.prepared("laureate")
        made = Decision.objects.get()
        with pytest.raises(DomainError, match="vérifiée"):
            deciding.publish(jury.call, by=jury.second)
        with pytest.raises(DomainError, match="autre personne"):
            deciding.check(made, version=1, by=jury.officer)
        deciding.check(made, version=1, by=jury.second)
        deciding.publish(jury.call, by=jury.second)

    def test_all_are_published_at_one_moment_and_each_is_told_once(self) -> None:
        jury = Jury(3).deciding().prepared()
        assert "call_decided" not in told(jury.applications[0].created_by)
        deciding.publish(jury.call, by=jury.second)
        deciding.publish(jury.call, by=jury.officer)  # a double click
        assert [a.state for a in Application.objects.order_by("number")] == [
            "laureate", "waiting", "not_selected"
        ]  # fmt: skip
        assert Decision.objects.values("published_at").distinct().count() == 1
        for _again in range(2):
            tell_results(jury.call.pk)
        for application in jury.applications:
            assert told(application.created_by).count("call_decided") == 1
        assert jury.refresh().state == "announced_results"

    def test_none_is_published_where_one_lacks_its_reasons(self) -> None:
        jury = Jury(3).skipping().prepared()
        Decision.objects.filter(application=jury.applications[2]).update(reasons="")
        with pytest.raises(DomainError, match="motifs"):
            deciding.publish(jury.call, by=jury.officer)
        assert not Decision.objects.exclude(published_at=None).exists()
        assert {a.state for a in Application.objects.all()} == {"eligible"}

    def test_who_has_a_link_neither_prepares_nor_checks_nor_publishes(self) -> None:
        jury = Jury(2).skipping()
        MembershipFactory(user=jury.second, organisation=jury.applications[0].organisation)
        with pytest.raises(DomainError, match="lien"):
            deciding.prepare(
                jury.applications[0], {"outcome": "laureate", "reasons": "Oui."}, version=0,
                by=jury.second,
            )  # fmt: skip
        jury.prepared("laureate", "not_selected")
        with pytest.raises(DomainError, match="lien"):
            deciding.publish(jury.call, by=jury.second)
        deciding.recuse(jury.applications[1], reason="Ma sœur y travaille.", by=jury.officer)
        assert not Application.objects.instructed_by(jury.officer).filter(number=2).exists()
        with pytest.raises(DomainError, match="lien"):
            deciding.publish(jury.call, by=jury.officer)
        deciding.publish(jury.call, by=jury.third)

    def test_who_keeps_out_reads_it_no_more(self) -> None:
        jury = Jury(1)
        jury.reading()
        reading = Reading.objects.select_related("seat__user").first()
        assert reading is not None
        deciding.recuse(
            jury.applications[0], reason="Ancien collègue.", by=jury.officer,
            person=reading.seat.user,
        )  # fmt: skip
        reading.refresh_from_db()
        assert reading.state == "removed"

    def test_the_waiting_list_keeps_an_order(self) -> None:
        jury = Jury(3).skipping().prepared("waiting", "waiting", "laureate")
        first, second = jury.applications[0].pk, jury.applications[1].pk
        deciding.reorder_waiting(jury.call, [second, first], by=jury.officer)
        order = appeals.waiting_list(jury.call).model.objects.filter(outcome="waiting")
        assert list(order.order_by("rank").values_list("application", flat=True)) == [second, first]


class TestAfter:
    def test_an_appeal_is_answered_by_someone_else_and_may_change_the_decision(self) -> None:
        jury = Jury(3).skipping().published()
        one = jury.applications[2]
        side = one.created_by
        key = uuid.uuid4()
        made = appeals.appeal(one, "Le jury n’a pas lu l’annexe.", by=side, key=key)
        assert appeals.appeal(one, "Le jury n’a pas lu l’annexe.", by=side, key=key) == made
        with pytest.raises(DomainError, match="pris part"):
            appeals.answer_appeal(made, upheld=False, answer="Non.", by=jury.officer)
        with pytest.raises(DomainError, match="devient"):
            appeals.answer_appeal(made, upheld=True, answer="Oui.", by=jury.third)
        appeals.answer_appeal(
            made, upheld=True, answer="L’annexe le montre.", outcome="waiting", by=jury.third
        )
        jury.refresh()
        assert jury.applications[2].state == "waiting"
        assert Decision.objects.get(application=one).rank == 2
        assert DecisionChange.objects.get().cause == "appeal"
        assert "call_appeal_answered" in told(side)

    def test_an_appeal_has_a_delay_and_belongs_to_the_applicant(self) -> None:
        jury = Jury(3).skipping().published()
        one = jury.applications[2]
        with pytest.raises(DomainError, match="candidat"):
            appeals.appeal(one, "Non.", by=UserFactory(), key=uuid.uuid4())
        Decision.objects.filter(application=one).update(appeal_until=soon(days=-1))
        with pytest.raises(DomainError, match="délai"):
            appeals.appeal(one, "Non.", by=one.created_by, key=uuid.uuid4())
        assert appeals.appeal_limit(jury.applications[0]) is None  # laureates have nothing to

    def test_an_ineligible_one_that_wins_its_appeal_is_looked_at_again(self) -> None:
        jury = Jury(1)
        one = jury.applications[0]
        eligibility.decide(one, is_eligible=False, reasons="Hors zone.", by=jury.officer)
        made = appeals.appeal(one, "Nous y sommes.", by=one.created_by, key=uuid.uuid4())
        appeals.answer_appeal(made, upheld=True, answer="C’est exact.", by=jury.second)
        assert Appeal.objects.get().state == "upheld"
        assert Application.objects.get().state == "submitted"

    def test_a_laureate_gives_up_and_the_list_moves(self) -> None:
        jury = Jury(3).skipping().published()
        laureate, waiting = jury.applications[0], jury.applications[1]
        with pytest.raises(DomainError, match="libre"):
            appeals.call_next(jury.call, reasons="Oui.", by=jury.officer)
        appeals.give_up(laureate, reason="Changement de priorité.", by=laureate.created_by)
        assert "call_place_freed" in told(jury.officer)
        appeals.call_next(jury.call, reasons="Première de la liste.", by=jury.officer)
        with pytest.raises(DomainError, match="libre"):
            appeals.call_next(jury.call, reasons="Encore.", by=jury.second)
        waiting.refresh_from_db()
        assert waiting.state == "laureate"
        assert "call_decision_changed" in told(waiting.created_by)

    def test_the_applicants_own_case_is_explained_without_a_readers_name(self) -> None:
        jury = Jury(3).deciding().published()
        words = " ".join(explained(jury.applications[1]))
        assert "rang 2 sur 3" in words
        assert "66,7" in words
        assert all(reader.name not in words for reader in jury.readers)
