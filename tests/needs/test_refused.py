"""A form that is refused answers 422 with what was typed, in the rooms where needs are met."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from essaim.needs.models import Need
from tests.groups.factories import GroupFactory
from tests.matching.helpers import known
from tests.needs.factories import JoiningFactory, NeedFactory
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db
TYPED = "Ce que j’ai tapé avant d’être refusé"


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def form_of(client: Client, url: str) -> dict[str, Any]:
    form = client.get(url).context["form"]
    return {
        field.html_name: field.value() for field in form if field.value() not in (None, "", False)
    }


def refused(client: Client, url: str, data: dict[str, Any]) -> str:
    response = client.post(url, data)
    assert response.status_code == 422
    text = response.content.decode()
    assert "fr-error-text" in text or "fr-alert--error" in text
    return text


def test_a_need_stated_changed_or_met() -> None:
    need: Any = NeedFactory()
    client = signed_in(need.author)
    for url in (reverse("needs:new"), reverse("needs:edit", args=[need.pk])):
        data = form_of(client, url)
        assert TYPED in refused(client, url, data | {"text": "", "for_whom": TYPED})
        # Refused by the rule, not by the form: personal data that others would read.
        assert "Mme Durand" in refused(client, url, data | {"text": f"{TYPED} : Mme Durand"})
        assert TYPED in refused(client, url, data | {"text": TYPED, "count_min": 9, "count_max": 2})
    refused(client, reverse("needs:answer", args=[need.pk]), {"answer": "x" * 2001})
    assert Need.objects.get().text == need.text


def test_looking_for_what_resembles_it_refuses_nothing() -> None:
    response = signed_in(UserFactory()).post(reverse("needs:new"), {"text": TYPED, "look": "on"})
    assert response.status_code == 200 and TYPED in response.content.decode()


def test_what_was_typed_waits_while_one_signs_in_again() -> None:
    need: Any = NeedFactory(public=True)
    url = reverse("needs:edit", args=[need.pk])
    data = form_of(signed_in(need.author), url)
    client = Client()
    client.post(url, data | {"text": TYPED})
    client.force_login(need.author, backend="django.contrib.auth.backends.ModelBackend")
    response = client.get(url)
    assert response.status_code == 200 and TYPED in response.content.decode()
    assert client.post(url, data | {"text": TYPED}).status_code == 302
    assert Need.objects.get().text == TYPED


def test_going_together() -> None:
    joining: Any = JoiningFactory(need__public=True)
    asker: Any = NeedFactory()
    refused(signed_in(asker.author), reverse("needs:join", args=[joining.other_id]), {"need": "x"})
    url = reverse("needs:joining", args=[joining.pk])
    refused(signed_in(joining.other.author), url, {"name": ""})


def test_an_answer_set_aside_without_a_reason() -> None:
    need: Any = NeedFactory()
    url = reverse("matching:dismiss", args=[need.pk, "initiative", known("Atelier").pk])
    assert TYPED in refused(signed_in(need.author), url, {"category": "", "text": TYPED})


def test_a_steward_who_may_not_be_one() -> None:
    group: Any = GroupFactory()
    url = reverse("groups:stewards", args=[group.code])
    refused(signed_in(group.created_by), url, {"user": UserFactory().pk})
