"""Which column of a deposit is what, and whether its lines can be analysed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import IO, Any

from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.text import fold
from essaim.statistics import tables
from essaim.statistics.notices import Problem, Refused

from .designs import CALCULATIONS
from .models import Evaluation, Outcome

# Roles that the computing reads; a site and subgroups are ours.
READ = ("unit", "group", "pre", "post", "cluster", "stratum")
NAMES: dict[str, tuple[str, ...]] = {
    **tables.ROLES,
    "pre": (*tables.ROLES["pre"], "depart", "test de depart", "rentree", "septembre", "octobre", "t0"),
    "post": (*tables.ROLES["post"], "final", "test final", "fin", "janvier", "juin", "t1", "score"),
    "cluster": (*tables.ROLES["cluster"], "classe", "equipe", "etablissement"),
    "stratum": (*tables.ROLES["stratum"], "paire", "bloc"),
    "unit": (*tables.ROLES["unit"], "eleve", "numero"),
    "site": ("site", "lieu", "ville", "ecole"),
    "period": ("periode", "period", "vague", "mois", "trimestre", "semestre", "annee"),
}  # fmt: skip


@dataclass
class Mapping:
    """``roles``: role → column; ``treated``, ``control``: labels of the two groups."""

    roles: dict[str, str]
    treated: str = ""
    control: str = ""
    subgroups: list[str] = field(default_factory=list)

    @property
    def columns(self) -> list[str]:
        """Those that serve, in the order of the roles."""
        return [*self.roles.values(), *(s for s in self.subgroups if s not in self.roles.values())]

    @property
    def read(self) -> dict[str, str]:
        """What the computing reads; there a period is a stratum, within which sites are compared."""
        found = {role: name for role, name in self.roles.items() if role in READ}
        return found | ({"stratum": self.roles["period"]} if "period" in self.roles else {})

    @property
    def groups(self) -> dict[str, str]:
        return {self.treated: "treated", self.control: "control"} if self.treated else {}

    def as_dict(self) -> dict[str, Any]:
        return {
            "roles": self.roles,
            "treated": self.treated,
            "control": self.control,
            "subgroups": self.subgroups,
        }

    @classmethod
    def from_dict(cls, record: dict[str, Any]) -> Mapping:
        return cls(**record)


@dataclass
class Checked:
    problems: list[Problem]
    missing: dict[str, int]


def needed(evaluation: Evaluation) -> tuple[str, ...]:
    """Roles without which the planned computation can't be made."""
    calculation = CALCULATIONS.get(evaluation.analysis)
    return calculation.needs if calculation else ("post",)


def guess(columns: Iterable[str]) -> dict[str, str]:
    """The likely column of each role, by its title."""
    left = list(columns)
    found: dict[str, str] = {}
    for role, names in NAMES.items():
        for name in names:
            match = next((c for c in left if fold(c) == name), None)
            if match is not None:
                found[role] = match
                left.remove(match)
                break
    return found


def guess_groups(values: list[str]) -> tuple[str, str]:
    """Which of two labels is the group that received the action; empty when nothing tells."""
    from essaim.statistics.tables.cells import CONTROL_LABELS, TREATED_LABELS

    if len(values) != 2:
        return "", ""
    for treated, control in (values, values[::-1]):
        if fold(treated) in TREATED_LABELS or fold(control) in CONTROL_LABELS:
            return treated, control
    return "", ""


def read(evaluation: Evaluation, file: IO[bytes], mapping: Mapping) -> tables.Table:
    """The data as the computing reads them; raises Refused with the lines at fault."""
    return tables.read(
        file,
        required=tuple("stratum" if role == "period" else role for role in needed(evaluation)),
        columns=mapping.read,
        groups=mapping.groups,
        binary=evaluation.outcome_kind == Outcome.YES_NO,
        repeated=evaluation.analysis == "stepped",
    )


def check(evaluation: Evaluation, file: IO[bytes], mapping: Mapping) -> Checked:
    """Whether every line can be read. Raises DomainError when the columns themselves do not do."""
    absent = [role for role in needed(evaluation) if not mapping.roles.get(role)]
    if absent:
        from .designs import ROLES

        names = ", ".join(str(ROLES.get(role, role)) for role in absent)
        raise DomainError(
            _("Le calcul prévu par le plan demande aussi : %(names)s.") % {"names": names}
        )
    chosen = list(mapping.roles.values())
    if len(set(chosen)) < len(chosen):
        raise DomainError(_("Une même colonne ne peut pas jouer deux rôles."))
    try:
        table = read(evaluation, file, mapping)
    except Refused as refused:
        if not refused.problems:
            raise
        return Checked(list(refused.problems), {})
    return Checked([], dict(table.missing_counts))
