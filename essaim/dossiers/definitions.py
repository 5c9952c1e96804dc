"""A form as data: what a call keeps, and what is wrong with a definition, in words.

``[{"slug", "title", "why", "source", "of_persons", "when": {"block", "field", "values"},
"fields": [{"name", "label", "kind", "required", "longest", "help", "choices": [[key, label]]}]}]``;
only ``slug``, ``title`` and, in a field, ``name``, ``label`` and ``kind`` must be there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from essaim.common.errors import DomainError

from . import blocks
from .blocks import Block, Field, When

BLOCKS_AT_MOST, FIELDS_AT_MOST, CHOICES_AT_MOST = 40, 30, 60
LONGEST_TEXT, LONGEST_LONG = 1_000, 20_000  # characters
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
_NAME = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
# What the page of a block sends besides its fields.
_TAKEN = {"version", "seen", "add", "continue", "check", "csrfmiddlewaretoken", "submission"}
OF_CHOICES = (blocks.CHOICE, blocks.CHECKS)
OF_TEXT = (blocks.TEXT, blocks.LONG)

# In the order in which a builder of forms offers them.
KINDS: dict[str, Any] = {
    blocks.TEXT: gettext_lazy("texte court"),
    blocks.LONG: gettext_lazy("texte long"),
    blocks.CHOICE: gettext_lazy("choix d’une réponse"),
    blocks.CHECKS: gettext_lazy("choix de plusieurs réponses"),
    blocks.NUMBER: gettext_lazy("nombre entier"),
    blocks.DECIMAL: gettext_lazy("nombre décimal"),
    blocks.MONEY: gettext_lazy("montant"),
    blocks.COSTS: gettext_lazy("tableau de coûts"),
    blocks.DATE: gettext_lazy("date"),
    blocks.YEAR: gettext_lazy("année"),
    blocks.TERRITORY: gettext_lazy("territoire"),
    blocks.ORGANISATION: gettext_lazy("organisation, par son SIREN"),
    blocks.INITIATIVE: gettext_lazy("initiative, parmi celles de l’appel"),
    blocks.COMPONENTS: gettext_lazy("composantes du cœur qui sont gardées"),
    blocks.FILE: gettext_lazy("fichier"),
    blocks.EMAIL: gettext_lazy("adresse électronique"),
    blocks.PHONE: gettext_lazy("téléphone"),
    blocks.SIRET: gettext_lazy("SIRET"),
    blocks.RNA: gettext_lazy("numéro RNA"),
}


class DefinitionError(DomainError):
    """``problems``: one sentence for each thing to mend."""

    def __init__(self, problems: list[str]):
        super().__init__(" ".join(problems))
        self.problems = problems


def _words(text: Any) -> Any:
    """Texts of ours are shown in the reader's language; those written for one call as they are."""
    return gettext_lazy(text) if text else ""


def to_data(form: Iterable[Block]) -> list[dict[str, Any]]:
    """What ``from_data`` reads, in the language of the sources, whoever asks."""
    with translation.override(settings.LANGUAGE_CODE):
        return _written(form)


def _written(form: Iterable[Block]) -> list[dict[str, Any]]:
    return [
        {
            "slug": block.slug,
            "title": str(block.title),
            "why": str(block.why),
            "source": block.source,
            "of_persons": block.of_persons,
            "when": block.when
            and {
                "block": block.when.block,
                "field": block.when.field,
                "values": list(block.when.values),
            },
            "fields": [
                {
                    "name": field.name,
                    "label": str(field.label),
                    "kind": field.kind,
                    "required": field.required,
                    "longest": field.longest,
                    "help": str(field.help),
                    "choices": [[key, str(label)] for key, label in field.choices],
                }
                for field in block.fields
            ],
        }
        for block in form
    ]


def from_data(data: Any) -> tuple[Block, ...]:
    """Raises DefinitionError, with everything that is wrong at once."""
    problems = list(problems_of(data))
    if problems:
        raise DefinitionError(problems)
    return read(data)


def read(data: Any, *, as_written: bool = False) -> tuple[Block, ...]:
    """Of a definition that was checked when it was kept. ``as_written``: its texts are those of
    who wrote it, none is shown in another language (where some of them happened to be ours, a form
    would be read half in one language and half in the other)."""
    words = str if as_written else _words
    return tuple(
        Block(
            row["slug"], words(row["title"]), "", words(row.get("why") or ""),
            tuple(_field(each, words) for each in row.get("fields") or []),
            bool(row.get("of_persons")), _when(row.get("when")), row.get("source") or "",
        )
        for row in data
    )  # fmt: skip


def _field(row: dict[str, Any], words: Callable[[Any], Any]) -> Field:
    kind = row["kind"]
    usual = 3_000 if kind == blocks.LONG else 250
    choices = tuple((key, words(label)) for key, label in row.get("choices") or [])
    return Field(
        row["name"], words(row["label"]), kind, bool(row.get("required", True)),
        row.get("longest") or usual, words(row.get("help") or ""), choices,
    )  # fmt: skip


def _when(row: dict[str, Any] | None) -> When | None:
    return When(row["block"], row["field"], tuple(row["values"])) if row else None


# --- what is wrong ------------------------------------------------------------------------------
def problems_of(data: Any) -> Iterator[str]:
    if not isinstance(data, list) or not all(isinstance(row, dict) for row in data):
        yield _("Un formulaire est une liste de blocs.")
        return
    if not data:
        yield _("Un formulaire a un bloc au moins.")
    if len(data) > BLOCKS_AT_MOST:
        yield _("Un formulaire a %(n)s blocs au plus.") % {"n": BLOCKS_AT_MOST}
    earlier: dict[str, dict[str, dict[str, Any]]] = {}
    later = [row.get("slug") for row in data]
    for n, row in enumerate(data, 1):
        slug, title = row.get("slug"), row.get("title")
        named = title if isinstance(title, str) and title.strip() else str(n)
        if not isinstance(title, str) or not 0 < len(title.strip()) <= 200:
            yield _("Bloc %(n)s : donnez un titre, de 200 caractères au plus.") % {"n": n}
        if not isinstance(slug, str) or len(slug) > 40 or not _SLUG.fullmatch(slug):
            yield _(
                "« %(block)s » : l’adresse du bloc est faite de lettres minuscules, de chiffres et de tirets, 40 au plus."
            ) % {"block": named}
            slug = ""
        if slug in earlier:
            yield _("« %(block)s » : un autre bloc a la même adresse, « %(slug)s ».") % {
                "block": named, "slug": slug,
            }  # fmt: skip
        if not isinstance(row.get("why", ""), str) or len(row.get("why", "")) > 1_000:
            yield _("« %(block)s » : l’explication dépasse 1 000 caractères.") % {"block": named}
        if str(row.get("source") or "") not in {"", *blocks.SOURCES}:
            yield _("« %(block)s » : « %(source)s » ne répond à aucun bloc.") % {
                "block": named, "source": row.get("source"),
            }  # fmt: skip
        yield from _problems_of_condition(named, row.get("when"), earlier, later)
        yield from _problems_of_fields(named, row)
        fields = row.get("fields") or []
        earlier[slug] = {
            each["name"]: each
            for each in (fields if isinstance(fields, list) else [])
            if isinstance(each, dict) and isinstance(each.get("name"), str)
        }


def _problems_of_condition(
    named: str, when: Any, earlier: dict[str, dict[str, dict[str, Any]]], later: list[Any]
) -> Iterator[str]:
    if not when:
        return
    if not isinstance(when, dict) or not isinstance(when.get("values"), list) or not when["values"]:
        yield _("« %(block)s » : dites de quelle réponse dépend ce bloc.") % {"block": named}
        return
    block, name = str(when.get("block")), when.get("field")
    if block not in earlier:
        yield (
            _("« %(block)s » dépend d’un bloc qui vient après lui : placez-le après.")
            if block in later
            else _("« %(block)s » dépend d’un bloc qui n’existe pas.")
        ) % {"block": named}
        return
    field = earlier[block].get(name) if isinstance(name, str) else None
    if field is None:
        yield _("« %(block)s » dépend d’une question qui n’existe pas.") % {"block": named}
    elif field.get("kind") not in OF_CHOICES:
        yield _("« %(block)s » dépend de « %(field)s », qui n’est pas une question à choix.") % {
            "block": named, "field": field.get("label"),
        }  # fmt: skip
    else:
        known = {each[0] for each in _pairs(field.get("choices"))}
        if not all(isinstance(value, str) and value in known for value in when["values"]):
            yield _("« %(block)s » dépend d’une réponse que « %(field)s » ne propose pas.") % {
                "block": named, "field": field.get("label"),
            }  # fmt: skip


def _problems_of_fields(named: str, row: dict[str, Any]) -> Iterator[str]:
    fields = row.get("fields") or []
    if not isinstance(fields, list) or not all(isinstance(each, dict) for each in fields):
        yield _("« %(block)s » : ses questions sont une liste.") % {"block": named}
        return
    if not fields and not row.get("source"):
        yield _("« %(block)s » ne pose aucune question.") % {"block": named}
    if len(fields) > FIELDS_AT_MOST:
        yield _("« %(block)s » : %(n)s questions au plus.") % {"block": named, "n": FIELDS_AT_MOST}
    seen: set[str] = set()
    for each in fields:
        yield from _problems_of_field(named, each, seen)
    if sum(each.get("kind") == blocks.COSTS for each in fields) > 1:
        yield _("« %(block)s » : un seul tableau de coûts par bloc.") % {"block": named}


def _problems_of_field(named: str, field: dict[str, Any], seen: set[str]) -> Iterator[str]:
    label, name, kind = field.get("label"), field.get("name"), field.get("kind")
    words = {"block": named, "field": label or name or "?"}
    if not isinstance(label, str) or not 0 < len(label.strip()) <= 300:
        yield _("« %(block)s » : chaque question a ses mots, 300 caractères au plus.") % words
    if not isinstance(name, str) or len(name) > 40 or not _NAME.fullmatch(name) or name in _TAKEN:
        yield (
            _(
                "« %(block)s », « %(field)s » : le nom de la question commence par une lettre minuscule, puis des lettres, des chiffres ou « _ », 40 au plus."
            )
            % words
        )
    elif name in seen:
        yield _("« %(block)s » : deux questions ont le même nom, « %(name)s ».") % {
            **words, "name": name,
        }  # fmt: skip
    else:
        seen.add(name)
    if not isinstance(kind, str) or kind not in KINDS:
        yield _("« %(block)s », « %(field)s » : cette nature de question n’existe pas.") % words
        return
    if not isinstance(field.get("help", ""), str) or len(field.get("help", "")) > 1_000:
        yield _("« %(block)s », « %(field)s » : l’aide dépasse 1 000 caractères.") % words
    longest = field.get("longest")
    most = LONGEST_LONG if kind == blocks.LONG else LONGEST_TEXT
    if kind in OF_TEXT and longest is not None and not _is_between(longest, 1, most):
        yield _("« %(block)s », « %(field)s » : de 1 à %(most)s caractères.") % {
            **words, "most": most,
        }  # fmt: skip
    if kind not in OF_CHOICES:
        return
    pairs = _pairs(field.get("choices"))
    keys = [key for key, _label in pairs]
    if not 2 <= len(pairs) <= CHOICES_AT_MOST or len(pairs) != len(field.get("choices") or []):
        yield _("« %(block)s », « %(field)s » : de 2 à %(most)s réponses possibles.") % {
            **words, "most": CHOICES_AT_MOST,
        }  # fmt: skip
    if len(set(keys)) != len(keys):
        yield _("« %(block)s », « %(field)s » : deux réponses ont la même clé.") % words


def _is_between(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _pairs(choices: Any) -> list[tuple[str, str]]:
    """Those that are a key and its words."""
    if not isinstance(choices, list | tuple):
        return []
    return [
        (each[0], each[1])
        for each in choices
        if isinstance(each, list | tuple)
        and len(each) == 2
        and all(isinstance(text, str) and 0 < len(text) <= 200 for text in each)
    ]
