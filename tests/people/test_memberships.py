"""Roles and functions, and the last one in charge."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.apps import apps
from django.core import mail
from django.test import Client
from django.utils import timezone

from essaim.common.errors import DomainError
from essaim.following.actions.mailing import mail_what_waits
from essaim.people import rules
from essaim.people.actions import memberships
from essaim.people.actions.organisations import add_member
from essaim.people.models import Membership, Organisation
from tests.following.factories import told_at_once
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db
LAST = "nommez d’abord un autre représentant"


@pytest.fixture
def head() -> Any:
    return MembershipFactory(role="representative", user__name="Claire")


def test_a_representative_gives_role_and_functions(client: Client, head: Any) -> None:
    luc = MembershipFactory(organisation=head.organisation, user__name="Luc")
    client.force_login(head.user)
    address = f"{head.organisation.get_absolute_url()}/membres/{luc.pk}"
    typed = {"role": "representative", "functions": ["peer", "funder"]}
    answer = client.post(address, typed)
    assert answer["Location"].endswith("/membres")
    luc.refresh_from_db()
    assert (luc.role, luc.functions) == ("representative", ["funder", "peer"])
    assert "Luc – représentant (financeur, pair évaluateur)" in " ".join(
        client.get(head.organisation.get_absolute_url()).content.decode().split()
    )
    assert rules.has_function(luc.user, "funder")
    assert rules.has_function(luc.user, "funder", head.organisation)
    assert not rules.has_function(luc.user, "funder", OrganisationFactory())
    assert not rules.has_function(luc.user, "holder")
    assert client.post(address, {"role": "roi"}).status_code == 422


def test_the_last_representative_names_another_before_leaving(client: Client, head: Any) -> None:
    luc = MembershipFactory(organisation=head.organisation)
    client.force_login(head.user)
    page = head.organisation.get_absolute_url()
    assert LAST in client.post(f"{page}/quitter").content.decode()
    assert LAST in client.post(f"{page}/membres/{head.pk}", {"role": "member"}).content.decode()
    memberships.change_membership(luc, role="representative", functions=[])
    answer = client.post(f"{page}/membres/{head.pk}", {"role": "member"})
    assert answer["Location"] == page, "the page of members is no longer theirs"
    assert client.post(f"{page}/quitter")["Location"] == page
    assert list(head.organisation.memberships.all()) == [luc]


def test_alone_one_may_leave(head: Any) -> None:
    MembershipFactory(organisation=head.organisation, user__is_active=False)
    memberships.leave(head.organisation, by=head.user)
    memberships.leave(head.organisation, by=head.user)
    assert rules.has_no_representative(head.organisation)


def test_an_inactive_representative_represents_nobody(client: Client, head: Any) -> None:
    """Their account deleted or closed: members read it, and a manager names another."""
    luc = MembershipFactory(organisation=head.organisation)
    MembershipFactory(organisation=head.organisation, role="representative", user__is_active=False)
    with pytest.raises(DomainError, match=LAST):
        memberships.leave(head.organisation, by=head.user)
    head.user.delete()
    page = head.organisation.get_absolute_url()
    assert "Personne ne représente" not in client.get(page).content.decode()
    client.force_login(luc.user)
    assert "Personne ne représente cette organisation" in client.get(page).content.decode()
    client.force_login(UserFactory(manager=True))
    listed = client.get(f"{page}/membres").content.decode()
    assert "Un animateur peut nommer un représentant" in listed and "compte inactif" in listed
    client.post(f"{page}/membres/{luc.pk}", {"role": "representative"})
    assert rules.is_representative(luc.user, head.organisation)


def test_someone_removed_is_told_and_loses_every_right(
    client: Client, head: Any, django_capture_on_commit_callbacks: Any
) -> None:
    luc = told_at_once(UserFactory())
    membership = add_member(head.organisation, luc, functions=["holder"])
    client.force_login(head.user)
    address = f"{head.organisation.get_absolute_url()}/membres/{membership.pk}/retirer"
    assert "Ce que cette personne a écrit reste" in client.get(address).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address)
        assert client.post(address).status_code == 404
    assert mail_what_waits(timezone.now() + dt.timedelta(minutes=2)) == 1
    assert [m.to for m in mail.outbox] == [[luc.email]]
    luc.refresh_from_db()
    assert luc.current_organisation is None
    assert not rules.is_member(luc, head.organisation)
    assert not rules.has_function(luc, "holder")


def test_a_role_lost_while_a_form_is_open_gives_back_what_was_typed(
    client: Client, head: Any
) -> None:
    other = MembershipFactory(organisation=head.organisation, role="representative")
    client.force_login(other.user)
    page = head.organisation.get_absolute_url()
    assert client.get(f"{page}/invitations/nouvelle").status_code == 200
    memberships.change_membership(other, role="member", functions=[])
    for path, typed in [
        ("invitations/nouvelle", {"email": "paul@exemple.fr", "role": "representative"}),
        ("modifier", {"name": "Un nom longuement choisi", "kind": "ccas"}),
    ]:
        answer = client.post(f"{page}/{path}", typed)
        shown = answer.content.decode()
        assert answer.status_code == 403
        assert "Rien n’a été enregistré" in shown
        assert next(iter(typed.values())) in shown
    assert not head.organisation.invitations.exists()


def test_a_card_written_for_a_holder_one_is_no_more_of(client: Client) -> None:
    membership = MembershipFactory()
    card = InitiativeFactory(holder=membership.organisation)
    client.force_login(membership.user)
    address = f"/initiatives/{card.slug}/modifier/dispositif"
    assert client.get(address).status_code == 200
    memberships.leave(membership.organisation, by=membership.user)
    for slug in (card.slug, "inconnue"):
        answer = client.post(
            f"/initiatives/{slug}/modifier/dispositif", {"description": "Une heure de travail"}
        )
        assert answer.status_code == 403
        assert "Une heure de travail" in answer.content.decode()
        assert card.title not in answer.content.decode()
    assert client.get(address).status_code == 404


def test_a_member_gone_while_their_role_is_changed(head: Any) -> None:
    luc = MembershipFactory(organisation=head.organisation)
    memberships.leave(head.organisation, by=luc.user)
    with pytest.raises(DomainError, match="a entre-temps quitté"):
        memberships.change_membership(luc, role="representative", functions=[])


def test_the_current_organisation_is_ones_own(client: Client, head: Any) -> None:
    luc = UserFactory()
    first = add_member(head.organisation, luc).organisation
    second = add_member(OrganisationFactory(name="Seconde"), luc).organisation
    luc.refresh_from_db()
    assert luc.current_organisation == first
    client.force_login(luc)
    choose = "/compte/organisation"
    back = client.post(choose, {"organisation": second.slug, "next": "/besoins"})
    assert back["Location"] == "/besoins"
    luc.refresh_from_db()
    assert luc.current_organisation == second
    assert "Seconde" in client.get("/plan-du-site").content.decode(), "the header says it"
    assert (
        f'<option value="{second.slug}" selected>'
        in client.get("/besoins/nouveau").content.decode()
    )
    answer = client.post(choose, {"organisation": OrganisationFactory().slug}, follow=True)
    assert "pas membre" in answer.content.decode()
    answer = client.post(choose, {"organisation": "", "next": "https://ailleurs.example/"})
    assert answer["Location"] == "/compte/profil"
    luc.refresh_from_db()
    assert luc.current_organisation is None


def test_a_need_written_for_an_organisation_one_has_just_left(client: Client) -> None:
    membership = MembershipFactory()
    client.force_login(membership.user)
    memberships.leave(membership.organisation, by=membership.user)
    typed = {"text": "Un autocar le soir", "visibility": "members"}
    page = client.post("/besoins/nouveau", typed | {"organisation": membership.organisation.slug})
    shown = page.content.decode()
    assert page.status_code == 422
    assert "Vous n’êtes plus membre" in shown and "Un autocar le soir" in shown


def test_history_keeps_who_was_what_by_identifiers_only(head: Any) -> None:
    luc = add_member(head.organisation, UserFactory())
    memberships.change_membership(luc, role="representative", functions=["peer"])
    user = luc.user_id
    memberships.leave(head.organisation, by=luc.user)
    event = apps.get_model("people", "MembershipEvent")
    rows = event.objects.filter(user_id=user).order_by("pgh_id")
    assert [(r.pgh_label, r.role) for r in rows] == [
        ("insert", "member"), ("update", "representative"), ("delete", "representative")
    ]  # fmt: skip
    assert {f.name for f in event._meta.fields if not f.name.startswith("pgh_")} == {
        "id", "user", "organisation", "role", "functions", "since"
    }  # fmt: skip


def test_the_list_costs_the_same_whatever_its_length(client: Client, head: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tests.people.factories import (
        EmailDomainFactory,
        InvitationFactory,
        MembershipRequestFactory,
        NetworkMembershipFactory,
    )

    client.force_login(head.user)
    page = head.organisation.get_absolute_url()
    Organisation.objects.update(kind="network")
    costs: dict[str, set[int]] = {page: set(), f"{page}/membres": set()}
    for total in (1, 3, 50):
        while head.organisation.invitations.count() < total:
            MembershipFactory(organisation=head.organisation)
            InvitationFactory(organisation=head.organisation)
            MembershipRequestFactory(organisation=head.organisation)
            EmailDomainFactory(organisation=head.organisation)
            NetworkMembershipFactory(network=head.organisation, agreed=True)
        for address, seen in costs.items():
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            seen.add(len(queries))
    assert {address: len(seen) for address, seen in costs.items()} == dict.fromkeys(costs, 1), costs


def test_membership_known_to_the_database_only_with_known_words(head: Any) -> None:
    from django.db import IntegrityError, transaction

    for values in ({"role": "roi"}, {"functions": ["magicien"]}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Membership.objects.filter(pk=head.pk).update(**values)
