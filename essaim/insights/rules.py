"""Who may read and do what with the picture of the whole (§ 14 of the domain)."""

from __future__ import annotations

from typing import Any

import rules
from django.db.models import Q

from essaim.people.models import Organisation
from essaim.people.rules import can_manage, is_member

from .models import AnnualReport, ReportState


@rules.predicate
def can_read_funder(user: Any, organisation: Organisation) -> bool:
    """The page of a funder: its own members, and managers."""
    return bool(can_manage(user)) or is_member(user, organisation)


@rules.predicate
def knows_prepared(user: Any, organisation: Organisation) -> bool:
    """Options still to be countersigned: their own organisation. Agrees with
    ``OptionQuerySet.visible_to``; who is no manager reads the page as a member only."""
    return not can_manage(user) or is_member(user, organisation)


@rules.predicate
def can_view_report(user: Any, report: AnnualReport) -> bool:
    return report.state == ReportState.PUBLISHED or bool(can_manage(user))


def organisations_of(user: Any) -> Q:
    """Filter of the organisations whose page this person may read."""
    return Q() if can_manage(user) else Q(pk__in=user.memberships.values("organisation"))
