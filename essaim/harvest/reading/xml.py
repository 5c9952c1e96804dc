"""XML read as it comes, by expat: no entity is ever declared, nothing outside is ever read.

Only the elements asked for are built, each forgotten when it has been given: a file of any size is
read in the memory of one record.
"""

from __future__ import annotations

import codecs
from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import IO, Any
from xml.parsers import expat

from essaim.harvest.failures import Broken

_CHUNK = 64 * 1024
DEPTH = 100
RECORD = 4 * 1024 * 1024  # characters of one record
ELEMENT = 100  # counted for each element of it, whatever it holds: empty ones take memory too


@dataclass(slots=True)
class Node:
    name: str  # without its namespace
    space: str
    attributes: dict[str, str]
    parts: list[str | Node] = field(default_factory=list)

    @property
    def children(self) -> list[Node]:
        return [part for part in self.parts if isinstance(part, Node)]

    @property
    def text(self) -> str:
        return "".join(part if isinstance(part, str) else part.text for part in self.parts).strip()

    @property
    def markup(self) -> str:
        """Its inside, tags included: what XHTML in a feed means."""
        return "".join(
            part if isinstance(part, str) else f"<{part.name}>{part.markup}</{part.name}>"
            for part in self.parts
        ).strip()

    def first(self, *names: str) -> Node | None:
        for name in names:
            for child in self.children:
                if child.name == name:
                    return child
        return None

    def text_of(self, *names: str) -> str:
        for name in names:
            for child in self.children:
                if child.name == name and child.text:
                    return child.text
        return ""


def read(file: IO[bytes], wanted: Collection[str]) -> Iterator[Node]:
    """First the root, empty; then each element of these names, at its end. Raises Broken."""
    reader = _Reader(frozenset(wanted), _encoding(file))
    file.seek(0)
    while chunk := file.read(_CHUNK):
        reader.feed(chunk)
        while reader.ready:
            yield reader.ready.popleft()
    reader.feed(b"", last=True)
    while reader.ready:
        yield reader.ready.popleft()


def _encoding(file: IO[bytes]) -> str | None:
    """What to read the file as where it lies about itself: bytes that are not UTF-8 in a file that
    says it is are those of Windows."""
    file.seek(0)
    head = file.read(200)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return None
    declared = head.partition(b"?>")[0].lower() if head.lstrip().startswith(b"<?xml") else b""
    if b"encoding" in declared and b"utf-8" not in declared and b"utf8" not in declared:
        return None
    decoder = codecs.getincrementaldecoder("utf-8")()
    file.seek(0)
    try:
        while chunk := file.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "windows-1252"
    return None


class _Reader:
    def __init__(self, wanted: frozenset[str], encoding: str | None) -> None:
        self.ready: deque[Node] = deque()
        self._wanted = wanted
        self._open: list[Node] = []
        self._depth = 0
        self._size = 0
        parser: Any = expat.ParserCreate(encoding, namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._entity
        self._parser = parser

    def feed(self, data: bytes, *, last: bool = False) -> None:
        try:
            self._parser.Parse(data, last)
        except expat.ExpatError as error:
            detail = expat.ErrorString(error.code)
            raise Broken("xml", line=error.lineno, detail=detail) from None
        except (LookupError, ValueError) as error:  # an encoding that nobody knows
            raise Broken("xml", line=1, detail=error) from None

    def _doctype(self, name: str, system: str, public: str, has_inside: bool) -> None:
        if has_inside:
            raise Broken("xml_entities")

    def _entity(self, *args: Any) -> None:
        raise Broken("xml_entities")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        space, _sep, name = tag.rpartition(" ")
        self._depth += 1
        if self._depth > DEPTH:
            raise Broken("xml_deep")
        short = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        node = Node(name, space, short)
        if self._depth == 1:
            self.ready.append(Node(name, space, short))
        if self._open:
            self._open[-1].parts.append(node)
            self._open.append(node)
        elif name in self._wanted:
            self._open.append(node)
            self._size = 0
        else:
            return
        self._count(ELEMENT + sum(len(key) + len(value) for key, value in short.items()))

    def _text(self, text: str) -> None:
        if self._open:
            self._count(len(text))
            self._open[-1].parts.append(text)

    def _count(self, size: int) -> None:
        self._size += size
        if self._size > RECORD:
            raise Broken("too_large")

    def _end(self, tag: str) -> None:
        self._depth -= 1
        if self._open:
            node = self._open.pop()
            if not self._open:
                self.ready.append(node)
