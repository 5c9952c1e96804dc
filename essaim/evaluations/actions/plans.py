"""Writing the plan, freezing it, and changing it in the open afterwards."""

from __future__ import annotations

import hashlib
import json
import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.once import made_by_form
from essaim.evaluations import plan
from essaim.evaluations.designs import calculations
from essaim.evaluations.models import ALIVE, Evaluation, Member, State
from essaim.initiatives.models import Initiative

from .journal import Kind, locked, move, moved_on, write


@transaction.atomic
def create(
    card: Initiative, *, by: Any, title: str, submission: uuid.UUID | None = None
) -> Evaluation:
    """A new plan to write; who begins it is its first member. The same ``submission`` begins one."""
    title = " ".join(title.split())
    if not title:
        raise DomainError(_("Donnez un nom à l’évaluation."), field="title")
    known = made_by_form(Evaluation.objects, submission, initiative=card)
    if known is not None:
        return known
    evaluation = Evaluation.objects.create(
        submission=submission or uuid.uuid4(), initiative=card, title=title
    )
    Member.objects.create(evaluation=evaluation, user=by)
    write(evaluation, Kind.CREATED, by=by)
    return evaluation


def _writable(evaluation: Evaluation, version: int | None) -> Evaluation:
    evaluation = locked(evaluation)
    if evaluation.state not in ALIVE:
        raise moved_on(evaluation)
    if version is not None and evaluation.version != version:
        raise DomainError(
            _(
                "Le plan a été enregistré ailleurs depuis que cette page est ouverte. Rien n’est"
                " écrasé : relisez-le dans un autre onglet, puis enregistrez de nouveau."
            )
        )
    return evaluation


@transaction.atomic
def save_section(
    evaluation: Evaluation,
    section: str,
    values: dict[str, Any],
    *,
    by: Any,
    version: int | None = None,
    reason: str = "",
    size_result: dict[str, Any] | None = None,
) -> Evaluation:
    """Write one step of the plan. Once frozen, every change is written in the journal with its
    reason, and its date shows everywhere the plan does."""
    evaluation = _writable(evaluation, version)
    names = plan.BY_NAME[section].fields
    changed = [
        name for name in names if name in values and getattr(evaluation, name) != values[name]
    ]
    if section in {"methode", "mesure"}:
        _check_design(evaluation, values)
        if section == "mesure" and "analysis" not in values:
            allowed = calculations(evaluation.design, values.get("outcome_kind", ""))
            if evaluation.design and evaluation.analysis not in allowed:
                values = values | {"analysis": allowed[0]}
                changed.append("analysis")
    if evaluation.is_frozen and changed:
        _amend(evaluation, changed, values, by=by, reason=reason)
    for name in changed:
        setattr(evaluation, name, values[name])
    if section == "taille":
        evaluation.size_result = size_result
        changed.append("size_result")
    if changed:
        evaluation.version += 1
        evaluation.save(update_fields=[*changed, "version"])
    return evaluation


def _check_design(evaluation: Evaluation, values: dict[str, Any]) -> None:
    design = values.get("design", evaluation.design)
    kind = values.get("outcome_kind", evaluation.outcome_kind)
    analysis = values.get("analysis", "")
    if analysis and analysis not in calculations(design, kind):
        raise DomainError(
            _("Ce calcul ne va pas avec la méthode et la mesure choisies."), field="analysis"
        )


def _amend(
    evaluation: Evaluation, changed: list[str], values: dict[str, Any], *, by: Any, reason: str
) -> None:
    if not reason.strip():
        raise DomainError(
            _("Le plan est figé : dites pourquoi il change. La raison et la date seront visibles."),
            field="reason",
        )
    for name in changed:
        write(
            evaluation,
            Kind.AMENDED,
            by=by,
            field=name,
            before=plan.shown(evaluation, name),
            after=plan.shown(evaluation, name, values[name]),
            reason=reason.strip(),
            details={
                "before": plan.plain(getattr(evaluation, name)),
                "after": plan.plain(values[name]),
            },
        )


@transaction.atomic
def rename(evaluation: Evaluation, title: str, *, version: int | None = None) -> None:
    evaluation = _writable(evaluation, version)
    evaluation.title = " ".join(title.split()) or evaluation.title
    evaluation.save(update_fields=["title"])


@transaction.atomic
def freeze(evaluation: Evaluation, *, by: Any, version: int | None = None) -> Evaluation:
    """Fix the plan with its date. A second press does nothing; a plan that changed since the page
    was opened is not frozen unread."""
    evaluation = locked(evaluation)
    if evaluation.state == State.PLANNED:
        return evaluation
    evaluation = _writable(evaluation, version)
    lacking = plan.missing(evaluation)
    if lacking:
        raise DomainError(
            _("Avant de figer le plan, dites encore : %(what)s.") % {"what": ", ".join(lacking)}
        )
    wrong = plan.incoherences(evaluation)
    if wrong:
        raise DomainError(" ".join(wrong))
    frozen = plan.snapshot(evaluation)
    digest = hashlib.sha256(
        json.dumps(frozen, sort_keys=True, ensure_ascii=False).encode()
    ).hexdigest()
    move(evaluation, "freeze", frozen_at=timezone.now(), frozen_plan=frozen | {"sha256": digest})
    write(evaluation, Kind.FROZEN, by=by, details={"sha256": digest})
    return evaluation


@transaction.atomic
def abandon(evaluation: Evaluation, *, by: Any, reason: str = "") -> Evaluation:
    """Right to error: the data go at once; nothing is published."""
    from .data import erase

    evaluation = locked(evaluation)
    if evaluation.state == State.ABANDONED:
        return evaluation
    if evaluation.published_at is not None:
        raise DomainError(
            _("Cette évaluation a été publiée : corrigez-la, ou retirez-la en disant pourquoi.")
        )
    erase(evaluation, by=by)
    # Not in the journal, which nobody can erase: why someone stops may speak of persons.
    move(evaluation, "abandon", public_note=reason.strip())
    write(evaluation, Kind.ABANDONED, by=by)
    return evaluation
