"""A title for the call that unmet needs ask for: the words of the most central of them."""

from __future__ import annotations

import re

from essaim.common.text import fold
from essaim.matching.question import bare
from essaim.search.text import STOP_WORDS

LONGEST = 140
# A shorter sentence (« Bonjour. ») says nothing of a need; a shorter clause is no title.
SHORTEST = 18
_SENTENCE = re.compile(r"(?<=[.!?…;])\s+|\n+")
_CLAUSE = re.compile(r"\s*(?:[,;:]|\s[–—-]\s)\s*")
_ENDS = " .,;:!…–—-"
_POLITE = re.compile(
    r"^(?:(?:bonjour|madame|monsieur|messieurs|mesdames)\b[\s,:!]*)*"
    r"(?:nous avons besoin d(?:e |[’'])|(?:nous (?:re)?cherchons|on cherche|je cherche|recherche) )?",
    re.IGNORECASE,
)


def of_call(text: str, place: str = "") -> str:
    """« Appel : les personnes âgées de nos villages ne vont plus au marché (Bourg) », from a text as
    it was written, without personal data; "" where nothing is left to say. French, as what people
    write. At most ``LONGEST`` characters of the need."""
    said = _first_sentence(bare(text))
    if not said:
        return ""
    first = re.match(r"\w+", said)
    if first and fold(first[0]) in STOP_WORDS:  # a name keeps its capital
        said = said[0].lower() + said[1:]
    return f"Appel : {said} ({place})" if place else f"Appel : {said}"


def _first_sentence(text: str) -> str:
    sentences = [_POLITE.sub("", " ".join(each.split())) for each in _SENTENCE.split(text)]
    kept = [each.strip(_ENDS) for each in sentences]
    found = next((each for each in kept if len(each) >= SHORTEST), max(kept, key=len, default=""))
    return found if len(found) <= LONGEST else _cut(found)


def _cut(text: str) -> str:
    """As many whole clauses as fit; else whole words, none that announces another at the end."""
    ends = [each.start() for each in _CLAUSE.finditer(text[: LONGEST + 1])]
    if ends and ends[-1] >= LONGEST // 3:
        return text[: ends[-1]].strip(_ENDS)
    words = text[:LONGEST].split()[:-1]
    while len(words) > 3 and all(each in STOP_WORDS for each in fold(words[-1]).split()):
        words.pop()
    return " ".join(words).strip(_ENDS) + "…"
