"""A call with nothing to decide ends without results; one that planned a reading does without."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from essaim.calls.actions import appeals, applying, eligibility, ending
from essaim.calls.actions import reading as reading_actions
from essaim.calls.models import Application, Call
from essaim.common.errors import DomainError
from essaim.following.models import Notification
from essaim.peers.models import Round
from tests.calls.factories_deciding import Jury, _now
from tests.calls.test_deciding_views import at, signed_in
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db
WHY = "Aucune candidature recevable : l’appel reviendra à l’automne."


def told(user: Any) -> list[str]:
    rows = Notification.objects.filter(user=user).order_by("pk")
    return list(rows.values_list("announcement__verb", flat=True))


def none_came() -> Jury:
    return Jury(0)


def all_ineligible() -> Jury:
    jury = Jury(2)
    for each in jury.applications:
        eligibility.decide(each, is_eligible=False, reasons="Hors zone.", by=jury.officer)
    return jury


def all_withdrawn() -> Jury:
    jury = Jury(2)
    for each in jury.applications:
        applying.withdraw(each, by=each.created_by)
    return jury


def withdrawn_in_reading() -> Jury:
    jury = Jury(1)
    jury.reading()
    applying.withdraw(jury.applications[0], by=jury.applications[0].created_by)
    return jury


def withdrawn_while_deciding() -> Jury:
    jury = Jury(1).skipping()
    applying.withdraw(jury.applications[0], by=jury.applications[0].created_by)
    return jury


ENDS = [none_came, all_ineligible, all_withdrawn, withdrawn_in_reading, withdrawn_while_deciding]


@pytest.mark.parametrize("end", ENDS)
def test_a_call_with_nothing_left_ends_with_a_reason_from_its_pages(end: Any) -> None:
    jury = end()
    client, slug = signed_in(jury.officer), jury.call.slug
    address = reverse("calls:drop", args=[slug])
    assert address in client.get(at("instruction", slug)).content.decode()
    assert client.post(address, {"reason": " "}).status_code == 422
    assert client.post(address, {"reason": WHY}).status_code == 302
    call = jury.refresh()
    assert (call.state, call.ended_reason, call.results_at is not None) == ("archived", WHY, True)
    for each in jury.applications:
        assert "call_dropped" in told(each.created_by)
    anyone = signed_in(UserFactory())
    for name in ("call", "results"):
        page = anyone.get(at(name, slug)).content.decode()
        assert WHY in page and "sans suite" in page
    assert not Round.objects.under_way().exists()
    ending.drop(call, reason=WHY, by=jury.officer)  # twice is once
    assert address not in client.get(at("instruction", slug)).content.decode()


def test_nothing_open_is_dropped() -> None:
    jury = Jury(1)
    slug, reason = jury.call.slug, {"reason": WHY, "by": jury.officer}
    assert reverse("calls:drop", args=[slug]) not in (
        signed_in(jury.officer).get(at("instruction", slug)).content.decode()
    )
    with pytest.raises(DomainError, match="réponse"):
        ending.drop(jury.call, **reason)
    one = jury.applications[0]
    eligibility.decide(one, is_eligible=False, reasons="Hors zone.", by=jury.officer)
    appealed = appeals.appeal(one, "Mais si.", by=one.created_by, key=one.submission)
    with pytest.raises(DomainError, match="réponse"):
        ending.drop(jury.call, **reason)
    appeals.answer_appeal(appealed, upheld=False, answer="Non.", by=jury.second)
    late = Application.objects.create(
        call=jury.call, title="En retard", organisation=one.organisation, extended_to=_now(days=2)
    )
    with pytest.raises(DomainError, match="réponse"):
        ending.drop(jury.call, **reason)
    late.delete()
    with pytest.raises(DomainError, match="conduisez"):
        ending.drop(jury.call, reason=WHY, by=UserFactory())
    assert ending.drop(jury.call, **reason).state == "archived"


def test_an_open_call_is_not_dropped() -> None:
    jury = Jury(0)
    Call.objects.filter(pk=jury.call.pk).update(state="open")
    with pytest.raises(DomainError, match="réponse"):
        ending.drop(jury.call, reason=WHY, by=jury.officer)


def test_a_reading_is_skipped_once_closed_with_a_reason_that_applicants_read() -> None:
    jury = Jury(1).eligible()
    Call.objects.filter(pk=jury.call.pk).update(edition_number=1)
    with pytest.raises(DomainError, match="plus bas"):
        reading_actions.start_deciding(jury.call, by=jury.officer)
    client, slug = signed_in(jury.officer), jury.call.slug
    address = reverse("calls:skip_reading", args=[slug])
    assert address in client.get(at("reading", slug)).content.decode()
    assert client.post(address, {"reason": "Court."}).status_code == 422
    why = "Une seule candidature : le jury la lit lui-même."
    assert client.post(address, {"reason": why}).status_code == 302
    assert jury.refresh().editions.first().reason == why
    assert "call_changed" in told(jury.applications[0].created_by)
    client.post(reverse("calls:start_deciding", args=[slug]))
    assert jury.refresh().state == "deciding"
