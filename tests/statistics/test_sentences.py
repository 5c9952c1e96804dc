"""What numbers say: in French and English, and never more than they say."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from essaim.statistics import agreement, allocation, effects, pictures, pooling, power, sentences
from essaim.statistics import avoided_costs as costs
from essaim.statistics.avoided_costs import Line, Range
from essaim.statistics.effects.core import t_effect
from essaim.statistics.results import CONTROL, TREATED, Effect, Result
from essaim.statistics.samples import Sample

DRAWN = sentences.Words("note de lecture", "points", "higher", randomised=True)
INCONCLUSIVE = {"fr": "ne permettent pas de conclure", "en": "do not allow a conclusion"}
BY_CHANCE = {"fr": "difficilement par le seul hasard", "en": "hard to explain by chance"}
CAUSED = {"fr": "peut être attribué", "en": "can be attributed"}


@pytest.fixture(autouse=True, params=["fr", "en"])
def language(request: pytest.FixtureRequest):
    with translation.override(request.param):
        yield request.param


def pupils(gap: float, size: int = 80) -> Sample:
    generator = np.random.default_rng(4)
    treated = np.arange(size) % 2 == 0
    pre = np.repeat(generator.normal(10, 3, size // 2), 2)  # alike groups, as lots would give
    return Sample.of(
        treated=treated, pre=pre, post=pre + gap * treated + generator.normal(0, 1, size)
    )


def text_of(found: list[sentences.Sentence]) -> str:
    return " ".join(sentence.text for sentence in found)


def test_a_clear_effect_drawn_by_lot(language: str) -> None:
    text = text_of(sentences.of_result(effects.gain(pupils(2.0)), DRAWN))
    assert BY_CHANCE[language] in text
    assert CAUSED[language] in text
    assert "points" in text and "note de lecture" in text
    assert INCONCLUSIVE[language] not in text


def test_the_same_effect_without_lots_is_not_attributed(language: str) -> None:
    text = text_of(sentences.of_result(effects.gain(pupils(2.0))))
    assert BY_CHANCE[language] in text
    assert CAUSED[language] not in text


def test_no_effect_is_no_proof_of_no_effect(language: str) -> None:
    text = text_of(sentences.of_result(effects.gain(pupils(0.0)), DRAWN))
    assert INCONCLUSIVE[language] in text
    assert BY_CHANCE[language] not in text and CAUSED[language] not in text
    assert {"fr": "ne prouve pas", "en": "does not prove"}[language] in text


def test_before_and_after_is_never_a_cause(language: str) -> None:
    sample = pupils(0.0)
    result = effects.paired(Sample.of(pre=sample.pre, post=sample.pre + 5 + sample.post / 10))
    text = text_of(sentences.of_result(result, DRAWN))
    assert CAUSED[language] not in text
    assert {"fr": "Rien ne dit que l’action", "en": "Nothing says that the action"}[
        language
    ] in text
    assert sentences.of_months(result.effect) == []


@pytest.mark.parametrize(
    "design", ["posttest", "prepost_control", "gain", "ancova", "binary", "did"]
)
@pytest.mark.parametrize("gap", [0.0, 2.0, -2.0])
def test_every_design_is_said(design: str, gap: float, language: str) -> None:
    sample = pupils(gap)
    if design == "binary":
        result = effects.binary(Sample.of(treated=sample.treated, post=sample.post > 11))
    elif design == "did":
        result = effects.difference_in_differences(
            sample.post, sample.treated, np.arange(80) % 4 < 2
        )
    else:
        result = effects.analyse(design, sample)
    text = text_of(sentences.of_result(result, DRAWN))
    assert (INCONCLUSIVE[language] in text) is not result.conclusive
    assert "%(" not in text and "None" not in text and "nan" not in text.split()
    if language == "en":
        assert not re.search(r"\b(les|des|une|écart)\b", text)


def any_result(design: str, value: float, se: float, df: float, flags: set[str]) -> Result:
    from essaim.statistics.notices import Notice

    effect = t_effect("mean_difference", value, se, df)
    return Result(
        design, {TREATED: 20, CONTROL: 20},
        {TREATED: {"pre": 1.0, "post": 2.0, "gain": 1.0}, CONTROL: {"pre": 1.0, "post": 1.0, "gain": 0.0}},
        {TREATED: {"pre": 1.0, "post": 1.0}, CONTROL: {"pre": 1.0, "post": 1.0}},
        t_effect("hedges_g", value, se, df), effect, None, "welch_t",
        warnings=tuple(Notice(flag, {"value": 0.4, "count": 3}) for flag in flags),
    )  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(
    value=st.floats(-1e4, 1e4),
    se=st.floats(1e-6, 1e4),
    randomised=st.booleans(),
    flags=st.sets(st.sampled_from(["attrition", "baseline_differs", "few_clusters"])),
    design=st.sampled_from(["posttest", "gain", "ancova"]),
)
def test_sentences_are_never_stronger_than_numbers(
    value: float, se: float, randomised: bool, flags: set[str], design: str
) -> None:
    result = any_result(design, value, se, 38, flags)
    text = text_of(sentences.of_result(result, sentences.Words(randomised=randomised)))
    language = translation.get_language()
    assert (BY_CHANCE[language] in text) is result.conclusive
    if not (result.conclusive and randomised and not flags):
        assert CAUSED[language] not in text
    # A bound that isn't zero is never written as zero.
    if result.conclusive:
        assert not re.search(r"(entre|between) [−]?0([,.]0*)? (et|and)", text)


def test_an_interval_and_a_test_that_disagree_conclude_nothing(language: str) -> None:
    low = Effect("hedges_g", 0.5, 0.2, 0.1, 0.9)
    raw = t_effect("mean_difference", 1.0, 0.6, 10)
    result = any_result("posttest", 1, 1, 10, set())
    mixed = Result(**{**result.__dict__, "effect": low, "difference": raw, "p_value": 0.12})
    assert INCONCLUSIVE[language] in text_of(sentences.of_result(mixed, DRAWN))


def test_months_say_schooling_only(language: str) -> None:
    told = text_of(sentences.of_months(Effect("hedges_g", 0.3, 0.05, 0.2, 0.4)))
    assert {"fr": "Pour l’école seulement", "en": "For schooling only"}[language] in told
    unsure = text_of(sentences.of_months(Effect("hedges_g", 0.3, 0.2, -0.1, 0.7)))
    assert "+4" not in unsure


def test_several_sites_a_plan_readers_lots_and_costs(language: str) -> None:
    yi, vi = [0.4, 0.1, 0.6, 0.3], [0.01, 0.02, 0.05, 0.01]
    pooled = pooling.combine(yi, vi, "reml")
    told = [
        *sentences.of_pooled(pooled),
        *sentences.of_pooled(pooling.combine([0.1, -0.1, 0.0], [0.1] * 3, "fixed")),
        *sentences.of_sites(pooling.side_by_side(yi[:2], vi[:2])),
        *sentences.of_plan(power.plan(0.3, 100, 20, 0.1), sd=5, unit="points"),
        *sentences.of_plan(power.plan(0.5)),
        *(
            sentence
            for rows in ([[1.0, 1.0], [2.0, 2.0]], [[1.0, 2.0], [2.0, 2.0], [3.0, 3.0]],
                         [[1.0, 3.0], [2.0, 1.0]], [["a", "b"], ["a", "a"]], [[1.0, 1.0]])
            for sentence in sentences.of_agreement(agreement.agreement(rows))
        ),
        *sentences.of_allocation(allocation.simple(["a", "b", "c"], 1)),
    ]  # fmt: skip
    avoided = costs.compute(
        [
            Line("x", "État", Range.of(3, 2, 4), Range.of(1500), cashable=Range.of("0.5")),
            Line("y", "CAF", Range.of(3), Range.of(100)),
        ],
        rate=Range.of("0.03"), rate_source="fictif",
    )  # fmt: skip
    told += sentences.of_avoided(avoided)
    for effect in ((0.4, 0.2, 0.8), (0.4, -0.1, 0.9), (-0.4, -0.9, 0.1)):
        told += sentences.of_cost_per_effect(
            costs.cost_per_unit_of_effect(Range.of(100), *effect), "x"
        )
    text = text_of(told)
    assert "%(" not in text and "None" not in text
    assert {"fr": "Il pourrait donc y être nul", "en": "There it could thus be nil"}[
        language
    ] in text
    assert {"fr": "côte à côte", "en": "side by side"}[language] in text
    assert {"fr": "bien-être", "en": "well-being"}[language] in text


def test_an_agreement_on_a_few_items_concludes_nothing(language: str) -> None:
    agreed = [[1.0, 1.0, 1.0], [2.0, 2.0, 2.0], [3.0, 3.0, 3.0]]
    few = text_of(sentences.of_agreement(agreement.agreement(agreed)))
    assert {"fr": "trop peu d’éléments", "en": "too few items"}[language] in few
    enough = text_of(sentences.of_agreement(agreement.agreement(agreed * 4)))
    assert {"fr": "Les lecteurs s’accordent (", "en": "The readers agree ("}[language] in enough
    assert {"fr": "que leurs notes sont justes", "en": "are right"}[language] in enough


# --- Pictures ----------------------------------------------------------------------------
def drawings() -> list[pictures.Picture]:
    pooled = pooling.combine(
        [0.4, 0.1, 0.6], [0.01, 0.02, 0.05], names=["<b>A&B</b>", "b" * 99, "c"]
    )
    avoided = costs.compute(
        [Line("x", "État & co", Range.of(3, 2, 4), Range.of(1500))],
        rate=Range.of("0.03"), rate_source="fictif",
    )  # fmt: skip
    sample = pupils(1.0)
    return [
        pictures.of_pooled(pooled),
        pictures.forest(pooling.side_by_side([0.1, 0.2], [0.1, 0.1])),
        pictures.means(effects.gain(sample), measure="note", unit="points"),
        pictures.means(effects.binary(Sample.of(treated=sample.treated, post=sample.post > 11))),
        pictures.power_curve(power.plan(0.3, 100, 20, 0.1)),
        pictures.power_curve(power.plan(0.5, 64)),
        pictures.avoided_costs(avoided),
    ]


def test_pictures_are_safe_and_come_with_a_table() -> None:
    for picture in drawings():
        root = ET.fromstring(str(picture.svg))
        assert root.get("role") == "img" and root.get("aria-label") == picture.title
        for forbidden in ("style=", "<script", "onclick", "<b>", "nan", "inf"):
            assert forbidden not in picture.svg
        for node in root.iter():
            for name in ("x", "y", "x1", "x2", "y1", "y2", "width", "height"):
                if (value := node.get(name)) is not None:
                    assert float(value) >= 0
            for name in ("x", "x1", "x2"):
                assert float(node.get(name, 0)) <= 400
        assert picture.rows
        assert all(len(row) == len(picture.headings) for row in picture.rows)


def test_a_picture_of_equal_values_still_draws() -> None:
    site = pooling.Site("a", 0.0, 0.0, 0.0, 0.0, 100.0)
    assert pictures.forest([site]).rows
