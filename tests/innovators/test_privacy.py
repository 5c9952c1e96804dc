"""The right to error: how a file ended is read by two people, whatever the road taken."""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from essaim.following.actions.mailing import mail_what_waits
from essaim.innovators.actions import ending
from essaim.innovators.models import InnovationFile, Outcome
from tests.following.factories import told_at_once
from tests.innovators.factories import InnovationFileFactory, officer
from tests.people.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
SECRET = "Muté outre-mer, je renonce"
MARKS = [SECRET, "droit à l’erreur)", "abandon", "arrêt (", "réussite</", "clôture</"]


@pytest.fixture
def pair(client):
    """Two files alike but for their end, both ended through the page: stopped, and succeeded."""
    case_officer = officer()
    stopped, succeeded = (
        InnovationFileFactory(prototyping=True, case_officer=case_officer, title=f"Projet {n}")
        for n in "AB"
    )
    for file, kind, by, reason in [
        (stopped, "abandoned", stopped.innovator, SECRET),
        (succeeded, "succeeded", case_officer, ""),
    ]:
        client.force_login(by)
        answer = client.post(
            reverse("innovators:end", args=[file.pk]),
            {"kind": kind, "reason": reason, "sure": "on"},
        )
        assert answer.status_code == 302
    client.logout()
    return InnovationFile.objects.get(pk=stopped.pk), InnovationFile.objects.get(pk=succeeded.pk)


def body(answer):
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode(errors="replace")


def test_the_two_concerned_read_it(client, pair):
    stopped, _succeeded = pair
    for person in (stopped.innovator, stopped.case_officer):
        client.force_login(person)
        assert SECRET in body(client.get(stopped.get_absolute_url()))


def test_managers_and_administrators_read_the_same_words_for_every_end(client, pair):
    for person in (UserFactory(manager=True), UserFactory(administrator=True)):
        client.force_login(person)
        pages = [body(client.get(file.get_absolute_url())) for file in pair]
        for page, file in zip(pages, pair, strict=True):
            assert "terminé" in page
            assert not [mark for mark in MARKS if mark in page]
            for private in (file.summary, "Prototype</h2>", "Jalons"):
                assert private not in page
        alike = [
            page.split("<main")[1]
            .split("</main>")[0]
            .replace(file.title, "T")
            .replace(file.innovator.name, "P")
            .replace(file.organisation.get_absolute_url(), "O")
            .replace(file.organisation.name, "O")
            .replace(f"/parcours/{file.pk}", "/parcours/N")
            for page, file in zip(pages, pair, strict=True)
        ]
        assert alike[0] == alike[1]


def test_lists_filters_and_exports_do_not_tell(client, pair):
    stopped, succeeded = pair
    client.force_login(UserFactory(manager=True))
    for address in (
        reverse("innovators:manage"),
        reverse("innovators:manage") + "?step=ended",
        reverse("innovators:manage") + "?only=late",
        reverse("innovators:export", args=["csv"]),
        reverse("innovators:prize_list"),
    ):
        page = body(client.get(address))
        assert not [mark for mark in MARKS if mark in page], address
        assert (stopped.title in page) == (succeeded.title in page), address
    for kind in Outcome.Kind.values:  # an end is not a filter
        assert not client.get(reverse("innovators:manage"), {"step": kind}).context["rows"]
    lines = body(client.get(reverse("innovators:export", args=["csv"]))).splitlines()
    rows = [line.split(";")[4:] for line in lines if line.startswith("Projet")]
    assert len(rows) == 2 and rows[0] == rows[1]


def test_others_do_not_even_see_the_file(client, pair):
    stopped, _succeeded = pair
    colleague = MembershipFactory(organisation=stopped.organisation, role="representative").user
    for person in (None, UserFactory(), officer(), colleague):
        client.logout()
        if person:
            client.force_login(person)
        assert client.get(stopped.get_absolute_url()).status_code in {302, 404}


def test_the_two_act_on_an_ended_file_and_nobody_else(client, pair):
    stopped, _succeeded = pair
    for person in (UserFactory(manager=True), officer()):
        client.force_login(person)
        for name in ("end", "rights", "follow_up", "card", "prize", "erase_reason", "support"):
            answer = client.post(reverse(f"innovators:{name}", args=[stopped.pk]), {})
            assert answer.status_code in {403, 404, 405}, name


def test_a_manager_cannot_name_themselves_to_an_ended_file(client, pair):
    stopped, _succeeded = pair
    curious = UserFactory(manager=True)
    client.force_login(curious)
    client.post(reverse("innovators:roster"), {"email": curious.email})
    client.post(reverse("innovators:name_officer", args=[stopped.pk]), {"officer": curious.pk})
    client.post(reverse("innovators:take", args=[stopped.pk]))
    stopped.refresh_from_db()
    assert stopped.case_officer != curious
    assert SECRET not in body(client.get(stopped.get_absolute_url()))


def test_the_file_and_every_history_table_tell_nothing(pair):
    """All rows of all tables but one: alike for both ends, without author or address."""
    stopped, succeeded = pair
    events = InnovationFile.pgh_event_model.objects.filter(state="ended")
    told = [
        {
            "state": event.state,
            "context": event.pgh_context,
            "dates": (event.due_on, event.ended_on),
        }
        for event in events.filter(pgh_obj__in=[stopped.pk, succeeded.pk])
    ]
    assert len(told) == 2 and told[0] == told[1]
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        for model in apps.get_models(include_auto_created=True):
            if model is Outcome or model._meta.db_table not in tables:
                continue
            cursor.execute(f'SELECT to_jsonb(t) FROM "{model._meta.db_table}" t')
            text = " ".join(
                row if isinstance(row, str) else json.dumps(row, ensure_ascii=False)
                for (row,) in cursor.fetchall()
            )
            assert SECRET not in text, model
            if model._meta.app_label not in {"auth", "contenttypes"}:
                assert "abandon" not in text, model


def test_no_history_is_kept_of_how_files_end():
    tracked = {
        model.pgh_tracked_model
        for model in apps.get_models()
        if hasattr(model, "pgh_tracked_model")
    }
    assert Outcome not in tracked
    assert InnovationFile in tracked


def test_the_administration_shows_no_file(client, pair):
    shown = {model._meta.app_label for model in admin.site._registry}
    assert "innovators" not in shown
    client.force_login(UserFactory(administrator=True))
    for model, site in admin.site._registry.items():
        info = (model._meta.app_label, model._meta.model_name)
        if site.has_view_permission(client.get("/").wsgi_request):
            client.get(reverse("admin:{}_{}_changelist".format(*info)))
        page = body(client.get(reverse("admin:{}_{}_changelist".format(*info))))
        assert SECRET not in page and "Projet A" not in page, model


def test_messages_never_say_how_it_ended(mailoutbox):
    bodies = []
    for kind in ("abandoned", "succeeded", "closed"):
        file = InnovationFileFactory(prototyping=True, title="Projet")
        for person in (file.innovator, file.case_officer):
            told_at_once(person)
        ending.end(file, kind=kind, reason=SECRET, by=file.case_officer)
        mail_what_waits(timezone.now() + dt.timedelta(minutes=2))
        bodies += [m.subject + re.sub(r"http\S+", "", m.body) for m in mailoutbox]
        mailoutbox.clear()
    assert len(bodies) == 6 and len(set(bodies)) == 1


def test_the_reason_can_be_taken_back(client, pair):
    stopped, _succeeded = pair
    client.force_login(stopped.innovator)
    client.post(reverse("innovators:erase_reason", args=[stopped.pk]))
    assert Outcome.objects.get(file=stopped).reason == ""


def test_the_prize_is_the_innovators_choice(client, pair):
    _stopped, succeeded = pair
    manager = UserFactory(manager=True)
    client.force_login(manager)
    assert succeeded.title not in body(client.get(reverse("innovators:prize_list")))
    client.force_login(succeeded.innovator)
    client.post(reverse("innovators:prize", args=[succeeded.pk]))
    client.force_login(manager)
    assert succeeded.title in body(client.get(reverse("innovators:prize_list")))


def test_an_account_that_goes_leaves_the_file_and_no_confidence(pair):
    stopped, _succeeded = pair
    InnovationFile.objects.filter(pk=stopped.pk).update(interview_notes="Confidences")
    stopped.innovator.delete()
    stopped.refresh_from_db()
    assert (stopped.innovator, stopped.interview_notes) == (None, "")
    assert Outcome.objects.get(file=stopped).reason == ""
