"""What applicants meet on their pages: what lacks, conflicts, text too long, receipts."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from essaim.calls.actions import calendar, eligibility, submitting
from essaim.calls.models import Application, Call, FormVersion
from tests.calls.factories import BLOCKS, CallFactory, officer
from tests.calls.factories_applying import (
    TEXT,
    application,
    filled,
    partner,
    save,
    submitted,
    team,
)
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text_of(response: Any) -> str:
    return str(response.content.decode()).replace("\xa0", " ")


def test_from_the_call_to_the_receipt() -> None:
    call = CallFactory()
    organisation, holder, _colleague = team()
    client = signed_in(holder)
    address = reverse("calls:start", args=[call.slug])
    page = text_of(client.get(address))
    assert "Commencer la candidature" in page
    form = {
        "submission": str(uuid.uuid4()), "organisation": organisation.pk, "title": "Chantiers",
        "initiative": "", "territory": "",
    }  # fmt: skip
    response = client.post(address, form)
    made = Application.objects.get()
    assert response.headers["Location"] == made.get_absolute_url()
    client.post(address, form)
    assert Application.objects.count() == 1
    assert 'Il manque : <span lang="fr">Que ferez-vous' in text_of(
        client.get(made.get_absolute_url())
    )
    for slug, content in (
        ("projet", {"what": TEXT, "requested_cents": "12 000,50"}),
        ("essaimage", {}),
    ):
        block = reverse("calls:application_block", args=[made.pk, slug])
        version = client.get(block).context["version"]
        answer = client.post(block, {"version": version, "continue": "1", **content})
        assert answer.status_code == 302, answer.context["form"]
    made.refresh_from_db()
    assert made.requested_cents == 12_000_50
    submit = reverse("calls:submit", args=[made.pk])
    assert "Déposer</button>" in text_of(client.get(submit))
    key = str(uuid.uuid4())
    first = client.post(submit, {"submission": key})
    second = client.post(submit, {"submission": key})
    assert first.headers["Location"] == second.headers["Location"]
    receipt = text_of(client.get(first.headers["Location"]))
    assert "n° 1" in receipt and "Service de l’innovation" in receipt
    pdf = client.get(reverse("calls:receipt_pdf", args=[made.pk, 1]))
    assert pdf.content.startswith(b"%PDF")
    for name in ("version", "version_pdf"):
        assert client.get(reverse(f"calls:{name}", args=[made.pk, 1])).status_code == 200


def test_a_text_of_two_hundred_pages_is_refused_and_kept_in_the_form() -> None:
    story = application()
    client = signed_in(story.holder)
    long = "Ligne de texte. " * 40_000
    answer = client.post(
        reverse("calls:application_block", args=[story.application.pk, "projet"]),
        {"version": "1", "what": long, "requested_cents": "abc"},
    )
    assert answer.status_code == 422
    page = text_of(answer)
    assert "3 000" in page or "3000" in page
    assert long.strip()[:200_000] in page and "« abc » n’est pas un montant" in page
    assert not story.application.answers.get(block="projet").content


def test_the_second_editor_is_shown_both_texts() -> None:
    story = application()
    version = story.application.answers.get(block="projet").version
    save(story, "projet", {"what": "Le premier texte."})
    answer = signed_in(story.colleague).post(
        reverse("calls:application_block", args=[story.application.pk, "projet"]),
        {"version": version, "what": "Le second texte."},
    )
    assert answer.status_code == 409
    page = text_of(answer)
    assert "premier" in page and "Le second texte." in page
    autosaved = signed_in(story.colleague).post(
        reverse("calls:application_block", args=[story.application.pk, "projet"]),
        {"version": version, "what": "Encore."}, headers={"X-Essaim-Autosave": "1"},
    )  # fmt: skip
    assert autosaved.status_code == 409


def test_an_autosave_keeps_what_is_valid_and_reads_nothing_for_the_person() -> None:
    story = application()
    answer = signed_in(story.holder).post(
        reverse("calls:application_block", args=[story.application.pk, "projet"]),
        {"version": "1", "what": "Brouillon.", "requested_cents": "abc"},
        headers={"X-Essaim-Autosave": "1"},
    )  # fmt: skip
    assert answer.json()["complete"] is False and answer.json()["version"] == 2
    row = story.application.answers.get(block="projet")
    assert row.content["what"] == "Brouillon." and not row.is_checked


def test_an_expired_session_gives_the_text_back() -> None:
    story = application()
    address = reverse("calls:application_block", args=[story.application.pk, "projet"])
    client = Client()
    assert client.post(address, {"version": "1", "what": "Tapé longtemps."}).status_code == 302
    client.force_login(story.holder, backend="django.contrib.auth.backends.ModelBackend")
    assert "Tapé longtemps." in text_of(client.get(address))


def test_a_changed_form_is_told_on_the_page() -> None:
    story = filled()
    blocks = [
        BLOCKS[0],
        {**BLOCKS[1], "fields": [{"name": "why", "label": "Pourquoi ?", "kind": "text"}]},
    ]
    FormVersion.objects.create(call=story.call, number=2, blocks=blocks, reason="Précisions.")
    Call.objects.filter(pk=story.call.pk).update(form_number=2)
    client = signed_in(story.holder)
    page = text_of(client.get(story.application.get_absolute_url()))
    assert "Le formulaire a changé" in page and "Reprise ailleurs – Pourquoi ?" in page
    client.post(reverse("calls:accept_form", args=[story.application.pk]), {"number": "2"})
    assert "Le formulaire a changé" not in text_of(client.get(story.application.get_absolute_url()))


def test_too_late_is_said_and_the_draft_stays() -> None:
    story = filled()
    Call.objects.filter(pk=story.call.pk).update(
        closes_at="2026-01-01T11:00Z", opens_at="2025-12-01T11:00Z"
    )
    client = signed_in(story.holder)
    address = reverse("calls:submit", args=[story.application.pk])
    assert "Trop tard" in text_of(client.get(address))
    answer = client.post(address, {"submission": str(uuid.uuid4())})
    assert answer.status_code == 422 and "Trop tard" in text_of(answer)


def test_every_page_of_the_side_opens() -> None:
    card = InitiativeFactory(published=True)
    story = filled(initiative=card)
    made, representative = partner(story)
    client = signed_in(story.holder)
    pk = story.application.pk
    for name, args in [
        ("mine", []), ("essentials", [pk]), ("replication_help", [pk]), ("team", [pk]),
        ("invite_partner", [pk]), ("invite_editor", [pk]), ("withdraw_application", [pk]),
        ("partner", [pk, made.pk]), ("change_partner", [pk, made.pk]),
        ("leave_partner", [pk, made.pk]), ("questions", [story.call.slug]),
    ]:  # fmt: skip
        assert client.get(reverse(f"calls:{name}", args=args)).status_code == 200, name
    other = signed_in(representative)
    page = text_of(other.get(reverse("calls:partner", args=[pk, made.pk])))
    assert "Signer</button>" in page and TEXT in page
    other.post(reverse("calls:sign_partner", args=[pk, made.pk]))
    answer = client.post(
        reverse("calls:invite_partner", args=[pk]),
        {"submission": str(uuid.uuid4()), "organisation": "Inconnue", "role": "partner"},
    )
    assert answer.status_code == 422 and "Aucune organisation" in text_of(answer)


def test_a_delay_at_an_hour_that_does_not_exist_is_refused() -> None:
    story = filled()
    client = signed_in(officer(story.call))
    address = reverse("calls:extend", args=[story.application.pk])
    answer = client.post(address, {"until": "2027-03-28T02:30"})
    assert answer.status_code == 422 and "n’existe pas" in text_of(answer)
    assert client.post(address, {"until": "2027-03-28T03:30"}).status_code == 302
    story.fresh()
    assert story.application.extended_to is not None
    assert story.application.extended_to.isoformat().startswith("2027-03-28T01:30")


def test_an_opened_again_application_says_what_stands() -> None:
    story = submitted()
    submitting.reopen(story.application, by=story.holder)
    page = text_of(signed_in(story.holder).get(story.application.get_absolute_url()))
    assert "La version 1 reste déposée" in page


def test_pages_ask_as_much_whatever_their_rows() -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    organisation, holder, _colleague = team()
    client = signed_in(holder)
    counts = []
    for rows in (1, 3, 18):
        while Application.objects.count() < rows:
            call = CallFactory()
            Application.objects.create(call=call, organisation=organisation, title="x")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(reverse("calls:mine")).status_code == 200
        counts.append(len(queries))
    assert len(set(counts)) == 1, counts


def test_who_must_complete_reads_what_is_asked_where_they_write(client: Client) -> None:
    story = submitted()
    closed = story.call
    Call.objects.filter(pk=closed.pk).update(closes_at=timezone.now())
    calendar.close_call(Call.objects.get(pk=closed.pk))
    eligibility.ask_completion(
        story.fresh(), asked="Un devis du camion.", by=UserFactory(is_manager=True),
        due_at=timezone.now() + dt.timedelta(days=9),
    )  # fmt: skip
    client.force_login(story.holder)
    page = client.get(story.application.get_absolute_url()).text
    assert "Un devis du camion." in page
    assert reverse("calls:decision", args=[story.application.pk]) in page
    assert client.get("/mon-espace").text.count("Compléter") == 1
