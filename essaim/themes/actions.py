"""The only writers of the controlled lists and of the words that wait for them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.text import fold
from essaim.themes.matching import Vocabulary, singular
from essaim.themes.models import (
    TERM_MODELS,
    WORD_LENGTH,
    Audience,
    LoadedReference,
    Term,
    Theme,
    UnmappedTag,
)
from essaim.themes.signals import term_mapped

DATA = Path(__file__).parent / "data"
FILES = {"theme": DATA / "themes.json", "audience": DATA / "audiences.json"}


# --- words that no list knows -------------------------------------------------
@transaction.atomic
def record_unmapped(words: Iterable[str], vocabulary: str) -> int:
    """Remember words that no term knows, for managers to map; returns how many are new.

    At most three queries whatever the number of words; recording again changes nothing.
    Left out: what is empty once folded (emoji, other alphabets) or longer than WORD_LENGTH
    (a sentence, not a word). Call it once per batch, last in its transaction: rows are
    written in one order, so that two imports wait for each other instead of deadlocking.
    """
    spellings: dict[str, dict[str, None]] = {}
    for given in words:
        word = given.strip().replace("\x00", "")
        if len(word) <= WORD_LENGTH and (folded := fold(word)):
            spellings.setdefault(folded, {})[word] = None
    if not spellings:
        return 0
    rows = UnmappedTag.objects.filter(vocabulary=vocabulary, folded__in=spellings)
    known = {tag.folded: tag for tag in rows.order_by("folded").select_for_update()}
    new = [
        UnmappedTag(
            vocabulary=vocabulary, folded=folded, text=next(iter(seen)), spellings=list(seen)
        )
        for folded, seen in sorted(spellings.items())
        if folded not in known
    ]
    changed = []
    for folded, tag in known.items():
        if more := [word for word in spellings[folded] if word not in tag.spellings]:
            tag.spellings += more
            changed.append(tag)
    # Someone else's import may have recorded one meanwhile: its spelling is kept then.
    UnmappedTag.objects.bulk_create(new, ignore_conflicts=True)
    UnmappedTag.objects.bulk_update(changed, ["spellings"])
    return len(new)


@transaction.atomic
def map_tag(tag: UnmappedTag, term: Theme | Audience) -> None:
    """Make the word a synonym of the term, and give the term to cards that carry the word.

    Side effect: sends ``term_mapped`` in the same transaction. Raises DomainError when the
    word was dealt with meanwhile, belongs to the other list, or names another term already.
    """
    tag = _locked_tag(tag)
    if term.vocabulary() != tag.vocabulary:
        raise DomainError(_("Ce mot appartient à l’autre liste."))
    lists = _locked_lists()
    term = _current(lists, term)
    if other := _names_other(lists, term, tag.text):
        raise DomainError(_already_taken(tag.text, other))
    if tag.folded not in _names(term):
        term.synonyms = [*term.synonyms, tag.text]
        term.save(update_fields=["synonyms"])
    _map_waiting(term)


@transaction.atomic
def ignore_tag(tag: UnmappedTag) -> None:
    """Leave the word as it is on its cards, and out of the words to map."""
    tag = _locked_tag(tag)
    tag.ignored = True
    tag.save(update_fields=["ignored"])


@transaction.atomic
def restore_tag(tag: UnmappedTag) -> None:
    """Put a word that was left as it is back among the words to map."""
    tag = _locked_tag(tag)
    tag.ignored = False
    tag.save(update_fields=["ignored"])


def _locked_tag(tag: UnmappedTag) -> UnmappedTag:
    try:
        return UnmappedTag.objects.select_for_update().get(pk=tag.pk)
    except UnmappedTag.DoesNotExist:
        raise DomainError(_("Ce mot a déjà été rattaché.")) from None


# --- the lists ----------------------------------------------------------------
@transaction.atomic
def save_term(
    term: Theme | Audience | None,
    *,
    vocabulary: str,
    name: str,
    name_en: str,
    synonyms: Iterable[str],
) -> Theme | Audience:
    """Create a term (``term`` None) or change its names and synonyms.

    A term's slug never changes: imports and addresses use it. Words that waited and that the
    term now knows are mapped (``term_mapped`` is sent for them). Raises DomainError when a
    name or synonym already belongs to another term of the list.
    """
    for field, word in [("name", name), ("name_en", name_en)]:
        if not fold(word):
            raise DomainError(_("Écrivez un nom avec des lettres ou des chiffres."), field=field)
    lists = _locked_lists()
    if term is None:
        term = TERM_MODELS[vocabulary](slug=_free_slug(lists, vocabulary, name))
    else:
        term = _current(lists, term)
    term.name, term.name_en = name.strip(), name_en.strip()
    own = {fold(word) for word in (term.slug, term.name, term.name_en)}
    kept: dict[str, str] = {}
    for word in synonyms:
        if (folded := fold(word)) and folded not in own:
            kept.setdefault(folded, word.strip())
    words = [("name", name), ("name_en", name_en), *(("synonyms", w) for w in kept.values())]
    for field, word in words:
        if other := _names_other(lists, term, word):
            raise DomainError(_already_taken(word, other), field=field)
    term.synonyms = list(kept.values())
    term.full_clean()
    term.save()
    _map_waiting(term)
    return term


def _map_waiting(term: Theme | Audience) -> None:
    """Words that waited and that the term now knows (plurals too) stop waiting."""
    names = {singular(name) for name in _names(term)}
    waiting = UnmappedTag.objects.filter(vocabulary=term.vocabulary())
    keys = [
        pk
        for pk, folded in waiting.order_by().values_list("pk", "folded")
        if singular(folded) in names
    ]
    known = list(waiting.filter(pk__in=keys).order_by("folded").select_for_update())
    if not known:
        return
    waiting.filter(pk__in=[tag.pk for tag in known]).delete()
    term_mapped.send(
        sender=type(term),
        vocabulary=term.vocabulary(),
        term=term,
        words=[word for tag in known for word in tag.spellings],
    )


def _locked_lists() -> Vocabulary:
    """Both lists, locked: no word may become the name of two terms at once."""
    return Vocabulary(
        Theme.objects.select_for_update().order_by("pk"),
        Audience.objects.select_for_update().order_by("pk"),
    )


def _current(lists: Vocabulary, term: Theme | Audience) -> Theme | Audience:
    for row in lists.index(term.vocabulary()).terms:
        if row.pk == term.pk:
            return row
    raise DomainError(_("Cette entrée n’existe plus."))


def _names(term: Term) -> set[str]:
    words = (term.slug, term.name, term.name_en, *term.synonyms)
    return {folded for word in words if (folded := fold(word))}


def _names_other(lists: Vocabulary, term: Theme | Audience, word: str) -> Term | None:
    """Another term of the same list that this exact word names (plurals apart)."""
    folded = fold(word)
    for other in lists.index(term.vocabulary()).terms:
        if other.pk != term.pk and folded in _names(other):
            return other
    return None


def _already_taken(word: str, other: Term) -> str:
    return _("« %(word)s » désigne déjà « %(term)s ».") % {"word": word.strip(), "term": other}


def _free_slug(lists: Vocabulary, vocabulary: str, name: str) -> str:
    base = slugify(fold(name))[:50] or vocabulary
    taken = {term.slug for term in lists.index(vocabulary).terms}
    slug, number = base, 2
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug


# --- reference data -----------------------------------------------------------
def load_terms(out: TextIO | None = None) -> dict[str, int]:
    """Bring the shipped lists into the database; returns how many terms each gained.

    Adds what is missing and nothing else: names, and synonyms that managers added, moved or
    removed, stay as they are. One query where the files were already loaded.
    """
    loaded = {row.vocabulary: row.digest for row in LoadedReference.objects.all()}
    added = {}
    for vocabulary, path in FILES.items():
        content = path.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        added[vocabulary] = 0
        if loaded.get(vocabulary) != digest:
            added[vocabulary] = _load(vocabulary, json.loads(content), digest)
            if out is not None:
                out.write(f"themes: {path.name}, {added[vocabulary]} new\n")
    return added


@transaction.atomic
def _load(vocabulary: str, entries: list[dict], digest: str) -> int:
    lists = _locked_lists()
    model = TERM_MODELS[vocabulary]
    terms = {term.slug: term for term in lists.index(vocabulary).terms}
    taken = {name for term in terms.values() for name in _names(term)}
    row = LoadedReference.objects.select_for_update().filter(vocabulary=vocabulary).first()
    brought: dict[str, list[str]] = dict(row.brought) if row else {}
    added = 0
    for entry in entries:
        slug, synonyms = entry["slug"], entry["synonyms"]
        term, before = terms.get(slug), brought.get(slug)
        new = [w for w in synonyms if w not in (before or []) and fold(w) not in taken]
        if term is None and before is None and fold(entry["name"]) not in taken:
            term = model(slug=slug, name=entry["name"], name_en=entry["name_en"], synonyms=new)
            term.save()
            added += 1
        elif term is not None and new:
            term.synonyms = [*term.synonyms, *new]
            term.save(update_fields=["synonyms"])
        if term is not None:
            taken |= _names(term)
            if new:
                _map_waiting(term)
        brought[slug] = list(dict.fromkeys([*(before or []), *synonyms]))
    LoadedReference.objects.update_or_create(
        vocabulary=vocabulary,
        defaults={"digest": digest, "brought": brought, "loaded_at": timezone.now()},
    )
    return added
