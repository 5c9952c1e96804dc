"""A gendarme takes an idea to the end; another stops, and nobody knows."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from essaim.common.errors import DomainError
from essaim.initiatives.models import Initiative
from essaim.innovators.actions import ending, files, opinions, prototype, rights
from essaim.innovators.actions.prototype import Line
from essaim.innovators.models import BudgetLine, InnovationFile, Outcome, State
from essaim.innovators.steps import add_months, next_act, prototype_bounds
from tests.contributions.factories import told
from tests.dates import today
from tests.innovators.factories import (
    BudgetFactory,
    InnovationFileFactory,
    MilestoneFactory,
    OfficerFactory,
    OpinionRequestFactory,
    PropertyRightsFactory,
    officer,
)
from tests.people.factories import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


def reload(file):
    return InnovationFile.objects.for_detail().get(pk=file.pk)


def bring_to_prototype(gendarme, case_officer):
    file = files.enter(
        by=gendarme,
        title="Balise de patrouille",
        summary="Ne plus repasser au même endroit.",
        organisation=OrganisationFactory(),
        unit="Brigade de Lannion",
        undertakes_to_report=True,
    )
    files.take(file, by=case_officer)
    files.record_report(file, on=today(), to="mon commandant de brigade")
    files.record_interview(file, on=today(), notes="Sait ce qu’il veut.")
    files.open_file(
        file,
        relevant=True,
        relevant_why="Évite des kilomètres.",
        determined=True,
        determined_why="A déjà une maquette.",
    )
    request = opinions.ask_opinion(
        file,
        by=case_officer,
        level="chief_of_staff",
        name="Camille Roche",
        function="cheffe d’état-major",
        email="camille.roche@exemple.gouv.fr",
    )
    opinions.give_opinion(request, answer="no_objection", by=UserFactory())
    files.decide_support(file, reason="Utile à toutes les brigades.")
    prototype.entrust_budget(
        file,
        by=case_officer,
        buyer_name="Alex Morel",
        buyer_service="Service des achats",
        buyer_email="achats@exemple.gouv.fr",
        decided_on=today(),
        lines=[Line("Capteurs", 1_234_567), Line("Boîtiers", 89)],
    )
    prototype.start_prototype(file, started_on=today(), planned_end_on=add_months(today(), 12))
    return reload(file)


class TestAGendarmeTakesAnIdeaToTheEnd:
    def test_from_the_idea_to_the_card_and_its_reuse(
        self, django_capture_on_commit_callbacks, mailoutbox
    ):
        gendarme, case_officer = UserFactory(name="Dominique Le Goff"), officer()
        with django_capture_on_commit_callbacks(execute=True):
            file = bring_to_prototype(gendarme, case_officer)
        assert file.state == State.PROTOTYPING
        assert file.budget.total_cents == 1_234_656
        assert next_act(file).due_on == file.planned_end_on
        assert ["achats@exemple.gouv.fr"] in [m.to for m in mailoutbox]

        prototype.add_milestone(file, title="Dix patrouilles équipées", due_on=today())
        prototype.reach_milestone(file.milestones.get(), on=today(), note="Dix, dont une à pied.")
        rights.record_rights(
            file,
            by=case_officer,
            nature="Logiciel et boîtier",
            office="Bureau de la propriété intellectuelle",
            recorded_on=today(),
            state_share=Decimal("66.67"),
            innovator_share=Decimal("33.33"),
        )
        ending.end(file, kind=Outcome.Kind.SUCCEEDED, by=case_officer)
        file = reload(file)
        assert file.state == State.ENDED
        assert next_act(file) is None

        card = ending.write_card(file, by=gendarme)
        assert (card.author, card.title, card.track) == (gendarme, "Balise de patrouille", "public")
        assert ending.write_card(file, by=gendarme) == card
        assert Initiative.objects.count() == 1
        gain = rights.record_gain(
            file, by=case_officer, on=today(), source="Licence", amount_cents=100_001
        )
        assert (gain.state_cents, gain.innovator_cents) == (66_671, 33_330)
        ending.add_follow_up(file, kind="partner", organisation="Société Exemple", on=today())
        ending.add_follow_up(file, kind="reuse", organisation="Police nationale", on=today())
        ending.enter_for_prize(file)
        assert reload(file).outcome.prize_entered_at
        assert [f.kind for f in reload(file).follow_ups.all()] == ["partner", "reuse"]

    def test_another_ends_by_right_to_error_at_any_moment(self):
        for trait in (
            "taken",
            "interviewed",
            "opened",
            "informed",
            "supported",
            "funded",
            "prototyping",
        ):
            file = InnovationFileFactory(**{trait: True})
            ending.end(file, kind=Outcome.Kind.ABANDONED, by=file.innovator)
            file = reload(file)
            assert (file.state, file.outcome.kind, file.outcome.reason) == (
                "ended",
                "abandoned",
                "",
            )

    def test_a_success_comes_from_a_prototype_only(self):
        file = InnovationFileFactory(funded=True)
        with pytest.raises(DomainError):
            ending.end(file, kind=Outcome.Kind.SUCCEEDED, by=file.case_officer)
        assert reload(file).is_active

    def test_closing_gives_its_reasons(self):
        file = InnovationFileFactory(interviewed=True)
        with pytest.raises(DomainError):
            ending.end(file, kind=Outcome.Kind.CLOSED, by=file.case_officer, reason="  ")
        ending.end(file, kind=Outcome.Kind.CLOSED, by=file.case_officer, reason="Existe déjà.")
        assert reload(file).outcome.reason == "Existe déjà."


class TestEachStepHasItsConditions:
    def test_entry_is_free_on_condition_of_reporting(self):
        with pytest.raises(DomainError) as refused:
            files.enter(by=UserFactory(), title="x", summary="y", undertakes_to_report=False)
        assert refused.value.field == "undertakes_to_report"

    def test_a_file_opens_on_both_criteria_once_reported(self):
        file = InnovationFileFactory(interviewed=True)
        words = {"relevant_why": "a", "determined_why": "b"}
        with pytest.raises(DomainError):
            files.open_file(file, relevant=True, determined=False, **words)
        with pytest.raises(DomainError):
            files.open_file(file, relevant=False, determined=True, **words)
        InnovationFile.objects.filter(pk=file.pk).update(reported_on=None)
        with pytest.raises(DomainError, match="rendu compte"):
            files.open_file(file, relevant=True, determined=True, **words)
        files.record_report(file, on=today(), to="chef de service")
        files.open_file(file, relevant=True, determined=True, **words)
        assert reload(file).state == State.OPENED

    def test_steps_are_not_skipped(self):
        file = InnovationFileFactory(taken=True)
        for skip in (
            lambda: files.decide_support(file, reason=""),
            lambda: prototype.start_prototype(
                file, started_on=today(), planned_end_on=add_months(today(), 12)
            ),
            lambda: files.open_file(
                file, relevant=True, relevant_why="a", determined=True, determined_why="b"
            ),
        ):
            with pytest.raises(DomainError):
                skip()
        assert reload(file).state == State.ENTERED

    def test_the_database_refuses_what_goes_round_the_actions(self):
        file = InnovationFileFactory(informed=True)
        for wrong in (
            {"state": "supported", "supported_on": today()},
            {"state": "succeeded"},
            {"state": "ended"},
            {"relevant": False},
            {"reported_on": None},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                InnovationFile.objects.filter(pk=file.pk).update(**wrong)

    def test_a_prototype_lasts_12_to_18_months_with_a_case_officer(self):
        file = InnovationFileFactory(funded=True)
        earliest, latest = prototype_bounds(today())
        for end in (earliest - dt.timedelta(days=1), latest + dt.timedelta(days=1)):
            with pytest.raises(DomainError):
                prototype.start_prototype(file, started_on=today(), planned_end_on=end)
        InnovationFile.objects.filter(pk=file.pk).update(case_officer=None)
        with pytest.raises(DomainError, match="chargé de dossier"):
            prototype.start_prototype(file, started_on=today(), planned_end_on=latest)
        InnovationFile.objects.filter(pk=file.pk).update(case_officer=officer())
        prototype.start_prototype(file, started_on=today(), planned_end_on=latest)
        assert reload(file).due_on == latest

    @pytest.mark.parametrize(
        ("day", "months", "later"),
        [
            ("2024-02-29", 12, "2025-02-28"),
            ("2025-08-31", 18, "2027-02-28"),
            ("2025-01-15", 12, "2026-01-15"),
            ("2025-12-31", 12, "2026-12-31"),
        ],
    )
    def test_months_are_months(self, day, months, later):
        assert add_months(dt.date.fromisoformat(day), months).isoformat() == later

    def test_dates_of_what_happened_are_not_to_come(self):
        file = InnovationFileFactory(taken=True)
        with pytest.raises(DomainError):
            files.record_interview(file, on=today(1), notes="")


class TestADoubleClickIsOneClick:
    def test_a_form_sent_twice_enters_one_file(self):
        person, submission = UserFactory(), uuid.uuid4()
        words = {"title": "Idée", "summary": "Texte", "undertakes_to_report": True}
        first = files.enter(by=person, submission=submission, **words)
        assert files.enter(by=person, submission=submission, **words) == first
        with pytest.raises(DomainError):
            files.enter(by=UserFactory(), submission=submission, **words)

    def test_each_act_done_twice_is_done_once(self, django_capture_on_commit_callbacks, mailoutbox):
        with django_capture_on_commit_callbacks(execute=True):
            file = bring_to_prototype(UserFactory(), officer())
        sent = len(mailoutbox)
        with django_capture_on_commit_callbacks(execute=True):
            files.take(file, by=file.case_officer)
            prototype.start_prototype(
                file, started_on=today(), planned_end_on=add_months(today(), 12)
            )
        assert len(mailoutbox) == sent
        assert told(file.innovator).count(("file_taken", False)) == 1
        for _again in range(2):
            prototype.add_milestone(file, title="Jalon", due_on=today())
        assert reload(file).milestones.count() == 1
        for _again in range(2):
            ending.end(file, kind=Outcome.Kind.ABANDONED, by=file.innovator)
        assert Outcome.objects.count() == 1
        with pytest.raises(DomainError):
            ending.end(file, kind=Outcome.Kind.CLOSED, reason="non", by=file.case_officer)

    def test_a_line_sent_twice_is_one_line(self):
        budget = BudgetFactory()
        line = Line("Écran", 4_999)
        for _again in range(2):
            prototype.add_budget_line(budget.file, line)
        assert [row.amount_cents for row in budget.lines.all()] == [4_999]

    def test_a_gain_sent_twice_is_one_gain(self):
        held, person = PropertyRightsFactory(), UserFactory()
        submission = uuid.uuid4()
        for _again in range(2):
            rights.record_gain(
                held.file, by=person, on=today(), source="Licence", amount_cents=10,
                submission=submission,
            )  # fmt: skip
        assert held.gains.count() == 1


class TestCaseOfficers:
    def test_of_two_at_once_the_second_is_told_who_has_it(self):
        first, second = officer(), officer()
        file = InnovationFileFactory()
        files.take(file, by=first)
        with pytest.raises(DomainError, match=first.name):
            files.take(file, by=second)

    def test_nobody_follows_their_own_file(self):
        person = officer()
        file = InnovationFileFactory(innovator=person)
        with pytest.raises(DomainError):
            files.take(file, by=person)
        with pytest.raises(DomainError):
            files.name_officer(file, officer=person)

    def test_a_manager_hands_over_active_files_to_people_of_the_roster(self):
        file, other = InnovationFileFactory(taken=True), officer()
        with pytest.raises(DomainError):
            files.name_officer(file, officer=UserFactory())
        files.name_officer(file, officer=other)
        assert reload(file).case_officer == other
        ending.end(file, kind=Outcome.Kind.ABANDONED, by=other)
        with pytest.raises(DomainError):
            files.name_officer(file, officer=officer())

    def test_leaving_the_roster_leaves_the_files_followed(self):
        row = OfficerFactory()
        file = InnovationFileFactory(case_officer=row.user)
        files.remove_case_officer(row.user)
        assert reload(file).case_officer == row.user


class TestMoney:
    def test_budget_lines_are_exact_to_the_cent(self):
        budget = BudgetFactory()
        for cents in (1, 10, 333_333_333, 2):
            prototype.add_budget_line(budget.file, Line("Ligne", cents))
        assert reload(budget.file).budget.total_cents == 333_333_346
        for wrong in (0, -1, 10**12 + 1):
            with pytest.raises(DomainError):
                prototype.add_budget_line(budget.file, Line("Ligne", wrong))
        with pytest.raises(IntegrityError), transaction.atomic():
            BudgetLine.objects.update(amount_cents=0)

    def test_a_line_changes_until_the_end(self):
        budget = BudgetFactory()
        prototype.add_budget_line(budget.file, Line("Ligne", 5))
        line = budget.lines.get()
        prototype.change_budget_line(line, label="Autre", amount_cents=7, procedure="adapted")
        line.refresh_from_db()
        assert (line.label, line.amount_cents, line.procedure) == ("Autre", 7, "adapted")
        ending.end(budget.file, kind=Outcome.Kind.ABANDONED, by=budget.file.innovator)
        with pytest.raises(DomainError):
            prototype.change_budget_line(line, label="x", amount_cents=8, procedure="adapted")

    @pytest.mark.parametrize("amount", [1, 2, 3, 99, 100, 10_001, 123_456_789, -1, -10_001])
    def test_a_gain_is_split_without_losing_a_cent(self, amount):
        for shares in ((100, 0, 0), (50, 50, 0), (33.34, 33.33, 33.33), (0, 0, 100)):
            parts = rights.split(amount, tuple(Decimal(str(s)) for s in shares))
            assert sum(parts) == amount
            for part, share in zip(parts, shares, strict=True):
                assert abs(part - amount * Decimal(str(share)) / 100) < 1

    def test_shares_make_one_hundred(self):
        file = InnovationFileFactory(opened=True)
        terms = {"by": UserFactory(), "nature": "x", "office": "y", "recorded_on": today()}
        with pytest.raises(DomainError, match="100"):
            rights.record_rights(
                file, state_share=Decimal(60), innovator_share=Decimal(30), **terms
            )
        with pytest.raises(DomainError, match="Nommez"):
            rights.record_rights(
                file, state_share=Decimal(60), innovator_share=Decimal(30),
                others_share=Decimal(10), **terms,
            )  # fmt: skip
        rights.record_rights(file, state_share=Decimal(60), innovator_share=Decimal(40), **terms)
        with pytest.raises(IntegrityError), transaction.atomic():
            type(file.rights).objects.update(state_share=61)

    def test_the_ledger_of_gains_only_grows(self):
        held = PropertyRightsFactory()
        rights.record_gain(held.file, by=UserFactory(), on=today(), source="a", amount_cents=10)
        rights.record_gain(held.file, by=UserFactory(), on=today(), source="b", amount_cents=-4)
        assert sum(g.amount_cents for g in held.gains.all()) == 6
        for attack in (
            "UPDATE innovators_gain SET amount_cents = 1",
            "DELETE FROM innovators_gain",
        ):
            with pytest.raises(Exception, match="permission denied"), transaction.atomic():
                connection.cursor().execute(attack)


class TestLateSteps:
    def test_one_reminder_for_each_late_step(self, django_capture_on_commit_callbacks, mailoutbox):
        yesterday = today(-1)
        file = InnovationFileFactory(prototyping=True, due_on=yesterday)
        InnovationFileFactory(opened=True)
        for _day in range(3):
            with django_capture_on_commit_callbacks(execute=True):
                opinions.remind_late_steps()
        assert told(file.innovator) == told(file.case_officer) == [("file_late", True)]
        assert mailoutbox == []  # it leaves by their notifications, if they have not read it

    def test_a_milestone_past_its_date_shows(self):
        assert MilestoneFactory(due_on=today(-1)).is_late
        assert not MilestoneFactory(due_on=today()).is_late

    def test_an_authority_is_not_reminded_as_a_late_step(
        self, django_capture_on_commit_callbacks, mailoutbox
    ):
        past = today(-9)
        request = OpinionRequestFactory(due_on=past)
        InnovationFile.objects.filter(pk=request.file_id).update(due_on=past)
        with django_capture_on_commit_callbacks(execute=True):
            opinions.remind_late_steps()
        assert mailoutbox == []
