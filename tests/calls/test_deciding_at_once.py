"""Two officers at once, and a process killed in the middle of the publication."""

from __future__ import annotations

import os
import signal

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from essaim.calls.actions import deciding, eligibility, scoring
from essaim.calls.models import Application, Call, Decision, EligibilityDecision
from essaim.common.errors import DomainError
from essaim.peers.actions import readings
from essaim.peers.models import Reading, Round
from essaim.people.models import User
from tests.at_once import at_once, in_processes
from tests.calls.factories_deciding import Jury
from tests.peers.factories import answers

pytestmark = pytest.mark.django_db(transaction=True)


def jobs() -> int:
    return ProcrastinateJob.objects.filter(task_name="calls.tell_results").count()


def test_two_officers_publish_at_once() -> None:
    jury = Jury(3).skipping().prepared()
    before = jobs()
    call, second, third = jury.call.pk, jury.second.pk, jury.third.pk

    def publish(who: int) -> None:
        deciding.publish(Call.objects.get(pk=call), by=User.objects.get(pk=who))

    assert at_once(lambda: publish(second), lambda: publish(third)) == ["done", "done"]
    assert jobs() == before + 1
    assert Decision.objects.values("published_at").distinct().count() == 1


def test_two_officers_prepare_the_same_decision_at_once() -> None:
    jury = Jury(1).skipping()
    one, second, third = jury.applications[0].pk, jury.second.pk, jury.third.pk

    def prepare(who: int, outcome: str) -> None:
        deciding.prepare(
            Application.objects.get(pk=one), {"outcome": outcome, "reasons": outcome},
            version=0, by=User.objects.get(pk=who),
        )  # fmt: skip

    ends = at_once(lambda: prepare(second, "laureate"), lambda: prepare(third, "not_selected"))
    assert ends == ["done", "refused"]
    assert Decision.objects.get().version == 1


def test_a_process_killed_in_the_middle_publishes_nothing() -> None:
    jury = Jury(3).skipping().prepared()
    before = jobs()
    call, second = jury.call.pk, jury.second.pk

    def die(self: Call) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def publish() -> None:
        Call.announce_results = die  # type: ignore[method-assign]
        deciding.publish(Call.objects.get(pk=call), by=User.objects.get(pk=second))

    assert in_processes(publish) == ["failed"]
    assert not Decision.objects.exclude(published_at=None).exists()
    assert {each.state for each in Application.objects.all()} == {"eligible"}
    assert jobs() == before
    deciding.publish(Call.objects.get(pk=call), by=User.objects.get(pk=second))
    assert Application.objects.get(number=1).state == "laureate"


def test_a_reading_revised_while_the_results_are_published_counts_or_is_refused() -> None:
    jury = Jury(2).deciding(levels=(4, 3)).prepared("laureate", "not_selected")
    call, second = jury.call.pk, jury.second.pk
    one = Reading.objects.filter(item__reference=f"application:{jury.applications[0].pk}").first()
    assert one is not None
    reading, version = one.pk, one.version

    def revise() -> None:
        found = Reading.objects.select_related("seat__college", "item").get(pk=reading)
        content = answers(found, 1)
        readings.revise(found, content, by=found.seat.user, version=version)

    def publish() -> None:
        deciding.publish(Call.objects.get(pk=call), by=User.objects.get(pk=second))

    # Revised first, the results are not published on other scores; published first, no reading
    # changes any more.
    assert at_once(revise, publish) == ["done", "refused"]
    published = Call.objects.get(pk=call).results_at is not None
    assert Reading.objects.get(pk=reading).revised_at is None or not published
    if not published:
        scoring.refresh_scores(Call.objects.get(pk=call))
        publish()
    assert Round.objects.get().state == "concluded"
    with pytest.raises(DomainError):
        revise()


def test_two_officers_decide_of_eligibility_at_once() -> None:
    jury = Jury(1)
    one, second, third = jury.applications[0].pk, jury.second.pk, jury.third.pk

    def decide(who: int, is_eligible: bool) -> None:
        eligibility.decide(
            Application.objects.get(pk=one), is_eligible=is_eligible, reasons="Hors délai.",
            by=User.objects.get(pk=who), number=1,
        )  # fmt: skip

    ends = at_once(lambda: decide(second, True), lambda: decide(third, False))
    assert ends == ["done", "refused"]
    kept = EligibilityDecision.objects.get()
    state = Application.objects.get(pk=one).state
    assert state == ("eligible" if kept.is_eligible else "ineligible")
