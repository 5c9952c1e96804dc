"""« Not for us, because… », and taking it back."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.personal_data import find_personal_data
from essaim.common.typography import quoted
from essaim.matching.models import TEXT_LENGTH, Category, Dismissal
from essaim.needs.models import Need


@transaction.atomic
def dismiss(need: Need, kind: str, object_id: int, *, category: str, text: str, by: Any) -> None:
    """Set one answer aside for this need; said again, the last reason stands.

    Raises DomainError where the need was withdrawn meanwhile, or for what may not be written.
    """
    text = text.strip()
    if category not in Category.values:
        raise DomainError(_("Choisissez une raison."), field="category")
    if len(text) > TEXT_LENGTH:
        raise DomainError(
            _("Le texte dépasse %(limit)s caractères.") % {"limit": TEXT_LENGTH}, field="text"
        )
    if category == Category.OTHER and not text:
        raise DomainError(_("Dites la raison en quelques mots."), field="text")
    if found := find_personal_data(text):
        raise DomainError(
            _("Retirez les données personnelles (%(found)s) : d’autres liront ces mots.")
            % {"found": ", ".join(f"{item.label} {quoted(item.text)}" for item in found)},
            field="text",
        )
    there = Need.objects.exclude(state=Need.State.WITHDRAWN).filter(pk=need.pk)
    if there.select_for_update(no_key=True).first() is None:
        raise DomainError(_("Ce besoin a été retiré : rien n’a été gardé."))
    Dismissal.objects.update_or_create(
        need_id=need.pk,
        kind=kind,
        object_id=object_id,
        defaults={"category": category, "text": text, "by": by},
    )


@transaction.atomic
def take_back(need: Need, kind: str, object_id: int) -> None:
    """The answer counts again; doing it twice does nothing more."""
    Dismissal.objects.filter(need=need.pk, kind=kind, object_id=object_id).delete()


@transaction.atomic
def forget_person(user: Any) -> None:
    """Their words go; that an answer was set aside, and for which kind of reason, stays."""
    Dismissal.objects.filter(by=user).update(by=None, text="")
