"""A team shares what it uses, a stranger takes it all."""

from __future__ import annotations

import io
import uuid
import zipfile
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
from essaim.kits.actions import archives, materials
from essaim.kits.models import ArchiveState, KitArchive, KitDownload, KitMaterial, MaterialVersion
from essaim.people.models import User
from tests.initiatives.factories import InitiativeFactory, MaterialFactory
from tests.kits.factories import PDF, deposited, docx, photo, upload
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def card() -> Any:
    return InitiativeFactory(published=True, rich=True)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def build(card: Any) -> KitArchive:
    """Ask for the archive and do what the worker does."""
    archive = archives.ask_archive(card)
    archives.build(archive.pk)
    return KitArchive.objects.get(initiative=card, state=ArchiveState.READY)


def body(answer: Any) -> bytes:
    """Of a file that was sent; read to its end, it is closed."""
    return b"".join(answer.streaming_content)


def opened(archive: KitArchive) -> zipfile.ZipFile:
    with archive.file.open("rb") as file:
        return zipfile.ZipFile(io.BytesIO(file.read()))


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


class TestTheArchive:
    def test_holds_all_a_stranger_needs(self, card: Any) -> None:
        deposited(card, title="Méthode : étapes & rôles")
        deposited(
            card, title="Affiche", kind="communication", name="affiche.png", content=photo("PNG")
        )
        MaterialFactory(
            initiative=card, title="Guide ailleurs", url="http://192.168.0.1/secret", licence=""
        )
        with opened(build(card)) as archive:
            assert archive.testzip() is None
            assert set(archive.namelist()) == {
                "index.html", "fiche.html", "style.css", "LICENCES-ET-CREDITS.txt",
                "materiels/methode/methode-etapes-roles.pdf", "materiels/communication/affiche.png",
            }  # fmt: skip
            assert archive.read("materiels/methode/methode-etapes-roles.pdf") == PDF
            index = archive.read("index.html").decode()
            sheet = archive.read("fiche.html").decode()
            licences = archive.read("LICENCES-ET-CREDITS.txt").decode()
        assert 'href="materiels/methode/methode-etapes-roles.pdf"' in index
        assert "Ville d’exemple" in index and "Licence Ouverte 2.0" in index
        # A link to a private address is written down, never opened.
        assert "http://192.168.0.1/secret" in index
        assert "Méthode : étapes & rôles" in licences and "SHA-256" in licences
        assert card.need in sheet
        for page in (index, sheet):
            assert "<script" not in page and "src=" not in page
            assert 'href="/' not in page
            assert "claire.martin@exemple.fr" not in page and "01 23 45 67 89" not in page

    def test_two_titles_alike_do_not_overwrite_each_other(self, card: Any) -> None:
        deposited(card, title="Méthode")
        deposited(card, title="Methode !")
        with opened(build(card)) as archive:
            found = sorted(name for name in archive.namelist() if name.startswith("materiels"))
        assert found == ["materiels/methode/methode-2.pdf", "materiels/methode/methode.pdf"]

    def test_is_asked_for_followed_and_taken_by_a_visitor(self, card: Any) -> None:
        deposited(card)
        client = Client()
        address = f"/initiatives/{card.slug}/kit/archive"
        assert client.post(address, follow=True).status_code == 200
        assert "en file d’attente" in client.get(address).content.decode()
        archives.build(KitArchive.objects.get().pk)
        assert client.get(f"{address}/avancement")["HX-Refresh"] == "true"
        assert "L’archive est prête" in client.get(address).content.decode()
        answer = client.get(f"/initiatives/{card.slug}/kit/archive.zip")
        assert "attachment" in answer["Content-Disposition"]
        assert zipfile.ZipFile(io.BytesIO(body(answer))).testzip() is None
        assert body(client.head(f"/initiatives/{card.slug}/kit/archive.zip")) == b""
        assert KitDownload.objects.filter(version=None).count() == 1
        assert (
            "Archive téléchargée 1 fois"
            in client.get(f"/initiatives/{card.slug}/kit").content.decode()
        )

    def test_is_made_again_when_something_changed_only(self, card: Any) -> None:
        deposited(card)
        first = build(card)
        assert archives.ask_archive(card) == first
        deposited(card, title="Encore")
        page = Client().get(f"/initiatives/{card.slug}/kit").content.decode()
        assert "Le kit a changé depuis" in page
        second = build(card)
        assert second != first
        assert KitArchive.objects.count() == 1

    def test_holds_nothing_that_was_removed(
        self, card: Any, django_capture_on_commit_callbacks: Any
    ) -> None:
        """Nor the archive made before, nor the one being made."""
        material = deposited(card)
        deposited(card, title="Autre")
        path = Path(build(card).file.path)
        with django_capture_on_commit_callbacks(execute=True):
            materials.remove_material(material, reason="Un nom y figure.", by=card.author)
        assert not path.exists()
        assert Client().get(f"/initiatives/{card.slug}/kit/archive.zip").status_code == 302
        materials.put_back_material(material, by=card.author)
        archive = archives.ask_archive(card)
        write = archives._write

        def removed_meanwhile(*args: Any) -> None:
            write(*args)
            materials.remove_material(material, reason="Un nom y figure.", by=card.author)

        archives._write = removed_meanwhile
        try:
            archives.build(archive.pk)
        finally:
            archives._write = write
        assert KitArchive.objects.get().state == ArchiveState.BUILDING
        archives.build(archive.pk)
        with opened(KitArchive.objects.get()) as made:
            assert not [name for name in made.namelist() if "six-etapes" in name]

    def test_is_asked_for_by_its_button_only(self, card: Any) -> None:
        Client().get(f"/initiatives/{card.slug}/kit/archive")
        assert not KitArchive.objects.exists()

    def test_of_a_draft_is_its_team_s(self) -> None:
        card = InitiativeFactory(author=UserFactory())
        deposited(card)
        assert Client().get(f"/initiatives/{card.slug}/kit").status_code == 404
        assert (
            signed_in(card.author).post(f"/initiatives/{card.slug}/kit/archive").status_code == 302
        )

    def test_that_failed_says_so_and_can_be_tried_again(self, card: Any, settings: Any) -> None:
        version = deposited(card).versions.get()
        Path(version.file.path).unlink()
        archive = archives.ask_archive(card)
        with pytest.raises(FileNotFoundError):
            archives.build(archive.pk)
        archives.give_up(archive.pk)
        assert (
            "s’est interrompue"
            in Client().get(f"/initiatives/{card.slug}/kit/archive").content.decode()
        )
        manager = UserFactory(manager=True)
        assert "Relancer une archive de kit interrompue" in [w.title for w in waiting_for(manager)]
        settings.KITS = settings.KITS | {"tries_an_hour": 1}
        with pytest.raises(DomainError, match="dans une heure"):
            archives.ask_archive(card)

    def test_forgotten_by_a_dead_worker_is_taken_up_again(self, card: Any) -> None:
        from procrastinate.contrib.django.models import ProcrastinateJob

        archive = archives.ask_archive(card)
        assert archives.resume_forgotten() == 0
        KitArchive.objects.update(asked_at=timezone.now() - timezone.timedelta(hours=1))
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs")
        assert archives.resume_forgotten() == 1
        assert ProcrastinateJob.objects.get(task_name="kits.build_archive").args == {
            "pk": archive.pk
        }

    def test_takes_no_more_memory_when_the_kit_is_large(self, card: Any) -> None:
        """40 MB of materials; what Python holds at its height stays far below."""
        import os
        import tracemalloc

        deposited(card)
        material = KitMaterial.objects.get()
        version = material.versions.get()
        with open(version.file.path, "wb") as file:
            for _ in range(40):
                file.write(os.urandom(1024 * 1024))
        MaterialVersion.objects.update(size=40 * 1024 * 1024)
        archive = archives.ask_archive(card)
        tracemalloc.start()
        archives.build(archive.pk)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 12 * 1024 * 1024
        assert KitArchive.objects.get().size > 40 * 1024 * 1024


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
