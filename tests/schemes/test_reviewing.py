"""What a member proposes is read by a manager before it is in the directory."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from essaim.common.errors import DomainError
from essaim.common.waiting import waiting_for
from essaim.following.actions.follows import follow
from essaim.following.models import Announcement, Notification
from essaim.people.models import User
from essaim.scaling.suggestions import schemes_for
from essaim.schemes import rules
from essaim.schemes.actions import reviewing, writing
from essaim.schemes.interchange import read
from essaim.schemes.models import Scheme
from essaim.themes.matching import Vocabulary
from tests.people.factories import MembershipFactory, UserFactory
from tests.schemes.factories import SchemeFactory, WindowFactory

pytestmark = pytest.mark.django_db
LIST, NEW = "/dispositifs", "/dispositifs/nouveau"


def propose(member: Any, title: str = "Fonds vélo") -> Scheme:
    content = writing.Content(title=title, owner=member.organisation, points=["economics"])
    return writing.add_scheme(content, by=member.user, submission=uuid.uuid4())


def told(user: User) -> list[str]:
    return sorted(
        Notification.objects.filter(user=user).values_list("announcement__verb", flat=True)
    )


class TestBeforeItIsAccepted:
    def test_it_is_nowhere_but_with_its_author_and_managers(self, client: Client) -> None:
        member = MembershipFactory()
        scheme = propose(member)
        WindowFactory(scheme=scheme)
        for address in (LIST, f"{LIST}?q=vélo", "/dispositifs/carte", f"{LIST}/calendrier.ics"):
            assert "Fonds vélo" not in client.get(address).content.decode().replace("« vélo »", "")
        exported = b"".join(client.get(f"{LIST}/export/jsonl").streaming_content)  # type: ignore[attr-defined]
        assert exported == b""
        assert schemes_for(["economics"]) == {"economics": []}
        assert client.get(scheme.get_absolute_url()).status_code == 404
        for user, status in (
            (member.user, 200), (UserFactory(manager=True), 200), (UserFactory(), 404)
        ):  # fmt: skip
            client.force_login(user)
            assert client.get(scheme.get_absolute_url()).status_code == status

    def test_what_is_visible_is_what_may_be_viewed(self) -> None:
        author = UserFactory()
        people = [AnonymousUser(), author, UserFactory(), UserFactory(manager=True)]
        SchemeFactory()
        for proposed in ({"author": author}, {}):
            SchemeFactory(proposed=True, **proposed)
        for user in people:
            seen = set(Scheme.objects.visible_to(user))
            assert seen == {s for s in Scheme.objects.all() if rules.can_view(user, s)}

    def test_managers_are_told_and_find_it_in_their_workspace(self) -> None:
        manager, member = UserFactory(manager=True), MembershipFactory()
        propose(member)
        assert told(manager) == ["scheme_proposed"]
        assert [w.about for w in waiting_for(manager) if "Relire" in w.title] == ["Fonds vélo"]
        assert not any("Relire" in w.title for w in waiting_for(member.user))

    def test_who_administers_the_site_is_told_as_managers_are(self) -> None:
        """They read and decide of it (``rules.can_manage``); a closed account is told nothing."""
        administrator, gone = UserFactory(administrator=True), UserFactory(manager=True)
        gone.is_active = False
        gone.save()
        propose(MembershipFactory())
        assert told(administrator) == ["scheme_proposed"]
        assert told(gone) == []

    def test_followers_hear_of_nothing(self) -> None:
        member = MembershipFactory()
        follow(UserFactory(), "organisation", str(member.organisation.pk))
        scheme = propose(member)
        writing.add_window(scheme, opens_on=None, closes_on=dt.date(2099, 1, 1))
        assert set(Announcement.objects.values_list("verb", flat=True)) <= {"scheme_proposed"}

    def test_a_manager_adds_one_at_once(self, client: Client) -> None:
        client.force_login(UserFactory(manager=True))
        client.post(NEW, {"title": "Fonds", "submission": str(uuid.uuid4())})
        assert Scheme.objects.get().publication == "published"

    def test_a_machine_is_stopped(self, client: Client, settings: Any) -> None:
        settings.SCHEME_PROPOSALS_PER_DAY = 2
        member = MembershipFactory()
        for title in ("Un", "Deux"):
            propose(member, title)
        client.force_login(member.user)
        data = {
            "title": "Trois",
            "owner": member.organisation.slug,
            "submission": str(uuid.uuid4()),
        }
        text = client.post(NEW, data).content.decode()
        assert "déjà proposé 2 dispositifs" in text and "Trois" in text
        assert Scheme.objects.count() == 2

    def test_the_number_of_another_s_form_serves_nobody(self, client: Client) -> None:
        number = uuid.uuid4()
        member, other = MembershipFactory(), MembershipFactory()
        content = writing.Content(title="Fonds vélo", owner=member.organisation)
        writing.add_scheme(content, by=member.user, submission=number)
        client.force_login(other.user)
        data = {"title": "Autre", "owner": other.organisation.slug, "submission": str(number)}
        assert "rechargez la page" in client.post(NEW, data).content.decode()
        assert Scheme.objects.get().title == "Fonds vélo"


class TestDecisions:
    def test_accepted_it_is_found_and_its_author_told(self, client: Client) -> None:
        manager, member, follower = UserFactory(manager=True), MembershipFactory(), UserFactory()
        follow(follower, "organisation", str(member.organisation.pk))
        scheme = propose(member)
        client.force_login(manager)
        client.post(f"{scheme.get_absolute_url()}/examen", {"decision": "accept", "version": 1})
        client.logout()
        assert "Fonds vélo" in client.get(LIST, {"q": "vélo"}).content.decode()
        assert told(member.user) == ["scheme_accepted"]
        assert Announcement.objects.filter(verb="scheme_added").exists()

    def test_sent_back_with_words_then_proposed_again(self, client: Client) -> None:
        manager, member = UserFactory(manager=True), MembershipFactory()
        scheme = propose(member)
        client.force_login(manager)
        address = f"{scheme.get_absolute_url()}/examen"
        refused = client.post(address, {"decision": "send_back", "reason": " ", "version": 1})
        assert "Dites pourquoi" in refused.content.decode()
        client.post(
            address, {"decision": "send_back", "reason": "Quel est le montant ?", "version": 1}
        )
        assert [w.about for w in waiting_for(member.user) if "Compléter" in w.title]
        client.force_login(member.user)
        assert "Quel est le montant ?" in client.get(scheme.get_absolute_url()).content.decode()
        assert "Fonds vélo" in client.get("/dispositifs/propositions").content.decode()
        data = {
            "title": "Fonds vélo",
            "owner": member.organisation.slug,
            "version": 1,
            "amount": "5 €",
        }
        client.post(f"{scheme.get_absolute_url()}/modifier", data)
        scheme = Scheme.objects.get()
        assert scheme.publication == "proposed"
        # A new version waits anew for managers.
        assert told(manager) == ["scheme_proposed", "scheme_proposed"]

    def test_removed_it_keeps_its_history_and_comes_back(self, client: Client) -> None:
        manager, member = UserFactory(manager=True), MembershipFactory()
        scheme = SchemeFactory(author=member.user, owner=member.organisation, title="Fonds vélo")
        reviewing.remove_scheme(scheme, "C’est une publicité.", by=manager)
        assert client.get(scheme.get_absolute_url()).status_code == 404
        assert "Fonds vélo" not in client.get(LIST).content.decode()
        client.force_login(member.user)
        assert "C’est une publicité." in client.get(scheme.get_absolute_url()).content.decode()
        assert client.get(f"{scheme.get_absolute_url()}/modifier").status_code == 403
        client.force_login(manager)
        assert "retiré" in client.get(f"{scheme.get_absolute_url()}/historique").content.decode()
        client.post(f"{scheme.get_absolute_url()}/examen", {"decision": "put_back", "version": 1})
        assert Scheme.objects.get().publication == "published"

    def test_what_its_author_wrote_meanwhile_is_read_before_it_is_accepted(
        self, client: Client
    ) -> None:
        manager, member = UserFactory(manager=True), MembershipFactory()
        scheme = propose(member)
        client.force_login(manager)
        address = f"{scheme.get_absolute_url()}/examen"
        assert 'name="version" value="1"' in client.get(address).content.decode()
        content = writing.Content(title="Achetez nos vélos", owner=member.organisation)
        writing.change_scheme(scheme, content, version=1, by=member.user)
        answer = client.post(address, {"decision": "accept", "version": 1}).content.decode()
        assert "Son auteur l’a modifié" in answer and 'name="version" value="2"' in answer
        assert Scheme.objects.get().publication == "proposed"
        client.post(address, {"decision": "accept", "version": 2})
        assert Scheme.objects.get().publication == "published"

    def test_a_manager_completes_in_the_stead_of_an_author_who_left(self) -> None:
        manager, member = UserFactory(manager=True), MembershipFactory()
        scheme = propose(member)
        reviewing.send_back_scheme(scheme, "Quel est le montant ?", by=manager)
        member.user.delete()
        content = writing.Content(title="Fonds vélo", owner=member.organisation, amount="5 €")
        writing.change_scheme(scheme, content, version=1, by=manager)
        reviewing.accept_scheme(scheme, by=manager, version=2)
        assert Scheme.objects.get().is_published

    def test_two_managers_decide_once(self) -> None:
        one, other, member = (
            UserFactory(manager=True),
            UserFactory(manager=True),
            MembershipFactory(),
        )
        scheme = propose(member)
        reviewing.accept_scheme(scheme, by=one, version=1)
        with pytest.raises(DomainError, match="Quelqu’un a décidé"):
            reviewing.send_back_scheme(scheme, "Non", by=other)

    def test_an_import_leaves_removed_what_was_removed(self) -> None:
        manager = UserFactory(manager=True)
        scheme = SchemeFactory(external_id="a")
        reviewing.remove_scheme(scheme, "Doublon.", by=manager)
        records, _issues = read([(1, {"id": "a", "title": "A"})], Vocabulary.load())
        writing.write_records(records, by=manager)
        scheme = Scheme.objects.get()
        assert (scheme.title, scheme.publication) == ("A", "removed")

    def test_not_by_who_is_no_manager(self, client: Client) -> None:
        member = MembershipFactory()
        scheme = propose(member)
        client.force_login(member.user)
        address = f"{scheme.get_absolute_url()}/examen"
        assert client.post(address, {"decision": "accept"}).status_code == 403
        assert Scheme.objects.get().publication == "proposed"
