"""Every address of calls: what who runs a call opens is recorded, and nothing of an application
that they have a link with is ever seen."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from essaim.calls import urls
from essaim.calls.actions import appeals, exports, meetings, questions
from essaim.calls.models import Access, Application, CallExport, Lesson, Submission
from essaim.peers import urls as peers_urls
from essaim.peers.models import Declaration, Item, Round
from tests.calls import permissions_after, permissions_applying, permissions_deciding
from tests.calls.factories_deciding import Jury, _now
from tests.people.factories import UserFactory
from tests.test_permissions import world  # noqa: F401 - the world is a fixture

pytestmark = pytest.mark.django_db

# What anyone reads, or one's own: nothing of others' applications.
OF_ALL = {
    "mine",
    "start",
    "accept_editing",
    "calendar",
    "feed",
    "call_calendar",
    "unmet",
    "results",
}
ROWS = {
    name: row
    for table in (permissions_applying, permissions_deciding, permissions_after)
    for name, row in table.ROWS.items()
    if "manager" in row[0] and name not in OF_ALL
}


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize("name", ROWS)
def test_what_a_manager_opens_is_recorded(world: SimpleNamespace, name: str) -> None:  # noqa: F811
    arguments = ROWS[name][1](world) if len(ROWS[name]) > 1 else []
    address = reverse(f"calls:{name.partition('#')[0]}", args=arguments)
    answer = signed_in(world.manager).get(address)
    seen = Access.objects.filter(user_id=world.manager.pk)
    if answer.status_code == 200:
        assert seen.count() == 1, address
    else:
        assert answer.status_code in (302, 404, 405), address


def test_pages_of_the_reading_of_a_call_are_recorded_and_managers_read_it_all() -> None:
    jury = Jury(1)
    found = jury.round()
    manager = UserFactory(is_manager=True, name="Gaël Gestion")
    client, item = signed_in(jury.officer), found.items.get()
    for name, arguments in (("round", [found.pk]), ("item", [found.pk, item.pk])):
        assert client.get(reverse(f"peers:{name}", args=arguments)).status_code == 200
    rows = list(Access.objects.order_by("pk").values_list("what", "application"))
    assert rows == [("peers:round", None), ("peers:item", jury.applications[0].pk)]
    address = reverse("calls:accesses", args=[jury.call.slug])
    assert client.get(address).status_code == 403
    page = signed_in(manager).get(address).content.decode()
    assert "Une candidature, dans la lecture" in page and jury.officer.name in page
    # Of an application that they have a link with, not even who opened it.
    Declaration.objects.create(
        user=manager, organisation=jury.applications[0].organisation, kind=Declaration.Kind.FORMER
    )
    page = signed_in(manager).get(address).content.decode()
    assert "Une candidature, dans la lecture" not in page


# --- nothing of what one is linked with -----------------------------------------------------------
WORD = "Zebulon"


def marked(jury: Jury) -> Application:
    """The last application: everything of it bears the word."""
    one = jury.applications[-1]
    Application.objects.filter(pk=one.pk).update(title=f"Le projet {WORD}", last_number=2)
    organisation: Any = one.organisation
    organisation.name = f"Amis de {WORD}"
    organisation.save()
    said = {"blocks": {"projet": {"what": f"{WORD} répare."}}, "partners": [], "files": []}
    Submission.objects.create(
        application=one, number=2, form_number=1, content=said, sha256="1" * 64, at=_now()
    )
    one.refresh_from_db()
    return one


def deciding() -> Jury:
    jury = Jury(3)
    marked(jury)
    jury.deciding().prepared()
    return jury


def published() -> Jury:
    jury = deciding()
    jury.published_as_prepared()
    one = jury.applications[-1]
    Lesson.objects.create(application=one, tried=f"{WORD} a essayé.", failed=f"{WORD} a raté.")
    appeals.appeal(one, f"{WORD} proteste.", by=one.created_by, key=uuid.uuid4())
    return jury


def addresses(patterns: Any, name: str, given: dict[str, list[Any]]) -> Iterator[str]:
    """Each pattern with every value known of its first number; the others have one value."""
    for pattern in patterns:
        keys = list(pattern.pattern.converters)
        for first in given.get("pk", [0]) if "pk" in keys else [0]:
            arguments = {key: first if key == "pk" else given[key][0] for key in keys}
            yield reverse(f"{name}:{pattern.name}", kwargs=arguments)


@pytest.mark.parametrize("stage", [deciding, published])
def test_who_has_a_link_sees_nothing_of_it_anywhere(stage: Any) -> None:
    jury = stage()
    one, call = jury.applications[-1], jury.call
    person: Any = UserFactory(is_manager=True)
    meeting = meetings.add_meeting(
        call, key=uuid.uuid4(), by=jury.officer, at=_now(), notes=f"{WORD} divise."
    )
    if stage is deciding:
        type(call).objects.filter(pk=call.pk).update(state="closed")
        questions.ask(
            call, by=one.created_by, submission=uuid.uuid4(), text=f"{WORD} peut-il ?", private=True
        )
        type(call).objects.filter(pk=call.pk).update(state="deciding")
    free = signed_in(person).get(reverse("calls:instruction", args=[call.slug]))
    assert WORD in free.content.decode()  # before the link, it is there
    Declaration.objects.create(
        user=person, organisation=one.organisation, kind=Declaration.Kind.FORMER
    )
    found = Round.objects.get()
    item = Item.objects.get(reference=f"application:{one.pk}")
    asked = exports.ask(call, by=person, format="csv", columns=["title", "applicant"])
    exports.make(asked.pk)
    client = signed_in(person)
    given = {
        "slug": [call.slug], "pk": [one.pk, meeting.pk], "number": [1], "block": ["projet"],
        "field": ["what"], "name": ["what"], "token": ["x"], "word": ["texte"], "appeal": [1],
        "milestone": [1], "key": [CallExport.objects.get().key],
    }  # fmt: skip
    of_round = {
        "pk": [found.pk], "item": [item.pk], "kind": ["csv"], "seat": [1], "plan": [1],
        "reading": [row.pk for row in item.readings.all()[:1]], "conflict": [1],
        "step": ["discuter"],
    }  # fmt: skip
    elsewhere = [
        "/mon-espace", "/gestion", "/notifications", "/initiatives?q=projet", "/appels?q=projet",
        f"/appels/{call.slug}/instruction?q=projet", f"/appels/{call.slug}/exports?q=projet",
        "/api/v1/calls", f"/api/v1/calls/{call.slug}", "/api/v1/initiatives?q=projet",
    ]  # fmt: skip
    opened = 0
    for address in [
        *addresses(urls.urlpatterns, "calls", given),
        *addresses(peers_urls.urlpatterns, "peers", of_round),
        *elsewhere,
    ]:
        answer = client.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[arg-type]
        text = body.decode("utf-8", "replace")
        if address == reverse("peers:profile"):
            continue  # one's own declaration, which names the organisation
        assert WORD not in text, address
        opened += answer.status_code == 200
    assert opened > 30
