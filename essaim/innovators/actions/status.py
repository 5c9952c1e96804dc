"""The status of a public innovator: terms, employer's agreement, what is public."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.states import move
from essaim.common.text import fold
from essaim.innovators import notifications
from essaim.innovators.models import StatusCard
from essaim.people.models import Membership, Organisation, User

from .files import not_in_future

TERMS = ("employer_id", "innovation_days", "advice_days", "starts_on", "ends_on")
SHOWN = (
    *("show_employer", "show_time", "show_agreement"),
    *("show_recognition", "show_mobility", "show_contributions"),
)


def _locked(user: Any) -> StatusCard:
    """The person's card, made at first need, held until the end of the transaction."""
    User.objects.select_for_update().get(pk=user.pk)
    card, _created = StatusCard.objects.get_or_create(user=user)
    return card


def _forget_agreement(card: StatusCard) -> None:
    card.agreed_on = card.agreed_by = card.recorded_at = None
    card.signatory = card.reference = card.decline_reason = ""


AGREEMENT = [
    *("agreement", "agreed_on", "agreed_by", "signatory", "reference"),
    *("decline_reason", "recorded_at"),
]


@transaction.atomic
def set_terms(
    user: Any,
    *,
    employer: Organisation | None,
    innovation_days: Decimal,
    advice_days: Decimal,
    starts_on: dt.date | None,
    ends_on: dt.date | None,
    recognition: str = "",
    mobility: str = "",
) -> StatusCard:
    """What the person asks for. An agreement holds for its terms: changing them undoes it."""
    if min(innovation_days, advice_days) < 0 or innovation_days + advice_days > 5:
        raise DomainError(
            _("Le temps convenu va de 0 à 5 jours par semaine, les deux parts ensemble."),
            field="innovation_days",
        )
    if starts_on and ends_on and ends_on < starts_on:
        raise DomainError(_("La période finit après avoir commencé."), field="ends_on")
    card = _locked(user)
    before = tuple(getattr(card, name) for name in TERMS)
    card.employer = employer
    card.innovation_days, card.advice_days = innovation_days, advice_days
    card.starts_on, card.ends_on = starts_on, ends_on
    card.recognition, card.mobility = recognition.strip(), mobility.strip()
    changed = [*TERMS, "recognition", "mobility"]
    if before != tuple(getattr(card, name) for name in TERMS) and card.agreement != "draft":
        move(card, "revise", field="agreement")
        _forget_agreement(card)
        changed += AGREEMENT
    card.save(update_fields=changed)
    return card


def _require_terms(card: StatusCard) -> None:
    if card.employer_id is None:
        raise DomainError(_("Dites d’abord qui est votre employeur."), field="employer")
    if not card.days or card.starts_on is None:
        raise DomainError(_("Dites d’abord le temps demandé et à partir de quand."))


@transaction.atomic
def ask_agreement(user: Any) -> None:
    """Ask the representatives of the employer's organisation, here on the platform."""
    card = _locked(user)
    if card.agreement == StatusCard.Agreement.ASKED:
        return
    _require_terms(card)
    assert card.employer is not None
    rows = Membership.objects.filter(
        organisation=card.employer, role=Membership.Role.REPRESENTATIVE, user__is_active=True
    ).exclude(user=user)
    people = [row.user for row in rows.select_related("user")]
    if not people:
        raise DomainError(
            _(
                "Personne d’autre que vous ne représente votre employeur ici : déclarez son accord"
                " en donnant la référence du document qui le porte."
            )
        )
    move(card, "ask", field="agreement")
    card.decline_reason = ""
    card.save(update_fields=["agreement", "decline_reason"])
    notifications.agreement_asked(card, people)


@transaction.atomic
def answer_agreement(
    card: StatusCard,
    *,
    by: Any,
    agrees: bool,
    seen: dict[str, Any],
    signatory: str = "",
    reference: str = "",
    reason: str = "",
) -> None:
    """A representative of the employer agrees to these terms, or declines with reasons.

    ``seen`` are the terms that their page showed (``terms_of``): had they changed meanwhile,
    nothing is recorded. The same answer twice is one answer.
    """
    card = _locked(card.user)
    if card.user_id == by.pk:
        raise DomainError(_("Nul ne s’accorde son propre temps."))
    wanted = StatusCard.Agreement.AGREED if agrees else StatusCard.Agreement.DECLINED
    if card.agreement == wanted and card.agreed_by_id == by.pk:
        return
    if terms_of(card) != seen:
        raise DomainError(_("L’agent a changé sa demande pendant que vous la lisiez : relisez-la."))
    if not agrees and not reason.strip():
        raise DomainError(_("Un refus donne ses motifs."), field="reason")
    move(card, "agree" if agrees else "decline", field="agreement")
    card.agreed_by, card.recorded_at = by, timezone.now()
    if agrees:
        card.agreed_on = timezone.localdate()
        card.signatory = " ".join((signatory or by.name).split()) or str(card.employer)
        card.reference = reference.strip()
    else:
        card.decline_reason = reason.strip()
    card.save(update_fields=AGREEMENT)
    notifications.agreement_answered(card)


def terms_of(card: StatusCard) -> dict[str, str]:
    """The terms as text, to tell whether they changed since a page showed them."""
    return {name: str(getattr(card, name) or "") for name in TERMS}


@transaction.atomic
def declare_agreement(user: Any, *, signatory: str, agreed_on: dt.date, reference: str) -> None:
    """The person declares the agreement of an employer who is not here, on a document."""
    not_in_future(agreed_on, "agreed_on")
    card = _locked(user)
    values = (" ".join(signatory.split()), agreed_on, reference.strip())
    if not values[0] or not values[2]:
        raise DomainError(_("Dites qui a donné l’accord, et la référence du document."))
    if card.agreement == "declared" and values == (card.signatory, card.agreed_on, card.reference):
        return
    _require_terms(card)
    if card.agreement == StatusCard.Agreement.DECLARED:
        move(card, "revise", field="agreement")
    move(card, "declare", field="agreement")
    card.signatory, card.agreed_on, card.reference = values
    card.agreed_by, card.recorded_at, card.decline_reason = None, timezone.now(), ""
    card.save(update_fields=AGREEMENT)


@transaction.atomic
def withdraw_agreement(card: StatusCard) -> None:
    """The employer takes back what it gave here; the person is told."""
    card = _locked(card.user)
    if card.agreement == StatusCard.Agreement.DRAFT:
        return
    if card.agreement != StatusCard.Agreement.AGREED:
        raise DomainError(_("Il n’y a pas d’accord donné ici à retirer."))
    move(card, "revise", field="agreement")
    _forget_agreement(card)
    card.save(update_fields=AGREEMENT)
    notifications.agreement_answered(card)


@transaction.atomic
def set_public(user: Any, *, is_public: bool, **shown: bool) -> StatusCard:
    """What the person shows to everyone (``show_*``); hiding the page keeps its address."""
    card = _locked(user)
    if is_public and not user.name.strip():
        raise DomainError(
            _("Une page publique porte votre nom : renseignez-le d’abord dans votre compte.")
        )
    if is_public and not card.slug:
        card.slug = _free_slug(user.name)
    card.is_public = is_public
    for name in SHOWN:
        setattr(card, name, bool(shown.get(name)))
    card.save(update_fields=["slug", "is_public", *SHOWN])
    return card


def _free_slug(name: str) -> str:
    base = slugify(fold(name))[:70].strip("-") or "innovateur"
    taken = set(StatusCard.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    number, slug = 1, base
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug


@transaction.atomic
def erase_status(user: Any) -> None:
    """The person leaves: their status speaks of nobody else."""
    StatusCard.objects.filter(user=user).delete()
