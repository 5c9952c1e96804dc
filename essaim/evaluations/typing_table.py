"""A small table typed in the page: its columns follow the plan."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from .mapping import Mapping, needed
from .models import Evaluation

ROWS, MORE, MOST = 10, 10, 200
LONGEST = 100
TREATED, CONTROL = "treated", "control"


@dataclass(frozen=True)
class Typed:
    """Which roles are typed, and the rows as they stand."""

    roles: list[str]
    rows: list[list[str]]

    def _is_filled(self, row: list[str]) -> bool:
        """Whether a measure or a pseudonym was typed: the choice of a group is no content."""
        place = self.roles.index("group") if "group" in self.roles else -1
        return any(cell for number, cell in enumerate(row) if number != place)

    @property
    def filled(self) -> list[list[str]]:
        return [row for row in self.rows if self._is_filled(row)]

    def as_csv(self) -> str:
        out = io.StringIO()
        writer = csv.writer(out, delimiter=";", lineterminator="\n")
        writer.writerow(self.roles)
        # An empty line for an empty row: lines keep the numbers that the page shows.
        writer.writerows(row if self._is_filled(row) else [] for row in self.rows)
        return out.getvalue()

    def mapping(self) -> Mapping:
        compared = "group" in self.roles
        return Mapping(
            roles={role: role for role in self.roles},
            treated=TREATED if compared else "",
            control=CONTROL if compared else "",
        )


def roles_of(evaluation: Evaluation) -> list[str]:
    asked = needed(evaluation)
    found = ["unit", *(role for role in ("group", "pre", "post") if role in asked)]
    return [*found, "cluster"] if evaluation.clustered else found


def read_typed(evaluation: Evaluation, data: QueryDict | None) -> Typed:
    """The rows of the form, with empty ones below where more are asked for."""
    roles = roles_of(evaluation)
    if data is None:
        return Typed(roles, [[""] * len(roles) for _n in range(ROWS)])
    columns = [[cell.strip()[:LONGEST] for cell in data.getlist(role)] for role in roles]
    count = min(MOST, max((len(column) for column in columns), default=0))
    rows: list[list[str]] = [
        [column[n] if n < len(column) else "" for column in columns] for n in range(count)
    ]
    if "more" in data:
        rows += [[""] * len(roles) for _n in range(min(MORE, MOST - count))]
    return Typed(roles, rows)


def group_choices() -> list[tuple[str, Any]]:
    return [(TREATED, _("aidé")), (CONTROL, _("comparaison"))]
