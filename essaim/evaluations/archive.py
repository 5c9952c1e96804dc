"""Data and programs, to find the same numbers again elsewhere; for the team only."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import Any

from django.utils.translation import gettext as _

from essaim.common.spreadsheets import safe
from essaim.statistics import script
from essaim.statistics.pooling import Pooled
from essaim.statistics.results import Result
from essaim.statistics.tables.cells import BadCell, number

from . import intake
from .actions.analyses import current
from .mapping import Mapping, read
from .models import Dataset, Evaluation


def archive_of(evaluation: Evaluation) -> bytes | None:
    """None when there are no data, or no result to find again."""
    dataset, analysis = Dataset.objects.current(evaluation), current(evaluation)
    if dataset is None or analysis is None or analysis.dataset_id != dataset.pk:
        return None
    kept: dict[str, Any] = analysis.results or {}
    mapping = Mapping.from_dict(dataset.mapping)
    files: dict[str, str] = {}
    with dataset.file.open("rb") as file:
        table = read(evaluation, file, mapping)
        base = "gain" if analysis.method == "did" else analysis.method
        sample = table.sample(base, clustered=evaluation.clustered or base == "stepped")
        files["tout.csv"] = _everything(file, mapping)
    files["donnees.csv"] = script.data_csv(sample)
    files["analyse.py"] = script.of_result(Result.from_dict(kept["result"]))
    for method, record in ((kept["sites"] or {}).get("pooled") or {}).items():
        pooled = Pooled.from_dict(record)
        files["effets.csv"] = script.effects_csv(pooled)
        files[f"sites-{method}.py"] = script.of_pooled(pooled, program=f"sites-{method}.py")
    files["resultats.json"] = json.dumps(kept, ensure_ascii=False, indent=1)
    files["LISEZMOI.txt"] = _readme(evaluation, analysis.software, analysis.data_sha256)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


def _everything(file: Any, mapping: Mapping) -> str:
    """All that was kept, as deposited: text that a spreadsheet would take for a formula is marked
    as text, numbers are left as they are."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for _line, row in intake.kept_rows(file):
        writer.writerow([_cell(cell) for cell in row])
    return out.getvalue()


def _cell(text: str) -> Any:
    try:
        number(text)
    except BadCell:
        return safe(text)
    return text


def _readme(evaluation: Evaluation, software: dict[str, str], digest: str) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in sorted(software.items()))
    return _(
        "%(title)s\n\ntout.csv : les données gardées, avec leurs colonnes.\n"
        "donnees.csv : les lignes analysées, sous les noms que lit le programme.\n"
        "analyse.py : refait le calcul et le compare au résultat publié (python analyse.py donnees.csv).\n"
        "resultats.json : tout ce que l’analyse a donné.\n\n"
        "Calculé avec : %(versions)s.\nEmpreinte des données gardées (SHA-256) : %(digest)s\n\n"
        "Ces données sont pseudonymisées : elles restent personnelles. Ne les transmettez pas, et"
        " effacez-les à la date annoncée : %(day)s.\n"
    ) % {
        "title": evaluation.title,
        "versions": versions,
        "digest": digest,
        "day": evaluation.statement.deletion_on.isoformat(),
    }  # fmt: skip
