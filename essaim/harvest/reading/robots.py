"""robots.txt as RFC 9309 asks it to be read: the group of our name, else that of all; the longest
rule that fits, ``Allow`` where two are as long; « * » is anything, a last « $ » the end."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import quote, unquote_to_bytes, urlsplit

_RULES, _LONGEST = 5000, 2000  # of one file; characters of one rule
_PRODUCT = re.compile(r"[a-z_-]+")
# Reserved characters keep their meaning; what is encoded and what is not are otherwise the same.
_KEPT = "/?:@!$&'()*+,;=~-._[]"
_RESERVED = {f"%{ord(c):02X}": f"%{ord(c):02X}" for c in "/?:@!$&'()*+,;=[]#%"}


@dataclass
class Robots:
    """``rules``: (path, whether it may be read); ``delay``: seconds asked between two requests."""

    rules: list[tuple[str, bool]] = field(default_factory=list)
    delay: float = 0.0

    def allows(self, url: str) -> bool:
        try:
            parts = urlsplit(url)
        except ValueError:
            return False
        path = normal((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
        if path == "/robots.txt":
            return True
        longest, allowed = -1, True
        for rule, allow in self.rules:
            if len(rule) < longest or (len(rule) == longest and not allow):
                continue
            if fits(rule, path):
                longest, allowed = len(rule), allow
        return allowed


def read(text: str, agent: str) -> Robots:
    """The rules of this file for ``agent``. What cannot be read is passed over."""
    named, for_all = Robots(), Robots()
    known = False
    into: list[Robots] = []
    heading = False  # lines of agents, one after the other, begin one group together
    wanted = agent.lower()
    for line in text.lstrip("\ufeff").splitlines():
        key, sep, value = line.partition("#")[0].partition(":")
        key, value = key.strip().lower(), value.strip()
        if not sep:
            continue
        if key == "user-agent":
            if not heading:
                into = []
            heading = True
            product = _PRODUCT.match(value.lower())
            if value.startswith("*"):
                into.append(for_all)
            elif product is not None and product[0] == wanted:
                known = True
                into.append(named)
            continue
        if key in {"allow", "disallow"}:
            heading = False
            if value and len(value) <= _LONGEST:
                for group in into:
                    if len(group.rules) < _RULES:
                        group.rules.append((normal(value), key == "allow"))
        elif key == "crawl-delay":
            heading = False
            for group in into:
                group.delay = _seconds(value)
    return named if known else for_all


def fits(rule: str, path: str) -> bool:
    """Whether the path begins as the rule says. In a time that grows as their lengths do: a rule
    full of stars is no trap."""
    ends = rule.endswith("$")
    first, *others = (rule[:-1] if ends else rule).split("*")
    if not path.startswith(first):
        return False
    if not others:
        return not ends or len(path) == len(first)
    place = len(first)
    *between, last = others
    for part in between:
        found = path.find(part, place)
        if found < 0:
            return False
        place = found + len(part)
    if ends:
        return len(path) - len(last) >= place and path.endswith(last)
    return path.find(last, place) >= 0


def normal(path: str) -> str:
    """The same whether characters are written or encoded (RFC 9309, 2.2.2)."""
    pieces = re.split(r"(%[0-9A-Fa-f]{2})", path)
    out: list[str] = []
    plain: list[str] = []

    def flush() -> None:
        out.append(quote(unquote_to_bytes("".join(plain)), safe=_KEPT))
        plain.clear()

    for piece in pieces:
        if piece.upper() in _RESERVED:  # « %2A » is a star, not anything
            flush()
            out.append(piece.upper())
        else:
            plain.append(piece)
    flush()
    return "".join(out)


def _seconds(value: str) -> float:
    try:
        seconds = float(value) if value.isascii() else 0.0
    except ValueError:
        return 0.0
    return seconds if 0 < seconds < 86_400 else 0.0
