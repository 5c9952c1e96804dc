"""A partner who leaves while the application is read: the board and its readers learn it, and the
service may ask for what lacks without stopping the reading."""

from __future__ import annotations

from typing import Any

import pytest

from essaim.calls.actions import applying, eligibility, partners
from essaim.calls.models import Application, Call, Completion, Partner
from essaim.common.errors import DomainError
from essaim.common.typography import french
from essaim.common.waiting import waiting_for
from essaim.following.models import Notification
from essaim.peers.models import Reading
from tests.calls.factories_deciding import Jury, _now, partner
from tests.calls.test_deciding_views import at, signed_in
from tests.people.factories import MembershipFactory, OrganisationFactory

pytestmark = pytest.mark.django_db
ANSWER = "La commune de Saint-Lunaire prend la place de Zéphyr Conseil."


def told(user: Any) -> list[str]:
    rows = Notification.objects.filter(user=user).order_by("pk")
    return list(rows.values_list("announcement__verb", flat=True))


class Read(Jury):
    """Two applications being read; ``gone`` signed the first one and leaves it."""

    def __init__(self, **fields: Any) -> None:
        super().__init__(2, **fields)
        self.one: Application = self.applications[0]
        self.partner: Partner = partner(
            self.one, OrganisationFactory(name="Zéphyr Conseil"), signed_at=_now(days=-1)
        )
        Application.objects.filter(pk=self.one.pk).update(submitted_at=_now(hours=-5))
        self.reading()
        self.gone = MembershipFactory(
            organisation=self.partner.organisation, role="representative"
        ).user

    def leave(self) -> None:
        partners.leave(self.partner, by=self.gone, reason="Plus de moyens.")

    def ask(self) -> Completion:
        return eligibility.ask_completion(
            self.one, asked="Qui prend la place de Zéphyr Conseil ?", due_at=_now(days=5),
            by=self.officer,
        )  # fmt: skip

    def screen(self, number: int = 0) -> str:
        found = Reading.objects.filter(
            item__reference=f"application:{self.applications[number].pk}"
        ).first()
        assert found is not None
        page = signed_in(found.seat.user).get(found.get_absolute_url())
        assert page.status_code == 200
        return page.content.decode()

    def file(self) -> str:
        return signed_in(self.officer).get(at("file", self.call.slug, self.one.pk)).content.decode()


def test_who_left_is_said_to_readers_on_the_file_and_on_the_board() -> None:
    story = Read()
    said = french("un partenaire s’est retiré de cette candidature : Zéphyr Conseil")
    assert said not in story.screen() and "depuis le dépôt, le" not in story.file()
    story.leave()
    assert said in story.screen() and said not in story.screen(1)
    assert "depuis le dépôt, le" in story.file()
    Call.objects.filter(pk=story.call.pk).update(state="deciding")
    board = signed_in(story.officer).get(at("board", story.call.slug)).content.decode()
    assert board.count("partenaire retiré") == 1


def test_one_put_aside_before_it_was_submitted_again_is_no_news() -> None:
    story = Read()
    story.leave()
    Application.objects.filter(pk=story.one.pk).update(submitted_at=_now(minutes=5))
    assert "s’est retiré" not in story.screen() and "depuis le dépôt, le" not in story.file()


def test_what_lacks_is_asked_and_answered_while_it_is_read() -> None:
    story = Read()
    story.leave()
    story.ask()
    story.one.refresh_from_db()
    assert story.one.state == "in_reading" and story.one.complete_by is None
    with pytest.raises(DomainError, match="déjà demandé"):
        story.ask()
    side = story.one.created_by
    assert "call_completion" in told(side)
    titles = [str(each.title) for each in waiting_for(side)]
    assert "Répondre au service, pendant la lecture de la candidature" in titles
    client = signed_in(side)
    assert (
        at("complement", story.one.pk) in client.get(at("decision", story.one.pk)).content.decode()
    )
    assert client.post(at("complement", story.one.pk), {"text": " "}).status_code == 422
    assert client.post(at("complement", story.one.pk), {"text": ANSWER}).status_code == 302
    assert client.get(at("complement", story.one.pk)).status_code == 404
    assert ANSWER in story.screen() and ANSWER in story.file()
    assert ANSWER not in story.screen(1)
    assert "call_completion_answered" in told(story.officer)
    # What was submitted and its reading are as they were.
    story.one.refresh_from_db()
    assert (story.one.state, story.one.last_number) == ("in_reading", 1)
    assert "pendant la lecture" not in " ".join(str(each.title) for each in waiting_for(side))


def test_where_reading_is_blind_names_are_covered() -> None:
    story = Read(blind=True)
    story.leave()
    story.ask()
    eligibility.answer_completion(story.one, text=ANSWER, by=story.one.created_by)
    page = story.screen()
    assert "un partenaire s’est retiré de cette candidature." in page
    assert "Saint-Lunaire" in page and "Zéphyr" not in page


def test_past_its_date_it_closes_and_nothing_else_moves() -> None:
    story = Read()
    made = story.ask()
    Completion.objects.filter(pk=made.pk).update(due_at=_now(minutes=-1))
    with pytest.raises(DomainError, match="plus attendu"):
        eligibility.answer_completion(story.one, text=ANSWER, by=story.one.created_by)
    assert eligibility.run_completions()["ended"] == 1
    story.one.refresh_from_db()
    assert story.one.state == "in_reading" and "call_completion_ended" in told(story.officer)


def test_withdrawn_meanwhile_nobody_is_told_that_it_did_not_come() -> None:
    story = Read()
    made = story.ask()
    applying.withdraw(story.one, by=story.one.created_by)
    Completion.objects.filter(pk=made.pk).update(due_at=_now(minutes=-1))
    assert eligibility.run_completions()["ended"] == 1
    assert "call_completion_ended" not in told(story.one.created_by)


def test_only_who_engages_the_applicant_answers() -> None:
    story = Read()
    story.ask()
    colleague = MembershipFactory(organisation=story.one.organisation).user
    with pytest.raises(DomainError, match="représentant"):
        eligibility.answer_completion(story.one, text=ANSWER, by=colleague)
    assert signed_in(story.gone).get(at("complement", story.one.pk)).status_code == 404
