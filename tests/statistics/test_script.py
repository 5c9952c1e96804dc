"""The program people take away gives the published figures, without Essaim."""

from __future__ import annotations

import io
import runpy
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest

from essaim.statistics import effects, pooling, script
from essaim.statistics.results import DESIGNS
from essaim.statistics.samples import Sample


def pupils(*, clustered: bool, paired: bool, binary: bool) -> Sample:
    generator = np.random.default_rng(7)
    size = 64
    treated = np.arange(size) % 16 < 8
    pre = generator.normal(10, 3, size)
    post = 4 + 0.6 * pre + 1.2 * treated + generator.normal(0, 2, size)
    return Sample.of(
        treated=None if paired else treated,
        pre=pre,
        post=(post > 10).astype(float) if binary else post,
        cluster=np.arange(size) // 8 if clustered else None,
    )


@pytest.mark.parametrize("clustered", [False, True])
@pytest.mark.parametrize("design", [*DESIGNS, "did"])
def test_the_program_finds_the_published_figures(
    design: str, clustered: bool, tmp_path: Path
) -> None:
    sample = pupils(clustered=clustered, paired=design == "paired", binary=design == "binary")
    result = effects.same_units(sample) if design == "did" else effects.analyse(design, sample)
    assert run(tmp_path, script.of_result(result), script.DATA, script.data_csv(sample)) == "OK"


def test_a_wrong_figure_is_found_out(tmp_path: Path) -> None:
    sample = pupils(clustered=False, paired=False, binary=False)
    result = effects.posttest(sample)
    program = script.of_result(result).replace(repr(result.effect.se), "0.5")
    with pytest.raises(AssertionError, match="se"):
        run(tmp_path, program, script.DATA, script.data_csv(sample))


@pytest.mark.parametrize("method", pooling.METHODS)
def test_the_program_pools_the_sites(method: str, tmp_path: Path) -> None:
    yi = [-0.33, 0.32, 0.39, 0.31, 0.17, 0.64, -0.33, 0.15, -0.02, 0.0]
    vi = [0.084, 0.035, 0.017, 0.034, 0.072, 0.117, 0.102, 0.093, 0.012, 0.067]
    pooled = pooling.combine(yi, vi, method)
    assert run(tmp_path, script.of_pooled(pooled), "effets.csv", script.effects_csv(pooled)) == "OK"


def write(folder: Path, program: str, name: str, data: str) -> list[str]:
    """The program and its data, as a command line."""
    assert "import essaim" not in program
    assert "from essaim" not in program
    (folder / "programme.py").write_text(program, "utf-8")
    (folder / name).write_text(data, "utf-8")
    return [str(folder / "programme.py"), str(folder / name)]


def run(folder: Path, program: str, name: str, data: str) -> str:
    """Its last line. Run here: a process each would import the libraries fifteen times."""
    line = write(folder, program, name, data)
    out = io.StringIO()
    with patch.object(sys, "argv", line), redirect_stdout(out):
        runpy.run_path(line[0], run_name="__main__")
    return out.getvalue().strip().splitlines()[-1]


def test_the_program_runs_by_itself(tmp_path: Path) -> None:
    sample = pupils(clustered=False, paired=False, binary=False)
    program = script.of_result(effects.posttest(sample))
    line = write(tmp_path, program, script.DATA, script.data_csv(sample))
    done = subprocess.run(
        [sys.executable, "-I", *line], capture_output=True, text=True, check=False
    )
    assert done.stdout.strip().splitlines()[-1] == "OK", done.stderr
