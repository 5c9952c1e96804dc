"""What introductions hear from the floors below, inside the transaction of the change."""

from __future__ import annotations

from typing import Any

from essaim.introductions.actions import merged, requests


def on_interest_said(sender: Any, interest: Any, by: Any, **kwargs: Any) -> None:
    requests.follow_interest(interest, by=by)


def on_interest_called(sender: Any, interest: Any, by: Any, **kwargs: Any) -> None:
    requests.interest_was_called(interest, by=by)


def on_interest_closed(sender: Any, interest: Any, by: Any, **kwargs: Any) -> None:
    requests.interest_was_closed(interest, by=by)


def on_cards_merged(
    sender: Any, kept: Any, other: Any, by: Any, occasion: str, **kwargs: Any
) -> None:
    merged.join_cards(kept, other, by=by, occasion=occasion)
