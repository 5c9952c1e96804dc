"""Naming who coordinates the sponsors of a territory."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.people.models import User
from essaim.sponsorship import notifications
from essaim.sponsorship.models import Coordinator
from essaim.territories.models import Territory


@transaction.atomic
def name_coordinator(*, email: str, territory: Territory, by: Any) -> Coordinator:
    """By a manager; named twice is once. Raises DomainError where nobody has this address."""
    person = User.objects.select_for_update(no_key=True).filter(email__iexact=email.strip()).first()
    if person is None or not person.is_active:
        raise DomainError(_("Aucun compte n’a cette adresse."), field="email")
    coordinator, made = Coordinator.objects.get_or_create(
        user=person, territory=territory, defaults={"named_by": by}
    )
    if made:
        notifications.named(coordinator)
    return coordinator


@transaction.atomic
def dismiss_coordinator(coordinator: Coordinator) -> None:
    """They see these requests no more; what they did stays."""
    Coordinator.objects.filter(pk=coordinator.pk).delete()
