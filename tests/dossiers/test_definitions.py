"""Forms as data: what a call's builder keeps, and what is said of a definition that is wrong."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from essaim.dossiers import blocks
from essaim.dossiers.definitions import DefinitionError, from_data, to_data


def block(slug: str = "projet", **changes: Any) -> dict[str, Any]:
    return {
        "slug": slug,
        "title": str(slug).capitalize(),
        "fields": [{"name": "text", "label": "Présentez-vous", "kind": "text"}],
        **changes,
    }


def choice(slug: str = "nature", kind: str = "choice") -> dict[str, Any]:
    return block(
        slug,
        fields=[
            {
                "name": "kind",
                "label": "Quelle nature ?",
                "kind": kind,
                "choices": [["new", "nouveau"], ["taken", "repris"]],
            }
        ],
    )


def problems(*data: Any) -> list[str]:
    with pytest.raises(DefinitionError) as error:
        from_data(list(data))
    return error.value.problems


def test_a_form_is_written_and_read_again_the_same() -> None:
    data = [
        choice(),
        block(when={"block": "nature", "field": "kind", "values": ["taken"]}),
        block("modele", source="card:model", fields=[]),
    ]
    form = from_data(data)
    assert form[1].when == blocks.When("nature", "kind", ("taken",))
    assert form[2].source == blocks.MODEL
    assert to_data(from_data(to_data(form))) == to_data(form)


def test_a_form_of_ours_is_kept_in_the_language_of_the_sources() -> None:
    with translation.override("en"):
        kept = to_data([blocks.MEANS])
        assert kept[0]["title"] == "Moyens humains"
        assert str(from_data(kept)[0].title) != "Moyens humains"  # shown in the reader's language


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ([block("Mal écrit")], "lettres minuscules"),
        ([block(), block()], "la même adresse"),
        ([block(fields=[])], "ne pose aucune question"),
        ([block(title=" ")], "donnez un titre"),
        ([block(source="card:all")], "ne répond à aucun bloc"),
        ([block(fields=[{"name": "a", "label": "A", "kind": "magic"}])], "n’existe pas"),
        ([block(fields=[{"name": "a", "label": "A", "kind": "budget"}])], "n’existe pas"),
        ([block(fields=[{"name": "version", "label": "A", "kind": "text"}])], "lettre minuscule"),
        ([block(fields=[{"name": "a", "label": "", "kind": "text"}])], "a ses mots"),
        (
            [block(fields=[{"name": "a", "label": "A", "kind": "text"}] * 2)],
            "deux questions ont le même nom",
        ),
        (
            [block(fields=[{"name": "a", "label": "A", "kind": "long", "longest": 90_000}])],
            "de 1 à 20000 caractères",
        ),
        (
            [block(fields=[{"name": "a", "label": "A", "kind": "choice", "choices": [["x", "X"]]}])],
            "de 2 à",
        ),
        (
            [
                block(
                    fields=[
                        {"name": name, "label": name, "kind": "costs"} for name in ("one", "two")
                    ]
                )
            ],
            "un seul tableau de coûts",
        ),
        ([block(when={"block": "x", "field": "y", "values": ["z"]})], "un bloc qui n’existe pas"),
        (
            [block(when={"block": "nature", "field": "kind", "values": ["new"]}), choice()],
            "un bloc qui vient après lui",
        ),
        (
            [choice(), block(when={"block": "nature", "field": "kind", "values": ["old"]})],
            "ne propose pas",
        ),
        (
            [block("avant"), block(when={"block": "avant", "field": "text", "values": ["a"]})],
            "n’est pas une question à choix",
        ),
        ([block(when={"block": "nature"})], "dites de quelle réponse"),
        ([], "un bloc au moins"),
        ([block(f"b-{n}") for n in range(41)], "40 blocs au plus"),
        (["bloc"], "une liste de blocs"),
        ([block(slug=["a"], source=["b"], when=[1], fields=["c"])], "une liste"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(data: list[Any], said: str) -> None:
    assert any(said in each for each in problems(*data)), problems(*data)


def test_everything_wrong_is_said_at_once() -> None:
    assert len(problems(block("A a"), block(source="x", fields=[]))) >= 2


@pytest.mark.parametrize("kind", ["choice", "checks"])
def test_a_block_is_asked_where_its_condition_holds(kind: str) -> None:
    when = {"block": "nature", "field": "kind", "values": ["taken"]}
    form = from_data([choice(kind=kind), block(when=when)])
    taken: Any = ["taken"] if kind == "checks" else "taken"
    slugs = [each.slug for each in blocks.asked(form, {"nature": {"kind": taken}})]
    assert slugs == ["nature", "projet"]
    assert [each.slug for each in blocks.asked(form, {"nature": {"kind": "new"}})] == ["nature"]


def test_a_condition_on_a_block_that_is_not_asked_does_not_hold() -> None:
    one = {"block": "nature", "field": "kind", "values": ["taken"]}
    two = {"block": "suite", "field": "kind", "values": ["new"]}
    form = from_data([choice(), {**choice("suite"), "when": one}, block(when=two)])
    answers = {"nature": {"kind": "new"}, "suite": {"kind": "new"}}
    assert [each.slug for each in blocks.asked(form, answers)] == ["nature"]
