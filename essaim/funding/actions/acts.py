"""What every legal act of a funder shares: whom it names, what it says, its file."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import IO, Any, NotRequired, TypedDict

from django.conf import settings
from django.core.files.base import File
from django.db.models import Q, prefetch_related_objects
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.funding.beneficiaries import WHO_CHANGED, committed_to, planned_transfer, possible
from essaim.funding.models import LegalAct, Option
from essaim.kits.content import checked
from essaim.people.models import Organisation, OrganisationKind

from .common import check_past, require_recent, without_contacts

ACT_TYPES = ("pdf", "odt", "docx", "png", "jpg")


class Terms(TypedDict):
    """As typed; the amount in cents."""

    nature: str
    reference: str
    on: dt.date
    signatory: str
    accounting_reference: str
    amount_cents: int
    file: IO[bytes]
    file_name: str
    file_size: int
    delegation: NotRequired[str]
    convention_reference: NotRequired[str]
    convention_on: NotRequired[dt.date | None]


def convention_needed(option: Option, whose: Organisation | None, cents: int) -> bool:
    """From the legal threshold, for an association (loi n° 2000-321, art. 10; décret
    n° 2001-495), with whatever acts on this option had already committed to it."""
    limit: int = settings.FUNDING["convention_cents"]
    if whose is not None and whose.kind not in {"", OrganisationKind.ASSOCIATION}:
        return False
    return committed_to(option, whose) + cents >= limit


def named(
    option: Option, beneficiary: Organisation | None, *, none_known: bool
) -> Organisation | None:
    """One of those whom an act on this option may name; by default the first. None where neither
    the adopter nor the holder is known yet. Of an option read by ``lock_who_is_paid``."""
    those = possible(option)
    if beneficiary not in those and (beneficiary is not None or (none_known and those)):
        raise DomainError(WHO_CHANGED, field="beneficiary")
    return beneficiary or (those[0] if those else None)


def attach(
    option: Option, whose: Organisation | None, terms: Terms, *, by: Any, submission: uuid.UUID,
    day: dt.date, amends: LegalAct | None = None,
) -> LegalAct:  # fmt: skip
    """The act, kept; its line is still to be written. Of an option read by ``lock_who_is_paid``.
    ``day``: today."""
    on, cents = terms["on"], terms["amount_cents"]
    convention, signed = terms.get("convention_reference", ""), terms.get("convention_on")
    if on > day:
        raise DomainError(_("Cet acte est daté de l’avenir."), field="on")
    require_recent(on, field="on")
    if signed is not None:
        check_past(signed, day, field="convention_on")
    if cents <= 0:
        raise DomainError(_("Le montant engagé est supérieur à zéro."), field="amount_cents")
    prefetch_related_objects([option], "instalments", "acts__beneficiary")
    if convention_needed(option, whose, cents) and not convention.strip():
        raise DomainError(
            _("À ce montant, une convention est nécessaire avec une association : donnez sa référence."),
            field="convention_reference",
        )  # fmt: skip
    reference = without_contacts(terms["reference"], "reference")
    same = option.acts.filter(Q(beneficiary=None) | Q(beneficiary=whose), reference=reference)
    if same.exists():
        raise DomainError(
            _("Cet acte est déjà enregistré pour ce bénéficiaire.")
            if whose
            else _("Cet acte est déjà enregistré pour cette option."),
            field="reference",
        )
    name = terms["file_name"]
    if name.rpartition(".")[2].lower() not in ACT_TYPES:
        raise DomainError(
            _("Ce type de fichier n’est pas accepté ici. Types possibles : %(types)s.")
            % {"types": ", ".join(ACT_TYPES)},
            field="file",
        )
    kind, kept = checked(terms["file"], name, terms["file_size"])
    act = LegalAct(
        submission=submission, option=option, nature=terms["nature"], reference=reference, on=on,
        beneficiary=whose, transfer_cents=planned_transfer(option) if whose else None,
        amends=amends,
        signatory=without_contacts(terms["signatory"], "signatory"),
        delegation=without_contacts(terms.get("delegation", ""), "delegation"),
        convention_reference=without_contacts(convention, "convention_reference"),
        convention_on=signed,
        accounting_reference=without_contacts(
            terms["accounting_reference"], "accounting_reference"
        ),
        amount_cents=cents, file_name=name[-200:], media_type=kind.media_type, by=by,
    )  # fmt: skip
    act.file.save(name, File(kept), save=False)
    act.save(force_insert=True)
    return act
