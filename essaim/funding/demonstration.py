from typing import Any, TextIO


def load_pools(sender: Any = None, *, out: TextIO, **kwargs: Any) -> None:
    pass
