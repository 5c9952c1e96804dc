"""Sentences about a status card, for its pages and its PDF."""

from __future__ import annotations

from decimal import Decimal

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .models import StatusCard


def days_text(days: Decimal) -> str:
    """« 1,5 jour par semaine »: French puts the plural from two on."""
    whole = days == days.to_integral_value()
    number = number_format(days, decimal_pos=0 if whole else 1)
    text = _("%(number)s jours par semaine") if days >= 2 else _("%(number)s jour par semaine")
    return text % {"number": number}


def replications(count: int) -> str:
    if not count:
        return _("pas encore reprise")
    return ngettext("%(count)s reprise", "%(count)s reprises", count) % {"count": count}


def period(card: StatusCard) -> str:
    if card.starts_on is None:
        return _("non renseignée")
    start = date_format(card.starts_on, "DATE_FORMAT")
    if card.ends_on is None:
        return _("à partir du %(start)s") % {"start": start}
    return _("du %(start)s au %(end)s") % {
        "start": start,
        "end": date_format(card.ends_on, "DATE_FORMAT"),
    }


def agreement_text(card: StatusCard) -> str:
    """Given here by a representative, or declared on a document: always said which."""
    if card.agreed_on is None:
        return _("Aucun accord en cours.")
    facts = {
        "signatory": card.signatory,
        "date": date_format(card.agreed_on, "DATE_FORMAT"),
        "reference": card.reference,
    }
    if card.agreement == StatusCard.Agreement.DECLARED:
        return (
            _("Déclaré par l’agent : donné par %(signatory)s le %(date)s, document %(reference)s.")
            % facts
        )
    text = _(
        "Enregistré sur la plateforme par un représentant de l’employeur : %(signatory)s, le %(date)s"
    )
    if card.reference:
        text += _(" (%(reference)s)")
    return f"{text % facts}."
