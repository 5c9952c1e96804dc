"""The ledger, legal acts, instalments, payments, and what accounting takes away."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from essaim.common import spreadsheets
from essaim.common.acts import form_page, posted, press
from essaim.common.errors import DomainError
from essaim.common.kept import signed_in_or_kept
from essaim.common.spreadsheets import Cell
from essaim.funding import rules
from essaim.funding.actions import disengaging
from essaim.funding.actions import money as acting
from essaim.funding.beneficiaries import beneficiary_of, possible, proposed
from essaim.funding.forms.options import (
    ActForm,
    AskForm,
    DisengageForm,
    InstalmentForm,
    PayForm,
    ReachedForm,
    RecoverForm,
)
from essaim.funding.models import CostLine, Instalment, Kind, LegalAct, Option, OptionState
from essaim.funding.reading import by_funder_and_year, former_acts, terms_of, totals
from essaim.funding.scdl import scdl_lines

from .common import act, as_attachment, fetch_option, fetch_pool, number_in

PER_PAGE = 50


@signed_in_or_kept
@require_safe
def ledger(request: HttpRequest, slug: str) -> HttpResponse:
    pool = fetch_pool(request, slug, rules.can_follow)
    lines = pool.ledger.for_list().order_by("-pk")
    page = Paginator(lines, PER_PAGE).get_page(request.GET.get("page"))
    context = {"pool": pool, "page": page, "sums": totals([pool])[pool.pk]}
    return render(request, "funding/ledger.html", context)


@signed_in_or_kept
@require_safe
def ledger_export(request: HttpRequest, slug: str, kind: str) -> Any:
    """For accounting: one row a line, by funder, year and territory. It leaves the site: it says as
    what somebody passed a line, and names no person."""
    if kind not in (spreadsheets.CSV, spreadsheets.XLSX):
        raise Http404
    pool = fetch_pool(request, slug, rules.can_follow)

    def rows() -> Iterator[list[Cell]]:
        yield [
            _("Numéro"), _("Date"), _("Exercice"), _("Financeur"), _("SIREN du financeur"),
            _("Territoire"), _("Code du territoire"), _("Écriture"), _("Montant (€)"),
            _("Motif"), _("Acte"), _("Référence comptable"), _("Bénéficiaire"),
            _("SIREN du bénéficiaire"), _("Ancien bénéficiaire"), _("Passée par"),
        ]  # fmt: skip
        for line in pool.ledger.for_list().order_by("pk").iterator(chunk_size=500):
            option = line.option
            option.pool = pool
            receives = line.beneficiary or beneficiary_of(option, line.instalment)
            yield [
                line.pk, line.on.isoformat(), line.on.year, option.funder.name,
                option.funder.siren, option.territory.label, option.territory.address,
                str(line.get_kind_display()), Decimal(line.amount_cents) / 100, line.why,
                line.act.reference if line.act else "",
                line.act.accounting_reference if line.act else "",
                receives.name if receives else "", receives.siren if receives else "",
                line.former.name if line.former else "", line.capacity,
            ]  # fmt: skip

    return spreadsheets.download(rows(), kind=kind, name=f"registre-{pool.slug}")


@signed_in_or_kept
@require_safe
def summary_export(request: HttpRequest, slug: str, kind: str) -> Any:
    """For accounting: amounts by funder, year and territory; what was paid, by line of what a site
    costs."""
    if kind not in (spreadsheets.CSV, spreadsheets.XLSX):
        raise Http404
    pool = fetch_pool(request, slug, rules.can_follow)

    def rows() -> Iterator[list[Cell]]:
        yield [
            _("Financeur"), _("SIREN du financeur"), _("Exercice"), _("Territoire"),
            _("Code du territoire"), *(f"{label} (€)" for label in Kind.labels),
            *(_("versé : %(line)s (€)") % {"line": label} for label in CostLine.Kind.labels),
            _("versé : sans ligne particulière (€)"),
        ]  # fmt: skip
        for row in by_funder_and_year(pool):
            yield [
                row.option.funder.name, row.option.funder.siren, row.year,
                row.option.territory.label, row.option.territory.address,
                *(Decimal(row.sums.get(each, 0)) / 100 for each in Kind.values),
                *(Decimal(row.paid.get(each, 0)) / 100 for each in [*CostLine.Kind.values, ""]),
            ]  # fmt: skip

    return spreadsheets.download(rows(), kind=kind, name=f"montants-{pool.slug}")


@require_safe
def scdl(request: HttpRequest, slug: str) -> HttpResponse:
    """The grants legally committed, in the national schema; open to whoever sees the pool."""
    pool = fetch_pool(request, slug)
    response = HttpResponse(scdl_lines(pool), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="subventions-{pool.slug}.csv"'
    return response


@signed_in_or_kept
@form_page
def act_form(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """``?acte=``: of the same funder, whose terms are those of the same deliberation."""
    found = fetch_option(request, slug, pk, rules.is_funder_of)
    former = _former_act(request, found)
    left = found.ledger.balance()
    whose, cents = proposed(found, left.confirmed - left.committed)
    form = ActForm(
        posted(request), request.FILES if request.method == "POST" else None,
        initial={
            "amount_cents": cents, "beneficiary": whose.pk if whose else None,
            **(terms_of(former) if former else {}),
        },
        possible=possible(found), adopter=found.adopter,
    )  # fmt: skip

    def do(given: dict[str, Any]) -> None:
        file = given.pop("file")
        try:
            acting.record_act(
                found, by=request.user, file=file.file, file_name=file.name, file_size=file.size,
                none_known="beneficiary" not in given, **given,
            )  # fmt: skip
        except DomainError as error:
            if error.field == "beneficiary":
                now = fetch_option(request, slug, pk)
                form.offer(possible(now), now.adopter)
            raise

    return act(
        request, form, do, pool=found.pool, option=found, back=found,
        title=_("Joindre l’acte juridique"), button=_("Enregistrer l’acte"),
        intro=_("C’est lui, et lui seul, qui engage l’argent public. Une fois enregistré, il ne change plus."),
        done=_("L’acte est enregistré et le montant engagé juridiquement : prévoyez ses versements."), upload=True,
        template="funding/legal_act.html", former=former,
        offered=[] if former or request.method == "POST" else former_acts(found),
    )  # fmt: skip


def _former_act(request: HttpRequest, option: Option) -> LegalAct | None:
    number = request.GET.get("acte", "")
    if request.method == "POST" or not number:
        return None
    acts = LegalAct.objects.filter(option__funder=option.funder_id)
    found: LegalAct = get_object_or_404(acts, pk=number_in(number))
    return found


@signed_in_or_kept
@require_safe
def act_file(request: HttpRequest, slug: str, pk: int, number: int) -> FileResponse:
    found = fetch_option(
        request, slug, pk,
        lambda user, row: rules.can_follow_option(user, row) or rules.can_run(user, row.pool),
    )  # fmt: skip
    row: LegalAct = get_object_or_404(found.acts, pk=number)
    return as_attachment(row.file, row.file_name, row.media_type)


@signed_in_or_kept
@form_page
def plan(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = fetch_option(request, slug, pk, rules.is_funder_of)
    is_shared = len(Option.objects.of_site(found).filter(state=OptionState.CONFIRMED)) > 1
    return act(
        request, InstalmentForm(posted(request), is_shared=is_shared),
        lambda data: acting.plan_instalment(found, by=request.user, **data) and None,
        pool=found.pool, option=found, back=found, title=_("Prévoir un versement"),
        intro=_("Sur un jalon : rien ne se demande ni ne se verse avant qu’il soit atteint."),
        button=_("Prévoir"), done=_("Le versement est prévu : constatez son jalon quand il est atteint."),
    )  # fmt: skip


def _instalment(found: Any, number: int) -> Instalment:
    row: Instalment = get_object_or_404(found.instalments, pk=number)
    return row


@signed_in_or_kept
@form_page
def reach(request: HttpRequest, slug: str, pk: int, number: int) -> HttpResponse:
    found = fetch_option(request, slug, pk, rules.is_funder_of)
    row = _instalment(found, number)
    return act(
        request, ReachedForm(posted(request), initial={"on": timezone.localdate()}),
        lambda data: acting.reach(row, by=request.user, **data),
        pool=found.pool, option=found, back=found, title=_("Jalon atteint"), intro=row.label,
        button=_("Constater"), done=_("Le jalon est atteint : le versement peut être demandé."),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def ask(request: HttpRequest, slug: str, pk: int, number: int) -> HttpResponse:
    found = fetch_option(request, slug, pk)
    row = _instalment(found, number)
    row.option = found
    if not rules.can_ask_for(request.user, row):
        raise PermissionDenied
    return act(
        request, AskForm(posted(request), initial={"amount_cents": row.amount_cents}),
        lambda data: acting.ask_for_payment(row, by=request.user, **data) and None,
        pool=found.pool, option=found, back=found, title=_("Demander le versement"),
        intro=row.label, button=_("Demander"), done=_("Le versement est demandé au financeur."),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def cancel(request: HttpRequest, slug: str, pk: int, number: int) -> HttpResponse:
    found = fetch_option(request, slug, pk, rules.is_funder_of)
    row = _instalment(found, number)
    return press(
        request, lambda: acting.cancel_instalment(row, by=request.user),
        done=_("Le versement prévu est annulé."), back=found,
    )  # fmt: skip


@signed_in_or_kept
@form_page
def pay(request: HttpRequest, slug: str, pk: int, number: int) -> HttpResponse:
    found = fetch_option(request, slug, pk, rules.is_funder_of)
    row = _instalment(found, number)
    return act(
        request, PayForm(posted(request), initial={"on": timezone.localdate()}),
        lambda data: acting.pay(row, by=request.user, **data) and None,
        pool=found.pool, option=found, back=found, title=_("Enregistrer le versement"),
        intro=row.label, button=_("Enregistrer"), done=_("Le versement est au registre."),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def disengage(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = fetch_option(request, slug, pk, rules.is_funder_of)
    return act(
        request, DisengageForm(posted(request)),
        lambda data: disengaging.disengage(found, by=request.user, **data) and None,
        pool=found.pool, option=found, back=found, title=_("Libérer ce qui n’est pas engagé"),
        intro=_("La confirmation reste ; ce qu’aucun acte n’engage n’est plus réservé à ce site. Les autres financeurs, le porteur et le repreneur en sont informés."),
        button=_("Libérer"), done=_("La somme est libérée ; le registre en garde la trace."),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def recover(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = fetch_option(request, slug, pk, rules.is_funder_of)
    return act(
        request, RecoverForm(posted(request), initial={"on": timezone.localdate()}),
        lambda data: acting.recover(found, by=request.user, **data) and None,
        pool=found.pool, option=found, back=found, title=_("Enregistrer un reversement"),
        intro=_("Ce qui avait été versé et revient au financeur."),
        button=_("Enregistrer"), done=_("Le reversement est au registre."),
    )  # fmt: skip
