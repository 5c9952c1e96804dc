"""Co-editors: asked by the holder, free to say no, and nothing told of who has an account."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils import timezone

from essaim.common.errors import DomainError
from essaim.common.waiting import waiting_for
from essaim.following.models import Notification
from essaim.following.reading import lines
from essaim.initiatives import rules
from essaim.initiatives.actions import coeditors as actions
from essaim.initiatives.actions.cards import save_section
from essaim.initiatives.actions.revisions import restore_revision
from essaim.initiatives.keeping import cards_of
from essaim.initiatives.models import CoEditor, CoEditorInvitation, Initiative
from essaim.initiatives.revisions import events_of
from essaim.initiatives.sections import SECTIONS, digest, read_section
from essaim.people.actions.deletion import delete_account
from essaim.people.models import Membership
from tests.contributions.factories import CoEditorFactory
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def holder():
    return MembershipFactory(role=Membership.Role.REPRESENTATIVE).user


@pytest.fixture
def card(holder):
    return InitiativeFactory(holder=holder.memberships.get().organisation, title="Le guichet")


def someone(**fields: Any) -> Any:
    """With an address that is proved to be theirs."""
    user = UserFactory(**fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def address(card: Initiative, name: str = "coeditors", *more: Any) -> str:
    return reverse(f"initiatives:{name}", args=[card.slug, *more])


def test_invited_accepts_then_writes_and_does_not_archive(card, holder, client):
    guest = someone()
    client.force_login(holder)
    assert client.post(address(card), {"email": guest.email.upper()}).status_code == 302
    actions.tell_invited(CoEditorInvitation.objects.get().pk)
    (line,) = lines(list(Notification.objects.filter(user=guest)), guest)
    assert "Le guichet" in line.text
    assert line.url == address(card, "coediting")
    assert address(card, "coediting") in [each.url for each in waiting_for(guest)]
    assert not rules.can_edit(guest, card)
    client.force_login(guest)
    assert "Le guichet" in client.get(address(card, "coediting")).content.decode()
    assert client.post(address(card, "coediting"), {"answer": "yes"}).status_code == 302
    assert rules.can_edit(guest, card)
    assert card in Initiative.objects.visible_to(guest)
    assert card in Initiative.objects.written_by(guest)
    assert not rules.can_archive(guest, card)
    assert not rules.can_name_coeditors(guest, card)
    assert not CoEditorInvitation.objects.exists()
    assert client.post(address(card, "archive")).status_code == 403
    assert b"/archiver" not in client.get(address(card, "overview")).content


def test_the_page_is_the_same_whether_or_not_an_account_exists(card, holder, client):
    guest = someone()
    client.force_login(holder)
    pages = []
    for email in (guest.email, "inconnu@exemple.fr"):
        answer = client.post(address(card), {"email": email}, follow=True)
        page = answer.content.decode().replace(email, "…")
        pages.append((answer.status_code, "Invitations sans réponse" in page, "…" in page))
        actions.tell_invited(CoEditorInvitation.objects.get().pk)
        CoEditorInvitation.objects.all().delete()
    assert pages[0] == pages[1]
    assert [each.user for each in Notification.objects.all()] == [guest]


def test_an_address_that_is_not_proved_gives_nothing(card, holder, client):
    squatter = UserFactory()
    EmailAddress.objects.create(user=squatter, email="maire@exemple.fr", verified=False)
    actions.invite_coeditor(card, "maire@exemple.fr", by=holder)
    client.force_login(squatter)
    assert client.get(address(card, "coediting")).status_code == 404
    with pytest.raises(DomainError, match="plus valable"):
        actions.accept_invitation(card, by=squatter)


def test_a_forwarded_link_is_of_no_use(card, holder, client):
    actions.invite_coeditor(card, someone().email, by=holder)
    client.force_login(someone())
    assert client.post(address(card, "coediting"), {"answer": "yes"}).status_code == 404
    assert not CoEditor.objects.exists()


def test_declined_cancelled_or_old_an_invitation_no_longer_serves(card, holder, client):
    guest = someone()
    client.force_login(guest)
    actions.invite_coeditor(card, guest.email, by=holder)
    client.post(address(card, "coediting"), {"answer": "no"})
    assert not CoEditorInvitation.objects.exists()
    actions.cancel_invitation(actions.invite_coeditor(card, guest.email, by=holder))
    with pytest.raises(DomainError):
        actions.accept_invitation(card, by=guest)
    actions.invite_coeditor(card, guest.email, by=holder)
    CoEditorInvitation.objects.update(at=timezone.now() - dt.timedelta(days=31))
    assert client.get(address(card, "coediting")).status_code == 404
    actions.invite_coeditor(card, guest.email, by=holder)  # asked anew
    assert client.get(address(card, "coediting")).status_code == 200


def test_asked_twice_is_once_and_accepted_twice_too(card, holder):
    guest = someone()
    first = actions.invite_coeditor(card, guest.email, by=holder)
    assert actions.invite_coeditor(card, guest.email, by=holder) == first
    coeditor = actions.accept_invitation(card, by=guest)
    assert actions.accept_invitation(card, by=guest) == coeditor


def test_too_many_invitations_are_refused(card, holder, settings):
    settings.COEDITOR_INVITATIONS_AT_MOST = 1
    actions.invite_coeditor(card, "a@exemple.fr", by=holder)
    with pytest.raises(DomainError, match="Trop"):
        actions.invite_coeditor(card, "b@exemple.fr", by=holder)


def test_taken_back_the_right_ends_and_the_work_stays(card, holder, client):
    guest = someone()
    actions.invite_coeditor(card, guest.email, by=holder)
    coeditor = actions.accept_invitation(card, by=guest)
    assert [row["card__title"] for row in cards_of(guest)["coedited"]] == [card.title]
    client.force_login(holder)
    for _click in range(2):
        assert client.post(address(card, "remove_coeditor", coeditor.pk)).status_code == 302
    assert not rules.can_edit(guest, card)
    assert card not in Initiative.objects.visible_to(guest)
    assert list(cards_of(guest)["coedited"]) == []
    kept = CoEditor.events.rel.related_model.objects.filter(pgh_obj=coeditor.pk).order_by("pgh_id")
    assert [event.pgh_context["action"] for event in kept] == [
        "accept_coediting",
        "remove_coeditor",
    ]


def test_members_of_the_holder_do_not_name_coeditors(card, client):
    member = MembershipFactory(organisation=card.holder).user
    client.force_login(member)
    assert rules.can_edit(member, card)
    assert client.get(address(card)).status_code == 403
    assert b"/coediteurs" not in client.get(address(card, "overview")).content


def test_who_leaves_writes_no_card_any_more_and_is_no_longer_invited(card, holder):
    guest = someone()
    actions.invite_coeditor(card, guest.email, by=holder)
    actions.accept_invitation(card, by=guest)
    actions.invite_coeditor(InitiativeFactory(author=holder), guest.email, by=holder)
    delete_account(guest, keep_name=False)
    assert not CoEditor.objects.exists()
    assert not CoEditorInvitation.objects.exists()


def test_who_only_helps_to_write_does_not_take_the_card_away(card, holder, client):
    guest = someone()
    own = MembershipFactory(user=guest, role=Membership.Role.REPRESENTATIVE).organisation
    actions.invite_coeditor(card, guest.email, by=holder)
    actions.accept_invitation(card, by=guest)
    client.force_login(guest)
    page = client.get(address(card, "edit_section", "essentiel"))
    assert b'name="holder"' not in page.content and b'name="new_holder_name"' not in page.content
    typed = {name: value for name, value in page.context["forms"].form.initial.items() if value}
    answer = client.post(
        address(card, "edit_section", "essentiel"),
        {
            **typed,
            "title": "Le guichet unique",
            "holder": own.pk,
            "new_holder_name": "Chez moi",
            "new_holder_mine": "on",
            "version": card.version,
            "seen": page.context["seen"],
        },
    )
    assert answer.status_code == 302
    saved = Initiative.objects.get()
    assert (saved.title, saved.holder) == ("Le guichet unique", card.holder)
    current = read_section(saved, SECTIONS["essentiel"])
    with pytest.raises(DomainError, match="porteur"):
        save_section(
            saved,
            "essentiel",
            current | {"holder": own.pk},
            by=guest,
            version=saved.version,
            seen=digest(current),
        )


def test_nor_by_taking_back_a_version(card, holder):
    guest = someone()
    actions.invite_coeditor(card, guest.email, by=holder)
    actions.accept_invitation(card, by=guest)
    before = events_of(card, by_team=True).first()
    current = read_section(card, SECTIONS["essentiel"])
    moved = save_section(
        card,
        "essentiel",
        current | {"holder": None, "title": "Sans porteur"},
        by=UserFactory(manager=True),
        version=card.version,
        seen=digest(current),
    )
    moved = restore_revision(moved, before, by=guest, version=moved.version)
    assert (moved.title, moved.holder_id) == ("Le guichet", None)


def test_a_coeditor_leaves_alone_and_who_invited_them_is_told(card, holder, client):
    guest = someone()
    CoEditorFactory(card=card, user=guest, by=holder)
    client.force_login(guest)
    assert address(card, "leave_coediting") in client.get(address(card, "overview")).text
    assert "nouvelle invitation" in client.get(address(card, "leave_coediting")).text
    assert CoEditor.objects.exists()  # reading leaves nothing
    answer = client.post(address(card, "leave_coediting"), follow=True)
    assert "ne coéditez plus" in answer.text
    assert not CoEditor.objects.exists() and not rules.can_edit(guest, card)
    assert client.post(address(card, "leave_coediting")).status_code == 404  # a draft
    (line,) = lines(list(Notification.objects.filter(user=holder)), holder)
    assert "ne coédite plus" in line.text and not line.waits
    actions.leave_coediting(card, by=guest)  # again: nothing more
    assert Notification.objects.filter(user=holder).count() == 1


def test_only_a_coeditor_leaves(card, holder, client):
    client.force_login(holder)
    assert address(card, "leave_coediting") not in client.get(address(card, "overview")).text
    assert client.post(address(card, "leave_coediting")).status_code == 403
