"""Whatever is fed: an answer with numbers, or a refusal with words; nothing else, ever."""

from __future__ import annotations

import io
import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essaim.statistics import agreement, effects, pooling, sentences, tables
from essaim.statistics.commands import plain
from essaim.statistics.notices import Refused
from essaim.statistics.results import DESIGNS
from essaim.statistics.samples import Sample

often = settings(deadline=None, max_examples=50)

cell = st.one_of(
    st.sampled_from(
        [
            "treated",
            "control",
            "témoin",
            "1",
            "0",
            "2,5",
            "-3",
            "1e5",
            "",
            "NA",
            "oui",
            "abc",
            "Inf",
        ]
    ),
    st.text(max_size=6),
    st.floats().map(str),
)
file_text = st.builds(
    lambda heads, rows, sign: "\n".join(sign.join(row) for row in [heads, *rows]),
    st.permutations(["group", "pre", "post", "cluster", "id"]),
    st.lists(st.lists(cell, min_size=1, max_size=6), max_size=8),
    st.sampled_from([",", ";", "\t"]),
)


@often
@given(text=st.one_of(file_text, st.text(max_size=200)), design=st.sampled_from(DESIGNS))
def test_any_text(text: str, design: str) -> None:
    source = io.BytesIO(text.encode("utf-8", "surrogatepass"))
    for read in (
        lambda: effects.analyse(
            design, tables.read(source, required=tables.needed(design)).sample(design)
        ),
        lambda: tables.read_effects(source),
        lambda: tables.read_readings(source),
        lambda: tables.look(source),
    ):
        try:
            read()
        except Refused as refused:
            assert str(refused.message)
            assert all(str(problem) for problem in refused.problems)


@often
@given(
    data=st.binary(max_size=300),
    head=st.sampled_from([b"", b"PK\x03\x04", b"\xff\xfe", b"\xef\xbb\xbf"]),
)
def test_any_bytes(data: bytes, head: bytes) -> None:
    try:
        tables.read(io.BytesIO(head + data))
    except Refused as refused:
        assert str(refused.message)


# Few different values: ties, constant groups and perfect fits are frequent.
value = st.sampled_from([0.0, 1.0, 1.0, 2.0, -3.5, 0.1, 1e-9, 1e9])
unit = st.tuples(st.booleans(), value, value, st.integers(0, 3), st.integers(0, 1))


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("clustered", [False, True])
@often
@given(units=st.lists(unit, min_size=0, max_size=14))
def test_any_units(design: str, clustered: bool, units: list) -> None:
    treated, pre, post, cluster, stratum = zip(*units, strict=True) if units else [()] * 5
    if design == "binary":
        post = [abs(x) > 1 for x in post]
    try:
        sample = Sample.of(
            treated=None if design == "paired" else treated,
            pre=pre,
            post=post,
            cluster=cluster if clustered else None,
            stratum=stratum,
        )
        result = effects.analyse(design, sample)
    except Refused as refused:
        assert str(refused.message)
        return
    effect = result.effect
    for number in (effect.value, effect.se, effect.ci_low, effect.ci_high):
        assert math.isfinite(number)
    assert effect.ci_low <= effect.value <= effect.ci_high
    assert 0 <= result.p_value <= 1
    json.dumps(plain(result.to_json()), allow_nan=False)
    assert all(sentence.text for sentence in sentences.of_result(result))


@often
@given(
    rows=st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(1e-12, 1e12)), min_size=0, max_size=8),
    method=st.sampled_from(pooling.METHODS),
)
def test_any_sites(rows: list, method: str) -> None:
    yi, vi = ([row[0] for row in rows], [row[1] for row in rows])
    try:
        found = pooling.combine(yi, vi, method)
    except Refused as refused:
        assert len(rows) < 3 and str(refused.message)
        return
    assert found.ci_low <= found.estimate <= found.ci_high
    assert found.tau2 >= 0 and 0 <= found.I2 <= 100
    assert np.isfinite([found.se, found.Q, found.tau2, found.p_value]).all()
    assert sentences.of_pooled(found)


@often
@given(
    rows=st.lists(
        st.lists(st.one_of(st.none(), st.sampled_from([1.0, 2.0, 5.0, 1e9, -0.5])), max_size=4),
        max_size=6,
    )
)
def test_any_readings(rows: list) -> None:
    try:
        found = agreement.agreement(rows)
    except Refused as refused:
        assert str(refused.message)
        return
    for alpha in (found.fleiss, found.nominal, found.ordinal, found.interval):
        assert alpha is None or (math.isfinite(alpha) and alpha <= 1 + 1e-9)
    assert sentences.of_agreement(found)
