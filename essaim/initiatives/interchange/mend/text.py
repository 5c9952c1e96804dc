"""Text: mojibake, HTML, characters that a database refuses.

Each mend may uncover work for another (an entity hides a tag), so they run until nothing
changes: reading a mended text again changes nothing, which makes a round trip stable.
"""

from __future__ import annotations

import html
import re
import unicodedata
from html.entities import html5

ROUNDS = 8

# --- bytes read with the wrong table -------------------------------------------------------
_UNDEFINED = {0x81, 0x8D, 0x8F, 0x90, 0x9D}
_BYTE_OF = {
    (bytes([b]).decode("cp1252") if b not in _UNDEFINED else chr(b)): b for b in range(0x80, 0x100)
}
_CONT = "[" + re.escape("".join(c for c, b in _BYTE_OF.items() if b < 0xC0)) + "]"
# Only sequences that no French or English text holds on purpose: « Ã© », « â€™ », « Å“ ».
_MOJIBAKE = re.compile(f"[ÂÃ]{_CONT}|Å[’“¸]|â[€‚]{_CONT}|ðŸ{_CONT}{_CONT}|ï»¿")
# C1 controls are Windows-1252 read as Latin-1.
_C1 = {b: bytes([b]).decode("cp1252") for b in range(0x80, 0xA0) if b not in _UNDEFINED}


def repair_mojibake(value: str) -> str:
    """« DÃ©chets » → « Déchets », where UTF-8 was read as Windows-1252."""

    def decoded(match: re.Match[str]) -> str:
        try:
            return bytes(_BYTE_OF[c] for c in match[0]).decode("utf-8")
        except UnicodeDecodeError:
            return match[0]

    return _MOJIBAKE.sub(decoded, value)


# --- characters ---------------------------------------------------------------------------
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ud800-\udfff]")


def remove_controls(value: str) -> str:
    """Without NUL (PostgreSQL refuses it), controls and halves of characters."""

    def replaced(match: re.Match[str]) -> str:
        code = ord(match[0])
        return "\ufffd" if 0xD800 <= code <= 0xDFFF else _C1.get(code, "")

    return _FORBIDDEN.sub(replaced, value)


def storable(value: str) -> str:
    """What the database accepts, otherwise word for word (values kept without being read)."""
    return _FORBIDDEN.sub(lambda m: "\ufffd" if "\ud800" <= m[0] <= "\udfff" else "", value)


# --- HTML ---------------------------------------------------------------------------------
_BLOCKS = (
    "address article aside div footer form header main nav p section table tbody thead ul ol dl"
)
_OTHERS = (
    "a abbr acronym b bdo big body button caption center cite code col colgroup dd del dfn dt em "
    "embed fieldset figcaption figure font head html i iframe img input ins kbd label legend link "
    "mark meta noscript object option param pre q s samp script select small span strike strong "
    "style sub sup svg td textarea tfoot th time title tt u var video audio source wbr"
)
_SPECIAL = "br hr li tr blockquote h1 h2 h3 h4 h5 h6"
_NAMES = "|".join(sorted(f"{_BLOCKS} {_OTHERS} {_SPECIAL}".split(), key=len, reverse=True))
_TAG = re.compile(rf"<(/?)({_NAMES})((?:\s[^<>]*)?)/?>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.IGNORECASE)
_CODE = re.compile(r"(```[\s\S]*?```|`[^`\n]*`)")
_BLOCK_SET, _HIDDEN = set(_BLOCKS.split()), ("script", "style", "!--")
_MARKS = {"strong": "**", "b": "**", "em": "_", "i": "_"}


def has_html(value: str) -> bool:
    """Known tags, comments or entities; « a < b » and <https://…> are none of these."""
    if "<" in value and (_TAG.search(value) or "<!--" in value):
        return True
    return "&" in value and any(_known_entity(m[0]) for m in _ENTITY.finditer(value))


def _known_entity(entity: str) -> bool:
    return entity[1] == "#" or entity[1:] in html5


def _without_hidden(value: str) -> str:
    """Drop what was never shown: scripts, styles, comments (unclosed ones lose their tag only)."""
    for name in _HIDDEN:
        opening, closing = f"<{name}", "-->" if name == "!--" else f"</{name}"
        kept, start, lower = [], 0, value.lower()
        if len(lower) != len(value):  # a few letters change length in lower case
            lower = value
        while (at := lower.find(opening, start)) >= 0:
            end = lower.find(closing, at)
            if end < 0:
                break
            close = end + len(closing) if name == "!--" else lower.find(">", end) + 1
            if close <= 0:
                break
            kept.append(value[start:at])
            start = close
        if kept:
            value = "".join(kept) + value[start:]
    return value.replace("<!--", "")


def strip_html(value: str, *, block: bool, markdown: bool) -> str:
    """Text without tags. In a block of text paragraphs and lists stay readable; with
    ``markdown`` emphasis, titles and links are kept in its notation, code left alone."""
    if markdown:
        parts = _CODE.split(value)
        parts[::2] = [
            _strip(part, block, markdown) if has_html(part) else part for part in parts[::2]
        ]
        value = "".join(parts)
    else:
        value = _strip(value, block, markdown)
    if block:
        value = re.sub(r"[ \t]+\n", "\n", value)
        value = re.sub(r"\n{3,}", "\n\n", value)
    return value


def _strip(value: str, block: bool, markdown: bool) -> str:
    links: list[str] = []

    def text_of(match: re.Match[str]) -> str:
        closing, name, attributes = bool(match[1]), match[2].lower(), match[3]
        if name == "a" and markdown:
            if closing:
                return f"]({links.pop()})" if links and links[-1] else (links and links.pop()) or ""
            found = _HREF.search(attributes)
            href = html.unescape(next((g for g in found.groups() if g), "")) if found else ""
            safe = href if re.match(r"(https?|mailto):[^\s()]+$", href) else ""
            links.append(safe)
            return "[" if safe else ""
        if markdown and name in _MARKS:
            return _MARKS[name]
        if not block:
            return " " if name in _BLOCK_SET or name in _SPECIAL else ""
        if name in {"br", "tr"}:
            return "\n" if not (closing and name == "tr") else ""
        if name == "li":
            return "" if closing else "\n- "
        if name[0] == "h" and name[1:].isdigit():
            return "\n\n" if closing or not markdown else "\n\n" + "#" * int(name[1:]) + " "
        if name in _BLOCK_SET or name in {"hr", "blockquote"}:
            return "\n\n"
        return " " if name in {"td", "th"} else ""

    value = _TAG.sub(text_of, _without_hidden(value))
    return _ENTITY.sub(lambda m: html.unescape(m[0]) if _known_entity(m[0]) else m[0], value)


# --- all together -------------------------------------------------------------------------
_SPACES = re.compile(r"[\s\u200b]+")


def clean(value: str, *, block: bool = False, markdown: bool = False) -> tuple[str, list[str]]:
    """The text as it is kept, and the codes of what was mended.

    ``block``: several lines; else every run of spaces becomes one. Line ends become ``\\n``
    and accents are composed (NFC) without a word: nobody can see the difference.
    """
    codes: dict[str, None] = {}
    text = value
    for _round in range(ROUNDS):
        before = text
        text = _once(text, codes, block, markdown)
        if text == before:
            break
    return text, list(codes)


def _once(text: str, codes: dict[str, None], block: bool, markdown: bool) -> str:
    if not text.isascii() and (repaired := repair_mojibake(text)) != text:
        codes["mojibake"] = None
        text = repaired
    if ("<" in text or "&" in text) and has_html(text):
        stripped = strip_html(text, block=block, markdown=markdown)
        if stripped != text:
            codes["html"] = None
            text = stripped
    if _FORBIDDEN.search(text):
        codes["control"] = None
        text = remove_controls(text)
    text = unicodedata.normalize("NFC", text)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if block:
        return text.replace("\u2028", "\n").replace("\u2029", "\n\n").strip()
    single = _SPACES.sub(lambda m: m[0] if m[0] in _KEPT_SPACES else " ", text).strip()
    if single != text and "html" not in codes:  # what tags leave behind is no news
        codes["trimmed"] = None
    return single


# A single no-break space is typography (« 10 % ») and stays.
_KEPT_SPACES = {" ", "\u00a0", "\u202f", "\u2009"}
