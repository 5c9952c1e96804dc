from __future__ import annotations

from essaim.common.keys import numbers_in


def test_only_keys_are_kept_however_long_the_rest() -> None:
    assert numbers_in(["12", "", "-3", "4.5", "five", "9" * 400, "007"]) == [12, 7]
