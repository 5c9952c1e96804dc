"""A team shares what it uses, a stranger takes it all."""

from __future__ import annotations

import io
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from essaim.common.errors import DomainError
from essaim.common.waiting import waiting_for
from essaim.initiatives.models import Fact
from essaim.kits.actions import materials
from essaim.kits.models import KitDownload, KitMaterial, MaterialVersion
from tests.initiatives.factories import InitiativeFactory, MaterialFactory
from tests.kits.factories import PDF, body, deposited, docx, signed_in, upload
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def card() -> Any:
    return InitiativeFactory(published=True, rich=True)


class TestDepositing:
    def test_a_member_of_the_team_deposits_and_a_visitor_takes(self, card: Any) -> None:
        client = signed_in(card.author)
        answer = client.post(
            f"/initiatives/{card.slug}/kit/ajouter",
            {
                "submission": str(uuid.uuid4()), "file": upload("Notre méthode.pdf"),
                "kind": "method", "title": "Méthode", "licence": "CC-BY-4.0", "credit": "La ville",
            },
        )  # fmt: skip
        assert answer.status_code == 302, answer.context["form"].errors
        page = Client().get(f"/initiatives/{card.slug}/kit").content.decode()
        assert "Méthode" in page and "CC BY 4.0" in page and "La ville" in page
        version = MaterialVersion.objects.get()
        file = Client().get(version.get_absolute_url())
        assert file["Content-Disposition"].startswith("attachment;")
        assert file["X-Content-Type-Options"] == "nosniff"
        assert file["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert body(file) == PDF
        assert KitDownload.objects.get().version == version

    def test_files_stand_under_names_of_ours(self, card: Any) -> None:
        version = deposited(card, name="../../../etc/cron.d/x.pdf").current
        assert version is not None
        assert version.original_name == "x.pdf"
        name = Path(version.file.name)
        assert name.parts[:2] == ("kits", "materials") and not name.suffix

    def test_a_lie_is_told_at_its_field_and_nothing_typed_is_lost(self, card: Any) -> None:
        answer = signed_in(card.author).post(
            f"/initiatives/{card.slug}/kit/ajouter",
            {
                "submission": str(uuid.uuid4()), "file": upload("a.pdf", b"MZ program"),
                "kind": "method", "title": "Notre méthode", "licence": "other",
                "other_licence": "Licence maison", "credit": "La ville",
            },
        )  # fmt: skip
        assert answer.status_code == 422
        page = answer.content.decode()
        assert "Le contenu de ce fichier n’est pas celui d’un fichier .pdf" in page
        assert "Notre méthode" in page and "Licence maison" in page
        assert not KitMaterial.objects.exists()

    def test_the_same_form_twice_makes_one_material(self, card: Any) -> None:
        key = uuid.uuid4()
        first = deposited(card, by=card.author, submission=key)
        assert deposited(card, by=card.author, submission=key) == first
        assert MaterialVersion.objects.count() == 1

    def test_a_kit_has_a_limit(self, card: Any, settings: Any) -> None:
        settings.KITS = settings.KITS | {"materials": 1}
        deposited(card)
        with pytest.raises(DomainError, match="plein"):
            deposited(card)

    def test_what_was_removed_counts_until_it_is_erased(self, card: Any, settings: Any) -> None:
        settings.KITS = settings.KITS | {"materials": 1}
        material = deposited(card)
        materials.remove_material(material, reason="dépassé", by=card.author)
        with pytest.raises(DomainError, match="plein"):
            deposited(card)
        settings.KITS = settings.KITS | {"materials": 0}
        with pytest.raises(DomainError, match="plein"):
            materials.put_back_material(material, by=card.author)
        settings.KITS = settings.KITS | {"materials": 5, "kit_mb": 1}
        MaterialVersion.objects.update(size=1024 * 1024)
        with pytest.raises(DomainError, match="dépasseraient 1 Mo"):
            deposited(card)
        settings.KITS = settings.KITS | {"kit_mb": 0}
        with pytest.raises(DomainError, match="dépasseraient 0 Mo"):
            materials.put_back_material(material, by=card.author)
        KitMaterial.objects.update(removed_at=timezone.now() - timezone.timedelta(days=31))
        settings.KITS = settings.KITS | {"materials": 1, "kit_mb": 1}
        assert materials.erase_removed(30) == 1
        deposited(card)

    def test_a_kit_has_a_weight(self, card: Any, settings: Any) -> None:
        settings.KITS = settings.KITS | {"kit_mb": 0}
        with pytest.raises(DomainError, match="dépasseraient 0 Mo"):
            deposited(card)
        uploads = Path(settings.MEDIA_ROOT)
        assert not [p for p in uploads.rglob("*") if p.is_file()]

    def test_a_closed_format_is_flagged(self, card: Any) -> None:
        deposited(card, name="modele.docx", content=docx())
        page = Client().get(f"/initiatives/{card.slug}/kit").content.decode()
        assert "format fermé, préférez .odt" in page

    def test_the_card_is_found_by_who_wants_material(self) -> None:
        card = InitiativeFactory(published=True)
        material = deposited(card)
        card.refresh_from_db()
        assert card.has_materials
        materials.remove_material(material, reason="dépassé", by=UserFactory())
        card.refresh_from_db()
        assert not card.has_materials
        assert not Fact.objects.filter(initiative=card, kind=Fact.Kind.KIT).exists()


class TestVersions:
    def test_keep_the_older_ones(self, card: Any) -> None:
        material = deposited(card, content=PDF)
        answer = signed_in(card.author).post(
            f"/initiatives/{card.slug}/kit/{material.pk}/version",
            {
                "submission": str(uuid.uuid4()), "note": "Relue.",
                "file": upload("m.pdf", PDF.replace(b"<<>>", b"<< /A 1 >>")),
            },
        )  # fmt: skip
        assert answer.status_code == 302
        assert [v.number for v in material.versions.all()] == [2, 1]
        page = Client().get(f"/initiatives/{card.slug}/kit").content.decode()
        assert "1 version précédente" in page and "Relue." in page
        first = material.versions.get(number=1)
        assert body(Client().get(first.get_absolute_url())) == PDF

    def test_the_same_file_again_is_no_version(self, card: Any) -> None:
        material = deposited(card)
        with pytest.raises(DomainError, match="déjà la version actuelle"):
            materials.add_version(
                material, file=io.BytesIO(PDF), name="b.pdf", size=len(PDF), note="",
                submission=uuid.uuid4(), by=card.author,
            )  # fmt: skip


class TestRemoving:
    def test_needs_a_reason_and_can_be_undone(self, card: Any) -> None:
        material = deposited(card)
        client = signed_in(card.author)
        address = f"/initiatives/{card.slug}/kit/{material.pk}"
        assert client.post(f"{address}/retirer", {"reason": ""}).status_code == 422
        client.post(f"{address}/retirer", {"reason": "Un nom y figure."})
        version = material.versions.get()
        assert Client().get(version.get_absolute_url()).status_code == 404
        assert (
            "Un nom y figure." not in Client().get(f"/initiatives/{card.slug}/kit").content.decode()
        )
        assert "Un nom y figure." in client.get(f"/initiatives/{card.slug}/kit").content.decode()
        client.post(f"{address}/remettre")
        assert body(Client().get(version.get_absolute_url())) == PDF

    def test_ends_by_erasing_the_files(
        self, card: Any, django_capture_on_commit_callbacks: Any
    ) -> None:
        material = deposited(card)
        version = material.versions.get()
        path = Path(version.file.path)
        materials.remove_material(material, reason="dépassé", by=card.author)
        assert materials.erase_removed(30) == 0
        KitMaterial.objects.update(removed_at=timezone.now() - timezone.timedelta(days=31))
        with django_capture_on_commit_callbacks(execute=True):
            assert materials.erase_removed(30) == 1
        assert not path.exists()
        with pytest.raises(DomainError, match="effacés"):
            materials.put_back_material(material, by=card.author)


def test_the_page_asks_the_database_as_much_for_one_material_as_for_fifty(card: Any) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert Client().get(f"/initiatives/{card.slug}/kit").status_code == 200
        return len(captured)

    deposited(card)
    one = queries()
    for number in range(2, 51):
        material = KitMaterial.objects.create(
            initiative=card,
            kind="template",
            title=f"Modèle {number}",
            licence="CC0-1.0",
            credit="V",
        )
        MaterialVersion.objects.create(
            material=material, number=1, file=f"kits/{number}", original_name="a.pdf",
            extension="pdf", size=1, sha256=str(number), submission=uuid.uuid4(),
        )  # fmt: skip
        if number == 3:
            assert queries() == one
    assert queries() == one
    assert one <= 12


def test_what_was_deposited_is_in_my_data(card: Any) -> None:
    deposited(card, by=card.author)
    answer = signed_in(card.author).get("/compte/mes-donnees")
    assert "Fichiers que j’ai déposés dans des kits" in answer.content.decode()


def test_links_without_licence_wait_for_the_team(card: Any) -> None:
    deposited(card)
    MaterialFactory(initiative=card, licence="")
    assert "Dire la licence de 1 lien du kit" in [w.title for w in waiting_for(card.author)]


def test_settings_fit_together() -> None:
    assert settings.KITS["file_mb"] * 1024 * 1024 <= settings.MAX_BODY
