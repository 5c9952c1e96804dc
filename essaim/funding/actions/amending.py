"""An amending act (« avenant »): what an act commits and its beneficiary did not ask for passes to
another."""

from __future__ import annotations

import uuid
from typing import Any, Unpack

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.money import show_euros
from essaim.common.once import made_by_form
from essaim.funding import notifications
from essaim.funding.beneficiaries import left_of
from essaim.funding.models import Kind, LegalAct
from essaim.people.models import Organisation

from .acts import Terms, attach, named
from .common import lock_who_is_paid, require_confirmed, require_mandate
from .ledger import write


@transaction.atomic
def amend(
    amended: LegalAct,
    *,
    by: Any,
    submission: uuid.UUID,
    beneficiary: Organisation | None,
    **terms: Unpack[Terms],
) -> LegalAct:
    """Recorded with its one line, once. The whole committed stays what it was, in the years where it
    was; what the former beneficiary asked for or was paid stays its own. ``amount_cents``: at most
    ``left_of`` the act. Both beneficiaries are told."""
    option = lock_who_is_paid(amended.option)
    known = made_by_form(LegalAct.objects, submission, amends=amended, by=by)
    if known is not None:
        return known
    require_mandate(by, option.funder)
    require_confirmed(option)
    amended = option.acts.select_related("beneficiary").get(pk=amended.pk)
    amended.option = option
    former = amended.beneficiary
    if former is None:
        raise DomainError(
            _("Cet acte ne nomme personne : ce qu’il engage sert déjà à qui est payé.")
        )
    if beneficiary is None:
        raise DomainError(
            _("Personne d’autre n’est à nommer ici : un avenant passe une somme au repreneur ou à l’organisation porteuse d’aujourd’hui."),
            field="beneficiary",
        )  # fmt: skip
    if former == beneficiary:
        raise DomainError(
            _("C’est déjà le bénéficiaire de cet acte : choisissez l’autre."), field="beneficiary"
        )
    whose = named(option, beneficiary, none_known=False)
    if terms["on"] < amended.on:
        raise DomainError(_("Un avenant ne précède pas l’acte qu’il modifie."), field="on")
    left, cents = left_of(amended), terms["amount_cents"]
    if cents > left:
        raise DomainError(
            _("De cet acte, il reste %(left)s qui ne sont ni demandés ni déjà passés à un autre.")
            % {"left": show_euros(left)},
            field="amount_cents",
        )
    act = attach(
        option, whose, terms, by=by, submission=submission, day=timezone.localdate(),
        amends=amended,
    )  # fmt: skip
    write(
        option, Kind.AMENDMENT, cents, key=f"act:{act.submission}", by=by, act=act, on=act.on,
        why=f"{act.reference} ({amended.reference})", beneficiary_id=act.beneficiary_id,
        former_id=former.pk,
    )  # fmt: skip
    notifications.amended(act, former, by=by)
    return act
