"""A sponsor's profile, and the employer's agreement to it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pghistory
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.states import move
from essaim.people.models import Membership, User
from essaim.sponsorship import notifications
from essaim.sponsorship.models import LegalFrame, Sponsor
from essaim.sponsorship.signals import sponsor_listed

# A change of these undoes the agreement: it was given for what they were.
AGREED_TO = ("employer_id", "legal_frame", "starts_on", "ends_on")
_FORGOTTEN = {
    "signatory": "", "reference": "", "decline_reason": "", "agreed_by": None, "recorded_at": None
}  # fmt: skip


def _locked(user: Any) -> Sponsor:
    User.objects.select_for_update().get(pk=user.pk)
    sponsor = Sponsor.objects.select_for_update().filter(user=user).first()
    if sponsor is None:
        raise DomainError(_("Remplissez d’abord votre profil de parrain."))
    return sponsor


def _checked(sponsor: Sponsor) -> None:
    """The database's own rules, said before it refuses."""
    try:
        sponsor.full_clean(exclude=["agreement"])
    except ValidationError as error:
        field, said = next(iter(error.message_dict.items()))
        raise DomainError(said[0], field=None if field == "__all__" else field) from None


@transaction.atomic
def save_profile(user: Any, *, themes: Any, **fields: Any) -> Sponsor:
    """Make or change one's profile. The employer is an organisation one belongs to.

    Another employer, frame or period undoes an agreement given for the former ones.
    """
    User.objects.select_for_update().get(pk=user.pk)
    employer = fields.get("employer")
    if employer is None or not employer.memberships.filter(user=user).exists():
        raise DomainError(_("Choisissez une organisation dont vous êtes membre."), field="employer")
    sponsor = Sponsor.objects.select_for_update().filter(user=user).first() or Sponsor(user=user)
    before = [getattr(sponsor, name) for name in AGREED_TO]
    was_there = sponsor.territory_id if sponsor.pk and sponsor.is_listed else None
    for name, value in fields.items():
        setattr(sponsor, name, value)
    _checked_terms(sponsor)
    if sponsor.pk and before != [getattr(sponsor, name) for name in AGREED_TO]:
        if sponsor.agreement in {"asked", "agreed", "declared"}:
            sponsor.undo()
        for name, value in _FORGOTTEN.items():
            setattr(sponsor, name, value)
    _checked(sponsor)
    with pghistory.context(user=user.pk):
        sponsor.save()
        sponsor.themes.set(themes)
    if was_there != sponsor.territory_id:
        _listed(sponsor)
    return sponsor


def _listed(sponsor: Sponsor) -> None:
    if sponsor.is_listed and sponsor.agreement in Sponsor.HOLDS:
        sponsor_listed.send(sender=Sponsor, sponsor=sponsor.pk)


def _checked_terms(sponsor: Sponsor) -> None:
    if sponsor.starts_on is None or sponsor.ends_on is None:
        raise DomainError(_("Donnez les deux dates de l’accord."), field="ends_on")
    if sponsor.ends_on < timezone.localdate():
        raise DomainError(_("Cette date est passée."), field="ends_on")


@transaction.atomic
def set_leave(user: Any, *, away_from: dt.date | None, away_until: dt.date | None) -> Sponsor:
    """On leave, nothing new is put to the sponsor; what they took up stays theirs."""
    sponsor = _locked(user)
    sponsor.away_from, sponsor.away_until = away_from, away_until
    _checked(sponsor)
    sponsor.save(update_fields=["away_from", "away_until"])
    return sponsor


@transaction.atomic
def ask_agreement(user: Any) -> Sponsor:
    """Of those who represent the employer. Raises DomainError where nobody else does."""
    sponsor = _locked(user)
    representatives = [
        membership.user
        for membership in sponsor.employer.memberships.representing().select_related("user")
        if membership.user_id != user.pk
    ]
    if not representatives:
        raise DomainError(
            _(
                "Personne d’autre ne représente votre employeur ici : déclarez l’accord sur"
                " document, ou invitez un représentant."
            )
        )
    move(sponsor, "ask", field="agreement")
    for name, value in _FORGOTTEN.items():
        setattr(sponsor, name, value)
    sponsor.save()
    notifications.agreement_asked(sponsor, representatives)
    return sponsor


@transaction.atomic
def answer_agreement(
    sponsor: Sponsor, *, by: Any, agreed: bool, signatory: str = "", reference: str = "",
    reason: str = "",
) -> Sponsor:  # fmt: skip
    """The employer's answer, by one who represents it and is not the sponsor."""
    sponsor = Sponsor.objects.select_for_update().get(pk=sponsor.pk)
    _check_represents(sponsor, by)
    if agreed:
        if not signatory.strip():
            raise DomainError(_("Dites qui donne l’accord, et sa fonction."), field="signatory")
        if sponsor.legal_frame == LegalFrame.COMPETENCE and not reference.strip():
            raise DomainError(
                _("Un mécénat de compétences a sa convention : donnez sa référence."),
                field="reference",
            )
        move(sponsor, "agree", field="agreement")
        sponsor.signatory, sponsor.reference = signatory.strip(), reference.strip()
        sponsor.agreed_by, sponsor.decline_reason = by, ""
    else:
        if not reason.strip():
            raise DomainError(_("Donnez les motifs du refus."), field="reason")
        move(sponsor, "decline", field="agreement")
        sponsor.decline_reason = reason.strip()
    sponsor.recorded_at = timezone.now()
    with pghistory.context(user=by.pk):
        sponsor.save()
    notifications.agreement_answered(sponsor)
    _listed(sponsor)
    return sponsor


@transaction.atomic
def end_agreement(sponsor: Sponsor, *, by: Any, reason: str) -> Sponsor:
    """The employer takes its agreement back before its date, with the reason. What was put to
    the sponsor goes on the next morning; what they took up stays theirs."""
    sponsor = Sponsor.objects.select_for_update().get(pk=sponsor.pk)
    _check_represents(sponsor, by)
    if not reason.strip():
        raise DomainError(_("Donnez les motifs."), field="reason")
    move(sponsor, "end_agreement", field="agreement")
    sponsor.decline_reason, sponsor.recorded_at = reason.strip(), timezone.now()
    with pghistory.context(user=by.pk):
        sponsor.save()
    notifications.agreement_answered(sponsor)
    return sponsor


def _check_represents(sponsor: Sponsor, by: Any) -> None:
    represents = Membership.objects.filter(
        user=by, organisation=sponsor.employer_id, role=Membership.Role.REPRESENTATIVE
    )
    if by.pk == sponsor.user_id or not represents.exists():
        raise DomainError(_("Un représentant de l’employeur, autre que l’agent, répond."))


@transaction.atomic
def declare_agreement(user: Any, *, signatory: str, reference: str) -> Sponsor:
    """On a document one holds, where the employer is not here. Shown as declared, always."""
    sponsor = _locked(user)
    move(sponsor, "declare", field="agreement")
    sponsor.signatory, sponsor.reference = signatory.strip(), reference.strip()
    sponsor.recorded_at, sponsor.agreed_by, sponsor.decline_reason = timezone.now(), None, ""
    _checked(sponsor)
    with pghistory.context(user=user.pk):
        sponsor.save()
    _listed(sponsor)
    return sponsor
