"""What a passage says of itself: counts, the first records, why others were refused."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from essaim.harvest.actions.record import Record
from essaim.harvest.models import Run, RunIssue
from essaim.initiatives.actions.import_cards import Outcome

SAMPLE = 10
_ISSUES = 2000  # of one passage


def report(
    run: Run, records: list[Record], kept: list[Record], outcome: Outcome, fields: list[str]
) -> None:
    """Add a batch to the report; the caller saves the run."""
    run.created += outcome.created
    run.changed += outcome.updated
    # Whose every change waits as a proposal is counted there.
    proposed = sum(bool(record.proposals) for record in kept)
    run.unchanged += max(0, outcome.unchanged - proposed)
    run.refused += outcome.refused + sum(record.reading is None for record in kept)
    run.fields_met = fields[:200]
    run.touched_at = timezone.now()
    _write_issues(run, records)
    if len(run.sample) < SAMPLE:
        run.sample = (run.sample + _sample(records, outcome))[:SAMPLE]


def _write_issues(run: Run, records: list[Record]) -> None:
    issues = []
    for record in records:
        for remark in record.found.remarks:
            issues.append(_issue(run, record, remark.is_error, remark.code, remark.params))
        for severity, issue in record.notes.kept():
            is_error = severity == "error"
            issues.append(
                _issue(run, record, is_error, issue.code, issue.params, where=issue.field)
            )
    if not issues:
        return
    room = max(0, _ISSUES - RunIssue.objects.filter(run=run).count())
    # A source that mends every line must not hide what it refuses.
    errors_first = sorted(issues, key=lambda issue: not issue.is_error)[:room]
    RunIssue.objects.bulk_create(sorted(errors_first, key=lambda issue: issue.number))


def _issue(
    run: Run, record: Record, is_error: bool, code: str, params: dict[str, str], *, where: str = ""
) -> RunIssue:
    return RunIssue(
        run=run,
        number=record.found.number,
        identifier=(record.identifier or record.found.page)[:500],
        is_error=is_error,
        field=where[:200],
        code=code,
        params=params,
    )


def _sample(records: list[Record], outcome: Outcome) -> list[dict[str, Any]]:
    written = {row["line"]: row for row in outcome.sample}
    rows = []
    for record in records[:SAMPLE]:
        row = written.get(record.found.number)
        fields: list[str] = []
        if record.is_refused:
            result = "refused"
        elif record.proposals:
            result = "proposed"
            fields = sorted({name for wanted in record.proposals for name in wanted.names})
        elif row is None:
            result = "unchanged"
        elif row["fields"]:
            result, fields = "changed", [n for n in row["fields"] if n != "unmatched"]
        else:
            result = "created"
        rows.append(
            {
                "number": record.found.number,
                "identifier": record.identifier[:100],
                "title": record.title,
                "outcome": result,
                "fields": fields,
                "link": record.address,
            }
        )
    return rows
