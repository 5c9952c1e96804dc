"""Who applies along, and who writes too; questions on a call."""

from __future__ import annotations

import uuid

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse

from essaim.calls.actions import partners, questions
from essaim.calls.models import Application, Call, CallQuestion, EditorInvitation, Partner
from essaim.calls.notifications_applying import send_editor_invitation
from essaim.calls.reading import partners_lack, sections_of
from essaim.common.errors import DomainError
from essaim.common.typography import french
from essaim.following.models import Notification
from essaim.people.models import User
from tests.calls.factories import BLOCKS, CallFactory, now, officer
from tests.calls.factories_applying import (
    Story,
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

TOGETHER = [
    *BLOCKS,
    {"slug": "ensemble", "title": "Ensemble", "source": "consortium", "fields": []},
]


def told(user: object) -> list[str]:
    rows = Notification.objects.filter(user=user).select_related("announcement")
    return [row.announcement.verb for row in rows]


def test_a_partner_is_told_signs_and_reads() -> None:
    story = filled()
    made, representative = partner(story, role="follower")
    assert told(representative) == ["call_partner_invited"]
    assert Application.objects.visible_to(representative).get() == story.application
    assert not Application.objects.written_by(representative).exists()
    with pytest.raises(DomainError, match="représentant"):
        partners.sign(made, by=story.holder)
    partners.sign(made, by=representative)
    partners.sign(made, by=representative)  # twice is once
    assert Partner.objects.get(pk=made.pk).signed_by == representative
    assert "call_partner_answered" in told(story.holder)


def test_what_concerns_a_partner_changed_it_signs_again() -> None:
    story = filled()
    made, representative = partner(story)
    partners.sign(made, by=representative)
    made = partners.change_part(
        made, by=story.holder, role="partner", territory=None, part="Autre chose.",
        amount_cents=100,
    )  # fmt: skip
    assert made.state == "invited" and made.signed_by is None


def test_a_partner_who_leaves_blocks_nothing_and_is_said() -> None:
    story = filled(CallFactory(content=TOGETHER))
    made, representative = partner(story)
    partners.sign(made, by=representative)
    save(story, "ensemble", {})
    run = officer(story.call)
    story.fresh()
    submit(story)
    partners.leave(made, by=representative, reason="Plus de budget.")
    assert "call_partner_left" in told(story.holder)
    assert "call_partner_left_submitted" in told(run)
    assert not Application.objects.visible_to(representative).exists()
    # The submitted version still names it.
    assert story.version.content["partners"][0]["organisation"] == made.organisation.name
    with pytest.raises(DomainError):
        partners.leave(made, by=representative, reason="Encore.")


def test_a_partner_does_not_leave_once_results_are_out() -> None:
    story = filled()
    made, representative = partner(story)
    partners.sign(made, by=representative)
    submit(story)
    Call.objects.filter(pk=story.call.pk).update(state="announced_results", results_at=now())
    with pytest.raises(DomainError, match="résultats"):
        partners.leave(made, by=representative, reason="Plus de budget.")
    assert Partner.objects.get(pk=made.pk).state == "signed"


def test_a_partner_who_leaves_a_draft_makes_its_block_be_read_again() -> None:
    story = filled(CallFactory(content=TOGETHER))
    made, representative = partner(story)
    partners.sign(made, by=representative)
    save(story, "ensemble", {})
    assert sections_of(story.fresh())[-1].is_done
    partners.leave(made, by=story.holder, reason="Ils ne peuvent plus.")
    assert not sections_of(story.fresh())[-1].is_done
    partner(story)  # another one may come


def test_one_organisation_once_and_never_oneself() -> None:
    story = filled()
    made, _representative = partner(story)
    for organisation, said in ((made.organisation, "déjà"), (story.organisation, "elle-même")):
        with pytest.raises(DomainError, match=said):
            partners.invite_partner(
                story.application, organisation, by=story.holder, submission=uuid.uuid4()
            )


def test_an_evaluator_is_named_and_budgeted_where_the_call_says_so() -> None:
    story = filled(CallFactory(needs_evaluator=True, consortium=False))
    assert partners_lack(story.application) == ["un évaluateur indépendant, nommé"]
    with pytest.raises(DomainError, match="seul organisme"):
        partner(story)
    made, representative = partner(story, role="evaluator")
    partners.sign(made, by=representative)
    assert partners_lack(story.fresh()) == ["le budget de l’évaluation indépendante"]
    partners.change_part(
        made, by=story.holder, role="evaluator", territory=None, part="", amount_cents=5_000_00
    )
    partners.sign(made, by=representative)
    story.fresh()
    submit(story)


# --- who writes too -------------------------------------------------------------------------------
def test_someone_invited_by_mail_writes_and_signs_nothing() -> None:
    story = filled()
    friend = UserFactory()
    EmailAddress.objects.update_or_create(
        user=friend, email=friend.email, defaults={"verified": True, "primary": True}
    )
    invitation = partners.invite_editor(story.application, friend.email.upper(), by=story.holder)
    assert partners.invite_editor(story.application, friend.email, by=story.holder) == invitation
    send_editor_invitation(invitation)
    assert mail.outbox[0].to == [friend.email.lower()]
    token = partners.token_of(invitation)
    with pytest.raises(DomainError, match="autre adresse"):
        partners.accept_editing(token, by=UserFactory())
    partners.accept_editing(token, by=friend)
    assert not EditorInvitation.objects.exists()
    save(story, "essaimage", {"transfer": "Tout le monde."}, by=friend)
    with pytest.raises(DomainError):
        submit(story, by=friend)
    with pytest.raises(DomainError):
        partners.invite_editor(story.application, "x@exemple.fr", by=friend)
    partners.remove_editor(story.application.editors.get(), by=friend)
    assert not Application.objects.written_by(friend).exists()


def test_an_invitation_is_in_the_language_that_the_account_chose() -> None:
    story = filled()
    friend = UserFactory()
    EmailAddress.objects.update_or_create(
        user=friend, email=friend.email, defaults={"verified": True, "primary": True}
    )
    MailSettingsFactory(user=friend, language="en")
    for address in (friend.email, "inconnu@exemple.fr"):
        send_editor_invitation(partners.invite_editor(story.application, address, by=story.holder))
    english, french = mail.outbox
    assert "invites you" in english.body and "vous invite" in french.body


def test_the_team_page_says_who_writes() -> None:
    story, own = filled(), by_person()
    client = Client()

    def said(one: Story, by: User) -> str:
        client.force_login(by, backend="django.contrib.auth.backends.ModelBackend")
        page = client.get(reverse("calls:team", args=[one.application.pk]))
        return str(page.content.decode())

    assert "Seuls les membres de" in said(story, story.holder)
    assert "La personne qui candidate écrit seule." in said(own, own.holder)
    partners.invite_editor(story.application, "amie@exemple.fr", by=story.holder)
    there = said(story, story.holder)
    assert french("écrivent, et avec eux :") in there and "amie@exemple.fr" in there
    partners.invite_editor(own.application, "amie@exemple.fr", by=own.holder)
    assert french("La personne qui candidate écrit, et avec elle :") in said(own, own.holder)


def test_a_link_of_another_time_opens_nothing() -> None:
    with pytest.raises(DomainError, match="plus valable"):
        partners.accept_editing("forged", by=UserFactory())


# --- questions ------------------------------------------------------------------------------------
def ask(call: object, by: object, **more: object) -> CallQuestion:
    given = {"submission": uuid.uuid4(), "text": "Qui peut candidater ?", "private": False} | more
    return questions.ask(call, by=by, **given)  # type: ignore[arg-type]


def test_an_answer_serves_all_and_names_nobody() -> None:
    call = CallFactory()
    run, asker, other = officer(call), UserFactory(), UserFactory()
    question = ask(call, asker)
    assert told(run) == ["call_question_asked"]
    assert not CallQuestion.objects.visible_to(other).exists()
    questions.answer(question, by=run, text="Les associations.", private=False)
    assert CallQuestion.objects.visible_to(other).exists()
    assert told(asker) == ["call_question_answered"]
    with pytest.raises(DomainError, match="déjà"):
        questions.answer(question, by=run, text="Non.", private=False)


def test_a_private_question_stays_private() -> None:
    call = CallFactory()
    run, asker = officer(call), UserFactory()
    question = ask(call, asker, private=True, text="Écrivez-moi à jeanne@exemple.fr.")
    with pytest.raises(DomainError, match="privé"):
        questions.answer(question, by=run, text="Oui.", private=False)
    questions.answer(question, by=run, text="Oui.", private=True)
    assert not CallQuestion.objects.visible_to(UserFactory()).exists()
    assert CallQuestion.objects.visible_to(asker).exists()


def test_no_address_goes_public_and_nobody_floods() -> None:
    call = CallFactory()
    asker = UserFactory()
    with pytest.raises(DomainError, match="personnels"):
        ask(call, asker, text="Écrivez-moi à jeanne@exemple.fr.")
    for _n in range(10):
        ask(call, asker)
    with pytest.raises(DomainError, match="par jour"):
        ask(call, asker)


def test_only_who_runs_the_call_answers() -> None:
    call = CallFactory()
    question = ask(call, UserFactory())
    with pytest.raises(DomainError):
        questions.answer(question, by=UserFactory(), text="Oui.", private=False)


def test_a_closed_draft_signs_nothing() -> None:
    story = submitted()
    with pytest.raises(DomainError, match="ne se modifie pas"):
        partner(story)
