"""How long each kind of data is kept: the days are in settings.RETENTION, the erasing in the apps.

At start-up (``AppConfig.ready``) an app registers one rule for each kind it holds; a job applies
them all each night.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import ngettext

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Rule:
    kind: str  # a key of settings.RETENTION
    label: Any  # lazy text: what is erased
    reason: Any  # lazy text: why after that time
    apply: Callable[[int], int]  # given the days, erases; returns how many

    @property
    def days(self) -> int:
        return int(settings.RETENTION[self.kind])

    @property
    def duration(self) -> str:
        """In days, or in years where there are several."""
        years, rest = divmod(self.days, 365)
        if years > 1 and rest < 10:
            return ngettext("%(count)s an", "%(count)s ans", years) % {"count": years}
        return ngettext("%(count)s jour", "%(count)s jours", self.days) % {"count": self.days}


_rules: dict[str, Rule] = {}


def register(rule: Rule) -> None:
    """Add (or, by the same kind, replace) a rule."""
    _rules[rule.kind] = rule


def rules() -> list[Rule]:
    return [rule for _kind, rule in sorted(_rules.items())]


def apply_all() -> dict[str, int]:
    """Apply every rule; returns how many each erased. One that fails is logged and stops no other;
    the failure is raised at the end, so that the job is seen to have failed."""
    done: dict[str, int] = {}
    failures: list[Exception] = []
    for rule in rules():
        try:
            done[rule.kind] = rule.apply(rule.days)
        except Exception as error:  # whatever one rule met, the others are applied
            logger.exception("retention rule %s failed", rule.kind)
            failures.append(error)
    if failures:
        raise ExceptionGroup("some retention rules failed", failures)
    return done
