"""Answers to a need, why each was proposed, and « not for us »."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.common.acts import refuse, status_code
from essaim.common.errors import DomainError, typed
from essaim.common.kept import forget_kept_text, kept_text, signed_in_or_kept
from essaim.matching import explaining, pipeline, sources
from essaim.matching.actions import dismissals
from essaim.matching.actions.shown import keep_shown
from essaim.matching.forms import DismissForm
from essaim.matching.models import Announced, Dismissal, ShownAnswers
from essaim.matching.question import read
from essaim.matching.rules import can_dismiss
from essaim.matching.sources import Asked, calls, initiatives, schemes
from essaim.needs.models import Need
from essaim.needs.reading import show


def _need(request: HttpRequest, pk: int) -> Need | None:
    return Need.objects.visible_to(request.user).for_detail().filter(pk=pk).first()


def _gone(request: HttpRequest) -> HttpResponse:
    """Not there, not visible, or withdrawn while someone was reading: the same words, so that
    nothing is told of a need that the reader may not see; what was typed is given back."""
    return render(request, "matching/gone.html", {"typed": typed(request)}, status=404)


def _missing(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    return _gone(request)


@require_safe
def answers(request: HttpRequest, pk: int) -> HttpResponse:
    need = _need(request, pk)
    if need is None:
        return _missing(request)
    found = pipeline.answer(read(need))
    shown = [
        *initiatives.shown(found.initiatives),
        *schemes.shown(found.schemes),
        *calls.shown(found.calls),
    ]
    try:
        keep_shown(found, shown)
    except DomainError:
        return _gone(request)
    reasons = {(row.kind, row.object_id): row for row in Dismissal.objects.filter(need=need)}
    told = Announced.objects.filter(need=need, at__gte=timezone.now() - initiatives.NEW_FOR)
    news = frozenset(told.values_list("kind", "object_id"))
    asked = Asked(found.question, request.user, found, frozenset(reasons), news)
    may = can_dismiss(request.user, need)
    sections = [
        {
            "source": source,
            "section": section,
            "can_dismiss": may and source.title is not None,
            "kept": [each for each in section.answers if not each.dismissed],
            "aside": [
                (each, reasons.get((each.kind, each.object_id)))
                for each in section.answers
                if each.dismissed
            ],
        }
        for source in sources.all_sources()
        if (section := source.find(asked)) is not None
    ]
    context = {
        "need": need,
        "shown": show(need, request.user),
        "sections": sections,
        "explained": ("initiative", "scheme", "call"),
        "can_dismiss": may,
        "is_author": need.author_id == request.user.pk,
    }
    return render(request, "matching/answers.html", context)


@require_safe
def why(request: HttpRequest, pk: int, kind: str, object_id: int) -> HttpResponse:
    """From what was kept when the answer was last shown."""
    need = _need(request, pk)
    if need is None:
        return _missing(request)
    source = sources.get(kind)
    title = source.title(object_id, request.user) if source and source.title else None
    row = (
        ShownAnswers.objects.filter(need=need, answers__contains=[{"kind": kind, "id": object_id}])
        .order_by("-first_shown_at", "-pk")
        .first()
    )
    if row is None:
        raise Http404
    context = {
        "need": need,
        "shown": show(need, request.user),
        # Closed, ended or unpublished since: what was shown is explained all the same.
        "title": title or _("Réponse qui n’est plus là"),
        "gone": title is None,
        "row": row,
        "explained": explaining.explain(row, kind, object_id),
        "changed": row.need_version != need.version,
    }
    return render(request, "matching/why.html", context)


@signed_in_or_kept
@require_http_methods(["GET", "HEAD", "POST"])
def dismiss(request: HttpRequest, pk: int, kind: str, object_id: int) -> HttpResponse:
    need = _need(request, pk)
    if need is None:
        return _gone(request)
    if not can_dismiss(request.user, need):
        raise PermissionDenied
    source = sources.get(kind)
    title = source.title(object_id, request.user) if source and source.title else None
    if title is None:
        raise Http404
    before = Dismissal.objects.filter(need=need, kind=kind, object_id=object_id).first()
    initial = {"category": before.category, "text": before.text} if before else None
    sent = request.method == "POST"
    form = DismissForm(request.POST if sent else kept_text(request), initial=initial, kind=kind)
    if sent and form.is_valid():
        try:
            dismissals.dismiss(need, kind, object_id, by=request.user, **form.cleaned_data)
        except DomainError as error:
            refuse(form, error)
        else:
            forget_kept_text(request)
            messages.success(
                request, _("C’est noté : « %(title)s » passe après les autres.") % {"title": title}
            )
            return redirect("matching:answers", need.pk)
    context = {"need": need, "shown": show(need, request.user), "form": form, "title": title}
    return render(request, "matching/dismiss.html", context, status=status_code(request))


@signed_in_or_kept
@require_POST
def take_back(request: HttpRequest, pk: int, kind: str, object_id: int) -> HttpResponse:
    need = _need(request, pk)
    if need is None:
        return _gone(request)
    if not can_dismiss(request.user, need):
        raise PermissionDenied
    dismissals.take_back(need, kind, object_id)
    messages.success(request, _("La réponse est remise parmi les autres."))
    return redirect("matching:answers", need.pk)
