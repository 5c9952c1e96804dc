"""Submitting: what lacks, in time, once; then opening again, keeping, withdrawing."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone, translation
from procrastinate.contrib.django.models import ProcrastinateJob

from essaim.calls.actions import applying, calendar, submitting
from essaim.calls.document import receipt_document, receipt_facts, version_document
from essaim.calls.eligibility import checks
from essaim.calls.models import (
    Application,
    ApplicationState,
    Call,
    EligibilityRule,
    FormVersion,
    Submission,
)
from essaim.calls.reading import fingerprint, form_of, sections_of
from essaim.calls.tasks_applying import send_receipt
from essaim.common.errors import DomainError
from essaim.common.typography import french
from tests.calls.factories import BLOCKS, officer
from tests.calls.factories_applying import (
    application,
    by_person,
    filled,
    partner,
    save,
    submit,
    submitted,
)
from tests.following.factories import MailSettingsFactory
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db


def close(call: Call, **ago: float) -> None:
    """The clock of the call is past its closing."""
    Call.objects.filter(pk=call.pk).update(closes_at=timezone.now() - dt.timedelta(**ago))


def test_what_lacks_is_said_and_nothing_is_submitted() -> None:
    story = application()
    with pytest.raises(DomainError, match=french("Il manque encore : Le projet")):
        submit(story)
    assert not Submission.objects.exists()


def test_a_submission_is_frozen_numbered_and_receipted() -> None:
    story = filled()
    version = submit(story)
    found = story.fresh()
    assert (found.state, found.number, found.last_number) == ("submitted", 1, 1)
    assert version.content["requested_cents"] == 12_000_00
    assert version.sha256 == fingerprint(version.content)
    assert submit(filled(story.call)).application.number == 2
    jobs = ProcrastinateJob.objects.filter(task_name="calls.send_receipt")
    assert {job.args["pk"] for job in jobs} == set(Submission.objects.values_list("pk", flat=True))
    send_receipt(pk=version.pk)
    [message] = mail.outbox
    assert message.to == [story.holder.email] and "n° 1" in message.subject
    name, content, _kind = message.attachments[0]
    assert name == "recepisse-1-v1.pdf" and content.startswith(b"%PDF")


def test_the_receipt_is_in_the_language_of_who_submitted() -> None:
    story = filled()
    with translation.override("en"):
        version = submit(story)
    job = ProcrastinateJob.objects.get(task_name="calls.send_receipt")
    assert job.args == {"pk": version.pk, "language": "en"}
    send_receipt(**job.args)
    # What they chose for messages comes first.
    MailSettingsFactory(user=story.holder, language="fr")
    send_receipt(**job.args)
    english, french = mail.outbox
    assert "Hello" in english.body and "no. 1" in english.subject.lower()
    assert "Bonjour" in french.body and "n° 1" in french.subject
    # The document is one, whatever the language of the message.
    assert [each.attachments[0][0] for each in mail.outbox] == ["recepisse-1-v1.pdf"] * 2


def test_the_receipt_names_service_contact_delay_and_print() -> None:
    story = submitted()
    said = " ".join(value for _label, value in receipt_facts(story.version))
    for words in ("Service de l’innovation", "appels@exemple.fr", "Recours gracieux"):
        assert words in said
    assert story.version.sha256 in said and "heure de Paris" in said
    assert receipt_document(story.version).startswith(b"%PDF")
    assert version_document(story.version).startswith(b"%PDF")


def test_sent_twice_it_is_one_with_one_receipt() -> None:
    story = filled()
    key = uuid.uuid4()
    assert submit(story, submission=key).pk == submit(story, submission=key).pk
    # From another window too: the receipt of the first one.
    assert submit(story, submission=uuid.uuid4()).number == 1
    assert Submission.objects.count() == 1
    assert ProcrastinateJob.objects.filter(task_name="calls.send_receipt").count() == 1


def test_who_engages_the_organisation_submits() -> None:
    story = filled()
    with pytest.raises(DomainError, match="représentant"):
        submit(story, by=story.colleague)


def test_after_the_closing_by_the_clock_nothing_is_taken() -> None:
    story = filled()
    close(story.call, hours=1)
    with pytest.raises(DomainError, match="Trop tard"):
        submit(story)
    assert story.fresh().state == "draft"
    assert story.application.answers.filter(content__what__startswith="Former").exists()


def test_a_delay_granted_by_who_runs_the_call() -> None:
    story = filled()
    run = officer(story.call)
    with pytest.raises(DomainError, match="responsable"):
        until = timezone.now() + dt.timedelta(days=40)
        submitting.extend(story.application, by=story.holder, until=until)
    close(story.call, hours=1)
    calendar.close_due()
    submitting.extend(story.application, by=run, until=timezone.now() + dt.timedelta(days=1))
    story.fresh()
    assert submit(story).application.state == "submitted"
    # Closed by hand, before its hour, the call takes nothing from the others.
    other = filled()
    Call.objects.filter(pk=other.call.pk).update(state="closed")
    with pytest.raises(DomainError, match="Trop tard"):
        submit(other)


def test_an_officer_of_the_same_administration_grants_nothing() -> None:
    story = filled()
    officer(story.call, story.colleague)
    with pytest.raises(DomainError, match="sans lien"):
        submitting.extend(
            story.application, by=story.colleague, until=timezone.now() + dt.timedelta(days=40)
        )


def test_opened_again_the_submitted_version_stands_at_the_closing() -> None:
    story = submitted()
    submitting.reopen(story.application, by=story.colleague)
    save(story, "projet", {"what": "Autre chose."})
    close(story.call, hours=1)
    calendar.close_due()
    found = story.fresh()
    assert found.state == "submitted" and found.last_number == 1
    assert found.answers.get(block="projet").content["what"].startswith("Former")
    with pytest.raises(DomainError, match="clos"):
        submitting.reopen(found, by=story.holder)


def test_opened_again_and_submitted_again_it_keeps_its_number() -> None:
    story = submitted()
    submitting.reopen(story.application, by=story.holder)
    save(story, "projet", {"what": "Mieux dit."})
    assert submit(story).number == 2
    assert story.fresh().number == 1
    assert story.application.versions.get(number=1).content["blocks"]["projet"]["what"] != (
        "Mieux dit."
    )


def test_given_up_the_changes_go() -> None:
    story = submitted()
    submitting.reopen(story.application, by=story.holder)
    save(story, "projet", {"what": "Autre chose.", "requested_cents": 5})
    assert story.fresh().requested_cents == 5
    submitting.keep_submitted(story.application, by=story.colleague)
    found = story.fresh()
    assert found.state == "submitted" and found.requested_cents == 12_000_00


def test_withdrawn_by_who_signs_before_the_decision() -> None:
    story = submitted()
    with pytest.raises(DomainError):
        applying.withdraw(story.application, by=story.colleague)
    applying.withdraw(story.application, by=story.holder)
    assert story.fresh().state == ApplicationState.WITHDRAWN
    assert Submission.objects.count() == 1
    with pytest.raises(DomainError):
        applying.withdraw(story.application, by=story.holder)


def test_a_required_block_added_later_breaks_no_submission() -> None:
    story = submitted()
    more = [
        *BLOCKS, {"slug": "suite", "title": "Suite", "fields": [{"name": "a", "label": "A", "kind": "text"}]},
    ]  # fmt: skip
    FormVersion.objects.create(call=story.call, number=2, blocks=more)
    Call.objects.filter(pk=story.call.pk).update(form_number=2)
    assert story.fresh().state == "submitted"
    submitting.reopen(story.application, by=story.holder)
    story.fresh()
    with pytest.raises(DomainError, match="Suite"):
        submit(story)
    submitting.keep_submitted(story.application, by=story.holder)
    assert story.fresh().state == "submitted"


def test_nobody_s_address_is_frozen() -> None:
    story = filled()
    save(story, "projet", {"what": "Écrivez à jeanne.exemple@exemple.fr."})
    story.fresh()
    with pytest.raises(DomainError, match="Il manque encore"):
        submit(story)
    [projet, _rest] = sections_of(story.application)
    assert "une adresse ou un numéro personnels" in projet.missing[0]


def test_a_person_s_name_is_kept_apart() -> None:
    story = by_person()
    version = submit(story)
    assert story.holder.name not in str(version.content)
    assert version.persons.content["_applicant"]["name"] == story.holder.name


# --- conditions -----------------------------------------------------------------------------------
def rule(call: Call, test: str, value: Any, field: str = "", **more: Any) -> EligibilityRule:
    return EligibilityRule.objects.create(
        call=call, position=0, test=test, value=value, field=field, says=f"{test} !", **more
    )


@pytest.mark.parametrize(
    ("test", "value", "field", "holds"),
    [
        ("applicant_kind", ["association"], "", True),
        ("applicant_kind", ["local_authority"], "", False),
        ("has_card", None, "", None),
        ("ready", None, "", None),
        ("at_most", 12_000, "projet.requested_cents", True),
        ("at_most", 11_999.99, "projet.requested_cents", False),
        ("at_least", 12_000, "projet.requested_cents", True),
        ("answer", "Oui", "projet.what", False),
        ("answer", "Oui", "projet.unknown", None),
        ("at_least", 3, "essaimage.transfer", None),
        ("partners", 1, "", False),
        ("territory", ["departement:38"], "", None),
    ],
)
def test_conditions_are_explained_while_one_writes(
    test: str, value: Any, field: str, holds: bool | None
) -> None:
    story = filled()
    rule(story.call, test, value, field)
    story.fresh()
    [check] = checks(story.application, sections_of(story.application, form_of(story.application)))
    assert check.holds is holds and check.says == f"{test} !"


def test_a_blocking_condition_keeps_from_submitting_and_the_others_warn() -> None:
    story = filled()
    rule(story.call, "partners", 1)
    story.fresh()
    with pytest.raises(DomainError, match="partners !"):
        submit(story)
    made, representative = partner(story)
    from essaim.calls.actions import partners

    with pytest.raises(DomainError, match="signature"):
        submit(story)
    partners.sign(made, by=representative)
    assert submit(story).content["partners"][0]["organisation"] == made.organisation.name
    warned = filled()
    rule(warned.call, "partners", 1, is_blocking=False)
    submit(warned)


def test_a_stranger_sees_nothing_of_a_draft() -> None:
    story = filled()
    run = officer(story.call)
    stranger = UserFactory()
    assert not Application.objects.visible_to(run).exists()
    assert not Application.objects.visible_to(stranger).exists()
    submit(story)
    assert Application.objects.visible_to(run).get() == story.application
    assert not Application.objects.visible_to(stranger).exists()
