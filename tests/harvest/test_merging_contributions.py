"""Two cards become one: what waits for a decision there goes on with the one that stays; what was
said to another team, and is over, stays with that team."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from essaim.contributions.actions.interest import be_interested, close_interest
from essaim.contributions.actions.proposals import accept_proposal, merged_content
from essaim.contributions.content import fields_changed, thaw
from essaim.contributions.models import Interest, ModerationCase, Proposal, Report
from essaim.following.models import Notification
from essaim.initiatives.actions.merging import merge_cards
from essaim.initiatives.models import Component, Initiative
from essaim.initiatives.sections import SECTIONS, read_section
from tests.contributions.factories import (
    CaseFactory,
    ProposalFactory,
    QuestionFactory,
    ReportFactory,
    propose,
)
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> Any:
    return UserFactory(manager=True)


@pytest.fixture
def kept() -> Initiative:
    author = UserFactory()
    return InitiativeFactory(  # type: ignore[no-any-return]
        published=True, title="La gardée", author=author, need="Se chauffer.",
        objectives="Des logements sains.",
    )  # fmt: skip


@pytest.fixture
def other() -> Initiative:
    """Carried by another team."""
    return InitiativeFactory(  # type: ignore[no-any-return]
        published=True, title="L’autre", author=UserFactory(), need="Avoir chaud.",
        objectives="Des foyers chauffés.",
    )  # fmt: skip


def verbs(user: Any) -> list[str]:
    rows = Notification.objects.filter(user=user).order_by("pk")
    return list(rows.values_list("announcement__verb", flat=True))


class TestProposals:
    def test_an_open_one_is_decided_by_the_team_that_stays(
        self, kept: Initiative, other: Initiative, manager: Any, client: Client
    ) -> None:
        author = UserFactory(name="Awa Diop")
        proposal = propose(other, need="Avoir chaud l’hiver.", by=author)
        merge_cards(kept, other, by=manager)
        proposal.refresh_from_db()
        assert (proposal.card, proposal.state) == (kept, "proposed")
        assert verbs(kept.author).count("proposal_sent") == 1
        assert verbs(author) == ["cards_merged"]
        client.force_login(author)
        assert client.get(proposal.get_absolute_url()).status_code == 200
        client.force_login(kept.author)  # type: ignore[arg-type]
        page = client.get(proposal.get_absolute_url()).content.decode()
        assert "Avoir chaud l’hiver." in page
        # What its author did not touch is not brought along.
        accept_proposal(proposal, by=kept.author)
        kept.refresh_from_db()
        assert (kept.need, kept.objectives) == ("Avoir chaud l’hiver.", "Des logements sains.")
        assert "proposal_accepted" in verbs(author)

    def test_a_list_s_rows_are_those_of_the_card_that_stays(
        self, kept: Initiative, other: Initiative, manager: Any
    ) -> None:
        for card, why in ((kept, "Pour voir."), (other, "Pour agir.")):
            Component.objects.create(initiative=card, name="Diagnostic", why=why, position=0)
        Component.objects.create(initiative=other, name="Visite", why="Chez soi.", position=1)
        section = next(each for each in SECTIONS.values() if "components" in each.lists)
        rows = read_section(other, section)["components"]
        changed = [rows[0] | {"why": "Pour décider."}, rows[1]]
        added = [*changed, rows[1] | {"id": None, "name": "Suivi", "why": "Un an après."}]
        proposal = propose(other, section.slug, components=added)
        merge_cards(kept, other, by=manager)
        proposal.refresh_from_db()
        accept_proposal(proposal, by=kept.author)
        found = list(kept.components.order_by("position").values_list("name", "why"))
        assert found == [
            ("Diagnostic", "Pour décider."), ("Visite", "Chez soi."), ("Suivi", "Un an après."),
        ]  # fmt: skip

    def test_one_that_changes_nothing_there_is_closed_with_a_word(
        self, kept: Initiative, other: Initiative, manager: Any, client: Client
    ) -> None:
        author = UserFactory()
        proposal = propose(other, need="Se chauffer.", by=author)
        merge_cards(kept, other, by=manager)
        proposal.refresh_from_db()
        assert (proposal.card, proposal.state) == (kept, "declined")
        assert "dit déjà ce que vous proposiez" in proposal.decision
        assert verbs(author) == ["proposal_declined"]
        assert "proposal_sent" not in verbs(kept.author)
        client.force_login(author)
        assert "L’autre" in client.get(proposal.get_absolute_url()).content.decode()

    def test_drafts_go_on_and_what_was_decided_stays(
        self, kept: Initiative, other: Initiative, manager: Any, client: Client
    ) -> None:
        author = UserFactory()
        draft = propose(other, need="À finir.", by=author, send=False)
        done = ProposalFactory(card=other, accepted=True)
        merge_cards(kept, other, by=manager)
        draft.refresh_from_db()
        done.refresh_from_db()
        assert (draft.card, draft.state, done.card) == (kept, "draft", other)
        assert verbs(author) == []
        client.force_login(author)
        page = client.get(draft.get_absolute_url(), follow=True)
        assert page.status_code == 200
        assert "À finir." in page.content.decode()

    def test_what_its_author_saw_of_the_other_is_not_kept(
        self, kept: Initiative, other: Initiative, manager: Any
    ) -> None:
        """Words withdrawn later from the other's history would stay in it."""
        proposal = propose(other, need="Avoir chaud l’hiver.")
        merge_cards(kept, other, by=manager)
        proposal.refresh_from_db()
        section = SECTIONS["besoin"]
        now = read_section(kept, section)
        assert "foyers" not in str(proposal.before) + str(proposal.content)
        assert merged_content(proposal, now) == thaw(section, proposal.content)
        shown = fields_changed(thaw(section, proposal.before), thaw(section, proposal.content), now)
        assert [field.now for field in shown] == [None]

    def test_never_to_a_card_that_takes_none(self, manager: Any) -> None:
        other = InitiativeFactory(published=True)
        proposal = propose(other, need="Avoir chaud l’hiver.")
        other.archive()
        other.save()
        draft = InitiativeFactory(author=UserFactory())
        merge_cards(draft, other, by=manager)
        proposal.refresh_from_db()
        assert proposal.card == other


class TestReports:
    def reported(self, card: Initiative, **fields: Any) -> ModerationCase:
        return CaseFactory(  # type: ignore[no-any-return]
            question=None, kind="card", target=card.pk, card=card, subject_author=card.author,
            **fields,
        )  # fmt: skip

    def test_an_open_one_is_of_the_card_that_stays(
        self, kept: Initiative, other: Initiative, manager: Any, client: Client
    ) -> None:
        case = self.reported(other)
        ReportFactory(case=case, text="Le numéro de Mme X y est.")
        merge_cards(kept, other, by=manager)
        case.refresh_from_db()
        assert (case.card, case.target, case.state) == (kept, kept.pk, "open")
        assert case.subject_author == kept.author
        client.force_login(manager)
        page = client.get(case.get_absolute_url()).content.decode()
        assert "La gardée" in page and "L’autre" in page and "Mme X" in page

    def test_two_of_both_are_one_and_nothing_is_lost(
        self, kept: Initiative, other: Initiative, manager: Any
    ) -> None:
        first, second = self.reported(kept), self.reported(other)
        both = UserFactory()
        ReportFactory(case=first, by=both, text="Faux.")
        ReportFactory(case=second, by=both, text="Faux aussi.")
        ReportFactory(case=second, text="Publicité.")
        merge_cards(kept, other, by=manager)
        assert ModerationCase.objects.to_decide().get() == first
        said = sorted(Report.objects.filter(case=first).values_list("text", flat=True))
        assert said == ["Faux.\n\nFaux aussi.", "Publicité."]

    def test_that_of_the_team_that_stays_is_closed(
        self, kept: Initiative, other: Initiative, manager: Any
    ) -> None:
        case = self.reported(other)
        ReportFactory(case=case, by=kept.author, text="Copiée de la nôtre.")
        merge_cards(kept, other, by=manager)
        case.refresh_from_db()
        assert (case.card, case.state) == (other, "dismissed")
        assert case.decisions.get().outcome == "dismissed"

    def test_those_of_what_moved_go_with_it_and_what_was_hidden_stays(
        self, kept: Initiative, other: Initiative, manager: Any
    ) -> None:
        question = QuestionFactory(card=other)
        private = QuestionFactory(card=other, private=True)
        asked, stays = CaseFactory(question=question), CaseFactory(question=private)
        hidden = self.reported(other, hidden=True)
        merge_cards(kept, other, by=manager)
        for case in (asked, stays, hidden):
            case.refresh_from_db()
        assert (asked.card, stays.card, hidden.card) == (kept, other, other)


class TestInterestsThatEnded:
    def ended(self, card: Initiative, user: Any) -> Interest:
        interest = be_interested(card, by=user, message="Pour vous seuls.")
        close_interest(interest, by=user)
        return interest

    def test_their_words_stay_with_the_team_they_were_for(
        self, kept: Initiative, other: Initiative, manager: Any, client: Client
    ) -> None:
        person = UserFactory()
        interest = self.ended(other, person)
        merge_cards(kept, other, by=manager)
        interest.refresh_from_db()
        assert interest.card == other
        seen = Interest.objects.filter(pk=interest.pk)
        assert not seen.visible_to(kept.author).exists()  # type: ignore[attr-defined]
        for reader in (person, other.author):
            assert seen.visible_to(reader).exists()  # type: ignore[attr-defined]
        client.force_login(kept.author)  # type: ignore[arg-type]
        page = client.get(f"/initiatives/{kept.slug}/interets").content.decode()
        assert "Pour vous seuls." not in page

    def test_what_was_said_twice_stays_where_it_is_over(
        self, kept: Initiative, other: Initiative, manager: Any
    ) -> None:
        person = UserFactory()
        mine = be_interested(kept, by=person, message="À vous.")
        theirs = be_interested(other, by=person, message="À eux.")
        merge_cards(kept, other, by=manager)
        mine.refresh_from_db()
        theirs.refresh_from_db()
        assert (mine.card, mine.state) == (kept, "interested")
        assert (theirs.card, theirs.state) == (other, "closed")

    def test_of_one_holder_or_of_nobody_they_go_along(self, manager: Any) -> None:
        holder = OrganisationFactory()
        kept = InitiativeFactory(published=True, holder=holder, author=UserFactory())
        for other in (
            InitiativeFactory(published=True, holder=holder, author=UserFactory()),
            InitiativeFactory(published=True, holder=None, author=None),
        ):
            interest = self.ended(other, UserFactory())
            merge_cards(kept, other, by=manager)
            interest.refresh_from_db()
            assert interest.card == kept


def test_nothing_is_left_waiting_on_the_card_that_goes(
    kept: Initiative, other: Initiative, manager: Any
) -> None:
    propose(other, need="Un.")
    propose(other, need="Deux.")
    be_interested(other, by=UserFactory(), message="Ici aussi.")
    merge_cards(kept, other, by=manager)
    assert not Proposal.objects.waiting().filter(card=other).exists()
    assert not Interest.objects.open_for(other).exists()
