"""Who works on an evaluation."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.evaluations import notifications
from essaim.evaluations.models import Evaluation, Member
from essaim.people.models import User

from .journal import Kind, locked, write


@transaction.atomic
def add_member(evaluation: Evaluation, *, user: User, by: Any) -> Member:
    """Someone who will read and add data. Added twice, they are there once."""
    evaluation = locked(evaluation)
    member, created = Member.objects.get_or_create(evaluation=evaluation, user=user)
    if created:
        write(evaluation, Kind.MEMBER_ADDED, by=by, details={"user": user.pk})
        notifications.member_added(evaluation, user, by=by)
    return member


@transaction.atomic
def remove_member(evaluation: Evaluation, *, user: User, by: Any) -> None:
    evaluation = locked(evaluation)
    members = Member.objects.filter(evaluation=evaluation)
    if evaluation.is_alive and not members.exclude(user=user).exists():
        raise DomainError(_("Une évaluation en cours garde au moins une personne."))
    if members.filter(user=user).delete()[0]:
        write(evaluation, Kind.MEMBER_REMOVED, by=by, details={"user": user.pk})
