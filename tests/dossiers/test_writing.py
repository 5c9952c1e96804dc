"""Blocks saved by several people; what is wrong is told, and not lost."""

from __future__ import annotations

import pytest
from django.urls import reverse

from essaim.dossiers.actions import writing
from tests.dossiers.factories import FILLED, fill, started
from tests.dossiers.helpers import signed_in

pytestmark = pytest.mark.django_db


class TestWriting:
    def test_two_editors_at_once(self) -> None:
        story = started()
        opened = story.application.answers.get(block="projet").version
        mine = {**FILLED["projet"], "need": "Le mien."}
        theirs = {**FILLED["projet"], "need": "Le leur."}
        writing.save_block(story.application, "projet", theirs, by=story.colleague, version=opened)
        with pytest.raises(writing.EditConflict) as caught:
            writing.save_block(story.application, "projet", mine, by=story.holder, version=opened)
        assert caught.value.answer.content["need"] == "Le leur."
        # Through the page: what differs is shown, what was typed is still there.
        client = signed_in(story.holder)
        address = reverse("dossiers:edit", args=[story.application.pk, "projet"])
        answer = client.post(address, {**mine, "version": opened})
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "mien" in page and "leur" in page and "Ce qui diffère" in page
        again = client.post(address, {**mine, "version": caught.value.answer.version})
        assert again.status_code == 302
        assert story.application.answers.get(block="projet").content["need"] == "Le mien."

    def test_another_block_is_no_conflict(self) -> None:
        story = started()
        fill(story, "identite")
        fill(story, "moyens", by=story.colleague)

    def test_autosave_keeps_what_is_valid(self) -> None:
        story = started()
        address = reverse("dossiers:edit", args=[story.application.pk, "identite"])
        sent = {**FILLED["identite"], "siret": "73282932000075", "version": 1}
        answer = signed_in(story.holder).post(address, sent, headers={"X-Essaim-Autosave": "1"})
        kept = story.application.answers.get(block="identite")
        assert answer.status_code == 200 and not answer.json()["complete"]
        assert kept.content["object"] == "Rénover avec les habitants."
        assert kept.content["siret"] == ""
        assert not kept.is_checked

    @pytest.mark.parametrize(
        ("block", "field", "value", "said"),
        [
            ("identite", "siret", "73282932000075", "SIRET"),
            ("identite", "siret", "732829320", "SIRET"),
            ("identite", "rna", "X751000123", "RNA"),
            ("projet", "need", "x" * 3001, "3000"),
            ("projet", "description", "x" * 2_000_000, "10000"),
            ("projet", "ends_on", "2026-01-01", "La fin vient après"),
            ("personnes", "representative_email", "jeanne", "adresse"),
            ("moyens", "volunteers", "-3", "0"),
            ("budget", "requested_cents", "10,005", "montant"),
            ("budget", "requested_cents", "-5", "négatif"),
        ],
    )
    def test_bad_input_is_told_and_not_lost(
        self, block: str, field: str, value: str, said: str
    ) -> None:
        story = started()
        client = signed_in(story.holder)
        sent = {k: v for k, v in FILLED[block].items() if k != "lines"}
        sent |= {field: value, "version": 1}
        for name in ("charges", "produits"):
            sent |= {f"{name}-TOTAL_FORMS": 0, f"{name}-INITIAL_FORMS": 0}
        address = reverse("dossiers:edit", args=[story.application.pk, block])
        answer = client.post(address, sent)
        page = answer.content.decode().replace("\xa0", "").replace("\u202f", "")
        assert answer.status_code == 422, page
        assert said in page
        assert value[:100] in page

    @pytest.mark.parametrize(
        ("amount", "account", "said"),
        [("12,345", "64", "montant"), ("-1", "64", "négatif"), ("10", "", "Choisissez le compte")],
    )
    def test_a_line_that_is_wrong(self, amount: str, account: str, said: str) -> None:
        story = started()
        sent = {
            "version": 1, "year": 2027, "requested_cents": "10", "indirect": "",
            "charges-TOTAL_FORMS": 1, "charges-INITIAL_FORMS": 0, "charges-0-account": account,
            "charges-0-label": "Animation", "charges-0-amount_cents": amount,
            "produits-TOTAL_FORMS": 0, "produits-INITIAL_FORMS": 0,
        }  # fmt: skip
        address = reverse("dossiers:edit", args=[story.application.pk, "budget"])
        answer = signed_in(story.holder).post(address, sent)
        assert answer.status_code == 422
        assert said in answer.content.decode()

    def test_a_line_of_zero_does_not_vanish(self) -> None:
        story = started()
        sent = {
            "version": 1, "year": 2027, "requested_cents": "10", "indirect": "",
            "charges-TOTAL_FORMS": 1, "charges-INITIAL_FORMS": 0, "charges-0-account": "86",
            "charges-0-label": "Bénévoles", "charges-0-amount_cents": "0",
            "produits-TOTAL_FORMS": 0, "produits-INITIAL_FORMS": 0,
        }  # fmt: skip
        address = reverse("dossiers:edit", args=[story.application.pk, "budget"])
        answer = signed_in(story.holder).post(address, sent)
        assert answer.status_code == 422
        assert "Donnez le montant" in answer.content.decode()

    def test_a_row_more_without_script(self) -> None:
        story = started()
        address = reverse("dossiers:edit", args=[story.application.pk, "budget"])
        sent = {
            "version": 1, "year": "2031", "requested_cents": "10", "add": "charges",
            "charges-TOTAL_FORMS": 2, "charges-INITIAL_FORMS": 0, "charges-0-label": "Gardé",
            "produits-TOTAL_FORMS": 0, "produits-INITIAL_FORMS": 0,
        }  # fmt: skip
        page = signed_in(story.holder).post(address, sent).content.decode()
        assert 'name="charges-2-account"' in page and "Gardé" in page and "2031" in page
