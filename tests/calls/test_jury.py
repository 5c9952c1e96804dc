"""Members of the jury read the decision board: read only, without what they have a link with, and
only what the call lets them see."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from essaim.calls.actions import deciding
from essaim.calls.jury import sees_board
from essaim.calls.models import Access, Deliberation
from essaim.following.models import Notification
from essaim.peers.models import Conflict
from tests.calls.factories_deciding import Jury
from tests.people.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def board(jury: Jury, user: Any) -> Any:
    return signed_in(user).get(reverse("calls:board", args=[jury.call.slug]))


def shows(jury: Jury, what: str) -> None:
    Deliberation.objects.filter(call=jury.call).update(jury_sees=what)


def test_a_member_of_the_jury_reads_the_board_and_changes_nothing() -> None:
    jury = Jury(3).deciding().prepared()
    juror = jury.readers[0]
    page = board(jury, juror)
    text = page.content.decode()
    assert page.status_code == 200 and "Projet 1" in text and "Projet 3" in text
    assert 'method="post" novalidate' not in text and "Publier…" not in text
    # What is prepared stays with those who prepare it.
    assert "lauréate" not in text
    assert Access.objects.filter(user=juror.pk, what="board").exists()
    address = reverse("calls:board", args=[jury.call.slug])
    sent = {"application": [a.pk for a in jury.applications], "outcome": "laureate"}
    assert signed_in(juror).post(address, sent).status_code == 403
    for name in ("publish_results", "deliberation", "waiting_list", "instruction"):
        other = reverse(f"calls:{name}", args=[jury.call.slug])
        assert signed_in(juror).get(other).status_code == 403
    assert (
        Notification.objects.filter(user=juror, announcement__verb="call_board_opened").count() == 1
    )


def test_neither_another_peer_nor_before_the_decision() -> None:
    jury = Jury(2, colleges=("jury", "users")).deciding(levels=(4, 3))
    in_jury, reader = jury.readers[0], jury.readers[-1]
    assert board(jury, in_jury).status_code == 200
    assert board(jury, reader).status_code == 403
    assert board(jury, UserFactory()).status_code == 403
    early = Jury(1)
    early.reading()
    assert not sees_board(early.readers[0], early.refresh())
    assert board(early, early.readers[0]).status_code == 403


@pytest.mark.parametrize("link", ["member", "declared"])
def test_what_they_have_a_link_with_is_not_there(link: str) -> None:
    jury = Jury(3).deciding()
    juror, one = jury.readers[0], jury.applications[1]
    if link == "member":
        MembershipFactory(user=juror, organisation=one.organisation)
    else:
        from essaim.calls.actions.reading import item_of

        Conflict.objects.create(
            item=item_of(one),
            person=juror,
            side=Conflict.Side.HOLDER,
            kind=Conflict.Kind.OTHER,
            reason="Ancien collègue.",
            declared_by=one.created_by,
        )
    text = board(jury, juror).content.decode()
    assert "Projet 2" not in text and "Projet 3" in text
    assert "1 candidature ne vous est pas montrée" in text


def test_the_call_says_what_its_jury_sees() -> None:
    jury = Jury(3).deciding().prepared()
    juror = jury.readers[0]
    shows(jury, "decisions")
    assert "liste d’attente" in board(jury, juror).content.decode()
    shows(jury, "nothing")
    assert board(jury, juror).status_code == 403
    deciding.change_settings(
        jury.call, four_eyes=False, uses_adjusted=False, uses_scores=True, weights={}, quotas=[],
        jury_sees="scores", version=Deliberation.objects.get(call=jury.call).version,
        by=jury.officer,
    )  # fmt: skip
    assert board(jury, juror).status_code == 200


def test_a_blind_reading_stays_blind_for_the_jury() -> None:
    jury = Jury(2, blind=True).deciding(levels=(4, 3))
    text = board(jury, jury.readers[0]).content.decode()
    assert "Projet 1" in text
    assert jury.applications[0].organisation.name not in text
    # Who runs the call knows who applies.
    assert jury.applications[0].organisation.name in board(jury, jury.officer).content.decode()


def test_the_jury_s_board_asks_as_much_whatever_its_rows(
    django_assert_max_num_queries: Any,
) -> None:
    for number in (1, 3):
        jury = Jury(number).deciding(levels=(4,) * number)
        client = signed_in(jury.readers[0])
        address = reverse("calls:board", args=[jury.call.slug])
        client.get(address)
        with django_assert_max_num_queries(40) as seen:
            client.get(address)
        if number == 1:
            first = len(seen)
    assert len(seen) == first
