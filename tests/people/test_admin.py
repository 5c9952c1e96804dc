"""The back room: usable with the e-mail address, and never a list of all places."""

from __future__ import annotations

import pytest
from django.test import Client

from essaim.people.models import User
from tests.people.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def back_room(client: Client) -> Client:
    client.force_login(UserFactory(administrator=True))
    return client


def test_it_opens_by_the_sites_own_sign_in(client: Client) -> None:
    answer = client.get("/admin/")
    assert answer.status_code == 302
    answer = client.get("/admin/login/")
    assert answer["Location"].startswith("/compte/login/")
    client.force_login(UserFactory())
    assert client.get("/admin/people/user/").status_code in {302, 403}


def test_accounts_are_searched_read_and_created(back_room: Client) -> None:
    membership = MembershipFactory(user__name="Claire Martin")
    assert "Claire Martin" in back_room.get("/admin/people/user/?q=claire").content.decode()
    page = back_room.get(f"/admin/people/user/{membership.user.pk}/change/").content.decode()
    assert membership.organisation.name in page
    typed = {
        "email": "neuf@exemple.fr", "name": "Neuf", "usable_password": "true",
        "password1": "une phrase assez longue", "password2": "une phrase assez longue",
    }  # fmt: skip
    assert back_room.post("/admin/people/user/add/", typed).status_code == 302
    assert User.objects.filter(email="neuf@exemple.fr").exists()


def test_organisations_ask_for_a_place_without_listing_them(back_room: Client) -> None:
    organisation = MembershipFactory().organisation
    for path in ("add/", f"{organisation.pk}/change/", "?q=assoc"):
        page = back_room.get(f"/admin/people/organisation/{path}")
        assert page.status_code == 200
        assert len(page.content) < 60_000


def test_only_what_works_here_is_shown(back_room: Client) -> None:
    page = back_room.get("/admin/").content.decode()
    assert "Administration technique" in page
    assert "/admin/dsfr/" not in page
    assert "/admin/auth/group/" not in page


def test_no_page_holds_inline_styles_or_scripts(back_room: Client) -> None:
    for path in ("", "people/user/", "people/user/add/", "people/organisation/add/"):
        answer = back_room.get(f"/admin/{path}")
        assert "unsafe-inline" not in answer["Content-Security-Policy"]
        page = answer.content.decode()
        assert " style=" not in page
        assert "onclick=" not in page
        assert "<script>" not in page
