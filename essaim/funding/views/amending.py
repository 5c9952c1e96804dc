"""An amending act: what an act left passes to another beneficiary."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from essaim.common.acts import form_page, posted
from essaim.common.errors import DomainError
from essaim.common.kept import signed_in_or_kept
from essaim.common.money import show_euros
from essaim.funding import rules
from essaim.funding.actions import amending as acting
from essaim.funding.beneficiaries import left_of, possible
from essaim.funding.forms.options import AmendForm
from essaim.funding.models import LegalAct, Option
from essaim.people.models import Organisation

from .common import act, fetch_option


def _others(option: Option, amended: LegalAct) -> list[Organisation]:
    return [each for each in possible(option) if each.pk != amended.beneficiary_id]


@signed_in_or_kept
@form_page
def amend(request: HttpRequest, slug: str, pk: int, number: int) -> HttpResponse:
    found = fetch_option(request, slug, pk, rules.is_funder_of)
    row: LegalAct = get_object_or_404(found.acts.select_related("beneficiary"), pk=number)
    row.option = found
    left, others = left_of(row), _others(found, row)
    form = AmendForm(
        posted(request), request.FILES if request.method == "POST" else None,
        initial={"amount_cents": left or None, "beneficiary": others[0].pk if others else None},
        possible=others, adopter=found.adopter,
    )  # fmt: skip

    def do(given: dict[str, Any]) -> None:
        file = given.pop("file")
        try:
            acting.amend(
                row, by=request.user, file=file.file, file_name=file.name, file_size=file.size,
                **{"beneficiary": None, **given},
            )  # fmt: skip
        except DomainError as error:
            if error.field == "beneficiary":
                now = fetch_option(request, slug, pk)
                form.offer(_others(now, row), now.adopter)
            raise

    return act(
        request, form, do, pool=found.pool, option=found, back=found,
        title=_("Joindre un avenant"), button=_("Enregistrer l’avenant"),
        intro=_("De l’acte %(reference)s, %(left)s ne sont ni demandés ni passés à un autre : l’avenant les fait passer, en tout ou partie, à un autre bénéficiaire. Ce qui est demandé ou versé reste à %(former)s. Une fois enregistré, il ne change plus.")
        % {
            "reference": row.reference, "left": show_euros(left),
            "former": row.beneficiary.name if row.beneficiary else "–",
        },
        done=_("L’avenant est enregistré. Si les données de l’acte sont publiées, corrigez-les."),
        upload=True,
    )  # fmt: skip
