"""The pages: answers with reasons, « not for us », why this answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from essaim.common.errors import DomainError
from essaim.common.typography import french
from essaim.matching import explaining, pipeline, sources
from essaim.matching.actions import dismissals
from essaim.matching.actions.shown import forget_shown, keep_shown
from essaim.matching.models import Dismissal, ShownAnswers
from essaim.matching.question import read
from essaim.matching.rules import can_dismiss, can_view_answers
from essaim.matching.sources import Answer, Asked, Section, Source
from essaim.needs.actions import withdraw_need
from essaim.needs.models import Need
from essaim.people import personal_data
from essaim.people.signals import account_deleted
from tests.matching.factories import DismissalFactory
from tests.matching.helpers import known, meaning
from tests.needs.factories import NeedFactory
from tests.people.factories import MembershipFactory, UserFactory
from tests.sponsorship.factories import SponsorFactory
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db
TEXT = "Chauffer les logements des ménages"


@pytest.fixture(autouse=True)
def words_mean_themselves() -> Iterator[None]:
    with meaning():
        yield


def as_(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def reasons(need: Need, card: Any, **given: str) -> dict[str, str]:
    return {"category": "cost", "text": "", **given}


def address(need: Need, card: Any, what: str) -> str:
    return f"/besoins/{need.pk}/reponses/initiative/{card.pk}/{what}"


class TestAnswers:
    def test_each_with_its_reasons(self) -> None:
        place = TerritoryFactory(kind="epci", population=10_000)
        like = TerritoryFactory(kind="epci", population=11_000, label="CC Voisine")
        made = known(TEXT, proof_level=3, territories=[like], consent_to_scale=True)
        SponsorFactory(territory=place, user__name="Agent Connu", user__name_is_public=True)
        need = NeedFactory(text=TEXT, territory=place, public=True)
        page = text_of(Client(), f"/besoins/{need.pk}/reponses")
        for said in (
            made.title, french("Preuve : niveau 3 sur 5"), "Fonctionne dans un territoire semblable",
            "CC Voisine", "Agent Connu", french("Contient : Chauffer"),
        ):  # fmt: skip
            assert said in page, said
        assert "Ce n’est pas pour nous" not in page

    def test_nothing_found_says_what_comes_next(self) -> None:
        need = NeedFactory(text="xyzt", public=True)
        page = text_of(Client(), f"/besoins/{need.pk}/reponses")
        assert "Aucune fiche de la banque" in page and "ne dit pas où" in page

    def test_in_english(self) -> None:
        known(TEXT)
        need = NeedFactory(text=TEXT, public=True)
        client = Client()
        client.cookies["essaim_langue"] = "en"
        assert "Why this answer" in text_of(client, f"/besoins/{need.pk}/reponses")

    def test_addresses_in_a_card_are_masked(self) -> None:
        known(TEXT, "Chauffer les logements : écrire à claire@exemple.fr")
        need = NeedFactory(text=TEXT, public=True)
        assert "claire@exemple.fr" not in text_of(Client(), f"/besoins/{need.pk}/reponses")

    def test_a_need_that_is_withdrawn_while_it_is_read(self) -> None:
        need = NeedFactory(text=TEXT)
        card = known(TEXT)
        client = as_(need.author)
        text_of(client, address(need, card, "ecarter"))
        withdraw_need(need)
        answer = client.post(
            address(need, card, "ecarter"), reasons(need, card, text="Trop cher pour nous")
        )
        page = answer.content.decode()
        assert answer.status_code == 404
        assert "a peut-être été retiré" in page and "Trop cher pour nous" in page

    def test_a_need_that_is_withdrawn_while_answers_are_looked_for(self) -> None:
        need = NeedFactory(text=TEXT)
        found = pipeline.answer(read(need))
        Need.objects.filter(pk=need.pk).delete()
        with pytest.raises(DomainError, match="retiré"):
            keep_shown(found, found.initiatives)

    def test_a_higher_room_adds_its_own(self) -> None:
        def find(asked: Asked) -> Section:
            return Section(
                [Answer("call", 1, "Appel d’essai", "/appels/essai", reasons=["Ouvert."])]
            )

        sources.register(Source("call", "Appels ouverts", find, order=40))
        try:
            need = NeedFactory(text=TEXT, public=True)
            page = text_of(Client(), f"/besoins/{need.pk}/reponses")
            assert "Appel d’essai" in page and "Appels ouverts" in page
        finally:
            from essaim.matching.sources import calls

            sources.register(calls.SOURCE)

    def test_the_holder_is_written_to_in_the_words_of_ones_own_need(self) -> None:
        card = known(TEXT)
        place = TerritoryFactory()
        need = NeedFactory(text=f"{TEXT}, appeler le 06 12 34 56 78", territory=place, public=True)
        page = text_of(as_(need.author), f"/besoins/{need.pk}/reponses")
        address = f"/initiatives/{card.slug}/interesse?need={need.pk}"
        assert address in page
        form = text_of(as_(need.author), address)
        assert TEXT in form and place.label in form and "06 12 34" not in form
        # Somebody else's need lends its words to nobody.
        assert "appeler le" in form
        assert "appeler le" not in text_of(as_(UserFactory()), address)

    def test_as_many_queries_whatever_the_answers(self) -> None:
        from django.test.utils import CaptureQueriesContext

        need = NeedFactory(text=TEXT, public=True, territory=TerritoryFactory(population=5))
        counts = []
        for rows in (1, 2, 7):
            for _each in range(rows):
                known(TEXT, territories=[TerritoryFactory()])
            text_of(Client(), f"/besoins/{need.pk}/reponses")
            with CaptureQueriesContext(connection) as captured:
                text_of(Client(), f"/besoins/{need.pk}/reponses")
            counts.append(len(captured))
        assert len(set(counts)) == 1, counts


class TestPanel:
    def test_on_the_need(self) -> None:
        need = NeedFactory(text=TEXT, public=True)
        assert f"/besoins/{need.pk}/reponses" in text_of(Client(), f"/besoins/{need.pk}")


class TestNotForUs:
    def test_comes_after_the_others_with_its_reason(self) -> None:
        first, second = known(TEXT), known(TEXT)
        need = NeedFactory(text=TEXT)
        client = as_(need.author)
        offered = text_of(client, f"/besoins/{need.pk}/reponses")
        assert address(need, first, "ecarter") in offered
        answer = client.post(
            address(need, first, "ecarter"), {"category": "cost", "text": "Trois fois trop."}
        )
        assert answer.status_code == 302
        found = pipeline.answer(read(need)).initiatives
        assert [each.obj for each in found] == [second, first]
        assert found[1].dismissed and found[1].score < found[0].score
        page = text_of(client, f"/besoins/{need.pk}/reponses")
        assert "1 réponse écartée" in page and "Trois fois trop." in page

    def test_makes_its_feature_count_more_for_this_need_only(self) -> None:
        card = known(TEXT)
        need, other = NeedFactory(text=TEXT), NeedFactory(text=TEXT)
        usual = pipeline.answer(read(other)).weights["initiative"].values
        dismissals.dismiss(need, "initiative", card.pk, category="unproven", text="", by=None)
        changed = pipeline.answer(read(need)).weights["initiative"].values
        assert changed["proof"] == usual["proof"] * 1.25
        assert pipeline.answer(read(other)).weights["initiative"].values == usual

    def test_can_be_taken_back(self) -> None:
        card = known(TEXT)
        need = NeedFactory(text=TEXT)
        DismissalFactory(need=need, object_id=card.pk)
        client = as_(need.author)
        for _twice in range(2):
            assert client.post(address(need, card, "reprendre")).status_code == 302
        assert not Dismissal.objects.exists()

    def test_said_twice_the_last_reason_stands(self) -> None:
        card = known(TEXT)
        need = NeedFactory(text=TEXT)
        for category in ("cost", "mode"):
            dismissals.dismiss(
                need, "initiative", card.pk, category=category, text="", by=need.author
            )
        assert Dismissal.objects.get().category == "mode"

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"category": ""}, "Ce champ est obligatoire"),
            ({"category": "beauty"}, "Choisissez|valide|choix"),
            ({"category": "other", "text": ""}, "Dites la raison"),
            ({"category": "cost", "text": "Appelez le 06 12 34 56 78"}, "données personnelles"),
            ({"category": "cost", "text": "x" * 501}, "500"),
        ],
    )
    def test_refuses_with_words_and_keeps_what_was_typed(
        self, typed: dict[str, str], said: str
    ) -> None:
        import re

        card = known(TEXT)
        need = NeedFactory(text=TEXT)
        answer = as_(need.author).post(address(need, card, "ecarter"), typed)
        page = answer.content.decode()
        assert answer.status_code == 422 and re.search(said, page)
        assert typed.get("text", "") in page
        assert not Dismissal.objects.exists()

    def test_is_for_those_who_speak_for_the_need(self) -> None:
        member = MembershipFactory()
        need = NeedFactory(text=TEXT, organisation=member.organisation)
        assert can_dismiss(need.author, need) and can_dismiss(member.user, need)
        assert not can_dismiss(UserFactory(), need)
        assert not can_dismiss(UserFactory(manager=True), need)
        secret = NeedFactory(private=True, organisation=member.organisation)
        assert not can_dismiss(member.user, secret) and not can_view_answers(member.user, secret)

    def test_of_what_does_not_exist(self) -> None:
        need = NeedFactory(text=TEXT)
        client = as_(need.author)
        for kind, pk in (("initiative", 424242), ("sponsor", 1), ("rien", 1)):
            assert client.get(f"/besoins/{need.pk}/reponses/{kind}/{pk}/ecarter").status_code == 404


class TestWhy:
    def test_shows_the_inputs_and_the_same_score_again(self) -> None:
        card = known(TEXT, proof_level=3)
        need = NeedFactory(text=TEXT, public=True)
        text_of(Client(), f"/besoins/{need.pk}/reponses")
        page = text_of(Client(), address(need, card, "pourquoi"))
        assert "le même résultat" in page and french(french("Preuve : niveau 3 sur 5")) in page
        row = ShownAnswers.objects.get()
        explained = explaining.explain(row, "initiative", card.pk)
        assert explained.is_same and explained.rank == 1
        assert sum(line.points for line in explained.lines) == pytest.approx(
            explained.score, abs=0.1
        )
        assert "le coût au regard des moyens" in explained.unasked

    def test_the_same_answers_are_kept_once_and_without_the_words_of_the_need(self) -> None:
        known(TEXT)
        need = NeedFactory(text="Chauffer les logements du secret bien gardé", private=True)
        for _each in range(3):
            text_of(as_(need.author), f"/besoins/{need.pk}/reponses")
        row = ShownAnswers.objects.get()
        assert "secret" not in json.dumps([row.question, row.answers])
        assert need.author.email not in json.dumps([row.question, row.answers])

    def test_still_explains_once_the_card_and_the_weights_changed(self, settings: Any) -> None:
        card = known(TEXT, proof_level=3)
        need = NeedFactory(text=TEXT, public=True)
        text_of(Client(), f"/besoins/{need.pk}/reponses")
        card.proof_level = 0
        card.save()
        settings.MATCHING = {**settings.MATCHING, "weights": {"proof": 90}}
        page = text_of(Client(), address(need, card, "pourquoi"))
        assert "le même résultat" in page and "niveau 3 sur 5" in page

    def test_says_that_the_need_changed(self) -> None:
        card = known(TEXT)
        need = NeedFactory(text=TEXT, public=True)
        text_of(Client(), f"/besoins/{need.pk}/reponses")
        Need.objects.filter(pk=need.pk).update(version=2)
        assert "modifié depuis" in text_of(Client(), address(need, card, "pourquoi"))

    def test_what_was_never_shown_is_not_explained(self) -> None:
        card = known("Tout autre chose")
        need = NeedFactory(text=TEXT, public=True)
        assert Client().get(address(need, card, "pourquoi")).status_code == 404

    def test_nobody_changes_what_was_shown(self) -> None:
        known(TEXT)
        need = NeedFactory(text=TEXT, public=True)
        text_of(Client(), f"/besoins/{need.pk}/reponses")
        with pytest.raises(DatabaseError), transaction.atomic():
            ShownAnswers.objects.update(weights_version="autre")

    def test_is_erased_in_its_time_and_with_the_need(self) -> None:
        known(TEXT)
        need = NeedFactory(text=TEXT, public=True)
        text_of(Client(), f"/besoins/{need.pk}/reponses")
        assert forget_shown(365) == 0
        withdraw_need(need)
        assert not ShownAnswers.objects.exists()
        need = NeedFactory(text=TEXT, public=True)
        text_of(Client(), f"/besoins/{need.pk}/reponses")
        assert forget_shown(0) == 1


class TestKnowledge:
    def test_shows_words_of_shared_needs_only_and_no_name(self) -> None:
        author = UserFactory(name="Claire Martin")
        card = known(TEXT)
        DismissalFactory(
            need=NeedFactory(author=author), object_id=card.pk, text="Trop grand pour nous."
        )
        DismissalFactory(need=NeedFactory(private=True), object_id=card.pk, text="Mot du secret")
        page = text_of(as_(UserFactory(manager=True)), "/gestion/reponses-ecartees")
        assert "Trop grand pour nous." in page and card.title in page
        assert "Mot du secret" not in page and "Claire Martin" not in page
        assert "<td>1</td>" in page and "<td>2</td>" not in page

    def test_by_reason(self) -> None:
        DismissalFactory(category="mode", text="Pas en franchise.")
        manager = as_(UserFactory(manager=True))
        assert "Pas en franchise." in text_of(manager, "/gestion/reponses-ecartees?category=mode")
        assert "Pas en franchise." not in text_of(
            manager, "/gestion/reponses-ecartees?category=cost"
        )


class TestPersonalData:
    def test_is_taken_away_and_left_without_words(self) -> None:
        person = UserFactory()
        row = DismissalFactory(need=NeedFactory(), by=person, text="Mes mots")
        (held,) = (each for each in personal_data.sources() if each.app == "matching")
        assert "Mes mots" in str(held.provider(person))
        account_deleted.send(sender=None, user=person, keep_name=False)
        row.refresh_from_db()
        assert (row.by, row.text, row.category) == (None, "", "cost")
