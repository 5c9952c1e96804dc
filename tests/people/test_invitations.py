"""Invited by mail: one link, one person, one use."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from factory import LazyFunction

from essaim.common.errors import DomainError
from essaim.common.typography import french
from essaim.common.waiting import waiting_for
from essaim.people.actions import invitations, memberships
from essaim.people.models import Invitation, Membership
from tests.people.factories import (
    InvitationFactory,
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
    confirmed,
)

pytestmark = pytest.mark.django_db


def link_in(message: mail.EmailMessage) -> str:
    found = re.search(r"/invitations/lien/[\w-]+", str(message.body))
    assert found, message.body
    return found.group()


def text(answer: Any) -> str:
    page = answer.content.decode().split("<main", 1)[1].split("</main>")[0]
    return " ".join(page.replace("&#x27;", "'").split())


@pytest.fixture
def head() -> Any:
    return MembershipFactory(
        role="representative", user__name="Claire Martin", organisation__name="CCAS de Lorient"
    )


def test_a_representative_invites_a_colleague_who_joins(
    client: Client, head: Any, django_capture_on_commit_callbacks: Any
) -> None:
    client.force_login(head.user)
    typed = {"email": "Luc@Exemple.fr", "role": "member", "functions": ["adopter", "holder"]}
    address = f"{head.organisation.get_absolute_url()}/invitations/nouvelle"
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(address, typed)
    assert answer["Location"].endswith("/membres")
    (message,) = mail.outbox
    assert message.to == ["luc@exemple.fr"]
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    assert "Claire Martin vous invite" in str(message.body) and "CCAS de Lorient" in message.body
    assert "luc@exemple.fr" in client.get(answer["Location"]).content.decode()

    luc = confirmed(UserFactory(email="luc@exemple.fr"))
    (waiting,) = waiting_for(luc)
    assert waiting.about == "CCAS de Lorient"
    theirs = Client()
    theirs.force_login(luc)
    answer = theirs.get(link_in(message))
    assert answer["Location"] == waiting.url
    assert "porteur, repreneur" in text(theirs.get(waiting.url))
    assert not Membership.objects.filter(user=luc).exists(), "reading joins nothing"
    answer = theirs.post(waiting.url, {"accept": "1"})
    assert answer["Location"] == head.organisation.get_absolute_url()
    joined = Membership.objects.get(user=luc)
    assert (joined.role, joined.functions) == ("member", ["holder", "adopter"])
    luc.refresh_from_db()
    assert luc.current_organisation == head.organisation
    assert Invitation.objects.get().email == "", "the address is not kept once it has served"
    assert waiting_for(luc) == []
    assert "déjà servi" in text(Client().get(link_in(message)))


def test_accepting_twice_is_accepting_once() -> None:
    luc = confirmed(UserFactory())
    invitation = InvitationFactory(email=luc.email, role="representative")
    first = invitations.accept(invitation, by=luc)
    assert invitations.accept(invitation, by=luc) == first
    memberships.leave(invitation.organisation, by=luc)
    with pytest.raises(DomainError, match="déjà servi"):
        invitations.accept(invitation, by=luc)


def test_a_forwarded_link_says_it_is_for_another_address_and_not_which(client: Client) -> None:
    invitation = InvitationFactory(email="luc@exemple.fr")
    address = f"/invitations/lien/{invitation.token}"
    page = client.get(address)
    assert page.status_code == 200 and "créez un compte" in text(page)
    assert f"?next={address}" in text(page)
    other = confirmed(UserFactory())
    client.force_login(other)
    page = client.get(address)
    assert page.status_code == 403
    assert "pour une autre adresse" in text(page)
    assert "luc" not in page.content.decode()
    assert client.get(invitation.get_absolute_url()).status_code == 404
    assert client.post(invitation.get_absolute_url()).status_code == 404
    with pytest.raises(DomainError, match="autre adresse"):
        invitations.accept(invitation, by=other)
    assert not Membership.objects.exists()


def test_an_address_claimed_but_not_confirmed_opens_nothing(client: Client) -> None:
    invitation = InvitationFactory(email="luc@exemple.fr")
    thief = confirmed(UserFactory(email="luc@exemple.fr"))
    thief.emailaddress_set.update(verified=False)
    client.force_login(thief)
    assert client.get(f"/invitations/lien/{invitation.token}").status_code == 403
    with pytest.raises(DomainError):
        invitations.accept(invitation, by=thief)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"expired": True}, "a expiré"),
        (
            {"ended_as": "withdrawn", "ended_at": LazyFunction(timezone.now), "email": ""},
            "a été retirée",
        ),
        (
            {"ended_as": "declined", "ended_at": LazyFunction(timezone.now), "email": ""},
            "a été déclinée",
        ),
    ],
)
def test_a_link_that_no_longer_serves_says_why(
    client: Client, fields: dict[str, Any], words: str
) -> None:
    invitation = InvitationFactory(**fields)
    page = client.get(f"/invitations/lien/{invitation.token}")
    assert page.status_code == 410
    assert words in text(page)
    assert "pas valable" in text(client.get("/invitations/lien/inventé"))


def test_the_invited_person_finds_an_expired_invitation_explained(client: Client) -> None:
    luc = confirmed(UserFactory())
    invitation = InvitationFactory(email=luc.email, expired=True)
    client.force_login(luc)
    assert "a expiré" in text(client.get(invitation.get_absolute_url()))
    answer = client.post(invitation.get_absolute_url(), {"accept": "1"}, follow=True)
    assert "a expiré" in text(answer)
    assert waiting_for(luc) == []


def test_sending_again_kills_the_former_link(
    client: Client, head: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        invitation = invitations.invite(head.organisation, email="luc@exemple.fr", by=head.user)
    client.force_login(head.user)
    address = f"{head.organisation.get_absolute_url()}/invitations/{invitation.pk}/renvoi"
    assert "vient de partir" in text(client.post(address, follow=True))
    for _ in range(2):
        old = timezone.now() - dt.timedelta(hours=1)
        Invitation.objects.update(sent_at=old)
        with django_capture_on_commit_callbacks(execute=True):
            client.post(address)
    assert len(mail.outbox) == 3
    assert "remplacé" in text(Client().get(link_in(mail.outbox[0])))
    assert Client().get(link_in(mail.outbox[2])).status_code == 200
    Invitation.objects.update(sent_at=old)
    assert "déjà partie 3 fois" in text(client.post(address, follow=True))


def test_the_same_invitation_twice_is_sent_once(
    head: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(2):
            invitations.invite(head.organisation, email="luc@exemple.fr", by=head.user)
        again = invitations.invite(
            head.organisation, email="LUC@exemple.fr", by=head.user, role="representative"
        )
    assert len(mail.outbox) == 1
    assert (Invitation.objects.get(), again.role) == (again, "representative")


def test_nobody_invites_a_member_nor_the_whole_world(head: Any, settings: Any) -> None:
    luc = confirmed(MembershipFactory(organisation=head.organisation).user)
    with pytest.raises(DomainError, match="déjà membre"):
        invitations.invite(head.organisation, email=luc.email.upper(), by=head.user)
    settings.ORGANISATIONS = {**settings.ORGANISATIONS, "invitations_a_day": 2}
    for number in range(2):
        invitations.invite(head.organisation, email=f"p{number}@exemple.fr", by=head.user)
    with pytest.raises(DomainError, match="reprenez demain"):
        invitations.invite(head.organisation, email="p3@exemple.fr", by=head.user)


def test_nobody_invites_the_world_from_many_organisations(settings: Any) -> None:
    settings.ORGANISATIONS = {**settings.ORGANISATIONS, "invitations_a_day": 2}
    spammer = UserFactory()
    for number in range(2):
        own = MembershipFactory(role="representative", user=spammer).organisation
        invitations.invite(own, email=f"p{number}@exemple.fr", by=spammer)
    own = MembershipFactory(role="representative", user=spammer).organisation
    with pytest.raises(DomainError, match="reprenez demain"):
        invitations.invite(own, email="p3@exemple.fr", by=spammer)


def test_cancelled_before_it_is_accepted_and_not_after() -> None:
    luc = confirmed(UserFactory())
    invitation = InvitationFactory(email=luc.email)
    invitations.withdraw(invitation)
    invitations.withdraw(invitation)
    with pytest.raises(DomainError, match="a été retirée"):
        invitations.accept(invitation, by=luc)
    accepted = InvitationFactory(email=luc.email)
    invitations.accept(accepted, by=luc)
    with pytest.raises(DomainError, match="déjà été acceptée"):
        invitations.withdraw(accepted)


def test_declined_is_final_until_invited_again(client: Client) -> None:
    luc = confirmed(UserFactory())
    invitation = InvitationFactory(email=luc.email)
    client.force_login(luc)
    assert client.post(invitation.get_absolute_url(), {"decline": "1"}).status_code == 302
    invitation.refresh_from_db()
    assert (invitation.ended_as, invitation.email) == ("declined", "")
    assert not Membership.objects.exists()


def test_an_invitation_never_lowers_what_one_is() -> None:
    head = MembershipFactory(role="representative", functions=["funder"])
    confirmed(head.user)
    invitation = InvitationFactory(
        organisation=head.organisation, email=head.user.email, functions=["peer"]
    )
    invitations.accept(invitation, by=head.user)
    head.refresh_from_db()
    assert (head.role, set(head.functions)) == ("representative", {"funder", "peer"})


def test_mail_is_one_line_of_subject_and_plain_text(
    head: Any, django_capture_on_commit_callbacks: Any
) -> None:
    organisation = OrganisationFactory(name="Les <b>Amis</b> & Cie")
    with django_capture_on_commit_callbacks(execute=True):
        invitations.invite(organisation, email="luc@exemple.fr", by=head.user)
    (message,) = mail.outbox
    assert "\n" not in message.subject
    assert message.content_subtype == "plain" and not getattr(message, "alternatives", None)
    assert french("« Les <b>Amis</b> & Cie »") in message.body


def test_the_address_of_an_expired_invitation_is_not_kept_for_ever(client: Client) -> None:
    old = InvitationFactory(expires_at=timezone.now() - dt.timedelta(days=40))
    recent = InvitationFactory(expired=True)
    assert invitations.forget_expired(30) == 1
    old.refresh_from_db()
    recent.refresh_from_db()
    assert (old.ended_as, old.email) == ("expired", "")
    assert recent.email
    assert "a expiré" in text(client.get(f"/invitations/lien/{old.token}"))
    with pytest.raises(DomainError, match="n’attend plus"):
        invitations.resend(old)


def test_history_knows_no_address(head: Any) -> None:
    invitations.invite(head.organisation, email="luc@exemple.fr", by=head.user)
    from django.apps import apps

    columns = {f.name for f in apps.get_model("people", "InvitationEvent")._meta.fields}
    assert not columns & {"email", "token_hash"}
