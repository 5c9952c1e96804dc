"""Two connections, the same instant: one material, one archive, versions in order."""

from __future__ import annotations

import io
import uuid
from typing import Any

import pytest

from essaim.kits.actions import archives, materials
from essaim.kits.models import KitArchive, KitMaterial, MaterialVersion
from tests.at_once import at_once
from tests.initiatives.factories import InitiativeFactory
from tests.kits.factories import PDF, deposited
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def card() -> Any:
    return InitiativeFactory(published=True, author=UserFactory())


def test_a_double_click_makes_one_material(card: Any) -> None:
    key = uuid.uuid4()
    click = lambda: deposited(card, by=card.author, submission=key)  # noqa: E731
    assert at_once(click, click) == ["done", "done"]
    assert KitMaterial.objects.count() == MaterialVersion.objects.count() == 1


def test_two_readers_get_one_archive(card: Any) -> None:
    deposited(card, by=card.author)
    assert at_once(*[lambda: archives.ask_archive(card)] * 2) == ["done", "done"]
    assert KitArchive.objects.count() == 1


def test_two_versions_at_once_are_both_kept(card: Any) -> None:
    material = deposited(card, by=card.author)

    def another(number: int) -> Any:
        content = PDF.replace(b"<<>>", b"<< /N %d >>" % number)
        return lambda: materials.add_version(
            material, file=io.BytesIO(content), name="a.pdf", size=len(content), note="",
            submission=uuid.uuid4(), by=card.author,
        )  # fmt: skip

    assert at_once(another(1), another(2)) == ["done", "done"]
    assert sorted(material.versions.values_list("number", flat=True)) == [1, 2, 3]


def test_two_workers_keep_one_archive(card: Any) -> None:
    """A slow job and the one that took it for dead: the second finds it done."""
    deposited(card, by=card.author)
    archive = archives.ask_archive(card)
    assert at_once(*[lambda: archives.build(archive.pk)] * 2) == ["done", "done"]
    kept = KitArchive.objects.get()
    assert kept.state == "ready" and kept.file.storage.exists(kept.file.name)
