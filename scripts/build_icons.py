"""Write the stylesheet of the icons (and colour helpers) that the templates use.

The design system ships a thousand icons in one sheet of 250 kB; the pages use some thirty.
Run it after using a new ``fr-icon-…``, ``fr-text-…--…`` or ``fr-background-…`` class:

    python scripts/build_icons.py
"""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
TARGET = PROJECT / "essaim/common/static/common/icons.css"
HEADER = "/* Made by scripts/build_icons.py from the DSFR's utility sheet: do not edit. */\n"
_class = re.compile(r"fr-(?:icon|text|background|artwork)-[a-z0-9-]+")
_rule = re.compile(r"([^{}]+)\{([^{}]*)\}")


def used_classes() -> set[str]:
    """Every class of that shape named in a template, a stylesheet or a Python source."""
    sources = (
        path
        for pattern in ("*.html", "*.py", "*.js")
        for path in (PROJECT / "essaim").rglob(pattern)
        if "migrations" not in path.parts
    )
    return {name for path in sources for name in _class.findall(path.read_text("utf-8"))}


def stylesheet() -> str:
    spec = find_spec("dsfr")
    assert spec is not None and spec.submodule_search_locations
    dist = Path(spec.submodule_search_locations[0]) / "static/dsfr/dist"
    utility = (dist / "utility/utility.main.min.css").read_text("utf-8")
    used = used_classes()
    rules = []
    for selectors, body in _rule.findall(re.sub(r"/\*.*?\*/", "", utility, flags=re.S)):
        kept = [
            selector
            for selector in selectors.split(",")
            if used & set(re.findall(r"\.(fr-[a-z0-9-]+)", selector))
        ]
        if kept:
            rules.append(f"{','.join(kept)}{{{body}}}\n")
    return HEADER + "".join(rules).replace("url(../icons/", "url(../dsfr/dist/icons/")


if __name__ == "__main__":
    TARGET.write_text(stylesheet(), "utf-8")
