from .registry import Answer, Asked, Section, Source, all_sources, get, register

__all__ = [
    "Answer",
    "Asked",
    "Section",
    "Source",
    "all_sources",
    "get",
    "register",
    "register_sources",
]


def register_sources() -> None:
    from . import calls, initiatives, lessons, people, pools, schemes, sponsors, territories

    for module in (initiatives, territories, schemes, calls, pools, sponsors, lessons, people):
        register(module.SOURCE)
