"""Everything of a kit in one archive that a stranger can open."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from essaim.common.errors import DomainError
from essaim.common.waiting import waiting_for
from essaim.kits.actions import archives, materials
from essaim.kits.models import ArchiveState, KitArchive, KitDownload, KitMaterial, MaterialVersion
from tests.initiatives.factories import InitiativeFactory, MaterialFactory
from tests.kits.factories import PDF, body, build, deposited, photo, signed_in
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def card() -> Any:
    return InitiativeFactory(published=True, rich=True)


def opened(archive: KitArchive) -> zipfile.ZipFile:
    with archive.file.open("rb") as file:
        return zipfile.ZipFile(io.BytesIO(file.read()))


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

    def test_names_of_files_name_nobody_and_lead_nowhere(self, card: Any) -> None:
        for title in (
            "Écrire à claire.martin@exemple.fr", "Écrire à paul.durand@exemple.fr",
            "../../etc/passwd", "CON", "\u202egnp.exe", "…",
        ):  # fmt: skip
            deposited(card, title=title, name="../CV de Claire Martin.pdf")
        with opened(build(card)) as archive:
            names = [name for name in archive.namelist() if name.startswith("materiels")]
        assert len(set(names)) == 6
        for name in names:
            assert re.fullmatch(r"materiels/methode/[a-z0-9-]+\.pdf", name), name
            assert not {"martin", "durand", "exemple"} & set(re.split(r"[^a-z]", name))
        assert "materiels/methode/con.pdf" not in names
        for version in MaterialVersion.objects.all():
            answer = Client().get(version.get_absolute_url())
            body(answer)
            assert "artin" not in answer["Content-Disposition"]

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
