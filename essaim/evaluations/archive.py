"""Data and program, to compute the same numbers again elsewhere."""

from __future__ import annotations

import csv
import io
import json
import zipfile

from essaim.common.spreadsheets import safe

from . import intake
from .actions.analyses import current
from .mapping import Mapping
from .models import Dataset, Evaluation


def archive_of(evaluation: Evaluation) -> bytes | None:
    """None when there are no data, or no result to find again."""
    dataset, analysis = Dataset.objects.current(evaluation), current(evaluation)
    if dataset is None or analysis is None or analysis.dataset_id != dataset.pk:
        return None
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("donnees.csv", _data(dataset))
        archive.writestr(
            "resultats.json", json.dumps(analysis.results, ensure_ascii=False, indent=1)
        )
    return out.getvalue()


def _data(dataset: Dataset) -> bytes:
    """The columns of the mapping under the names that the program reads; text that a spreadsheet
    would take for a formula is marked as text, numbers are left as they are."""
    roles = {name: role for role, name in Mapping.from_dict(dataset.mapping).roles.items()}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    with dataset.file.open("rb") as file:
        for line, row in intake.kept_rows(file):
            if line == 1:
                writer.writerow([roles.get(name, safe(name)) for name in row])
            else:
                writer.writerow([safe(cell) for cell in row])
    return out.getvalue().encode()
