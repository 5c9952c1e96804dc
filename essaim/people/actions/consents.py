"""Accepting and withdrawing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.people.models import Consent, ConsentText, User

# Key of the session: terms in force that this person has not accepted yet.
PENDING = "terms_pending"


def terms_in_force() -> ConsentText | None:
    return ConsentText.objects.in_force().filter(kind=ConsentText.Kind.TERMS).first()


def texts_in_force() -> list[ConsentText]:
    return list(ConsentText.objects.in_force())


def has_accepted(user: Any, kind: str) -> bool:
    """Whether the version in force of this kind stands accepted (no published text: no)."""
    return (
        Consent.objects.standing()
        .filter(user=user, text__in=ConsentText.objects.in_force().values("pk"), text__kind=kind)
        .exists()
    )


def terms_are_pending(user: User) -> bool:
    terms = terms_in_force()
    return (
        terms is not None and not Consent.objects.standing().filter(user=user, text=terms).exists()
    )


@transaction.atomic
def give_consent(user: User, texts: Iterable[ConsentText]) -> None:
    """Idempotent. Raises DomainError for a text that a newer version has replaced meanwhile."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    in_force = {text.pk for text in texts_in_force()}
    for text in texts:
        if text.pk not in in_force:
            raise DomainError(
                _("Ce texte vient de changer : lisez sa nouvelle version avant de l’accepter.")
            )
        if not Consent.objects.standing().filter(user=user, text=text).exists():
            Consent.objects.create(user=user, text=text)


@transaction.atomic
def withdraw_consent(user: User, kind: str) -> None:
    """Of every version; the terms of use are left by deleting the account."""
    if kind == ConsentText.Kind.TERMS:
        raise DomainError(
            _("Sans les conditions d’utilisation, le compte ne peut pas rester : supprimez-le.")
        )
    Consent.objects.standing().filter(user=user, text__kind=kind).update(
        withdrawn_at=timezone.now()
    )
