"""What applicants read of a call, as data: kept with each edition, compared from one to the next."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from essaim.common.money import show_euros
from essaim.common.text import compared
from essaim.dossiers import definitions

from .models import Call, CollegeKind, FormVersion
from .models.form import EligibilityRule

# The tabs of the preparation, and the columns that each one writes.
COLUMNS: dict[str, tuple[str, ...]] = {
    "text": ("title", "summary", "sections", "support"),
    "who": (
        *("applicant_kinds", "persons_may_apply", "administration", "most_for_one"),
        *("most_in_all_waves", "consortium", "needs_evaluator", "blind", "readers_hidden"),
        "little_proof_reason",
    ),
    "calendar": (
        *("zone", "opens_at", "closes_at", "results_on", "budget_cents", "laureates_number"),
        *("skips", "state_names"),
    ),
    "contact": (
        *("service", "contact_email", "contact_phone", "answer_days", "appeal", "appeal_days"),
    ),
}
LINKS = {"text": ("themes",), "who": ("territories", "initiatives")}
# Columns that older editions do not hold, and what these meant by it.
SINCE: dict[str, Any] = {"most_in_all_waves": False, "little_proof_reason": ""}
ROWS = {"criteria": "criteria", "rules": "rules"}


def blocks_now(call: Call) -> list[dict[str, Any]]:
    """The blocks as they stand in preparation; those of the version in force where none are."""
    if call.form_draft is not None:
        return list(call.form_draft)
    return published_blocks(call)


def published_blocks(call: Call) -> list[dict[str, Any]]:
    """Those that applicants answer."""
    if not call.form_number:
        return []
    found = FormVersion.objects.filter(call=call, number=call.form_number)
    return list(found.values_list("blocks", flat=True).first() or [])


def _criteria(call: Call) -> list[dict[str, Any]]:
    return [
        {
            "title": row.title, "question": row.question, "weight": row.weight,
            "levels": list(row.levels), "college": row.college, "is_transfer": row.is_transfer,
        }
        for row in call.criteria.all()
    ]  # fmt: skip


def _rules(call: Call) -> list[dict[str, Any]]:
    return [
        {
            "test": row.test, "field": row.field, "value": row.value, "says": row.says,
            "is_blocking": row.is_blocking,
        }
        for row in call.rules.all()
    ]  # fmt: skip


def tab_content(call: Call, tab: str) -> dict[str, Any]:
    """What one tab of the preparation holds, as plain data."""
    if tab == "form":
        return {"form": blocks_now(call)}
    if tab == "criteria":
        return {"criteria": _criteria(call), "no_replication": call.no_replication_reason}
    if tab == "rules":
        return {"rules": _rules(call)}
    found: dict[str, Any] = {}
    for name in COLUMNS[tab]:
        value = getattr(call, name)
        if name == "administration":
            value = value.name if value else None
        elif name in ("opens_at", "closes_at", "results_on"):
            value = value.isoformat() if value else None
        found[name] = value
    for name in LINKS.get(tab, ()):
        found[name] = [str(each) for each in getattr(call, name).all()]
    return found


def stamp(call: Call, tab: str) -> str:
    """Changes with what the tab holds: who saves from an older page is told, and overwrites
    nothing."""
    text = json.dumps(tab_content(call, tab), sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def content_of(call: Call) -> dict[str, Any]:
    """The whole of it, as an edition keeps it."""
    found: dict[str, Any] = {}
    for tab in COLUMNS:
        found |= tab_content(call, tab)
    return found | {
        "form": published_blocks(call),
        "criteria": _criteria(call),
        "rules": _rules(call),
        "documents": [
            {"title": row.title, "sha256": row.sha256} for row in call.documents.all()
        ],
    }  # fmt: skip


# --- differences ----------------------------------------------------------------------------------
LABELS: dict[str, Any] = {
    "documents": gettext_lazy("documents"),
    "form": gettext_lazy("formulaire"),
    "criteria": gettext_lazy("critères"),
    "rules": gettext_lazy("règles de recevabilité"),
}


def label(name: str) -> Any:
    return LABELS.get(name) or getattr(Call._meta.get_field(name), "verbose_name", name)


@dataclass(frozen=True)
class Difference:
    label: Any
    before: list[tuple[str, str]]  # pieces: "same" or "gone"
    after: list[tuple[str, str]]  # pieces: "same" or "new"


def differences(before: dict[str, Any], after: dict[str, Any]) -> Iterator[Difference]:
    """What reads differently, in the order of the page."""
    order = [name for tab in COLUMNS for name in (*COLUMNS[tab], *LINKS.get(tab, ()))]
    for name in (*order, "form", "criteria", "rules", "documents"):
        if before.get(name, SINCE.get(name)) == after.get(name, SINCE.get(name)):
            continue
        old, new = as_text(name, before.get(name)), as_text(name, after.get(name))
        if old != new:
            yield Difference(label(name), *compared(old, new))


def as_text(name: str, value: Any) -> str:
    """A value as its readers read it, one thing a line."""
    if name in _TEXTS:
        return "\n".join(_TEXTS[name](row) for row in value or [])
    if name in ("budget_cents",):
        return show_euros(value) if value is not None else ""
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if isinstance(value, dict):
        return "\n".join(f"{key} : {each}" for key, each in sorted(value.items()))
    if isinstance(value, list):
        return "\n".join(str(each) for each in value)
    return "" if value is None else str(value)


def _section(row: dict[str, Any]) -> str:
    return f"{row.get('title', '')}\n{row.get('text', '')}"


def _block(row: dict[str, Any]) -> str:
    lines = [str(row.get("title", ""))]
    for each in row.get("fields") or []:
        kind = definitions.KINDS.get(each.get("kind", ""), "")
        must = "" if each.get("required", True) else f" ({_('facultatif')})"
        answers = " / ".join(words for _key, words in each.get("choices") or [])
        parts = (f"– {each.get('label', '')}{must} : {kind}", answers, each.get("help", ""))
        lines.append(" ; ".join(str(part) for part in parts if part))
    return "\n".join(lines)


def _criterion(row: dict[str, Any]) -> str:
    who = dict(CollegeKind.choices).get(row["college"], row["college"])
    weight = _("poids %(n)s") % {"n": row["weight"]}
    return f"{row['title']} ({who}, {weight}) : {row['question']}\n" + "\n".join(
        f"  {n}. {level}" for n, level in enumerate(row["levels"], 1)
    )


def _rule(row: dict[str, Any]) -> str:
    return f"{row['says']} ({dict(EligibilityRule.Test.choices).get(row['test'], row['test'])})"


_TEXTS: dict[str, Any] = {
    "sections": _section, "form": _block, "criteria": _criterion, "rules": _rule,
    "documents": lambda row: row["title"],
}  # fmt: skip
