"""Budget, prototype, end of a file, and what follows."""

from __future__ import annotations

from django.contrib import messages
from django.forms import formset_factory
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from essaim.common.acts import form_page, posted, press, refuse
from essaim.common.errors import DomainError
from essaim.common.kept import forget_kept_text, signed_in_or_kept
from essaim.innovators import rules
from essaim.innovators.actions import ending, prototype, rights
from essaim.innovators.forms.prototype import (
    BudgetForm,
    BudgetLineForm,
    ChangeLineForm,
    EndForm,
    FirstLineForm,
    FollowUpForm,
    GainForm,
    MilestoneForm,
    PlannedEndForm,
    PrototypeForm,
    ReachedForm,
    RightsForm,
)
from essaim.innovators.models import BudgetLine, Milestone
from essaim.innovators.steps import prototype_bounds

from .common import act, fetch, status

FIRST_LINES = 5


@signed_in_or_kept
@form_page
def budget(request: HttpRequest, pk: int) -> HttpResponse:
    """The buyer and the first lines at once; other lines are added on the file's page."""
    found = fetch(request, pk, rules.is_case_officer)
    sent = posted(request)
    form = BudgetForm(sent, initial={"decided_on": timezone.localdate()})
    lines = formset_factory(FirstLineForm, extra=FIRST_LINES, max_num=FIRST_LINES)(
        sent, prefix="lines"
    )
    if request.method == "POST" and form.is_valid() and lines.is_valid():
        kept = [
            prototype.Line(**line.cleaned_data)
            for line in lines
            if line.cleaned_data.get("label") and line.cleaned_data.get("amount_cents") is not None
        ]
        try:
            prototype.entrust_budget(found, by=request.user, lines=kept, **form.cleaned_data)
        except DomainError as error:
            refuse(form, error)
        else:
            forget_kept_text(request)
            messages.success(request, _("Le budget est confié ; l’acheteur est informé."))
            return redirect(found)
    return render(
        request, "innovators/budget.html", {"form": form, "lines": lines, **status(found)}
    )


@signed_in_or_kept
@form_page
def add_line(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(request, pk, rules.is_case_officer)
    return act(
        request, found, BudgetLineForm(posted(request)),
        lambda data: prototype.add_budget_line(found, prototype.Line(**data)),
        title=_("Ajouter une ligne de budget"), button=_("Ajouter"), done=_("La ligne est ajoutée."),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def change_line(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    found = fetch(request, pk, rules.is_case_officer)
    row = get_object_or_404(
        BudgetLine.objects.select_related("budget__file"), pk=line, budget__file=found
    )
    form = ChangeLineForm(
        posted(request),
        initial={"label": row.label, "amount_cents": row.amount_cents, "procedure": row.procedure},
    )
    return act(
        request, found, form, lambda data: prototype.change_budget_line(row, **data),
        title=_("Changer une ligne de budget"), button=_("Enregistrer"),
        done=_("La ligne est changée."),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def start(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(request, pk, rules.is_case_officer)
    today = timezone.localdate()
    form = PrototypeForm(
        posted(request),
        initial={"started_on": today, "planned_end_on": prototype_bounds(today)[1]},
    )
    return act(
        request, found, form, lambda data: prototype.start_prototype(found, **data),
        title=_("Commencer le prototype"), button=_("Commencer"),
        done=_("Le prototype est commencé."),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def planned_end(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(request, pk, rules.is_case_officer)
    form = PlannedEndForm(posted(request), initial={"planned_end_on": found.planned_end_on})
    return act(
        request, found, form, lambda data: prototype.move_planned_end(found, **data),
        title=_("Changer la fin prévue"), button=_("Enregistrer"), done=_("La fin prévue est changée."),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def add_milestone(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(request, pk, rules.can_read_whole)
    return act(
        request, found, MilestoneForm(posted(request)),
        lambda data: prototype.add_milestone(found, **data),
        title=_("Ajouter un jalon"), button=_("Ajouter"), done=_("Le jalon est ajouté."),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def reach_milestone(request: HttpRequest, pk: int, milestone: int) -> HttpResponse:
    found = fetch(request, pk, rules.can_read_whole)
    row = get_object_or_404(Milestone.objects.select_related("file"), pk=milestone, file=found)
    form = ReachedForm(posted(request), initial={"on": timezone.localdate()})
    return act(
        request, found, form, lambda data: prototype.reach_milestone(row, **data),
        title=row.title, intro=_("Un jalon atteint, et ce qu’il a appris."),
        button=_("Enregistrer"), done=_("Le jalon est atteint."),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """One address for every end: what is logged of a request cannot tell them apart."""
    found = fetch(request, pk, rules.can_read_whole)
    form = EndForm(posted(request), file=found, officer=rules.is_case_officer(request.user, found))

    def do(data: dict[str, str]) -> None:
        ending.end(found, kind=data["kind"], reason=data["reason"], by=request.user)

    return act(
        request, found, form, do,
        title=_("Mettre fin au dossier"),
        intro=_("S’arrêter est permis, à tout moment, sans conséquence et sans se justifier :"
                " personne d’autre que l’innovateur et le chargé de dossier ne saura comment le"
                " dossier s’est terminé. Les animateurs lisent « terminé », quelle qu’en soit la fin."),
        button=_("Mettre fin au dossier"), done=_("Le dossier est terminé."),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def erase_reason(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(request, pk, rules.is_innovator)
    return press(request, lambda: ending.erase_reason(found), done=_("C’est effacé."), back=found)


@signed_in_or_kept
@form_page
def record_rights(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(request, pk, rules.is_case_officer)
    known = getattr(found, "rights", None)
    initial = (
        {name: getattr(known, name) for name in RightsForm.base_fields}
        if known
        else {"recorded_on": timezone.localdate()}
    )
    form = RightsForm(posted(request), initial=initial)
    return act(
        request, found, form, lambda data: rights.record_rights(found, by=request.user, **data),
        title=_("Propriété intellectuelle"),
        intro=_("Ce qui revient à l’État et à l’innovateur, et comment les gains se partagent."),
        button=_("Enregistrer"), done=_("Les droits sont établis."),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def add_gain(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(request, pk, rules.is_case_officer)
    return act(
        request, found, GainForm(posted(request)),
        lambda data: rights.record_gain(found, by=request.user, **data),
        title=_("Enregistrer un gain"),
        intro=_("Il est partagé au centime selon les parts établies. Une ligne écrite ne se change"
                " pas : on la corrige par une autre."),
        button=_("Enregistrer"), done=_("Le gain est partagé."),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def card(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(request, pk, rules.is_innovator)
    try:
        made = ending.write_card(found, by=request.user)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect(found)
    messages.success(request, _("Voici le brouillon de votre fiche : vous en êtes l’auteur."))
    return redirect(made)


@signed_in_or_kept
@require_POST
def prize(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(request, pk, rules.is_innovator)
    return press(
        request, lambda: ending.enter_for_prize(found),
        done=_("Votre réussite est présentée au prix : ceux qui l’organisent la voient désormais."), back=found,
    )  # fmt: skip


@signed_in_or_kept
@form_page
def follow_up(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(request, pk, rules.can_read_whole)
    return act(
        request, found, FollowUpForm(posted(request)),
        lambda data: ending.add_follow_up(found, **data),
        title=_("Ajouter une suite"),
        intro=_("Un partenaire industriel, une mise en production, une autre administration qui"
                " reprend l’innovation."),
        button=_("Ajouter"), done=_("La suite est ajoutée."),
    )  # fmt: skip
