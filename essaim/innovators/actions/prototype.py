"""The budget through the buyer, the prototype and its milestones."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.once import made_by_form
from essaim.innovators import notifications
from essaim.innovators.models import Budget, BudgetLine, InnovationFile, Milestone, State
from essaim.innovators.steps import prototype_bounds

from .files import locked, move, not_in_future


@dataclass(frozen=True)
class Line:
    """A line of budget as typed; ``amount_cents`` is exact."""

    label: str
    amount_cents: int
    procedure: str = BudgetLine.Procedure.TO_DECIDE
    submission: uuid.UUID = field(default_factory=uuid.uuid4)


@transaction.atomic
def entrust_budget(
    file: InnovationFile,
    *,
    by: Any,
    buyer_name: str,
    buyer_service: str,
    buyer_email: str,
    decided_on: dt.date,
    reference: str = "",
    lines: Sequence[Line],
) -> None:
    """The innovator receives a budget that a buyer spends, watching the rules of procurement."""
    not_in_future(decided_on, "decided_on")
    file = locked(file)
    if file.state == State.FUNDED:
        return
    if not lines:
        raise DomainError(_("Un budget a au moins une ligne."))
    move(file, "entrust_budget", due="start_days", funded_on=timezone.localdate())
    budget = Budget.objects.create(
        file=file,
        buyer_name=" ".join(buyer_name.split()),
        buyer_service=" ".join(buyer_service.split()),
        buyer_email=buyer_email.strip(),
        reference=reference.strip(),
        decided_on=decided_on,
        entrusted_by=by,
    )
    for line in lines:
        _write_line(budget, line)
    notifications.step_reached(file)
    notifications.buyer_informed(file, budget.buyer_email)


def _write_line(budget: Budget, line: Line) -> None:
    if not 0 < line.amount_cents <= 10**12:
        raise DomainError(_("Le montant d’une ligne est supérieur à zéro."), field="amount_cents")
    if made_by_form(BudgetLine.objects, line.submission, budget=budget) is None:
        BudgetLine.objects.create(
            submission=line.submission, budget=budget, label=" ".join(line.label.split()),
            amount_cents=line.amount_cents, procedure=line.procedure,
        )  # fmt: skip


def _open_budget(file: InnovationFile) -> Budget:
    """The budget of a locked file, while it may still change."""
    if file.state not in {State.FUNDED, State.PROTOTYPING}:
        raise DomainError(_("Le budget ne change qu’entre sa décision et la fin du prototype."))
    return Budget.objects.get(file=file)


@transaction.atomic
def add_budget_line(file: InnovationFile, line: Line) -> None:
    _write_line(_open_budget(locked(file)), line)


@transaction.atomic
def change_budget_line(line: BudgetLine, *, label: str, amount_cents: int, procedure: str) -> None:
    _open_budget(locked(line.budget.file))
    line = BudgetLine.objects.select_for_update().get(pk=line.pk)
    if not 0 < amount_cents <= 10**12:
        raise DomainError(_("Le montant d’une ligne est supérieur à zéro."), field="amount_cents")
    line.label, line.amount_cents, line.procedure = " ".join(label.split()), amount_cents, procedure
    line.save(update_fields=["label", "amount_cents", "procedure"])


@transaction.atomic
def start_prototype(file: InnovationFile, *, started_on: dt.date, planned_end_on: dt.date) -> None:
    """12 to 18 months (setting), with the case officer the innovator can turn to."""
    file = locked(file)
    if file.state == State.PROTOTYPING:
        return
    not_in_future(started_on, "started_on")
    if file.case_officer_id is None:
        raise DomainError(_("Le prototype demande un chargé de dossier nommé."))
    _check_end(started_on, planned_end_on)
    move(
        file,
        "start_prototype",
        due="",
        started_on=started_on,
        planned_end_on=planned_end_on,
        due_on=planned_end_on,
    )
    notifications.step_reached(file)


@transaction.atomic
def move_planned_end(file: InnovationFile, *, planned_end_on: dt.date) -> None:
    """Within the same bounds; the deadline and its reminder follow."""
    file = locked(file)
    if file.state != State.PROTOTYPING or file.started_on is None:
        raise DomainError(_("Le prototype n’est pas en cours."))
    _check_end(file.started_on, planned_end_on)
    file.planned_end_on = file.due_on = planned_end_on
    file.late_notice_on = None
    file.save(update_fields=["planned_end_on", "due_on", "late_notice_on"])


def _check_end(start: dt.date, end: dt.date) -> None:
    earliest, latest = prototype_bounds(start)
    if not earliest <= end <= latest:
        raise DomainError(
            _("Commencé à cette date, un prototype finit entre le %(earliest)s et le %(latest)s.")
            % {
                "earliest": date_format(earliest, "DATE_FORMAT"),
                "latest": date_format(latest, "DATE_FORMAT"),
            },
            field="planned_end_on",
        )


@transaction.atomic
def add_milestone(file: InnovationFile, *, title: str, due_on: dt.date) -> None:
    """The same title at the same date is the same milestone."""
    file = locked(file)
    if file.state not in {State.FUNDED, State.PROTOTYPING}:
        raise DomainError(_("Les jalons se posent quand le budget est confié."))
    Milestone.objects.get_or_create(file=file, title=" ".join(title.split()), due_on=due_on)


@transaction.atomic
def reach_milestone(milestone: Milestone, *, on: dt.date, note: str = "") -> None:
    not_in_future(on, "on")
    file = locked(milestone.file)
    if file.state != State.PROTOTYPING:
        raise DomainError(_("Le prototype n’est pas en cours."))
    milestone = Milestone.objects.select_for_update().get(pk=milestone.pk)
    if milestone.done_on is None:
        milestone.done_on, milestone.note = on, note.strip()
        milestone.save(update_fields=["done_on", "note"])
