"""A file's page and the acts up to the decision to support it."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from essaim.common.acts import form_page, posted, press
from essaim.common.errors import DomainError
from essaim.common.kept import signed_in_or_kept
from essaim.following.actions.reading import mark_subject_read
from essaim.innovators import rules
from essaim.innovators.actions import files, opinions
from essaim.innovators.acts import acts_for
from essaim.innovators.forms.files import (
    IdeaForm,
    InterviewForm,
    OpeningForm,
    OpinionRequestForm,
    ReportForm,
    SupportForm,
)
from essaim.innovators.models import InnovationFile
from essaim.innovators.notifications import FILE
from essaim.innovators.steps import report_due_on

from .common import act, fetch, status


@signed_in_or_kept
@require_safe
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole for the innovator and the case officer; the idea for those who may take it up;
    the step and nothing else for managers."""
    found = fetch(request, pk, rules.can_view)
    whole = rules.can_read_whole(request.user, found)
    if request.method == "GET":
        mark_subject_read(request.user, FILE, str(found.pk))
    return render(
        request,
        "innovators/file.html",
        {
            **status(found),
            "whole": whole,
            "reads_idea": rules.can_read_idea(request.user, found),
            "is_officer": rules.is_case_officer(request.user, found),
            "is_innovator": rules.is_innovator(request.user, found),
            "may_name_officer": found.is_active and rules.can_name_officer(request.user),
            "report_due_on": report_due_on(found),
            "acts": acts_for(request.user, found),
        },
    )


@signed_in_or_kept
@form_page
def report(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(request, pk, rules.is_innovator)
    form = ReportForm(
        posted(request), initial={"on": timezone.localdate(), "to": found.reported_to}
    )
    return act(
        request, found, form, lambda data: files.record_report(found, **data),
        title=_("Rendre compte à ma hiérarchie"),
        intro=_("Vous n’avez pas demandé de permission : vous dites que vous avez informé."),
        button=_("Enregistrer"), done=_("C’est noté."),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def revise_idea(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(request, pk, rules.is_innovator)
    initial = {"title": found.title, "summary": found.summary, "unit": found.unit}
    form = IdeaForm(posted(request), initial=initial)
    return act(
        request, found, form, lambda data: files.revise_idea(found, **data),
        title=_("Corriger mon idée"), button=_("Enregistrer"), done=_("Votre texte est corrigé."),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Of two at once the second is told who has it, though the file is no longer theirs to see."""
    if not rules.is_on_roster(request.user):
        raise PermissionDenied
    found = get_object_or_404(InnovationFile, pk=pk)
    if rules.is_innovator(request.user, found):
        raise PermissionDenied
    try:
        files.take(found, by=request.user)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("innovators:manage")
    messages.success(request, _("Vous suivez ce dossier."))
    return redirect(found)


@signed_in_or_kept
@form_page
def interview(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(request, pk, rules.is_case_officer)
    form = InterviewForm(
        posted(request),
        initial={
            "on": found.interviewed_on or timezone.localdate(),
            "notes": found.interview_notes,
        },
    )
    return act(
        request, found, form, lambda data: files.record_interview(found, **data),
        title=_("Consigner l’entretien"), button=_("Enregistrer"),
        done=_("L’entretien est consigné."),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def open_file(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(request, pk, rules.is_case_officer)
    return act(
        request, found, OpeningForm(posted(request)),
        lambda data: files.open_file(found, **data),
        title=_("Ouvrir le dossier"),
        intro=_("Les deux critères sont consignés, et il les faut tous les deux."),
        button=_("Ouvrir le dossier"), done=_("Le dossier est ouvert."),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def ask_opinion(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(request, pk, rules.is_case_officer)
    return act(
        request, found, OpinionRequestForm(posted(request)),
        lambda data: opinions.ask_opinion(found, by=request.user, **data),
        title=_("Informer la hiérarchie"),
        intro=_("Un lien personnel est envoyé à cette personne, et à elle seule. Son avis doit"
                " être reçu : le silence ne vaut pas accord."),
        button=_("Envoyer la demande"), done=_("La demande d’avis est envoyée."),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def send_again(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(request, pk, rules.is_case_officer)
    return press(
        request, lambda: opinions.send_again_for(found),
        done=_("Un nouveau lien est envoyé ; le précédent ne sert plus."), back=found,
    )  # fmt: skip


@signed_in_or_kept
@form_page
def support(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(request, pk, rules.is_case_officer)
    return act(
        request, found, SupportForm(posted(request)),
        lambda data: files.decide_support(found, **data),
        title=_("Décider du soutien"), button=_("Soutenir ce projet"),
        done=_("Le soutien est décidé."),
    )  # fmt: skip
