"""Meaning comes by a job after the words, and is shown as such."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from essaim.common.typography import french
from essaim.initiatives.models import Initiative
from essaim.initiatives.signals import card_saved
from essaim.search import actions, encoder, engine, tasks
from essaim.search.engine import fuse
from essaim.search.models import Passage
from essaim.search.ranking import CLOSEST_TEXT, Candidate, literal
from essaim.search.why import reasons
from tests.initiatives.factories import InitiativeFactory
from tests.search.helpers import WordEncoder, card, found
from tests.themes.factories import ThemeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def easy_meaning() -> Any:
    with encoder.use(WordEncoder({"bicyclette": "velo", "cycle": "velo"})):
        yield


def jobs() -> list[dict[str, Any]]:
    return [job.args for job in ProcrastinateJob.objects.filter(task_name="search.embed")]


def test_the_job_is_enqueued_with_the_change_and_gone_with_it() -> None:
    one = InitiativeFactory(published=True, title="Atelier vélo")
    with pytest.raises(RuntimeError), transaction.atomic():
        card_saved.send(sender=None, initiatives=[one.pk])
        assert jobs()
        raise RuntimeError
    assert jobs() == []
    assert found("vélo") == []
    card_saved.send(sender=None, initiatives=[one.pk])
    assert jobs() == [{"kind": "initiative", "object_ids": [one.pk]}]


def test_a_draft_needs_no_job() -> None:
    card_saved.send(sender=None, initiatives=[InitiativeFactory().pk])
    assert jobs() == []


def test_a_card_is_found_by_meaning_once_its_job_has_run() -> None:
    one = card("Atelier vélo", "Réparer ensemble.")
    card("Conseil municipal des jeunes", "Voter un budget.")
    assert found("bicyclette") == []
    tasks.embed.func(kind="initiative", object_ids=[one.pk])
    answer = engine.search("bicyclette")
    assert [hit.object_id for hit in answer.hits] == [one.pk]
    hit = answer.hits[0]
    assert (answer.count, answer.by_meaning) == (0, 1)
    assert (hit.by_meaning, hit.words) == (True, ())
    assert hit.passage == "Réparer ensemble."
    assert reasons(hit)[0] == "Proche par le sens, sans mot commun avec la recherche."


def test_words_and_meaning_are_fused_and_counted_apart() -> None:
    words = card("Bicyclette d’enfants", "Pour les écoles.")
    meaning = card("Cycle", "Cycle.")
    actions.embed()
    answer = engine.search("bicyclette")
    assert {hit.object_id: hit.by_meaning for hit in answer.hits} == {
        words.pk: False,
        meaning.pk: True,
    }
    assert (answer.count, answer.by_meaning) == (1, 1)
    assert reasons(answer.hits[0], "Se déroule ici.")[0] == french("Contient : bicyclette.")
    assert reasons(answer.hits[0], "Se déroule ici.")[-1] == "Se déroule ici."


def test_filters_act_on_meaning_too() -> None:
    one, other = card("Cycle", "Cycle."), card("Vélo", "Vélo.")
    actions.embed()
    allowed = Initiative.objects.filter(pk=other.pk)
    assert found("bicyclette", allowed=allowed) == [other.pk]
    assert set(found("bicyclette")) == {one.pk, other.pk}


def test_an_index_of_meaning_answers_when_too_many_are_allowed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one, other = card("Cycle", "Cycle."), card("Vélo", "Vélo.")
    actions.embed()
    monkeypatch.setattr("essaim.search.ranking.EXACT_UP_TO", 0)
    monkeypatch.setattr("essaim.search.ranking.EXACT_BANK", 0)
    assert set(found("bicyclette", allowed=Initiative.objects.all())) == {one.pk, other.pk}


def test_without_an_encoder_words_still_answer() -> None:
    one = card("Atelier vélo")
    actions.embed()
    with encoder.use(None):
        answer = engine.search("vélo")
        assert [hit.object_id for hit in answer.hits] == [one.pk]
        assert answer.hits[0].passage == ""
        assert engine.search("bicyclette").hits == []
        other = card("Autre vélo")
        assert actions.embed() == 0
    assert actions.embed() == Passage.objects.filter(object_id=other.pk).count()


def test_a_failing_encoder_does_not_fail_the_search() -> None:
    one = card("Atelier vélo")

    class Broken:
        def encode(self, texts: Any) -> Any:
            raise MemoryError

    with encoder.use(Broken()):
        assert found("vélo") == [one.pk]


def test_noise_has_no_meaning() -> None:
    card("Xqzt", "Cycle.")
    actions.embed()
    for text in ("zzzxqk", "🙂🙂", "123456", "ZK"):
        assert engine.search(text) == engine.Found(), text


def test_only_changed_passages_are_encoded_anew() -> None:
    one = card("Atelier vélo", "Réparer ensemble.", what_failed="Le local était trop loin.")
    assert actions.embed() == 2
    Initiative.objects.filter(pk=one.pk).update(title="Atelier cycle")
    actions.index("initiative", [one.pk])
    assert actions.embed() == 1
    actions.index("initiative", [one.pk])
    assert actions.embed() == 0


def test_the_real_encoder_brings_close_what_means_the_same() -> None:
    with encoder.use(encoder.UniversalSentenceEncoder()):
        one = card("Lutter contre la précarité énergétique", "Isoler les logements des ménages.")
        card("Une école de cirque", "Des enfants sur un fil.")
        assert actions.embed() == 4
        answer = engine.search("factures de chauffage impayées")
        assert answer.hits[0].object_id == one.pk
        assert answer.hits[0].by_meaning


# --- similar ----------------------------------------------------------------------
def test_similar_cards_by_meaning_then_themes() -> None:
    one = card("Atelier vélo", "Réparer des vélos.")
    near = card("Cycle", "Réparer des cycles.")
    themed = card("Atelier vélo", "Réparer des vélos ailleurs.")
    far = card("Conseil municipal", "Voter un budget.")
    theme = ThemeFactory()
    for each in (one, themed):
        each.themes.add(theme)
    actions.embed()
    hits = engine.similar("initiative", one.pk)
    assert [hit.object_id for hit in hits][:1] == [themed.pk]
    assert far.pk not in [hit.object_id for hit in hits]
    assert engine.similar("initiative", one.pk, allowed=Initiative.objects.filter(pk=near.pk))
    assert engine.similar("initiative", 0) == []


def test_similar_cards_by_words_until_the_job_has_run() -> None:
    one, other = card("Atelier vélo"), card("Vélo-école")
    assert [hit.object_id for hit in engine.similar("initiative", one.pk)] == [other.pk]


# --- fusion -----------------------------------------------------------------------
def test_fusion_is_half_words_half_meaning() -> None:
    both = Candidate(1, 8.0, 0.6)
    words = Candidate(2, 8.0, None)
    meaning = Candidate(3, None, 0.6)
    weak = Candidate(4, None, 0.29)
    ranked = fuse([weak, meaning, words, both])
    assert [(c.object_id, score) for c, score in ranked] == [(1, 1.0), (2, 0.5), (3, 0.5)]


def test_meaning_alone_must_be_closer_when_no_word_is_known() -> None:
    guess = Candidate(1, None, 0.31)
    assert fuse([guess], has_words=True)
    assert not fuse([guess], has_words=False)


def test_a_faint_likeness_is_not_blown_up_to_a_full_score() -> None:
    ranked = fuse([Candidate(1, 5.0, 0.03)])
    assert ranked[0][1] == pytest.approx(0.55)


def test_texts_that_are_no_more_hide_none_that_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows rewritten or undone stay in the index until the table is vacuumed."""
    monkeypatch.setattr("essaim.search.ranking.EXACT_BANK", 0)
    gone = card("Atelier de couture")
    asked = np.array(encoder.encode_query("bicyclette"))
    chance = np.random.default_rng(7)
    with pytest.raises(RuntimeError), transaction.atomic():
        Passage.objects.bulk_create(
            Passage(
                kind="initiative", object_id=gone.pk, position=place, text="vélo",
                embedding=asked + chance.normal(0, 0.01, asked.size),
            )
            for place in range(10, 1010)
        )  # fmt: skip
        raise RuntimeError
    one = card("Atelier vélo", "Réparer ensemble.")
    actions.embed()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_sort = off")  # few rows: they would be sorted instead
    assert found("bicyclette") == [one.pk]


def test_the_closest_passage_of_a_card_is_read_from_the_card_not_from_the_index() -> None:
    """The index reads so many rows and no more: those undone could leave none of the card."""
    asked = {"kind": "initiative", "objects": [1], "vector": literal(encoder.encode_query("vélo"))}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_sort = off")  # whatever the sizes make it think
        cursor.execute(f"EXPLAIN {CLOSEST_TEXT}", asked)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "passage_position_once" in plan and "passage_meaning" not in plan
