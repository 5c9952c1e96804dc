"""The budget of one site, where it differs from the amount of all."""

from __future__ import annotations

from typing import Any

from django.forms import formset_factory
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from essaim.common.acts import form_page, posted
from essaim.common.kept import signed_in_or_kept
from essaim.funding import rules
from essaim.funding.actions import budgets as acting
from essaim.funding.actions.pools import Cost
from essaim.funding.forms.options import NoField
from essaim.funding.forms.pools import CostForm, SiteCostsFormSet
from essaim.funding.models import SiteCost

from .common import act, fetch_option

LINES = formset_factory(
    CostForm, formset=SiteCostsFormSet, extra=2, max_num=acting.LINES_AT_MOST, absolute_max=60
)


@signed_in_or_kept
@form_page
def site(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = fetch_option(request, slug, pk, rules.can_set_budget)
    sent = posted(request)
    own = SiteCost.objects.filter(option=found.cofunds_id or found.pk)
    known = [_initial(line) for line in own] or [
        _initial(line) for line in found.pool.cost_lines.all()
    ]
    lines = LINES(sent, prefix="lines", initial=known)
    form = NoField(sent, lines=lines)

    def do(_data: dict[str, Any]) -> None:
        costs = [
            Cost(line.cleaned_data["kind"], line.cleaned_data["label"], cents)
            for line in lines
            if (cents := line.cleaned_data.get("amount_cents"))
        ]
        acting.set_site_budget(found, by=request.user, costs=costs)

    return act(
        request, form, do, pool=found.pool, option=found, back=found,
        title=_("Budget de ce site"), button=_("Enregistrer le budget"),
        intro=_("Ce que coûte ce site, s’il diffère des autres. Ni les options ni les montants confirmés ne changent. Sans aucune ligne, le montant commun à tous les sites s’applique."),
        done=_("Le budget du site est enregistré."), template="funding/site_budget.html",
        lines=lines,
    )  # fmt: skip


def _initial(line: Any) -> dict[str, Any]:
    return {"kind": line.kind, "label": line.label, "amount_cents": line.amount_cents}
