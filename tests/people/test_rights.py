"""Rights of persons: seeing and taking away one's data, leaving."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.auth import get_user_model
from django.core import mail
from django.db import models
from django.test import Client

from essaim.common.errors import DomainError
from essaim.common.typography import french
from essaim.people import personal_data
from essaim.people.actions import archives
from essaim.people.actions.accounts import create_account
from essaim.people.actions.deletion import delete_account, represented_alone
from essaim.people.models import NOBODY, ConsentText, DataArchive, Membership, User
from essaim.people.signals import account_deleted
from tests.following.factories import told_at_once
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory

PASSWORD = "une phrase de passe longue"
pytestmark = pytest.mark.django_db


def person(email: str = "claire@exemple.fr", **fields: Any) -> User:
    return create_account(email=email, name="Claire Martin", password=PASSWORD, **fields)


def signed_in(user: User) -> Client:
    client = Client()
    client.post("/compte/login/", {"login": user.email, "password": PASSWORD})
    return client


def taken_away(client: Client) -> Any:
    """Asked for, made by the job, downloaded."""
    assert client.post("/compte/mes-donnees/archive").status_code == 302
    archives.make(DataArchive.objects.latest("pk").pk)
    answer = client.get(f"/compte/mes-donnees/archive/{DataArchive.objects.latest('pk').pk}")
    assert "attachment" in answer["Content-Disposition"]
    return json.loads(b"".join(answer.streaming_content))  # type: ignore[attr-defined]


class TestMyData:
    def test_are_shown_and_taken_away(self) -> None:
        claire = person()
        MembershipFactory(user=claire, organisation__name="Ville d’exemple")
        client = signed_in(claire)
        page = client.get("/compte/mes-donnees").content.decode()
        assert "claire@exemple.fr" in page
        archive = taken_away(client)
        assert archive["account"]["email"] == "claire@exemple.fr"
        assert archive["account"]["organisations"][0]["organisation__name"] == "Ville d’exemple"
        assert archive["account"]["sessions"][0]["ip"] == "127.0.0.1"

    def test_hold_nothing_of_others(self) -> None:
        person("autre@exemple.fr")
        assert "autre@exemple.fr" not in str(taken_away(signed_in(person())))

    def test_every_app_adds_its_own(self) -> None:
        known = dict(personal_data._sources)
        personal_data.register(
            "essai", lambda user: {"livres": [1, 2]}, labels={"livres": "Livres"}
        )
        try:
            client = signed_in(person())
            assert french("Livres : 2") in client.get("/compte/mes-donnees").content.decode()
            assert taken_away(client)["essai"]
        finally:
            personal_data._sources.clear()
            personal_data._sources.update(known)

    def test_rows_are_counted_on_the_page_and_read_in_the_archive(self) -> None:
        known = dict(personal_data._sources)
        rows = ConsentText.objects.order_by("pk").values("kind", "version")
        one, none = rows.filter(pk__in=list(rows.values_list("pk", flat=True)[:1])), rows.none()
        personal_data.register(
            "essai", lambda user: {"un": one, "rien": none, "tu": one},
            labels={"un": "Un", "rien": "Rien"},
        )  # fmt: skip
        try:
            client = signed_in(person())
            page = client.get("/compte/mes-donnees").content.decode()
            assert french(f"Un : {len(one)}") in page and french("Rien : 0") in page
            held = taken_away(client)["essai"]
            assert held == {"un": list(one), "rien": [], "tu": list(one)}
        finally:
            personal_data._sources.clear()
            personal_data._sources.update(known)

    def test_reading_the_page_asks_for_nothing(self) -> None:
        page = signed_in(person()).get("/compte/mes-donnees/archive")
        assert "Aucune archive" in page.content.decode() and not DataArchive.objects.exists()


class TestLeaving:
    ADDRESS = "/compte/supprimer"

    def leave(self, client: Client, **given: str) -> Any:
        """The form, then the password asked again, then what was typed goes on."""
        typed = {"contributions": "anonymous", "sure": "on", **given}
        answer = client.post(self.ADDRESS, typed)
        if answer.status_code == 302 and "reauthenticate" in answer["Location"]:
            answer = client.post(answer["Location"], {"password": PASSWORD, "next": self.ADDRESS})
        return answer

    def test_empties_the_account(self) -> None:
        claire = person()
        SocialAccount.objects.create(user=claire, provider="proconnect", uid="x")
        MembershipFactory(user=claire)
        elsewhere, client = signed_in(claire), signed_in(claire)
        mail.outbox.clear()
        answer = self.leave(client)
        assert answer["Location"] == "/"
        claire.refresh_from_db()
        assert claire.email.endswith(f"@{NOBODY}")
        assert (claire.name, claire.is_active, str(claire)) == ("", False, "Compte supprimé")
        assert claire.deleted_at
        for model in (EmailAddress, SocialAccount, UserSession, Membership):
            assert not model.objects.filter(user=claire).exists()
        assert elsewhere.get("/compte/profil").status_code == 302
        # The address is free again.
        assert person().pk != claire.pk

    def test_may_leave_the_name(self) -> None:
        claire = person()
        self.leave(signed_in(claire), contributions="credited")
        claire.refresh_from_db()
        assert claire.name == "Claire Martin"
        assert claire.email.endswith(f"@{NOBODY}")

    def test_asks_the_password_again_and_loses_nothing_typed(self) -> None:
        client = signed_in(person())
        answer = client.post(self.ADDRESS, {"contributions": "anonymous", "sure": "on"})
        assert "/compte/reauthenticate/" in answer["Location"]
        assert User.objects.filter(deleted_at__isnull=True).exists()

    def test_asks_a_code_of_those_who_have_no_password(
        self, django_capture_on_commit_callbacks: Any
    ) -> None:
        claire = create_account(email="claire@exemple.fr")
        client = Client()
        client.force_login(claire)
        typed = {"contributions": "anonymous", "sure": "on"}
        page = client.post(self.ADDRESS, typed).content.decode()
        assert "id_code_error" in page
        assert "Recevoir le code" in page
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            client.post(self.ADDRESS, {"send_code": "1"})
        code = re.search(r"^ {4}(\d{6})$", str(mail.outbox[0].body), re.M)
        assert code
        wrong = f"{(int(code.group(1)) + 1) % 10**6:06}"
        assert (
            "Ce n’est pas le code"
            in client.post(self.ADDRESS, typed | {"code": wrong}).content.decode()
        )
        assert client.post(self.ADDRESS, typed | {"code": code.group(1)})["Location"] == "/"
        claire.refresh_from_db()
        assert claire.deleted_at

    def test_a_forgotten_box_does_not_spend_the_code(
        self, django_capture_on_commit_callbacks: Any
    ) -> None:
        claire = create_account(email="claire@exemple.fr")
        organisation = MembershipFactory(user=claire, role="representative").organisation
        MembershipFactory(organisation=organisation)
        client = Client()
        client.force_login(claire)
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            client.post(self.ADDRESS, {"send_code": "1"})
        code = re.search(r"^ {4}(\d{6})$", str(mail.outbox[0].body), re.M)
        assert code
        typed = {"contributions": "anonymous", "sure": "on", "code": code.group(1)}
        page = client.post(self.ADDRESS, typed).content.decode()
        assert "id_leave_unrepresented_error" in page
        assert client.post(self.ADDRESS, typed | {"leave_unrepresented": "on"})["Location"] == "/"

    def test_codes_are_limited(self, django_capture_on_commit_callbacks: Any) -> None:
        claire = create_account(email="claire@exemple.fr")
        client = Client()
        client.force_login(claire)
        with django_capture_on_commit_callbacks(execute=True):
            for _ in range(7):
                client.post(self.ADDRESS, {"send_code": "1"})
        assert len(mail.outbox) == 5
        code = re.search(r"^ {4}(\d{6})$", str(mail.outbox[-1].body), re.M)
        assert code
        typed = {"contributions": "anonymous", "sure": "on"}
        wrong = f"{(int(code.group(1)) + 1) % 10**6:06}"
        for _ in range(6):
            client.post(self.ADDRESS, typed | {"code": wrong})
        page = client.post(self.ADDRESS, typed | {"code": code.group(1)}).content.decode()
        assert "plus valable" in page

    def test_wants_a_yes(self) -> None:
        claire = person()
        answer = self.leave(signed_in(claire), sure="")
        claire.refresh_from_db()
        assert answer.status_code == 200
        assert not claire.deleted_at

    def test_the_only_representative_names_another_or_tells_the_managers(self) -> None:
        manager = person("animateur@exemple.fr", is_manager=True)
        claire = person()
        organisation = OrganisationFactory(name="Ville d’exemple")
        MembershipFactory(user=claire, organisation=organisation, role="representative")
        MembershipFactory(organisation=organisation)
        assert list(represented_alone(claire)) == [organisation]
        page = self.leave(signed_in(claire)).content.decode()
        assert "Ville d’exemple" in page
        assert "leave_unrepresented" in page
        claire.refresh_from_db()
        assert not claire.deleted_at
        with pytest.raises(DomainError, match="Ville"):
            delete_account(claire, keep_name=False)
        mail.outbox.clear()
        delete_account(claire, keep_name=False, leave_unrepresented=True)
        assert not represented_alone(claire).exists()
        assert manager.email in User.objects.values_list("email", flat=True)

    @pytest.mark.django_db(transaction=True)
    def test_messages_leave_once_it_is_done(self) -> None:
        manager = told_at_once(person("animateur@exemple.fr", is_manager=True))
        claire = person()
        organisation = OrganisationFactory(name="Ville d’exemple")
        MembershipFactory(user=claire, organisation=organisation, role="representative")
        MembershipFactory(organisation=organisation)
        mail.outbox.clear()
        for _ in range(2):  # the second time does nothing
            delete_account(claire, keep_name=False, leave_unrepresented=True)
        assert sorted(message.to[0] for message in mail.outbox) == [
            manager.email, "claire@exemple.fr",
        ]  # fmt: skip
        assert all(
            message.extra_headers["Auto-Submitted"] == "auto-generated" for message in mail.outbox
        )

    def test_an_organisation_of_one_goes_on_without_a_word(self) -> None:
        claire = person()
        MembershipFactory(user=claire, role="representative")
        assert not represented_alone(claire).exists()
        delete_account(claire, keep_name=False)

    def test_the_last_administrator_stays(self) -> None:
        admin = person(is_administrator=True)
        with pytest.raises(DomainError, match="seul administrateur"):
            delete_account(admin, keep_name=False)
        person("autre@exemple.fr", is_administrator=True)
        delete_account(admin, keep_name=False)

    def test_higher_apps_hear_of_it_while_the_person_is_still_known(self) -> None:
        heard: list[tuple[str, bool]] = []

        def receiver(sender: Any, user: User, keep_name: bool, **kwargs: Any) -> None:
            heard.append((user.email, keep_name))

        account_deleted.connect(receiver)
        try:
            delete_account(person(), keep_name=True)
        finally:
            account_deleted.disconnect(receiver)
        assert heard == [("claire@exemple.fr", True)]


# What goes with the row of a person, were it ever removed: their own things only. Everything
# else is kept without them, or forbids it.
THEIR_OWN = {
    "account.EmailAddress.user",
    "calls.Editor.user",  # that one may write: nothing of what was written
    "calls.Officer.user",
    "contributions.Interest.user",
    "evaluations.Member.user",
    "dialogues.Manager.user",  # that one answers for a territory: what was said stays
    "dialogues.Runner.user",
    "events.PersonalFeed.user",
    "events.Vote.user",
    "following.Digest.user",
    "following.Follow.user",
    "following.MailSettings.user",
    "open_data.ApiToken.user",
    "open_data.Subscription.user",
    "people.DataArchive.user",
    "following.Notification.user",
    "peers.Conflict.person",  # what keeps them from reading, and nothing else
    "peers.Declaration.user",
    "peers.Item_people.user",
    "peers.PeerProfile.user",
    "people.MembershipRequest.user",
    "admin.LogEntry.user",
    "groups.Steward.user",
    "initiatives.CoEditor.user",
    "initiatives.CoEditorInvitation.by",  # waiting for an answer: nobody else's work
    "innovators.CaseOfficer.user",
    "innovators.StatusCard.user",
    "introductions.PersonChoice.user",
    "mfa.Authenticator.user",
    "modelling.Sorting.user",
    "needs.Need.author",
    "people.Consent.user",
    "people.Membership.user",
    "people.User_groups.user",
    "replications.Peer.user",
    "replications.ReportLink.user",
    "people.User_user_permissions.user",
    "socialaccount.SocialAccount.user",
    "sponsorship.Coordinator.user",
    "sponsorship.Sponsor.user",
    "usersessions.UserSession.user",
}


def test_no_foreign_key_takes_the_work_of_others_along() -> None:
    cascading = set()
    for relation in get_user_model()._meta.get_fields(include_hidden=True):
        if not (relation.auto_created and relation.is_relation and not relation.concrete):
            continue
        if getattr(relation, "on_delete", None) is models.CASCADE:
            field = relation.field
            cascading.add(f"{field.model._meta.label}.{field.name}")
    assert cascading <= THEIR_OWN, cascading - THEIR_OWN


def test_the_back_room_empties_accounts_and_removes_none() -> None:
    claire = person()
    client = Client()
    client.force_login(UserFactory(administrator=True))
    assert client.get(f"/admin/people/user/{claire.pk}/delete/").status_code == 403
    client.post(
        "/admin/people/user/", {"action": "empty_accounts", "_selected_action": [claire.pk]}
    )
    claire.refresh_from_db()
    assert claire.deleted_at
