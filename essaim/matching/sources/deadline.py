"""What comes after the day by which the need says that an answer is needed: to be checked."""

from __future__ import annotations

import datetime as dt

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from essaim.matching.question import Question


def too_late(question: Question, day: dt.date | None, *, now: bool = True) -> list[str]:
    """A sentence where this day comes after the need's own; ``now``: one may apply until then,
    else from then on. Nothing where either is not known."""
    by = question.deadline
    if by is None or day is None or day <= by:
        return []
    given = {"day": date_format(day, "DATE_FORMAT"), "by": date_format(by, "DATE_FORMAT")}
    if now:
        return [
            _("On y candidate jusqu’au %(day)s : la réponse viendra après votre échéance (%(by)s).")
            % given
        ]
    return [_("Il n’ouvre que le %(day)s, après votre échéance (%(by)s).") % given]
