"""Two pages for one organisation become one, and nothing is lost on the way."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import models
from django.test import Client
from django.utils import timezone

from essaim.common.errors import DomainError
from essaim.contributions.models import Interest
from essaim.following.models import Announcement, Follow, Notification
from essaim.initiatives.models import Initiative, InitiativeEvent
from essaim.initiatives.revisions import content_at, events_of, existing
from essaim.initiatives.sections import SECTIONS
from essaim.people.actions.merging import merge_organisations, pointing_here
from essaim.people.actions.organisations import create_organisation
from essaim.people.models import (
    EmailDomain,
    FormerOrganisation,
    Invitation,
    Membership,
    MembershipRequest,
    NetworkMembership,
    Organisation,
)
from tests.at_once import at_once
from tests.contributions.factories import InterestFactory
from tests.following.factories import AnnouncementFactory, FollowFactory, NotificationFactory
from tests.initiatives.factories import InitiativeFactory
from tests.needs.factories import NeedFactory
from tests.people.factories import (
    EmailDomainFactory,
    InvitationFactory,
    MembershipFactory,
    MembershipRequestFactory,
    NetworkMembershipFactory,
    OrganisationFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
SIREN, OTHER_SIREN = "263800120", "552100554"


@pytest.fixture
def manager() -> Any:
    return UserFactory(manager=True)


@pytest.fixture
def kept() -> Organisation:
    return OrganisationFactory(name="CCAS de Grenoble", slug="ccas-de-grenoble", kind="ccas")


@pytest.fixture
def other() -> Organisation:
    return OrganisationFactory(name="C.C.A.S. Grenoble", slug="c-c-a-s-grenoble", siren=SIREN)


def test_members_roles_and_their_current_organisation(
    kept: Organisation, other: Organisation, manager: Any
) -> None:
    both, only = UserFactory(), UserFactory(current_organisation=other)
    long_ago = timezone.now() - dt.timedelta(days=900)
    MembershipFactory(organisation=kept, user=both, functions=["peer"])
    row = MembershipFactory(
        organisation=other, user=both, role="representative", functions=["holder"]
    )
    Membership.objects.filter(pk=row.pk).update(since=long_ago)
    MembershipFactory(organisation=other, user=only)
    merge_organisations(kept, other, by=manager)
    assert not Organisation.objects.filter(pk=other.pk).exists()
    wide = Membership.objects.get(user=both)
    assert (wide.organisation, wide.role) == (kept, "representative")
    assert (wide.functions, wide.since) == (["holder", "peer"], long_ago)
    only.refresh_from_db()
    assert Membership.objects.get(user=only).organisation == kept == only.current_organisation


def test_who_represents_the_other_does_not_take_over(
    kept: Organisation, other: Organisation, manager: Any
) -> None:
    head = MembershipFactory(organisation=kept, role="representative").user
    both = MembershipFactory(organisation=kept).user
    MembershipFactory(organisation=other, user=both, role="representative")
    MembershipFactory(organisation=other, role="representative")
    merge_organisations(kept, other, by=manager)
    rows = Membership.objects.filter(organisation=kept)
    assert rows.count() == 3 and rows.get(role="representative").user == head


def test_what_it_did_not_know_it_takes_from_the_other(
    kept: Organisation, other: Organisation, manager: Any
) -> None:
    merge_organisations(kept, other, by=manager)
    kept.refresh_from_db()
    assert (kept.name, kept.kind, kept.siren) == ("CCAS de Grenoble", "ccas", SIREN)


def test_who_was_asked_or_asks_is_so_once(
    kept: Organisation, other: Organisation, manager: Any
) -> None:
    asker, member = UserFactory(), MembershipFactory(organisation=kept).user
    MembershipRequestFactory(organisation=kept, user=asker)
    MembershipRequestFactory(organisation=other, user=asker)
    MembershipRequestFactory(organisation=other, user=member)
    InvitationFactory(organisation=kept, email="luc@exemple.fr")
    InvitationFactory(organisation=other, email="LUC@exemple.fr")
    InvitationFactory(organisation=other)
    EmailDomainFactory(organisation=kept, domain="ccas.fr")
    EmailDomainFactory(organisation=other, domain="ccas.fr", verified=True)
    EmailDomainFactory(organisation=other, domain="autre.fr", verified=True)
    merge_organisations(kept, other, by=manager)
    assert [r.user for r in MembershipRequest.objects.pending()] == [asker]
    assert MembershipRequest.objects.get(user=member).decision == "accepted"
    # Nobody enters by what only the other let in.
    assert [i.email for i in Invitation.objects.pending()] == ["luc@exemple.fr"]
    assert {i.organisation for i in Invitation.objects.all()} == {kept}
    domain = EmailDomain.objects.get()
    assert (domain.domain, domain.is_verified, domain.organisation) == ("ccas.fr", False, kept)


def test_networks(kept: Organisation, other: Organisation, manager: Any) -> None:
    shared, own = NetworkMembershipFactory(organisation=kept), None
    current = NetworkMembershipFactory(network=shared.network, organisation=other, agreed=True)
    own = NetworkMembershipFactory(organisation=other, agreed=True)
    merge_organisations(kept, other, by=manager)
    rows = {row.network_id: row for row in NetworkMembership.objects.filter(organisation=kept)}
    assert set(rows) == {shared.network_id, own.network_id}
    assert rows[shared.network_id].pk == current.pk  # what is current wins over what is proposed

    network = OrganisationFactory(kind="network")
    NetworkMembershipFactory(network=network, organisation=kept, agreed=True)
    with pytest.raises(DomainError, match="réseau"):
        merge_organisations(kept, network, by=manager)
    merge_organisations(network, kept, by=manager, though_different=True, reason="Même maison")
    assert not NetworkMembership.objects.filter(network=network, organisation=network).exists()


def test_cards_needs_follows_and_interests_come_with_it(
    kept: Organisation, other: Organisation, manager: Any
) -> None:
    card = InitiativeFactory(holder=other, published=True)
    need = NeedFactory(organisation=other)
    user = UserFactory()
    InterestFactory(card=card, user=user, organisation=kept)
    called = InterestFactory(
        card=card, user=user, organisation=other, state="in_contact", message="Appelez-nous",
        contacted_at=timezone.now(), contacted_by=manager,
    )  # fmt: skip
    both, one = UserFactory(), UserFactory()
    for key in (kept.pk, other.pk):
        FollowFactory(user=both, key=str(key))
    FollowFactory(user=one, key=str(other.pk))
    about = AnnouncementFactory(key=str(other.pk))
    NotificationFactory(
        user=one, announcement=about, because_kind="organisation", because_key=str(other.pk)
    )
    version = card.version
    merge_organisations(kept, other, by=manager)
    card.refresh_from_db()
    need.refresh_from_db()
    assert card.holder == kept == need.organisation and card.version == version + 1
    interest = Interest.objects.open_for(card).get()  # the one in contact, with its message
    assert (interest, interest.organisation) == (called, kept)
    assert (interest.state, interest.message) == ("in_contact", "Appelez-nous")
    assert sorted(Follow.objects.filter(key=str(kept.pk)).values_list("user", flat=True)) == sorted(
        [both.pk, one.pk]
    )
    assert Announcement.objects.get(pk=about.pk).key == str(kept.pk)
    assert Notification.objects.get().because_key == str(kept.pk)
    for model, name in pointing_here():
        assert not model._base_manager.filter(**{name: other.pk}).exists()


def test_history_keeps_both_and_an_old_version_names_the_one_that_stays(
    kept: Organisation, other: Organisation, manager: Any
) -> None:
    card = InitiativeFactory(holder=other)
    then = events_of(card, by_team=True).last()
    merge_organisations(kept, other, by=manager, reason="Double")
    card = Initiative.objects.get(pk=card.pk)
    event = InitiativeEvent.objects.filter(pgh_obj=card.pk).latest("pgh_id")
    assert event.pgh_context["action"] == "merge_organisations"
    assert (then.holder_id, event.holder_id) == (other.pk, kept.pk)
    old = existing(content_at(card, then)["essentiel"], SECTIONS["essentiel"], card)
    assert old["holder"] == kept.pk
    former = FormerOrganisation.objects.get()
    assert (former.number, former.slug, former.reason) == (other.pk, other.slug, "Double")


def test_the_old_address_leads_to_it_for_ever(
    client: Client, kept: Organisation, other: Organisation, manager: Any
) -> None:
    merge_organisations(kept, other, by=manager)
    answer = client.get(f"/organisations/{other.slug}")
    assert (answer.status_code, answer["Location"]) == (301, kept.get_absolute_url())
    again = create_organisation(name="C.C.A.S. Grenoble", kind="association")
    assert again.slug == "c-c-a-s-grenoble-2"
    # Merged in its turn, what led to it follows.
    last = OrganisationFactory()
    merge_organisations(last, kept, by=manager)
    assert client.get(f"/organisations/{other.slug}")["Location"] == last.get_absolute_url()


def test_different_numbers_want_a_yes_and_a_reason(
    kept: Organisation, other: Organisation, manager: Any
) -> None:
    Organisation.objects.filter(pk=kept.pk).update(siren=OTHER_SIREN)
    kept.refresh_from_db()
    for given in ({}, {"though_different": True}, {"reason": "Fusion de 2026"}):
        with pytest.raises(DomainError, match="numéros diffèrent"):
            merge_organisations(kept, other, by=manager, **given)
    merge_organisations(kept, other, by=manager, though_different=True, reason="Fusion de 2026")
    kept.refresh_from_db()
    assert kept.siren == OTHER_SIREN and FormerOrganisation.objects.get().siren == SIREN


def test_not_with_itself(kept: Organisation, manager: Any) -> None:
    with pytest.raises(DomainError, match="même organisation"):
        merge_organisations(kept, kept, by=manager)


def test_every_column_that_names_an_organisation_is_known() -> None:
    """A new one is moved as it is: whether that is right is for its author to say here, and where
    a row is once for each organisation, to mend before (``organisations_merged``)."""
    once = set()
    for model, name in pointing_here():
        for rule in model._meta.constraints:
            if isinstance(rule, models.UniqueConstraint) and name in rule.fields:
                once.add(rule.name)
    assert once == {
        "membership_once", "email_domain_once", "membership_request_one_pending",
        "network_membership_once", "interest_once",
        "dialogue_manager_organisation_once", "event_organiser_once", "declaration_once", "conflict_organisation_once", "introduction_once_for_an_organisation",
        # Two files for one object: the merge is refused until one is withdrawn.
        "application_one_for_each_object",
        # A part taken in a pool is never moved: the merge is refused.
        "option_once_per_funder_of_a_site",
        # Nor are two partners of one application made one.
        "partner_once",
        "poolinvitation_organisation_once", "poolopinion_once", "poolrecusal_once",
    }  # fmt: skip


def test_from_page_to_page(
    client: Client, kept: Organisation, other: Organisation, manager: Any
) -> None:
    head = MembershipFactory(organisation=kept, role="representative").user
    InitiativeFactory(holder=other)
    page = f"/organisations/{kept.slug}/reunir"
    client.force_login(head)
    assert client.get(page).status_code == 403
    assert "/reunir" not in client.get(kept.get_absolute_url()).text
    client.force_login(manager)
    assert "/reunir" in client.get(kept.get_absolute_url()).text
    found = client.get(page, {"q": SIREN}).text
    assert f"?autre={other.slug}" in found and f"?autre={kept.slug}" not in found
    address = f"{page}?autre={other.slug}"
    shown = client.get(address).text
    assert SIREN in shown and "fiche" in shown and "diffèrent" not in shown
    assert client.post(address, {"reason": "Double"})["Location"] == kept.get_absolute_url()
    assert client.post(address).status_code == 404
    assert client.get(f"{page}?autre={kept.slug}").status_code == 404
    different = OrganisationFactory(siren=OTHER_SIREN)
    refused = client.post(f"{page}?autre={different.slug}", {"reason": ""})
    assert refused.status_code == 422 and "diffèrent" in refused.text


@pytest.mark.django_db(transaction=True)
def test_two_managers_at_once_each_way() -> None:
    one, two = OrganisationFactory(), OrganisationFactory()
    by = UserFactory(manager=True)
    MembershipFactory(organisation=one)
    MembershipFactory(organisation=two)
    ends = at_once(
        lambda: merge_organisations(one, two, by=by), lambda: merge_organisations(two, one, by=by)
    )
    assert ends == ["done", "refused"]
    left = Organisation.objects.get()
    assert left.memberships.count() == 2 and FormerOrganisation.objects.get().into == left


@pytest.mark.django_db(transaction=True)
def test_while_someone_joins_the_one_that_goes() -> None:
    from essaim.people.actions.organisations import add_member

    kept, other = OrganisationFactory(), OrganisationFactory()
    by, late = UserFactory(manager=True), UserFactory()
    ends = at_once(lambda: merge_organisations(kept, other, by=by), lambda: add_member(other, late))
    # Joined just before: comes with it; just after: is told that it is gone.
    assert "done" in ends
    joined = Membership.objects.filter(user=late).first()
    assert (joined is None) == ("refused" in ends)
    assert joined is None or joined.organisation == kept


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", ["name", "choose", "restore", "accept"])
def test_while_the_holder_of_its_card_changes(monkeypatch: pytest.MonkeyPatch, act: str) -> None:
    """The one who holds the card waits for the one who merges, who wants the card: whoever comes
    first, nobody waits in a circle."""
    from threading import Event, local

    from essaim.contributions.actions import proposals
    from essaim.initiatives.actions import cards, revisions
    from essaim.initiatives.sections import digest, read_section
    from essaim.people.actions import merging
    from tests.contributions.factories import propose

    kept, other, third = OrganisationFactory(), OrganisationFactory(), OrganisationFactory()
    author, by = UserFactory(), UserFactory(manager=True)
    for organisation in (kept, other, third):
        MembershipFactory(organisation=organisation, user=author, role="representative")
    card = InitiativeFactory(author=author, holder=other, published=True)
    before = events_of(card, by_team=True).last()
    content = read_section(card, SECTIONS["essentiel"])
    proposal = propose(card, "essentiel", by=UserFactory(), summary="Un autre résumé.")

    # The writer has its card, and stays there until the merge has begun.
    merging_began, mine = Event(), local()
    lock_card, begin = cards.lock_card, merging.one_at_a_time

    def slow_lock(found: Any) -> Any:
        locked = lock_card(found)
        if not getattr(mine, "locked", False):
            mine.locked = True
            merging_began.wait(timeout=1)
        return locked

    def begins() -> None:
        begin()
        merging_began.set()

    for module in (cards, revisions, proposals):
        monkeypatch.setattr(module, "lock_card", slow_lock)
    monkeypatch.setattr(merging, "one_at_a_time", begins)

    def write() -> None:
        found = Initiative.objects.get(pk=card.pk)
        given: dict[str, Any] = {"by": author, "version": found.version, "seen": digest(content)}
        if act == "name":
            named = {"name": "Nouveau porteur", "kind": "association"}
            cards.save_section(found, "essentiel", content, new_holder=named, **given)
        elif act == "choose":
            cards.save_section(found, "essentiel", {**content, "holder": third.pk}, **given)
        elif act == "restore":
            Initiative.objects.filter(pk=card.pk).update(summary="Changé depuis.")
            revisions.restore_revision(found, before, by=author, version=found.version)
        else:
            proposals.accept_proposal(proposal, by=author)

    def merge() -> None:
        import time

        time.sleep(0.3)
        merge_organisations(kept, other, by=by)

    ends = at_once(write, merge)
    assert "?" not in ends and "done" in ends  # « ? »: PostgreSQL ended one of them
    assert not Organisation.objects.filter(pk=other.pk).exists()
    assert Initiative.objects.get(pk=card.pk).holder_id in {
        kept.pk, third.pk, *Organisation.objects.filter(name="Nouveau porteur").values_list("pk", flat=True)
    }  # fmt: skip
