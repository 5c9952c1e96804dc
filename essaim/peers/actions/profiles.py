"""What a person says of themselves as a reader."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.initiatives.models import Initiative, Publication
from essaim.peers.models import Declaration, PeerProfile
from essaim.people.models import Organisation, User


def shareable_practices(user: Any) -> Any:
    """Published cards the person writes: what makes an innovator of them (§ 6)."""
    return Initiative.objects.written_by(user).filter(publication=Publication.PUBLISHED)


@transaction.atomic
def save_profile(
    user: Any,
    *,
    is_peer: bool,
    is_available: bool = True,
    max_load: int = 3,
    profession: str = "",
    presentation: str = "",
    themes: Iterable[Any] = (),
    territories: Iterable[Any] = (),
    practices: Iterable[Initiative] | None = None,
) -> PeerProfile:
    """« Je suis pair »: with ``is_peer`` managers may find and invite the person; without it the
    profile is kept for them alone."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    profile, _created = PeerProfile.objects.get_or_create(user=user)
    if practices is not None:
        practices = list(practices)
        allowed = set(shareable_practices(user).values_list("pk", flat=True))
        if any(card.pk not in allowed for card in practices):
            raise DomainError(
                _("Une pratique partagée est une fiche publiée que vous écrivez."),
                field="practices",
            )
        profile.practices.set(practices)
    if is_peer and profile.consented_at is None:
        profile.consented_at = timezone.now()
    if not is_peer:
        profile.consented_at = None
    profile.is_available = is_available
    profile.max_load = max_load
    profile.profession = profession.strip()
    profile.presentation = presentation.strip()
    profile.save()
    profile.themes.set(themes)
    profile.territories.set(territories)
    return profile


@transaction.atomic
def declare_link(
    user: Any, organisation: Organisation, *, kind: str, reason: str = ""
) -> Declaration:
    """From now on nothing carried by this organisation is read by the person. Twice is once."""
    declared, _created = Declaration.objects.update_or_create(
        user=user, organisation=organisation, defaults={"kind": kind, "reason": reason.strip()}
    )
    return declared


@transaction.atomic
def remove_link(user: Any, declaration: Declaration) -> None:
    Declaration.objects.filter(user=user, pk=declaration.pk).delete()
