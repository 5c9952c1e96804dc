"""The report's two maps, put in the directory once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TextIO

from django.db import transaction
from django.utils import translation

from essaim.schemes.actions.writing import write_records
from essaim.schemes.interchange import read
from essaim.schemes.models import Scheme
from essaim.themes.matching import Vocabulary

FILE = Path(__file__).parents[1] / "data" / "report-2015.jsonl"


@transaction.atomic
def load_report(out: TextIO | None = None) -> int:
    """Create the entries that are not there; those that are stay as people left them."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    rows = [(number, json.loads(line)) for number, line in enumerate(lines, start=1)]
    known = set(Scheme.objects.of_report().values_list("external_id", flat=True))
    missing = [(number, row) for number, row in rows if row["id"] not in known]
    if not missing:
        return 0
    with translation.override("fr"):
        records, issues = read(missing, Vocabulary.load())
    for issue in issues if out else []:
        out.write(f"report-2015.jsonl, line {issue.line}: {issue.field} {issue.reason}\n")  # type: ignore[union-attr]
    created, _changed, _same = write_records(records, by=None)
    if out:
        out.write(f"schemes: {created} of the report's maps\n")
    return created
