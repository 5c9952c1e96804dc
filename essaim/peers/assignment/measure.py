"""Times and memory of one assignment, in a process of its own: ``python -m`` this.

Profiles are made up: directions of sixteen subjects, similarities their cosines, so that some
readers are near many items, as in a real round.
"""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path

import numpy as np

from essaim.peers.assignment import candidates, solve

SUBJECTS = 16
REPEATED = 5  # of small problems; the best is kept: the machine has other things to do


def made_up(items: int, readers: int) -> np.ndarray:
    random = np.random.default_rng(2026)
    mine, theirs = (
        random.normal(size=(count, SUBJECTS)).astype(np.float32) for count in (items, readers)
    )
    mine /= np.linalg.norm(mine, axis=1)[:, None]
    theirs /= np.linalg.norm(theirs, axis=1)[:, None]
    return (mine @ theirs.T + 1) / 2


def peak_memory() -> float:
    """Of this process since it began, in MB (what getrusage says counts its parent's)."""
    match = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(match[1]) / 1024 if match else 0.0


def measured(items: int, readers: int, need: int) -> dict[str, float]:
    solve(made_up(20, 8), per_item=2, max_load=10)  # the solver is loaded
    similarity = made_up(items, readers)
    load = int(np.ceil(items * need / readers * 1.3))
    small = items * readers <= 1_000_000
    seconds = []
    for _ in range(REPEATED if small else 1):
        start = time.perf_counter()
        found = solve(similarity, per_item=need, max_load=load)
        seconds.append(time.perf_counter() - start)
    told = {
        "seconds": round(min(seconds), 3),
        "memory": round(peak_memory()),
        "gap": found.bound - found.objective,
        "objective": found.objective,
    }
    if small:
        candidates.WHOLE = items * readers
        start = time.perf_counter()
        whole = solve(similarity, per_item=need, max_load=load)
        told["all pairs"] = round(time.perf_counter() - start, 3)
        told["moved"] = abs(whole.objective - found.objective)
    return told


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measured(*map(int, sys.argv[1:]))))
