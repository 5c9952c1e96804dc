"""``essaim evaluate_matching``: judged needs, weights compared, bad files refused with words."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.matching.helpers import known, meaning
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db
JUDGED = Path(__file__).parents[2] / "docs" / "matching-judged.jsonl"


@pytest.fixture(autouse=True)
def words_mean_themselves() -> Iterator[None]:
    with meaning():
        yield


def file(tmp_path: Path, *lines: Any) -> Path:
    path = tmp_path / "juges.jsonl"
    path.write_text(
        "\n".join(each if isinstance(each, str) else json.dumps(each) for each in lines)
    )
    return path


def pair(name: str, relevance: int = 3, **fields: Any) -> dict[str, Any]:
    return {"need": "chauffer les logements", "external_id": name, "relevance": relevance, **fields}


def run(*arguments: Any) -> dict[str, Any]:
    out = io.StringIO()
    call_command("evaluate_matching", *map(str, arguments), "--format", "json", stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def refused(*arguments: Any) -> list[str]:
    out = io.StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("evaluate_matching", *map(str, arguments), "--format", "json", stdout=out)
    assert caught.value.returncode == 1
    told = json.loads(out.getvalue())
    errors: list[str] = told["errors"]
    assert told["reason"] == " ".join(errors), "as the other commands say it"
    return errors


def test_measures_and_compares(tmp_path: Path) -> None:
    bare = known("Chauffer les logements", external_id="simple")
    known("Chauffer les logements anciens", external_id="prouvee", proof_level=5)
    path = file(tmp_path, pair("simple", 0), pair("prouvee"), "", pair("absente", 1))
    found = run(path)
    assert (found["questions"], found["pairs"], found["unknown"]) == (1, 3, ["absente"])
    assert found["current"]["recall_at_10"] == 0.5 and "compared" not in found
    weights = tmp_path / "poids.json"
    weights.write_text('{"proof": 1000}')
    both = run(path, "--weights", weights)
    assert both["compared"]["mrr"] == 1
    assert both["difference"]["mrr"] == pytest.approx(1 - both["current"]["mrr"])
    assert both["compared"]["version"] != both["current"]["version"]
    assert bare.pk


@pytest.mark.parametrize("sign", ["\u2028", "\u0085"])
def test_a_line_ends_with_a_line_feed_and_nothing_else(tmp_path: Path, sign: str) -> None:
    """Signs that JSON allows in a text, and that other readers take for the end of a line."""
    known("Chauffer les logements", external_id="simple")
    asked = pair("simple", need=f"chauffer{sign}les logements")
    assert run(file(tmp_path, json.dumps(asked, ensure_ascii=False)))["pairs"] == 1


def test_lines_with_the_same_words_elsewhere_are_two_questions(tmp_path: Path) -> None:
    known("Chauffer les logements", external_id="simple")
    place = TerritoryFactory().address
    found = run(file(tmp_path, pair("simple"), pair("simple", territory=place, means=1000)))
    assert found["questions"] == 2


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("pas du JSON", "ligne 1"),
        ("[1]", "objet JSON"),
        ({"need": "x"}, "external_id"),
        (pair("a", 4), "0 à 3"),
        (pair("a", True), "0 à 3"),
        (pair("a", means=-1), "means"),
        (pair("a", means="beaucoup"), "ligne 1"),
        (pair("a", territory="epci:0"), "epci:0"),
        (pair("a", theme="rien"), "rien"),
        (pair("a", 0), "pertinente"),
    ],
)
def test_refuses_what_it_cannot_read(tmp_path: Path, line: Any, said: str) -> None:
    assert said in " ".join(refused(file(tmp_path, line)))


def test_refuses_a_pair_judged_twice(tmp_path: Path) -> None:
    assert "deux fois" in refused(file(tmp_path, pair("a"), pair("a", 1)))[0]


def test_refuses_files_that_are_not_there_or_not_text(tmp_path: Path) -> None:
    assert refused(tmp_path / "absent.jsonl")
    binary = tmp_path / "binaire"
    binary.write_bytes(b"\xff\xfe\x00\xd8")
    assert "UTF-8" in refused(binary)[0]


@pytest.mark.parametrize("text", ["{", "[]", '{"beauty": 1}', '{"proof": -1}'])
def test_refuses_weights_that_make_no_sense(tmp_path: Path, text: str) -> None:
    path = file(tmp_path, pair("a"))
    weights = tmp_path / "poids.json"
    weights.write_text(text)
    assert refused(path, "--weights", weights)


def test_the_judged_file_of_the_documentation_can_be_read() -> None:
    from essaim.matching import judged

    found = judged.read(JUDGED.read_text().splitlines())
    assert not found.errors and len(found.questions) == 12
    demonstration = Path("essaim/initiatives/data/demonstration.jsonl").read_text()
    names = {json.loads(line)["external_id"] for line in demonstration.splitlines()}
    assert {name for known in found.questions.values() for name in known} <= names
