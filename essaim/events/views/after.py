"""After an event: numbers that count, documents, partnerships, what came of it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from essaim.common.acts import form_page, posted, press
from essaim.common.kept import signed_in_or_kept
from essaim.events import rules
from essaim.events.actions import after as acting
from essaim.events.forms.taking_part import DocumentForm, FollowUpForm, PartnershipForm
from essaim.events.models import Document, FollowUp, Partnership
from essaim.events.reading import numbers, told_after
from essaim.people.models import Membership, Organisation

from .common import act, attachment, fetch


@require_safe
def after(request: HttpRequest, slug: str) -> HttpResponse:
    event = fetch(request, slug)
    may_run = bool(rules.can_run(request.user, event))
    rows = list(event.partnerships.for_list())
    mine: set[int] = set()
    if request.user.is_authenticated:
        held = Membership.objects.filter(user=request.user.pk, role=Membership.Role.REPRESENTATIVE)
        mine = set(held.values_list("organisation", flat=True))
    context = {
        "event": event,
        "numbers": numbers(event),
        "documents": list(event.documents.visible_to(request.user)),
        # What one side says alone is read by the two sides and who runs the event.
        "partnerships": [
            (row, row.state == Partnership.State.DECLARED and row.other_id in mine)
            for row in rows
            if row.state == Partnership.State.CONFIRMED
            or (row.state == Partnership.State.DECLARED
                and (may_run or row.one_id in mine or row.other_id in mine))
        ],
        "may_run": may_run,
        "told": told_after(event) if may_run else None,
        "may_declare": bool(mine) and bool(rules.can_take_part(request.user, event)),
    }  # fmt: skip
    return render(request, "events/after.html", context)


@signed_in_or_kept
@form_page
def add_document(request: HttpRequest, slug: str) -> HttpResponse:
    event = fetch(request, slug, rules.can_run)
    form = DocumentForm(
        posted(request), request.FILES if request.method == "POST" else None,
        initial={"audience": Document.Audience.REGISTERED},
    )  # fmt: skip

    def do(given: dict[str, Any]) -> None:
        file = given.pop("file")
        acting.add_document(
            event, by=request.user, file=file.file, file_name=file.name, file_size=file.size,
            **given,
        )  # fmt: skip

    return act(
        request, form, do, event=event, back=reverse("events:after", args=[event.slug]),
        title=_("Ajouter un document"), button=_("Ajouter"), done=_("Le document est ajouté."),
        intro=_("Un compte rendu, un support, des photos."), upload=True,
    )  # fmt: skip


def _document(request: HttpRequest, slug: str, pk: int) -> Document:
    event = fetch(request, slug)
    found: Document = get_object_or_404(event.documents.visible_to(request.user), pk=pk)
    return found


@require_safe
def document(request: HttpRequest, slug: str, pk: int) -> FileResponse:
    found = _document(request, slug, pk)
    return attachment(found.file, found.file_name, found.media_type)


@signed_in_or_kept
@require_POST
def remove_document(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    event = fetch(request, slug, rules.can_run)
    found = _document(request, slug, pk)
    return press(
        request, lambda: acting.remove_document(found), done=_("Le document est retiré."),
        back=reverse("events:after", args=[event.slug]),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def declare(request: HttpRequest, slug: str) -> HttpResponse:
    event = fetch(request, slug, rules.can_take_part)
    user: Any = request.user
    mine = Organisation.objects.filter(
        memberships__user=user, memberships__role=Membership.Role.REPRESENTATIVE
    ).order_by("name")
    if not mine.exists():
        raise PermissionDenied
    form = PartnershipForm(posted(request), mine=mine)

    def do(given: dict[str, Any]) -> None:
        acting.declare_partnership(event, by=user, **given)

    return act(
        request, form, do, event=event, back=reverse("events:after", args=[event.slug]),
        title=_("Dire un partenariat"), button=_("Enregistrer"),
        done=_("Le partenariat est noté ; il compte quand l’autre organisation le confirme."),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def answer_partnership(request: HttpRequest, slug: str, pk: int, answer: str) -> HttpResponse:
    event = fetch(request, slug)
    found = get_object_or_404(event.partnerships.for_list(), pk=pk)
    if not rules.can_confirm(request.user, found):
        raise PermissionDenied
    if answer not in {"confirmer", "decliner"}:
        raise Http404
    return press(
        request,
        lambda: acting.answer_partnership(found, by=request.user, agrees=answer == "confirmer"),
        done=_("Votre réponse est enregistrée."), back=reverse("events:after", args=[event.slug]),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def follow_up(request: HttpRequest, slug: str) -> HttpResponse:
    """The latest question asked; an answer may be corrected."""
    event = fetch(request, slug)
    asked = FollowUp.objects.filter(
        registration__event=event, registration__user=request.user.pk
    ).order_by("months")
    found = asked.filter(answered_on=None).first() or asked.last()
    if found is None:
        raise Http404
    form = FollowUpForm(posted(request), initial={"came": found.came, "note": found.note})
    return act(
        request, form, lambda given: acting.answer_follow_up(found, **given) and None,
        event=event, back=reverse("events:after", args=[event.slug]),
        title=_("Que s’est-il passé depuis ?"), button=_("Répondre"),
        done=_("Merci : c’est ce qui compte."),
        intro=_("Les organisateurs lisent ce que vous dites, jamais votre nom."),
    )  # fmt: skip
