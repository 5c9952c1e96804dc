"""Taking an option, its page, and what its funder decides."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from essaim.common.acts import form_page, posted, press
from essaim.common.kept import signed_in_or_kept
from essaim.funding import rules
from essaim.funding.actions import ending
from essaim.funding.actions import options as acting
from essaim.funding.actions import prolonging as acting_prolonging
from essaim.funding.actions.common import is_freed
from essaim.funding.actions.publishing import due_on
from essaim.funding.beneficiaries import GIVEN, Parts, key_of, may_amend, passed_on
from essaim.funding.document import option_pdf
from essaim.funding.forms.options import (
    AdopterForm,
    ConfirmForm,
    FourEyesForm,
    PledgeForm,
    ProlongForm,
    ReasonForm,
    ReduceForm,
    WithdrawForm,
)
from essaim.funding.models import LIVING, PAYING, FunderSettings, Option, OptionState, State
from essaim.funding.reading import mode_of, shares_of, site_budget
from essaim.funding.steps import acts_of_option
from essaim.people.models import Organisation
from essaim.people.rules import has_no_representative
from essaim.replications import rules as replications
from essaim.replications.models import Origin, Replication
from essaim.replications.models import State as SiteState
from essaim.replications.steps import next_step

from .common import act, fetch_option, fetch_pool, number_in


@signed_in_or_kept
@form_page
def pledge(request: HttpRequest, slug: str) -> HttpResponse:
    pool = fetch_pool(request, slug, rules.can_pledge)
    funders = rules.mandates(request.user)
    first = funders.first()
    initial = {
        "funder": first,
        "territory": first.territory if first else None,
        "amount_cents": pool.site_cents,
        "expires_on": acting_expiry(pool),
    }
    sites = pool.options.living().standing()
    if site := sites.filter(pk=number_in(request.GET.get("site"))).first():
        initial |= {"territory": site.territory, "cofund": True}
    form = PledgeForm(posted(request), funders=funders, initial=initial)
    return act(
        request, form, lambda data: acting.pledge(pool, by=request.user, **data),
        pool=pool, back=pool, title=_("Prendre une option"), button=_("Prendre cette option"),
        intro=_("Une option est une intention, sous vos conditions : elle n’engage pas d’argent. Après le pilote, vous la confirmez ou la déclinez ; seule votre délibération ou décision engage ensuite."),
        warning=_warning(pool), done=_said,
    )  # fmt: skip


def acting_expiry(pool: Any) -> Any:
    """Long enough for a pilot and its review, as a first proposal."""
    from essaim.common.months import add_months

    return add_months(timezone.localdate(), 18)


def _said(option: Option) -> str:
    if rules.lacks_second(option):
        return _("L’option est préparée. ") + _alone(option)
    if option.state == OptionState.PREPARED:
        return _("L’option est préparée : une seconde personne de votre organisation la signe.")
    return _("L’option est prise. Le chef de file et le porteur en sont informés.")


def _alone(option: Option) -> str:
    return _(
        "Attention : personne d’autre à %(funder)s n’a la fonction de financeur. Sans seconde"
        " signature, l’option expirera ; un de ses représentants peut donner cette fonction."
    ) % {"funder": option.funder.name}


def _warning(pool: Any) -> str:
    if not pool.may_be_procurement:
        return ""
    return _(
        "Le besoin vient d’un financeur, qui prescrit la solution : ce peut être un marché public,"
        " et non une subvention. Faites vérifier la procédure avant de vous engager."
    )


@require_safe
def option(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = fetch_option(request, slug, pk)
    user: Any = request.user
    today = timezone.localdate()
    follows = rules.can_follow_option(user, found) or rules.can_run(user, found.pool)
    lines = list(found.ledger.for_list()) if follows else []
    site = list(Option.objects.of_site(found).counted().for_list().order_by("pk"))
    shares = shares_of(site)
    for each in site:
        each.pool = found.pool
    asked = {line.instalment_id for line in lines if line.kind == "request"}
    paid = {line.instalment_id for line in lines if line.kind == "payment"}
    balance, parts = found.ledger.balance(), Parts()
    for line in lines:
        if line.kind in {*GIVEN, "request"}:
            parts.add(line.kind, line.beneficiary_id, line.amount_cents, line.former_id)
    made = _replication(user, found, follows=follows)
    stopped = "replication" in made and made["replication"].state == SiteState.STOPPED
    names = found.pool.state != State.ABANDONED and not is_freed(found, balance)
    frees = balance.confirmed > balance.committed and (stopped or found.pool.state == State.CLOSED)
    context = {
        "option": found,
        "pool": found.pool,
        "balance": balance,
        "acts_now": (
            acts_of_option(
                user, found, has_paid=balance.paid > 0,
                may_commit=balance.confirmed > balance.committed, may_free=frees,
                stopped=stopped, names=names,
            ) if user.is_authenticated else []
        ),
        "follows": follows,
        "may_commit": balance.confirmed > balance.committed,
        "seeks_adopter": follows and names and found.counts,
        "is_funder": rules.is_funder_of(user, found) if user.is_authenticated else False,
        "pays": found.state == OptionState.CONFIRMED and found.pool.state in PAYING,
        "lines": lines,
        "instalments": [
            (
                row, row.pk in asked, row.pk in paid,
                row.amount_cents <= parts.room(key_of(found, row)),
                user.is_authenticated and rules.can_ask_for(user, row),
            )
            for row in found.instalments.all()
        ],
        "acts": [
            (
                row, due_on(row), due_on(row) < today, getattr(row, "publication", None),
                passed_on(row), may_amend(row, parts),
            )
            for row in found.acts.all()
        ],
        "budget": site_budget(found, site) if follows or site else None,
        "may_budget": (
            found.state in LIVING and found.pool.is_alive
            and user.is_authenticated and rules.can_set_budget(user, found)
        ),
        **made,
        "warning": _warning(found.pool) if follows else "",
        "share": shares.get(found.pk),
        "cofunders": [(each, shares[each.pk]) for each in site if each != found and shares],
    }  # fmt: skip
    return render(request, "funding/option.html", context)


def _replication(user: Any, option: Option, *, follows: bool) -> dict[str, Any]:
    """The site's, and what it waits for. Before its commitment its own page is for its two sides:
    who pays it reads here where it stands."""
    found = Replication.objects.filter(origin=Origin.POOL, origin_reference=option.reference)
    site = found.select_related("initiative", "adopter", "territory").first()
    if site is None:
        return {}
    opens = bool(replications.can_view(user, site))
    if not (opens or follows):
        return {}
    silent = site.adopter_agreed_at is None and has_no_representative(site.adopter)
    return {
        "replication": site, "opens_replication": opens, "adopter_is_silent": silent,
        "waits_for": next_step(site) if site.state == SiteState.INTERESTED else None,
    }  # fmt: skip


@require_safe
def document(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = fetch_option(request, slug, pk)
    response = HttpResponse(option_pdf(found), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="option-{found.pk}.pdf"'
    return response


@signed_in_or_kept
@require_POST
def sign(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = fetch_option(request, slug, pk, rules.is_funder_of)
    return press(
        request, lambda: acting.sign(found, by=request.user),
        done=_("Votre signature est enregistrée."), back=found,
    )  # fmt: skip


@signed_in_or_kept
@form_page
def reduce_option(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = fetch_option(request, slug, pk, rules.is_funder_of)
    form = ReduceForm(posted(request), initial={"amount_cents": found.amount_cents})
    return act(
        request, form,
        lambda data: ending.reduce_option(found, by=request.user, **data),
        pool=found.pool, option=found, back=found, title=_("Réduire l’option"),
        button=_("Réduire"), done=_("L’option est réduite ; le registre en garde la trace."),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def prolong(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = fetch_option(request, slug, pk, rules.is_funder_of)
    return act(
        request, ProlongForm(posted(request)),
        lambda data: acting_prolonging.prolong(found, by=request.user, **data),
        pool=found.pool, option=found, back=found, title=_("Prolonger l’option"),
        intro=_("Elle est valable jusqu’au %(day)s. Ni son montant ni le registre ne changent.")
        % {"day": date_format(found.expires_on)},
        button=_("Prolonger"), done=_prolonged,
    )  # fmt: skip


def _prolonged(option: Option) -> str:
    if rules.lacks_second(option):
        return _("La prolongation est préparée. ") + _alone(option)
    if option.prolonging_until is not None:
        return _("La prolongation attend la signature d’une seconde personne.")
    return _("L’option est prolongée.")


@signed_in_or_kept
@form_page
def withdraw(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = fetch_option(request, slug, pk, rules.is_funder_of)
    return act(
        request, WithdrawForm(posted(request)),
        lambda data: ending.withdraw(found, by=request.user, **data),
        pool=found.pool, option=found, back=found.pool, title=_("Retirer l’option"),
        button=_("Retirer"), done=_("L’option est retirée."),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def decline(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = fetch_option(request, slug, pk, rules.is_funder_of)
    return act(
        request, ReasonForm(posted(request)),
        lambda data: ending.decline(found, by=request.user, **data),
        pool=found.pool, option=found, back=found, title=_("Décliner l’option"),
        intro=_("Vos motifs sont lus par ceux qui voient cette subvention : ils servent aux suivants."),
        button=_("Décliner"), done=_("L’option est déclinée."),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def confirm(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = fetch_option(request, slug, pk, rules.is_funder_of)
    initial = {  # what a first signature says, where it is taken up again
        "amount_cents": found.confirming_cents or found.amount_cents,
        "mode": found.mode or mode_of(found.pool.initiative), "planned_on": found.planned_on,
        "charter": found.charter_on is not None,
    }  # fmt: skip
    form = ConfirmForm(posted(request), adopter=found.adopter, initial=initial)

    def do(given: dict[str, Any]) -> Option:
        return acting.confirm(
            found, by=request.user, amount_cents=given["amount_cents"],
            adopter=given.get("adopter"), mode=given["mode"], planned_on=given["planned_on"],
            charter_on=timezone.localdate() if given["charter"] else None,
        )  # fmt: skip

    return act(
        request, form, do, pool=found.pool, option=found, back=found,
        title=_("Confirmer l’option"), button=_("Confirmer"), warning=_warning(found.pool),
        intro=_("Décision enregistrée : le projet commence sur votre territoire sans nouvelle procédure. L’argent n’est engagé que par votre délibération ou décision, que vous joindrez ensuite."),
        done=_confirmed,
    )  # fmt: skip


def _confirmed(option: Option) -> str:
    if rules.lacks_second(option):
        return _("La confirmation est préparée. ") + _alone(option)
    if option.state == OptionState.PLEDGED:
        return _("La confirmation attend la signature d’une seconde personne.")
    if option.adopter_id is None:
        return _("L’option est confirmée : nommez le repreneur, puis joignez l’acte juridique.")
    return _(
        "L’option est confirmée. Le repreneur est invité à donner son accord : la reprise est engagée quand il l’a donné."
    )


@signed_in_or_kept
@form_page
def adopter(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = fetch_option(request, slug, pk, rules.is_funder_of)
    return act(
        request, AdopterForm(posted(request), confirmed=found.state == OptionState.CONFIRMED),
        lambda data: acting.name_adopter(
            found, by=request.user, adopter=data["adopter"],
            charter_on=timezone.localdate() if data.get("charter") else None,
        ),
        pool=found.pool, option=found, back=found, title=_("Nommer le repreneur"),
        button=_("Nommer"), done=_("Le repreneur est nommé."),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def four_eyes(request: HttpRequest, slug: str) -> HttpResponse:
    """A representative says whether two persons sign."""
    organisation = get_object_or_404(Organisation, slug=slug)
    if not rules.can_set_four_eyes(request.user, organisation):
        raise PermissionDenied
    known = FunderSettings.objects.filter(organisation=organisation).first()
    form = FourEyesForm(
        posted(request), initial={"four_eyes": known.four_eyes if known else False},
        signatories=rules.signatories(organisation).count(),
    )  # fmt: skip
    return act(
        request, form,
        lambda data: acting.set_four_eyes(organisation, data["four_eyes"]),
        pool=None, back=organisation, title=_("Signature des options"),  # type: ignore[arg-type]
        intro=organisation.name, button=_("Enregistrer"), done=_("C’est enregistré."),
    )  # fmt: skip
