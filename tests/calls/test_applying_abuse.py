"""What someone tries who should not, and what a form holds that it should not."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from essaim.calls import rules
from essaim.calls.actions import building, files, keeping, partners, setting
from essaim.calls.eligibility import checks
from essaim.calls.forms.applying import FileForm
from essaim.calls.forms.building import FieldForm
from essaim.calls.models import (
    Answer,
    Application,
    EligibilityRule,
    FormVersion,
    Submission,
    SubmittedPersons,
)
from essaim.calls.reading import sections_of
from essaim.common.errors import DomainError
from essaim.people.actions import memberships
from essaim.people.actions.merging import merge_organisations
from tests.calls.factories import BLOCKS, CallFactory, officer
from tests.calls.factories_applying import (
    TEXT,
    Story,
    application,
    begin,
    by_person,
    filled,
    partner,
    save,
    submit,
    submitted,
    team,
)
from tests.dossiers.factories import deposit
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def form_of(*fields: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"slug": "projet", "title": "Le projet", "fields": list(fields)}]


def test_the_help_of_a_question_is_shown_as_it_was_typed() -> None:
    text = '<b>vite</b> <script>alert("x")</script>'
    story = application(
        CallFactory(
            content=form_of(
                {"name": "what", "label": "Quoi ?", "kind": "text", "help": text},
                {
                    "name": "which", "label": "Lequel ?", "kind": "choice", "help": text,
                    "choices": [["a", "A"], ["b", "B"]],
                },
                {"name": "where", "label": "Où ?", "kind": "territory", "help": text},
            )
        )
    )  # fmt: skip
    address = reverse("calls:application_block", args=[story.application.pk, "projet"])
    page = signed_in(story.holder).get(address).content.decode()
    assert page.count("&lt;script&gt;alert") == 3
    assert "<script>alert" not in page and "<b>vite" not in page


# --- conflicts of interest ------------------------------------------------------------------------
def test_a_partner_who_signed_and_left_keeps_its_members_out() -> None:
    story = filled()
    made, representative = partner(story)
    partners.sign(made, by=representative)
    submit(story)
    run = officer(story.call, representative)
    partners.leave(made, by=representative, reason="Pour instruire.")
    assert rules.is_linked(run, story.fresh())
    assert not Application.objects.instructed_by(run).exists()
    assert not Application.objects.visible_to(run).exists()


def test_an_invitation_that_was_declined_keeps_nobody_out() -> None:
    story = filled()
    made, representative = partner(story)
    partners.decline(made, by=representative)
    submit(story)
    run = officer(story.call, representative)
    assert Application.objects.instructed_by(run).get() == story.application


def _editor(story: Story) -> Any:
    person = UserFactory()
    EmailAddress.objects.get_or_create(
        user=person, email=person.email, defaults={"verified": True, "primary": True}
    )
    EmailAddress.objects.filter(user=person).update(verified=True)
    invitation = partners.invite_editor(story.application, person.email, by=story.holder)
    partners.accept_editing(partners.token_of(invitation), by=person)
    mail.outbox.clear()
    return person


def test_who_wrote_an_application_and_left_it_instructs_it_never() -> None:
    story = filled()
    person = _editor(story)
    partners.remove_editor(story.application.editors.get(user=person), by=person)
    submit(story)
    assert not Application.objects.visible_to(officer(story.call, person)).exists()


def test_who_is_invited_to_write_sees_no_paper_of_the_organisation() -> None:
    story = filled()
    person = _editor(story)
    paper = deposit(story.organisation, story.holder)
    assert "document" in FileForm(application=story.application, carries=True).fields
    assert "document" not in FileForm(application=story.application, carries=False).fields
    with pytest.raises(DomainError, match="membres"):
        files.join_document(
            story.application, "projet", "joined", paper, by=person, submission=uuid.uuid4()
        )


def test_who_leaves_the_organiser_runs_its_calls_no_more(
    django_capture_on_commit_callbacks: Any,
) -> None:
    story = submitted()
    run = officer(story.call)
    MembershipFactory(organisation=story.call.organiser, role="representative")
    assert rules.can_instruct(run, story.application)
    with django_capture_on_commit_callbacks(execute=True):
        memberships.leave(story.call.organiser, by=run)
    assert not rules.can_run(run, story.call)
    assert not Application.objects.visible_to(run).exists()


def test_two_organisers_put_together_keep_who_runs_their_calls(
    django_capture_on_commit_callbacks: Any,
) -> None:
    call, kept = CallFactory(), OrganisationFactory(kind="central_service")
    run = officer(call)
    MembershipFactory(organisation=kept, user=run)
    with django_capture_on_commit_callbacks(execute=True):
        merge_organisations(
            kept, call.organiser, by=UserFactory(is_manager=True), reason="La même.",
            though_different=True,
        )  # fmt: skip
    call.refresh_from_db()
    assert call.organiser == kept and rules.can_run(run, call)


def test_results_before_the_closing_are_refused_from_the_start() -> None:
    call = CallFactory(draft=True)
    given = {
        "zone": call.zone, "opens_at": call.opens_at, "closes_at": call.closes_at,
        "results_on": call.opens_at.date(),
    }  # fmt: skip
    with pytest.raises(DomainError, match="après la fermeture"):
        setting.check_calendar(call, given)


# --- forged numbers -------------------------------------------------------------------------------
def test_the_number_of_anothers_form_makes_and_tells_nothing() -> None:
    number = uuid.uuid4()
    other = application(submission=number)
    organisation, holder, _colleague = team()
    with pytest.raises(DomainError, match="déjà servi"):
        begin(other.call, holder, organisation, submission=number)
    mine, theirs, third = filled(), filled(), filled()
    partner(third, submission=number)
    with pytest.raises(DomainError, match="déjà servi"):
        partner(mine, submission=number)
    submit(theirs, submission=number)
    with pytest.raises(DomainError, match="déjà servi"):
        submit(mine, submission=number)
    assert Submission.objects.count() == 1


# --- what was typed -------------------------------------------------------------------------------
@pytest.mark.parametrize("typed", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_compared_with_nothing(typed: str) -> None:
    story = application()
    EligibilityRule.objects.create(
        call=story.call, position=0, test="at_least", field="projet.what", value=3,
        says="Trois au moins.",
    )  # fmt: skip
    save(story, "projet", {"what": typed})
    found = story.fresh()
    assert checks(found, sections_of(found))[-1].holds is None


@pytest.mark.parametrize("typed", ["9999-12-31T23:59", "0001-01-01T00:00", "1900-01-01T00:00"])
def test_a_delay_out_of_time_is_refused(typed: str) -> None:
    story = application(CallFactory(zone="Pacific/Tahiti"))
    run = signed_in(officer(story.call))
    address = reverse("calls:extend", args=[story.application.pk])
    assert run.post(address, {"until": typed}).status_code == 422
    assert story.fresh().extended_to is None


def test_bytes_that_no_text_holds_are_refused_and_nothing_breaks() -> None:
    story = application()
    client = signed_in(story.holder)
    address = reverse("calls:application_block", args=[story.application.pk, "projet"])
    response = client.post(address, {"what": "avant\x00après", "version": "1"})
    assert response.status_code == 422
    assert story.application.answers.get(block="projet").content == {}
    asks = CallFactory(content=form_of({"name": "joined", "label": "Statuts", "kind": "file"}))
    story = application(asks)
    client = signed_in(story.holder)
    address = reverse("calls:join_file", args=[story.application.pk, "projet", "joined"])
    empty = SimpleUploadedFile("statuts.pdf", b"")
    given = {"submission": str(uuid.uuid4()), "file": empty}
    assert client.post(address, given).status_code == 422
    assert not story.application.files.exists()


# --- a form that changes under drafts ---------------------------------------------------------------
def test_a_question_asked_for_another_nature_leaves_what_was_answered() -> None:
    story = filled()
    run, call = officer(story.call), story.call
    given = {"label": "Que ferez-vous ?", "kind": "costs", "required": True, "help": ""}
    name = building.save_field(call, "projet", "what", given, stamp_seen=None)
    assert name != "what"
    again = building.save_field(call, "projet", name, given, stamp_seen=None)
    assert again == name
    building.publish_form(call, by=run, reason="Des coûts plutôt qu’un texte.")
    address = reverse("calls:application_block", args=[story.application.pk, "projet"])
    assert signed_in(story.holder).get(address).status_code == 200
    assert story.application.answers.get(block="projet").content["what"]
    building.remove_field(call, "projet", name, stamp_seen=None)
    longer = {**given, "label": "what", "kind": "number"}
    assert building.save_field(call, "projet", "", longer, stamp_seen=None) != "what"


def test_a_text_made_shorter_keeps_its_name() -> None:
    call = CallFactory()
    given = {"label": "Que ferez-vous ?", "kind": "text", "longest": 200}
    assert building.save_field(call, "projet", "what", given, stamp_seen=None) == "what"


def test_a_new_answer_never_takes_the_key_of_an_old_one() -> None:
    long = "Une réponse dont les quarante premiers signes sont "
    known = {"choices": [["une-reponse-dont-les-quarante-premiers-si", f"{long}les mêmes"]]}
    typed = f"{long}aussi ceux-ci\n{long}les mêmes"
    form = FieldForm({"label": "Quoi ?", "kind": "choice", "choices": typed}, known=known)
    assert form.is_valid(), form.errors
    (new, _words), (old, _same) = form.definition()["choices"]
    assert old == known["choices"][0][0] and new != old


# --- what goes with a person ----------------------------------------------------------------------
PERSONS = [
    *BLOCKS,
    {
        "slug": "contacts", "title": "Contacts", "of_persons": True,
        "fields": [{"name": "contact", "label": "Qui ?"} | {"kind": "text", "required": False}],
    },
]  # fmt: skip


def test_a_closed_account_leaves_no_name_in_the_answers() -> None:
    story = by_person(CallFactory(persons_may_apply=True, content=PERSONS))
    save(story, "contacts", {"contact": "Ada Martin"})
    story.fresh()
    submit(story)
    keeping.forget_person(story.holder)
    assert Answer.objects.get(application=story.application, block="contacts").content == {}
    assert SubmittedPersons.objects.get().content == {}


def test_a_partner_reads_the_project_and_nobody_s_name() -> None:
    story = filled(CallFactory(content=PERSONS))
    save(story, "contacts", {"contact": "Ada Martin"})
    made, representative = partner(story)
    partners.sign(made, by=representative)
    story.fresh()
    submit(story)
    address = reverse("calls:version", args=[story.application.pk, 1])
    for reader, reads in ((story.holder, True), (representative, False)):
        page = signed_in(reader).get(address).content.decode()
        assert TEXT in page and ("Ada Martin" in page) is reads


def test_names_that_an_older_form_asked_are_erased_too() -> None:
    story = filled(CallFactory(content=PERSONS))
    save(story, "contacts", {"contact": "Ada Martin"})
    story.fresh()
    submit(story)
    FormVersion.objects.create(call=story.call, number=2, blocks=BLOCKS)
    type(story.call).objects.filter(pk=story.call.pk).update(form_number=2)
    keeping._erase_from_answers(story.application)
    assert Answer.objects.get(application=story.application, block="contacts").content == {}
