"""The readers' side: a version, what differs, questions, documents they must have."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from essaim.common.acts import form_page, posted, press, take
from essaim.common.kept import signed_in_or_kept
from essaim.dossiers import rules
from essaim.dossiers.accounts import totals
from essaim.dossiers.actions import documents as documents_acting
from essaim.dossiers.actions import questions as acting
from essaim.dossiers.blocks import block_of
from essaim.dossiers.differences import version_differences
from essaim.dossiers.forms.acts import AnswerForm, QuestionForm, RequestForm
from essaim.dossiers.models import Application, SubmittedVersion
from essaim.dossiers.reading import (
    documents_of_version,
    sections_of_version,
    statements_of_version,
)

from .common import fetch, object_of


def fetch_version(
    request: HttpRequest, pk: int, number: int
) -> tuple[Application, SubmittedVersion]:
    """The version, unless it came after this person was a reader."""
    found = fetch(request, pk)
    rows = SubmittedVersion.objects.select_related("persons")
    if until := rules.read_until(request.user, found):
        rows = rows.filter(at__lte=until)
    return found, get_object_or_404(rows, application=found, number=number)


@signed_in_or_kept
@require_safe
def version(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    found, row = fetch_version(request, pk, number)
    user: Any = request.user
    context = {
        "application": found,
        "object": object_of(found),
        "version": row,
        "sections": sections_of_version(row, found.form),
        "sums": totals(row.content["blocks"]["budget"]["lines"]),
        "documents": documents_of_version(row),
        "opens": rules.can_write(user, found) or rules.reads(user, found),
        "statements": statements_of_version(row),
        "asks": rules.can_ask(user, found),
    }
    return render(request, "dossiers/version.html", context)


@signed_in_or_kept
@require_safe
def differences(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """With the version before."""
    found, row = fetch_version(request, pk, number)
    before = SubmittedVersion.objects.select_related("persons").filter(
        application=found, number=number - 1
    )
    old = before.first()
    if old is None:
        raise Http404
    context = {
        "application": found,
        "version": row,
        "before": old,
        "differences": version_differences(old, row, found.form),
    }
    return render(request, "dossiers/differences.html", context)


@signed_in_or_kept
@form_page
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(request, pk, rules.can_ask)
    organisations = rules.asking_organisations(request.user, found)
    form = QuestionForm(
        posted(request), application=found, organisations=organisations,
        initial={"block": request.GET.get("partie", "")},
    )  # fmt: skip
    return take(
        request, form, lambda data: acting.ask(found, by=request.user, **data),
        done=_("La question est posée. La réponse servira à tous les financeurs."), back=found,
        template="dossiers/act.html", application=found, title=_("Poser une question"),
        button=_("Poser la question"),
        intro=_("Les questions déjà posées et leurs réponses sont sur la page du dossier."),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def answer(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    found = fetch(request, pk, rules.can_write)
    question = get_object_or_404(found.questions.select_related("organisation"), pk=number)
    block = block_of(found.form, question.block)
    return take(
        request, AnswerForm(posted(request)),
        lambda data: acting.answer(question, by=request.user, **data),
        done=_("La réponse est envoyée à tous les financeurs."), back=found,
        template="dossiers/act.html", application=found, title=_("Répondre à une question"),
        button=_("Envoyer la réponse"),
        intro=_("%(name)s, sur « %(block)s » :")
        % {"name": question.organisation.name, "block": block.title if block else ""},
        quoted=question.text,
    )  # fmt: skip


@signed_in_or_kept
@form_page
def require(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(request, pk, rules.can_ask)
    organisations = rules.asking_organisations(request.user, found)
    return take(
        request, RequestForm(posted(request), organisations=organisations),
        lambda data: documents_acting.require_document(found, by=request.user, **data),
        done=_("La demande est envoyée au porteur."), back=found,
        template="dossiers/act.html", application=found, title=_("Demander une pièce"),
        button=_("Demander cette pièce"),
        intro=_("Le dossier est le même pour tous : vous ne pouvez pas demander un autre formulaire, mais une pièce que vos règles imposent. Regardez d’abord celles qui sont jointes."),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def withdraw_request(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    found = fetch(request, pk, rules.can_ask)
    row = get_object_or_404(found.requests, pk=number)
    return press(
        request, lambda: documents_acting.withdraw_request(row, by=request.user), back=found,
        done=_("La demande est retirée."),
    )  # fmt: skip
