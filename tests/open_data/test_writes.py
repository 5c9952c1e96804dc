"""With a token: one's own drafts and needs, written under the rules of the pages."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from essaim.initiatives.models import Initiative, InitiativeEvent
from essaim.needs.models import Need
from essaim.open_data.actions.tokens import revoke_token
from essaim.open_data.models import ApiToken, ApiTokenEvent
from essaim.people.models import Membership
from tests.initiatives.factories import InitiativeFactory
from tests.needs.factories import NeedFactory
from tests.open_data.factories import bearer, make_token
from tests.open_data.test_gate import is_problem
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.territories.factories import TerritoryFactory
from tests.themes.factories import ThemeFactory

pytestmark = pytest.mark.django_db
CARDS = "/api/v1/initiatives"


def send(client: Client, method: str, address: str, text: str, value: Any, **headers: str) -> Any:
    return getattr(client, method)(
        address, value, content_type="application/json", headers=bearer(text) | headers
    )


@pytest.fixture
def author() -> Any:
    return UserFactory()


def test_a_draft_is_written_changed_and_submitted(client: Client, author: Any) -> None:
    ThemeFactory(slug="logement")
    TerritoryFactory(kind="commune", code="38185")
    token, text = make_token(author)
    record = {
        "title": "Jardin partagé", "summary": "Des voisins cultivent ensemble.",
        "themes": ["logement"], "territories": ["commune:38185"], "steps": ["Un", "Deux"],
        "components": [{"name": "Le jardin", "kind": "core"}],
        "economics": [{"line": "investment", "label": "Outils", "central": 1200.5, "unit": "€"}],
    }  # fmt: skip
    answer = send(client, "post", CARDS, text, record)
    assert answer.status_code == 201, answer.content
    written = answer.json()
    for name in ("title", "themes", "territories", "steps"):
        assert written[name] == record[name]
    assert written["economics"][0]["central"] == 1200.5
    card = Initiative.objects.get()
    assert (card.author, card.publication) == (author, "draft")
    event = InitiativeEvent.objects.filter(pgh_obj=card.pk).latest("pgh_id")
    assert (event.pgh_context["action"], event.pgh_context["token"]) == ("api", token.pk)
    address = f"{CARDS}/{card.slug}"
    changed = send(client, "patch", address, text, {"need": "Se rencontrer", "reason": "Manquait"})
    assert changed.status_code == 200, changed.content
    assert changed.json()["need"] == "Se rencontrer"
    assert changed.json()["components"][0]["name"] == "Le jardin"
    submitted = send(client, "post", f"{address}/submit", text, {})
    assert submitted.status_code in {200, 409}, submitted.content
    assert client.get(address).status_code == 404  # a draft still, for visitors


def test_the_same_key_makes_one_draft(client: Client, author: Any) -> None:
    _token, text = make_token(author)
    record = {"title": "Jardin partagé", "summary": "Ensemble."}
    key = {"Idempotency-Key": str(uuid.uuid4())}
    statuses = [send(client, "post", CARDS, text, record, **key).status_code for _n in range(2)]
    assert statuses == [201, 200]
    assert Initiative.objects.count() == 1
    _other, other = make_token()
    is_problem(send(client, "post", CARDS, other, record, **key), 409)


def test_what_is_wrong_is_told_field_by_field_and_nothing_is_written(
    client: Client, author: Any
) -> None:
    _token, text = make_token(author)
    record = {"title": "x", "summary": "y", "track": "military", "economics": [{"line": "?"}]}
    errors = is_problem(send(client, "post", CARDS, text, record), 422)["errors"]
    assert {"track", "economics[0].line"} <= {error["where"] for error in errors}
    wrong = {"title": "x", "summary": "y", "themes": ["inconnu"]}
    is_problem(send(client, "post", CARDS, text, wrong), 422)
    is_problem(send(client, "post", CARDS, text, {"title": "x", "summary": "y", "foo": 1}), 422)
    assert not Initiative.objects.exists()


@pytest.mark.parametrize(
    ("value", "where"),
    [
        ({"tags": [None]}, "tags[0]"),
        ({"components": [{"kind": "core", "text": "Un", "variants": [[]]}]}, "components[0]"),
    ],
)
def test_what_a_file_would_mend_a_program_is_told(
    client: Client, author: Any, value: dict[str, Any], where: str
) -> None:
    _token, text = make_token(author)
    card = InitiativeFactory(author=author)
    told = is_problem(send(client, "patch", f"{CARDS}/{card.slug}", text, value), 422)
    assert any(error["where"].startswith(where) for error in told["errors"])
    card.refresh_from_db()
    assert card.tags == []


def test_who_read_an_older_card_is_told(client: Client, author: Any) -> None:
    _token, text = make_token(author)
    card = InitiativeFactory(author=author)
    address = f"{CARDS}/{card.slug}"
    etag = client.get(address, headers=bearer(text))["ETag"]
    assert (
        send(client, "patch", address, text, {"need": "Un"}, **{"If-Match": etag}).status_code
        == 200
    )
    is_problem(send(client, "patch", address, text, {"need": "Deux"}, **{"If-Match": etag}), 412)


def test_the_cards_of_others(client: Client) -> None:
    _token, text = make_token()
    theirs, public = InitiativeFactory(), InitiativeFactory(published=True)
    is_problem(client.get(f"{CARDS}/{theirs.slug}", headers=bearer(text)), 404)
    is_problem(send(client, "patch", f"{CARDS}/{theirs.slug}", text, {"need": "x"}), 404)
    is_problem(send(client, "patch", f"{CARDS}/{public.slug}", text, {"need": "x"}), 403)
    is_problem(send(client, "post", f"{CARDS}/{public.slug}/submit", text, {}), 403)


def test_a_manager_s_token_has_no_power_of_a_manager(client: Client) -> None:
    _token, text = make_token(UserFactory(manager=True))
    draft, public = InitiativeFactory(), InitiativeFactory(published=True)
    is_problem(client.get(f"{CARDS}/{draft.slug}", headers=bearer(text)), 404)
    is_problem(send(client, "patch", f"{CARDS}/{public.slug}", text, {"need": "x"}), 403)


@pytest.mark.parametrize(
    ("scopes", "method", "address"),
    [
        (["read"], "post", CARDS),
        (["write:needs"], "post", CARDS),
        (["write:cards"], "post", "/api/v1/needs"),
        (["write:cards"], "get", "/api/v1/me"),
    ],
)
def test_a_scope_that_is_missing(
    client: Client, scopes: list[str], method: str, address: str
) -> None:
    _token, text = make_token(scopes=scopes)
    answer = send(client, method, address, text, {"title": "x", "summary": "y", "text": "z"})
    is_problem(answer, 403)
    is_problem(getattr(client, method)(address), 401)


class TestOfAnOrganisation:
    @pytest.fixture
    def there(self) -> Any:
        return MembershipFactory(role=Membership.Role.REPRESENTATIVE)

    def test_it_reaches_what_is_the_organisation_s_and_nothing_else(
        self, client: Client, there: Any
    ) -> None:
        _token, text = make_token(there.user, organisation=there.organisation)
        ours = InitiativeFactory(holder=there.organisation)
        mine = InitiativeFactory(author=there.user)
        found = client.get("/api/v1/me/initiatives", headers=bearer(text)).json()["items"]
        assert [record["external_id"] for record in found] == [ours.external_id]
        is_problem(client.get(f"{CARDS}/{mine.slug}", headers=bearer(text)), 404)
        other = OrganisationFactory(name="Une autre")
        record = {"title": "x", "summary": "y", "holder": {"name": other.name}}
        is_problem(send(client, "post", CARDS, text, record), 422)
        record["holder"] = {"name": "Jamais vue"}
        is_problem(send(client, "post", CARDS, text, record), 422)
        del record["holder"]
        made = send(client, "post", CARDS, text, record)
        assert made.json()["holder"]["name"] == there.organisation.name

    def test_who_represents_it_no_more_opens_nothing(self, client: Client, there: Any) -> None:
        _token, text = make_token(there.user, organisation=there.organisation)
        there.role = Membership.Role.MEMBER
        there.save()
        is_problem(client.get("/api/v1/me", headers=bearer(text)), 401)

    def test_needs_are_stated_in_its_name(self, client: Client, there: Any) -> None:
        _token, text = make_token(there.user, organisation=there.organisation)
        value = {"text": "Des jeunes sans permis", "visibility": "organisation"}
        answer = send(client, "post", "/api/v1/needs", text, value)
        assert answer.status_code == 201, answer.content
        assert Need.objects.get().organisation == there.organisation
        _stranger, other = make_token()
        number = answer.json()["id"]
        is_problem(client.get(f"/api/v1/needs/{number}", headers=bearer(other)), 404)
        is_problem(send(client, "patch", f"/api/v1/needs/{number}", other, {"tried": "x"}), 404)


def test_a_need_is_stated_and_changed(client: Client, author: Any) -> None:
    TerritoryFactory(kind="commune", code="38185")
    _token, text = make_token(author)
    value = {
        "text": "Des personnes isolées", "visibility": "public", "territory": "commune:38185",
        "count_min": 40, "budget_max": 1200.5, "needed_by": "2030-01-31",
    }  # fmt: skip
    answer = send(client, "post", "/api/v1/needs", text, value)
    assert answer.status_code == 201, answer.content
    need = Need.objects.get()
    assert (need.author, float(need.budget_max or 0)) == (author, 1200.5)
    changed = send(client, "patch", f"/api/v1/needs/{need.pk}", text, {"tried": "Un bus"})
    assert changed.status_code == 200, changed.content
    assert (changed.json()["tried"], changed.json()["count_min"]) == ("Un bus", 40)
    for wrong in (
        {"text": ""},
        {"text": 3},
        {"nothing": 1},
        {"visibility": "x"},
        {"count_min": -1},
    ):
        is_problem(send(client, "patch", f"/api/v1/needs/{need.pk}", text, wrong), 422)
    theirs = NeedFactory(public=True)
    is_problem(send(client, "patch", f"/api/v1/needs/{theirs.pk}", text, {"tried": "x"}), 403)


@pytest.mark.parametrize(
    "body", [b"{", b"[1]", b'{"a": NaN}', b'{"a": "\\ud800"}', b"\xff", b"[" * 9000]
)
def test_bodies_that_are_no_object_in_json(client: Client, body: bytes) -> None:
    _token, text = make_token()
    answer = client.post(CARDS, body, content_type="application/json", headers=bearer(text))
    assert answer.status_code in {400, 422}
    is_problem(answer, answer.status_code)
    form = client.post(CARDS, {"title": "x"}, headers=bearer(text))
    is_problem(form, 415)


class TestTokens:
    def test_are_kept_as_a_digest(self) -> None:
        token, text = make_token()
        row = ApiToken.objects.values().get(pk=token.pk)
        assert text not in str(row)
        assert text not in str(list(ApiTokenEvent.objects.values()))
        assert row["start"] == text[:11]

    def test_revoked_or_expired_opens_nothing(self, client: Client) -> None:
        token, text = make_token()
        assert client.get("/api/v1/me", headers=bearer(text)).status_code == 200
        token.refresh_from_db()
        assert token.last_used_at is not None
        ApiToken.objects.filter(pk=token.pk).update(expires_at=timezone.now() - dt.timedelta(1))
        is_problem(client.get("/api/v1/me", headers=bearer(text)), 401)
        again, text = make_token(token.user)
        revoke_token(again, by=token.user)
        is_problem(client.get("/api/v1/me", headers=bearer(text)), 401)

    def test_of_an_account_that_is_closed(self, client: Client) -> None:
        token, text = make_token()
        token.user.is_active = False
        token.user.save()
        is_problem(client.get("/api/v1/me", headers=bearer(text)), 401)
