"""The managers' pages of imports and exports."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from essaim.initiatives.actions import imports
from essaim.initiatives.models import CardImport, ImportIssue, ImportState, Initiative
from tests.initiatives.factories import InitiativeFactory
from tests.initiatives.test_import_cards import CARD
from tests.initiatives.test_import_jobs import FOUR, text
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db
LIST = reverse("initiatives:imports")


@pytest.fixture
def manager(client: Client) -> Client:
    client.force_login(UserFactory(manager=True))
    return client


def post(client: Client, **data: Any) -> Any:
    return client.post(LIST, {"status": "published", **data})


def body(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_a_manager_imports_a_file_from_end_to_end(manager: Client) -> None:
    file = SimpleUploadedFile("fiches.jsonl", text(*FOUR).encode())
    response = post(manager, file=file, text="")
    card_import = CardImport.objects.get()
    assert response.url == card_import.get_absolute_url()
    page = body(manager, response.url)
    assert "en file d’attente" in page and "<progress" in page and "hx-get" in page
    imports.advance(card_import.pk)
    page = body(manager, response.url)
    assert "Rien n’est encore écrit" in page and "Importer 3 fiches" in page
    assert "<code>summary</code>" in page and "Un titre" in page
    assert "zorglub" in body(manager, f"{response.url}?show=warnings")
    done = manager.post(reverse("initiatives:import_confirm", args=[card_import.pk]))
    assert done.url == card_import.get_absolute_url()
    twice = manager.post(reverse("initiatives:import_confirm", args=[card_import.pk]), follow=True)
    assert "n’a plus lieu d’être" in twice.content.decode()
    imports.advance(card_import.pk)
    assert "L’import est terminé" in body(manager, response.url)
    assert Initiative.objects.published().count() == 3
    assert "fiches.jsonl" in body(manager, LIST)


def test_text_may_be_pasted(manager: Client) -> None:
    post(manager, text=text(CARD) + "\x00", status="draft")
    card_import = CardImport.objects.get()
    imports.advance(card_import.pk)
    imports.confirm(card_import)
    imports.advance(card_import.pk)
    assert Initiative.objects.get().publication == "draft"


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"text": "   "},
        {"text": "x", "file": SimpleUploadedFile("a", b"x")},
        {"file": SimpleUploadedFile("a", b"")},
        {"text": "x", "status": "autre"},
    ],
)
def test_a_deposit_without_a_file_is_explained(manager: Client, data: dict[str, Any]) -> None:
    response = post(manager, **data)
    assert response.status_code == 422 and "fr-alert--error" in response.content.decode()
    assert not CardImport.objects.exists()


def test_the_bar_asks_for_itself_and_then_for_the_page(manager: Client) -> None:
    post(manager, text=text(*FOUR))
    card_import = CardImport.objects.get()
    address = reverse("initiatives:import_progress", args=[card_import.pk])
    response = manager.get(address)
    assert "<progress" in response.content.decode() and "HX-Refresh" not in response
    imports.advance(card_import.pk)
    assert manager.get(address)["HX-Refresh"] == "true"


def test_a_page_that_waits_for_nobody_says_so(manager: Client) -> None:
    post(manager, text=text(*FOUR))
    CardImport.objects.update(touched_at=timezone.now() - 2 * imports.FORGOTTEN_AFTER)
    assert "Rien n’a avancé" in body(manager, CardImport.objects.get().get_absolute_url())


def test_cancel_and_try_again(manager: Client) -> None:
    post(manager, text=text(*FOUR))
    card_import = CardImport.objects.get()
    imports.give_up(card_import.pk)
    page = body(manager, card_import.get_absolute_url())
    assert "L’import est interrompu" in page and "Réessayer" in page
    manager.post(reverse("initiatives:import_again", args=[card_import.pk]))
    assert CardImport.objects.get().state == ImportState.CHECKING
    manager.post(reverse("initiatives:import_cancel", args=[card_import.pk]))
    assert "L’import est abandonné" in body(manager, card_import.get_absolute_url())


@pytest.mark.parametrize("rows", [1, 3, 50])
def test_pages_cost_the_same_whatever_their_rows(
    manager: Client, rows: int, django_assert_num_queries: Any
) -> None:
    found = [
        CardImport.objects.create(
            original_name=f"f{n}", file=f"f{n}", by=UserFactory(), error_count=rows
        )
        for n in range(rows)
    ]
    ImportIssue.objects.bulk_create(
        ImportIssue(card_import=found[0], line=n, is_error=True, code="required")
        for n in range(rows)
    )
    with django_assert_num_queries(5):
        manager.get(LIST)
    with django_assert_num_queries(7):
        manager.get(found[0].get_absolute_url())


def test_issues_are_paginated_and_downloaded(manager: Client) -> None:
    lines = [{"external_id": f"a:{n}", "title": "T"} for n in range(60)]
    post(manager, text=text(*lines))
    card_import = CardImport.objects.get()
    imports.advance(card_import.pk)
    page = body(manager, f"{card_import.get_absolute_url()}?page=2")
    assert 'scope="row">60<' in page and 'scope="row">1<' not in page
    response = manager.get(reverse("initiatives:import_issues", args=[card_import.pk]))
    table = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    assert table.count("summary") == 60 and response["Content-Disposition"].endswith('.csv"')


def test_reasons_are_in_the_readers_language(manager: Client) -> None:
    post(manager, text=text(*FOUR))
    card_import = CardImport.objects.get()
    imports.advance(card_import.pk)
    manager.cookies["essaim_langue"] = "en"
    page = body(manager, card_import.get_absolute_url())
    assert "This field is required." in page and "obligatoire" not in page


@pytest.mark.parametrize(("kind", "mark"), [("jsonl", '"external_id": "A"'), ("csv", "A,")])
def test_the_bank_is_exported(manager: Client, kind: str, mark: str) -> None:
    InitiativeFactory(external_id="A", published=True)
    InitiativeFactory(external_id="B")
    address = reverse("initiatives:export")
    for publication, has_draft in [("published", False), ("all", True)]:
        response = manager.get(address, {"format": kind, "publication": publication})
        content = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
        assert (
            mark in content and ("B" in content.replace("BOM", "").split("\n", 1)[-1]) == has_draft
        )
    assert manager.get(address, {"format": "exe"}).status_code == 302


def test_others_are_kept_out(client: Client) -> None:
    card_import = CardImport.objects.create(original_name="f", file="f")
    addresses = [LIST, reverse("initiatives:export"), card_import.get_absolute_url()]
    for address in addresses:
        assert client.get(address).status_code == 302
    client.force_login(UserFactory())
    for address in addresses:
        assert client.get(address).status_code == 403
    assert client.post(LIST, {"text": json.dumps(CARD)}).status_code == 403
    assert not CardImport.objects.visible_to(UserFactory()).exists()
