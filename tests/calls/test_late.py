"""After the results: an application said ineligible, whose appeal is upheld, gets its decision."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from essaim.calls.actions import appeals, deciding, eligibility, late
from essaim.calls.minutes import minutes_data
from essaim.calls.models import Application, Call, Decision, DecisionChange, Deliberation
from essaim.common.errors import DomainError
from essaim.common.waiting import waiting_for
from essaim.following.models import Notification
from tests.calls.factories_deciding import Jury
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def told(user: Any) -> list[str]:
    return list(Notification.objects.filter(user=user).values_list("announcement__verb", flat=True))


class Upheld(Jury):
    """Two decided, and a third one whose ineligibility was taken back after the results."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(3)
        self.call.skips = ["reading"]
        self.call.save()
        self.one: Application = self.applications.pop()
        eligibility.decide(self.one, is_eligible=False, reasons="Hors délai.", by=self.officer)
        self.skipping()
        if settings:
            Deliberation.objects.update_or_create(call=self.call, defaults=settings)
        self.prepared("laureate", "not_selected")
        if settings.get("four_eyes"):
            for decision in Decision.objects.filter(call=self.call):
                deciding.check(decision, version=decision.version, by=self.second)
        deciding.publish(self.call, by=self.second)
        self.one.refresh_from_db()
        made = appeals.appeal(self.one, "Le cachet fait foi.", by=self.side, key=uuid.uuid4())
        appeals.answer_appeal(made, upheld=True, answer="C’est exact.", by=self.second)
        self.refresh()
        self.one.refresh_from_db()

    @property
    def side(self) -> Any:
        return self.one.created_by

    def fresh(self) -> Application:
        return Application.objects.select_related("call").get(pk=self.one.pk)

    def prepare(self, outcome: str = "laureate") -> Decision:
        values = {"outcome": outcome, "reasons": "Le projet est solide."}
        return deciding.prepare(self.fresh(), values, version=0, by=self.officer)


def test_it_is_instructed_then_decided_by_itself_and_told() -> None:
    story = Upheld()
    assert story.fresh().state == "submitted"
    titles = [str(each.title) for each in waiting_for(story.officer)]
    assert "Décider, après un recours accueilli" in titles
    with pytest.raises(DomainError, match="d’abord si elle est recevable"):
        late.publish_late(story.fresh(), by=story.officer)
    eligibility.decide(story.fresh(), is_eligible=True, reasons="", by=story.officer)
    with pytest.raises(DomainError, match="Préparez d’abord"):
        late.publish_late(story.fresh(), by=story.officer)
    story.prepare()
    published = Call.objects.get(pk=story.call.pk).results_at
    for _press in range(2):
        made = late.publish_late(story.fresh(), by=story.third)
    assert story.fresh().state == "laureate" and made.is_late
    assert made.appeal_until and made.reasons == "Le projet est solide."
    assert told(story.side).count("call_decided") == 1
    last = DecisionChange.objects.filter(application=story.one).last()
    assert last is not None and (last.before, last.after, last.by) == (
        "eligible", "laureate", story.third,
    )  # fmt: skip
    # The results of the others stand, at their own instant.
    assert Call.objects.get(pk=story.call.pk).results_at == published
    assert Decision.objects.filter(call=story.call, published_at__lte=published).count() == 2
    assert len(minutes_data(story.refresh())["groups"][0]["rows"]) == 2


def test_it_may_be_asked_to_complete_then_be_refused_again() -> None:
    story = Upheld()
    eligibility.ask_completion(
        story.fresh(), asked="Le budget.", due_at=story.one.submitted_at.replace(year=2099),
        by=story.officer,
    )  # fmt: skip
    assert story.fresh().state == "to_complete"
    eligibility.decide(story.fresh(), is_eligible=False, reasons="Toujours pas.", by=story.officer)
    assert story.fresh().state == "ineligible"
    assert appeals.appeal_limit(story.fresh()) is not None


def test_those_already_decided_are_not_taken_up_again() -> None:
    story = Upheld()
    for application in story.applications:
        with pytest.raises(DomainError):
            late.publish_late(application, by=story.officer)
        with pytest.raises(DomainError):
            eligibility.decide(application, is_eligible=False, reasons="Non.", by=story.officer)
        with pytest.raises(DomainError):
            deciding.prepare(
                application, {"outcome": "laureate", "reasons": "Si."}, version=1, by=story.officer
            )


def test_a_second_person_checks_it_where_the_call_asks() -> None:
    story = Upheld(four_eyes=True)
    eligibility.decide(story.fresh(), is_eligible=True, reasons="", by=story.officer)
    made = story.prepare("waiting")
    with pytest.raises(DomainError, match="vérifie d’abord"):
        late.publish_late(story.fresh(), by=story.officer)
    deciding.check(made, version=made.version, by=story.third)
    late.publish_late(story.fresh(), by=story.officer)
    assert appeals.waiting_list(story.call).get().application == story.one
    # Who took part answers no appeal against it.
    assert {story.officer.pk, story.third.pk} <= appeals.authors_of(story.fresh())


def test_who_has_a_link_publishes_nothing_of_it() -> None:
    story = Upheld()
    eligibility.decide(story.fresh(), is_eligible=True, reasons="", by=story.officer)
    story.prepare()
    deciding.recuse(story.fresh(), reason="", by=story.third)
    with pytest.raises(DomainError, match="lien"):
        late.publish_late(story.fresh(), by=story.third)
    address = reverse("calls:publish_late", args=[story.call.slug, story.one.pk])
    assert signed_in(story.third).post(address).status_code == 404


def test_the_pages_say_where_it_stands() -> None:
    story = Upheld()
    own = reverse("calls:decision", args=[story.one.pk])
    page = signed_in(story.side).get(own).content.decode()
    assert "Votre recours a été accueilli" in page and "au même instant" not in page
    officer, where = signed_in(story.officer), [story.call.slug, story.one.pk]
    assert "Dire si elle est recevable" in officer.get(
        reverse("calls:file", args=where)
    ).content.decode()  # fmt: skip
    eligibility.decide(story.fresh(), is_eligible=True, reasons="", by=story.officer)
    story.prepare("not_selected")
    page = officer.get(reverse("calls:prepare", args=where)).content.decode()
    assert "Publier cette décision" in page
    assert officer.post(reverse("calls:publish_late", args=where)).status_code == 302
    page = signed_in(story.side).get(own).content.decode()
    assert "Le projet est solide." in page and "Traitement algorithmique" not in page


def test_the_jury_learns_it_when_it_is_published() -> None:
    from essaim.calls.jury import board_of

    story = Upheld()
    eligibility.decide(story.fresh(), is_eligible=True, reasons="", by=story.officer)
    story.prepare("not_selected")

    def outcome() -> str:
        rules = Deliberation.objects.get_or_create(call=story.call)[0]
        assert rules.jury_sees == "scores"
        rows = {row.pk: row for row in board_of(story.refresh(), UserFactory(), rules)}
        assert rows[story.applications[0].pk].outcome == "laureate"
        return rows[story.one.pk].outcome

    assert outcome() == ""
    late.publish_late(story.fresh(), by=story.third)
    assert outcome() == "not_selected"
