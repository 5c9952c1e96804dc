"""The only writer of the schemes that helped a card."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.initiatives.models import Initiative
from essaim.people.models import User
from essaim.scaling.models import SchemeUsed
from essaim.schemes.models import Scheme

AT_MOST = 30


@transaction.atomic
def say_scheme_used(
    card: Initiative, scheme: Scheme, *, by: User, year: int | None = None
) -> SchemeUsed:
    """Said again, the year is corrected: one line for a scheme. Raises DomainError past thirty."""
    card = Initiative.objects.select_for_update(of=("self",), no_key=True).get(pk=card.pk)
    known = SchemeUsed.objects.filter(initiative=card, scheme=scheme).first()
    if known is None:
        if SchemeUsed.objects.filter(initiative=card).count() >= AT_MOST:
            raise DomainError(
                _("Une fiche nomme %(n)s dispositifs au plus : retirez-en d’abord.")
                % {"n": AT_MOST}
            )
        return SchemeUsed.objects.create(initiative=card, scheme=scheme, by=by, year=year)
    known.year = year
    known.save(update_fields=["year"])
    return known


@transaction.atomic
def forget_scheme_used(used: SchemeUsed) -> None:
    """Removed twice is once."""
    SchemeUsed.objects.filter(pk=used.pk).delete()
