"""`essaim search` and `essaim index`, as a person or a script calls them."""

from __future__ import annotations

import io
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from essaim.common.typography import french
from essaim.initiatives.models import Initiative
from essaim.search import actions, encoder
from essaim.search.models import Document, Passage
from tests.initiatives.factories import InitiativeFactory
from tests.search.helpers import WordEncoder, card
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def easy_meaning() -> Any:
    with encoder.use(WordEncoder({"bicyclette": "velo"})):
        yield


def run(*args: Any, **options: Any) -> str:
    out = io.StringIO()
    call_command(*args, stdout=out, stderr=io.StringIO(), **options)
    return out.getvalue()


def test_index_wait_does_everything_without_a_worker() -> None:
    made = [InitiativeFactory(published=True, title=f"Vélo {n}") for n in range(3)]
    InitiativeFactory(title="Vélo en brouillon")
    assert run("index", "--wait").startswith("3 documents indexés, 0 retirés")
    assert not Passage.objects.filter(embedding__isnull=True).exists()
    assert run("index", "--wait").startswith("0 documents indexés, 0 retirés")

    Initiative.objects.filter(pk=made[0].pk).update(publication="archived")
    told = json.loads(run("index", "--wait", "--format", "json"))
    assert told == {"documents": 0, "removed": 1, "passages": 0, "waiting": 0, "total": 2}


def test_index_rebuild_reads_every_card_anew() -> None:
    one = card("Vélo")
    Initiative.objects.filter(pk=one.pk).update(title="Couture")
    run("index", "--wait")
    assert Document.objects.get().title == "Vélo"
    run("index", "--wait", "--rebuild")
    assert Document.objects.get().title == "Couture"


def test_index_says_when_there_is_no_encoder() -> None:
    card("Vélo")
    with encoder.use(None), pytest.raises(CommandError, match="encodeur") as refusal:
        run("index", "--wait")
    assert refusal.value.returncode == 1


def test_search_tells_people_why() -> None:
    one = card("Atelier vélo", "Réparer ensemble.")
    actions.embed()
    text = run("search", "bicyclette d’enfants")
    assert text.splitlines()[0] == "0 fiches avec ces mots, 1 proches par le sens seulement."
    assert f"1. Atelier vélo [{one.external_id}]" in text
    assert "Proche par le sens" in text


def test_search_gives_programs_one_json_document() -> None:
    one = card("Atelier vélo", "Réparer des vélos ensemble.")
    card("Atelier couture")
    actions.embed()
    results = json.loads(run("search", "atelier vélo", "--format", "json", "--limit", "1"))
    assert len(results) == 1
    assert results[0]["external_id"] == one.external_id
    assert results[0]["title"] == "Atelier vélo"
    assert 0 < results[0]["score"] <= 1
    assert results[0]["reasons"] == [
        french("Contient : atelier, vélo."),
        french("Passage le plus proche : « Réparer des vélos ensemble. »"),
    ]
    assert json.loads(run("search", "zzzxqk", "--format", "json")) == []


def test_search_near_a_territory() -> None:
    place = TerritoryFactory()
    card("Atelier vélo")
    here = card("Atelier vélo d’ici")
    here.territories.add(place)
    results = json.loads(run("search", "vélo", "--near", place.address, "--format", "json"))
    assert [result["external_id"] for result in results] == [here.external_id]
    assert len(results[0]["reasons"]) >= 2


def test_search_refuses_what_it_cannot_understand() -> None:
    for arguments, code in (
        (["vélo", "--near", "department:999"], 1),
        ([], 2),
        (["vélo", "--limit", "0"], 2),
        (["--queries-file", "questions.jsonl"], 2),
    ):
        with pytest.raises(CommandError) as refusal:
            run("search", *arguments)
        assert refusal.value.returncode == code


def test_a_file_of_questions_gives_a_trec_run(tmp_path: Path) -> None:
    cards = [card(f"Vélo {'vélo ' * (n % 9)}{n}", f"Texte {n}") for n in range(120)]
    card("Couture")
    questions, output = tmp_path / "q.jsonl", tmp_path / "run.trec"
    questions.write_text(
        '{"id": "q1", "text": "vélo"}\n\n{"id": 2, "text": "couture\u2028"}\n'
        '{"id": "q3", "text": "🙂"}\n',
        encoding="utf-8",
    )
    run("search", "--queries-file", str(questions), "--output", str(output))
    lines = [line.split(" ") for line in output.read_text("utf-8").splitlines()]
    assert all(len(line) == 6 and line[1] == "Q0" and line[5] == "essaim" for line in lines)
    first = [line for line in lines if line[0] == "q1"]
    assert [int(line[3]) for line in first] == list(range(1, 101))
    assert len({line[2] for line in first}) == 100
    assert {line[2] for line in first} <= {one.external_id for one in cards}
    scores = [float(line[4]) for line in first]
    assert all(higher > lower for higher, lower in pairwise(scores))
    assert [line[0] for line in lines if line[0] != "q1"] == ["2"]


def test_a_bad_line_of_questions_is_named(tmp_path: Path) -> None:
    questions = tmp_path / "q.jsonl"
    for bad in ("pas du JSON", '{"id": "x"}', "[]"):
        questions.write_text('{"id": "q1", "text": "vélo"}\n' + bad + "\n", encoding="utf-8")
        with pytest.raises(CommandError, match="Ligne 2"):
            run("search", "--queries-file", str(questions), "--output", str(tmp_path / "run"))
        assert not (tmp_path / "run").exists()
    with pytest.raises(CommandError):
        run("search", "--queries-file", str(tmp_path / "absent"), "--output", "run")
