"""What changes accounts."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.people.models import User


@transaction.atomic
def create_account(
    *,
    email: str,
    name: str = "",
    password: str | None = None,
    is_manager: bool = False,
    is_administrator: bool = False,
) -> User:
    """An account whose address is taken as confirmed (made by an operator, not by sign-up).

    An administrator also enters the technical back room.
    """
    email = email.strip().lower()
    if User.objects.filter(email__iexact=email).exists():
        raise DomainError(_("Un compte utilise déjà cette adresse."), field="email")
    user = User.objects.create_user(
        email,
        password,
        name=name,
        is_manager=is_manager,
        is_staff=is_administrator,
        is_superuser=is_administrator,
    )
    EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
    return user


@transaction.atomic
def update_profile(user: User, *, name: str, name_is_public: bool) -> None:
    locked = User.objects.select_for_update().get(pk=user.pk)
    locked.name = name.strip()
    locked.name_is_public = name_is_public
    locked.save(update_fields=["name", "name_is_public"])
