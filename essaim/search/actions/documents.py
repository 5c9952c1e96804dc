"""Documents in and out of the index, in the transaction of the change they follow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from django.db import connection, transaction

from essaim.search import bm25, sources
from essaim.search.analysis import Analysed, analyse
from essaim.search.models import Collection, Document, LexemeCount, Passage
from essaim.search.text import fingerprint, words

T = TypeVar("T")
# Objects read and written at once: bounds memory, not correctness.
BATCH = 1000


@dataclass
class Tally:
    """What a change adds to the counts of a kind, or takes from them."""

    documents: int = 0
    length: float = 0.0
    lexemes: Counter[int] = field(default_factory=Counter)


# --- words -----------------------------------------------------------------------
def index(kind: str, object_ids: Iterable[int]) -> int:
    """Make the index say what these objects say now; those no longer public leave it.

    Words at once; passages wait for ``embed``, a job that the caller enqueues. Returns how
    many documents were written.
    """
    total = 0
    with transaction.atomic():
        for part in parts(sorted(set(object_ids)), BATCH):
            total += _index_part(kind, part)
    return total


def remove(kind: str, object_ids: Iterable[int]) -> None:
    """Take objects out of the index, at once."""
    with transaction.atomic():
        for part in parts(sorted(set(object_ids)), BATCH):
            known = _lock(kind, part)
            before = _drop_postings(known)
            tell_changed([document.object_id for document in known])
            _delete(kind, known)
            _write_counts(kind, before, Tally(), {})


def _index_part(kind: str, object_ids: Sequence[int]) -> int:
    # Locked before the text is read: of two that index one object, the later one reads what
    # the earlier one left.
    known = _lock(kind, object_ids)
    read = list(sources.get(kind).load(object_ids))
    analysed = list(analyse(read))
    before = _drop_postings(known)
    tell_changed(object_ids)
    public = {source.object_id for source in read}
    _delete(kind, [item for item in known if item.object_id not in public])
    after, texts = _write_words(kind, analysed)
    _write_counts(kind, before, after, texts)
    _write_passages(kind, analysed)
    return len(read)


def tell_changed(object_ids: Sequence[int]) -> None:
    """Tell the copies that processes keep which objects to read anew."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO search_change (object_id, transaction)"
            " SELECT id, pg_current_xact_id()::text::bigint FROM unnest(%s::int[]) AS given(id)",
            [list(object_ids)],
        )


def _lock(kind: str, object_ids: Sequence[int]) -> list[Document]:
    """Those in the index already, in an order that keeps two writers from a deadlock."""
    known = Document.objects.filter(kind=kind, object_id__in=object_ids).order_by("object_id")
    return list(known.select_for_update().only("object_id", "length", "lexemes"))


def _drop_postings(documents: Sequence[Document]) -> Tally:
    tally = Tally(len(documents), sum(document.length for document in documents))
    for document in documents:
        tally.lexemes.update(document.lexemes)
    if documents:
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM search_posting p USING"
                " (SELECT object_id, unnest(lexemes) AS lexeme FROM search_document"
                " WHERE id = ANY(%s)) d"
                " WHERE p.lexeme = d.lexeme AND p.object_id = d.object_id",
                [[document.pk for document in documents]],
            )
    return tally


def _delete(kind: str, documents: Sequence[Document]) -> None:
    if documents:
        gone = [document.object_id for document in documents]
        Passage.objects.filter(kind=kind, object_id__in=gone).delete()
        Document.objects.filter(kind=kind, object_id__in=gone).delete()


def _write_words(kind: str, analysed: Sequence[Analysed]) -> tuple[Tally, dict[int, str]]:
    """Documents and postings; returns what was added, and the stem behind each lexeme."""
    mean = _mean_length(kind, analysed)
    tally, texts, documents, postings = Tally(), {}, [], []
    for item in analysed:
        object_id, lexemes = item.source.object_id, []
        for stem, frequency in item.frequencies.items():
            lexeme = fingerprint(kind, stem)
            texts[lexeme] = stem
            lexemes.append(lexeme)
            weight = bm25.weight(frequency, item.length, mean)
            postings.append((lexeme, object_id, frequency, weight))
        tally.lexemes.update(lexemes)
        documents.append(
            Document(
                kind=kind,
                object_id=object_id,
                title=item.source.title,
                folded=" ".join(words(item.source.title)),
                length=item.length,
                lexemes=lexemes,
                mean_length=mean,
            )
        )
    tally.documents = len(documents)
    tally.length = sum(document.length for document in documents)
    Document.objects.bulk_create(
        documents,
        update_conflicts=True,
        unique_fields=["kind", "object_id"],
        update_fields=["title", "folded", "length", "lexemes", "mean_length", "indexed_at"],
    )
    # In the order of the index, that its pages are filled one after the other.
    postings.sort()
    with (
        connection.cursor() as cursor,
        cursor.copy(
            "COPY search_posting (lexeme, object_id, frequency, weight) FROM STDIN"
        ) as copy,
    ):
        for part in parts(postings, 5000):
            copy.write("".join(f"{a}\t{b}\t{c:g}\t{d:.7g}\n" for a, b, c, d in part))
    return tally, texts


def _mean_length(kind: str, analysed: Sequence[Analysed]) -> float:
    """The mean length in use; the first documents of a kind set it."""
    in_use = Collection.objects.filter(pk=kind).values_list("mean_length", flat=True).first()
    if in_use or not analysed:
        return in_use or 1.0
    mean = max(1.0, sum(item.length for item in analysed) / len(analysed))
    Collection.objects.bulk_create([Collection(kind, mean)], ignore_conflicts=True)
    return mean


def _write_counts(kind: str, before: Tally, after: Tally, texts: dict[int, str]) -> None:
    after.lexemes.subtract(before.lexemes)
    rows = [
        LexemeCount(lexeme=lexeme, text=texts.get(lexeme, ""), documents=difference)
        for lexeme, difference in after.lexemes.items()
        if difference
    ]
    documents, length = after.documents - before.documents, after.length - before.length
    if documents or length:
        rows.append(LexemeCount(lexeme=fingerprint(kind, ""), documents=documents, length=length))
    LexemeCount.objects.bulk_create(rows, batch_size=5000)


# --- passages --------------------------------------------------------------------
def _write_passages(kind: str, analysed: Sequence[Analysed]) -> None:
    """Replace the passages that changed; the others keep their meaning."""
    wanted = {
        (item.source.object_id, position): text
        for item in analysed
        for position, text in enumerate(item.passages)
    }
    stale = []
    present = Passage.objects.filter(
        kind=kind, object_id__in=[item.source.object_id for item in analysed]
    )
    for pk, object_id, position, text in present.values_list(
        "pk", "object_id", "position", "text"
    ).iterator(chunk_size=5000):
        if wanted.get((object_id, position)) == text:
            del wanted[object_id, position]
        else:
            stale.append(pk)
    if stale:
        Passage.objects.filter(pk__in=stale).delete()
    with (
        connection.cursor() as cursor,
        cursor.copy("COPY search_passage (kind, object_id, position, text) FROM STDIN") as copy,
    ):
        for (object_id, position), text in wanted.items():
            copy.write_row((kind, object_id, position, text))


def parts(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
