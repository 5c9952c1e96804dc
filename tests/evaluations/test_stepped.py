"""A stepped start, from the data to the page, the report and the archive."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from essaim.evaluations.archive import archive_of
from essaim.evaluations.designs import calculations
from essaim.evaluations.level import established
from essaim.evaluations.presentation import results_of
from essaim.evaluations.report import report_pdf
from tests.evaluations.factories import EvaluationFactory, analysed, member_of
from tests.statistics.test_stepped import by_statsmodels, steps

pytestmark = pytest.mark.django_db
ROLES = {"unit": "élève", "group": "aidé", "post": "score", "cluster": "école", "period": "période"}


def in_steps() -> tuple[Any, Any]:
    _sample, rows = steps(sites=8, periods=4, units=3)
    lines = ["élève;école;période;aidé;score"]
    for n in range(len(rows["y"])):
        # The same pupils come back at each period.
        site, period = int(rows["site"][n]), int(rows["period"][n])
        label = "oui" if rows["begun"][n] else "non"
        lines.append(f"E{n % 40:02};école {site};T{period};{label};{rows['y'][n]!r}")
    text = "\n".join(lines).replace("np.float64(", "").replace(")", "")
    planned = EvaluationFactory(collecting=True, design="stepped", analysis="stepped")
    return analysed(planned, text=text, roles=ROLES, treated="oui", control="non"), rows


def test_a_stepped_start_is_compared_period_by_period():
    assert calculations("stepped", "score")[0] == "stepped"
    evaluation, rows = in_steps()
    shown = results_of(evaluation, whole=True)
    value, se, _p = by_statsmodels(rows)
    assert shown is not None and shown.result.design == "stepped"
    assert shown.result.effect.value == pytest.approx(value, abs=1e-9)
    assert shown.result.effect.se == pytest.approx(se, rel=1e-9)
    assert any("effet atteint dès le démarrage" in each.text for each in shown.sentences)
    page = Client()
    page.force_login(member_of(evaluation), backend="django.contrib.auth.backends.ModelBackend")
    answer = page.get(reverse("evaluations:analysis", args=[evaluation.pk]))
    text = answer.content.decode()
    assert "ceux qui attendent" in text
    assert "cart période par période" in text
    assert report_pdf(evaluation, whole=False).startswith(b"%PDF")
    with zipfile.ZipFile(io.BytesIO(archive_of(evaluation) or b"")) as archive:
        assert "np.unique(period)" in archive.read("analyse.py").decode()
        assert archive.read("donnees.csv").decode().startswith("group,post,cluster,stratum")


def test_few_sites_establish_no_cause():
    evaluation, _rows = in_steps()
    kept = evaluation.analyses.get().results
    assert established(evaluation, kept, set()).level == 3
    kept["result"]["clusters"] = {"treated": 4, "control": 4}
    found = established(evaluation, kept, set())
    assert found.level == 2 and found.reasons == ["small"]
