"""Money cut into shares without losing a cent."""

from __future__ import annotations

from collections.abc import Sequence


def apportion(cents: int, weights: Sequence[int]) -> list[int]:
    """Shares proportional to the weights, whose sum is exactly ``cents``: each rounded down, then
    a cent more to those that lost most by it, the first ones where they lost as much (largest
    remainders). Weights are whole, not below zero, not all zero."""
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError("weights are not below zero, and not all zero")
    parts = [divmod(cents * weight, whole) for weight in weights]
    shares = [share for share, _rest in parts]
    by_loss = sorted(range(len(parts)), key=lambda n: -parts[n][1])
    for n in by_loss[: cents - sum(shares)]:
        shares[n] += 1
    return shares


def split(cents: int, shares: int) -> list[int]:
    """In equal parts, the first ones a cent more where it does not divide."""
    return apportion(cents, [1] * shares)
