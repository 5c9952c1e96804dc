"""The report as an accessible PDF (PDF/UA-1)."""

from __future__ import annotations

from .models import Evaluation


def report_pdf(evaluation: Evaluation, *, whole: bool) -> bytes:
    raise NotImplementedError
