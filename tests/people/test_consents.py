"""What persons accept: asked at sign-up, asked again when the text changes, withdrawn."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from essaim.common.errors import DomainError
from essaim.people.actions.consents import give_consent, has_accepted, withdraw_consent
from essaim.people.models import Consent, ConsentText, User
from tests.people.factories import UserFactory
from tests.people.test_rights import person, signed_in

pytestmark = pytest.mark.django_db


class TestConsents:
    def text(self, version: str = "1", kind: str = "terms", **fields: Any) -> ConsentText:
        return ConsentText.objects.create(
            kind=kind, version=version, text=f"Texte {version}",
            **({"published_at": timezone.now()} | fields),
        )  # fmt: skip

    def test_are_asked_at_sign_up(self, client: Client) -> None:
        terms, letters = self.text(), self.text(kind="mail")
        page = client.get("/compte/signup/").content.decode()
        assert 'name="accept_terms"' in page and 'name="accept_mail"' in page
        typed = {"name": "Claire", "email": "claire@exemple.fr"}
        refused = client.post("/compte/signup/", typed).content.decode()
        assert "Sans votre accord" in refused
        assert not User.objects.exists()
        client.post("/compte/signup/", typed | {"accept_terms": "on"})
        user = User.objects.get()
        assert [consent.text for consent in Consent.objects.filter(user=user)] == [terms]
        assert has_accepted(user, "terms")
        assert not has_accepted(user, "mail")
        assert letters.pk

    def test_are_asked_again_when_the_text_changes(self) -> None:
        claire = person()
        give_consent(claire, [self.text()])
        client = signed_in(claire)
        assert "ont changé" not in client.get("/plan-du-site").content.decode()
        second = self.text("2")
        client = signed_in(claire)
        page = client.get("/plan-du-site").content.decode()
        assert "Les conditions d’utilisation ont changé" in page
        shown = client.get("/conditions").content.decode()
        assert "Texte 2" in shown
        client.post("/conditions", {"accept_terms": "on"})
        assert "ont changé" not in client.get("/plan-du-site").content.decode()
        assert Consent.objects.filter(user=claire, text=second).exists()

    def test_an_older_version_can_no_longer_be_accepted(self) -> None:
        old = self.text(published_at=timezone.now() - timezone.timedelta(days=2))
        self.text("2")
        with pytest.raises(DomainError, match="vient de changer"):
            give_consent(person(), [old])

    def test_a_draft_is_asked_of_nobody(self, client: Client) -> None:
        self.text(published_at=None)
        assert "accept_terms" not in client.get("/compte/signup/").content.decode()
        assert "Texte" not in client.get("/conditions").content.decode()

    def test_are_withdrawn_and_given_again(self) -> None:
        claire = person()
        letters = self.text(kind="mail")
        give_consent(claire, [letters, letters])
        client = signed_in(claire)
        assert "Retirer mon accord" in client.get("/compte/mes-donnees").content.decode()
        client.post("/compte/accords/mail/retrait")
        assert not has_accepted(claire, "mail")
        give_consent(claire, [letters])
        assert has_accepted(claire, "mail")
        assert Consent.objects.filter(user=claire).count() == 2

    def test_the_terms_are_left_by_leaving(self) -> None:
        claire = person()
        give_consent(claire, [self.text()])
        with pytest.raises(DomainError, match="supprimez-le"):
            withdraw_consent(claire, "terms")

    def test_a_published_text_does_not_change(self) -> None:
        published, draft = self.text(), self.text("2", published_at=None)
        client = Client()
        client.force_login(UserFactory(administrator=True))
        address = "/admin/people/consenttext/{}/change/"
        page = client.get(address.format(published.pk)).content.decode()
        assert 'name="_save"' not in page
        assert 'name="_save"' in client.get(address.format(draft.pk)).content.decode()
