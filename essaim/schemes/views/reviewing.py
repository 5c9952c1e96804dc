"""Entries that were proposed: read by managers, followed by their authors."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Case, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from essaim.common.acts import refuse
from essaim.common.errors import DomainError
from essaim.common.kept import forget_kept_text, kept_text, signed_in_or_kept
from essaim.people.views.signed_in import person
from essaim.schemes import rules
from essaim.schemes.actions import reviewing
from essaim.schemes.forms import reviewing as forms
from essaim.schemes.models import Publication, Scheme

PER_PAGE = 20


@require_safe
@signed_in_or_kept
def proposals(request: HttpRequest) -> HttpResponse:
    """``/dispositifs/propositions``: all that wait, for managers; one's own, for others."""
    user = person(request)
    manages = rules.can_review(user)
    found = Scheme.objects.visible_to(user).exclude(publication=Publication.PUBLISHED)
    if not manages:
        found = Scheme.objects.filter(author=user)
    # What waits for a manager first, the oldest first.
    turn = Case(
        When(publication=Publication.PROPOSED, then=Value(0)),
        When(publication=Publication.RETURNED, then=Value(1)),
        default=Value(2),
    )
    rows = found.select_related("owner", "author").order_by(turn, "created_at", "pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "schemes/proposals.html", {"page": page, "manages": manages})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_or_kept
def review(request: HttpRequest, slug: str) -> HttpResponse:
    """A manager accepts, sends back, removes or puts back."""
    user = person(request)
    scheme = get_object_or_404(Scheme.objects.visible_to(user).for_detail(), slug=slug)
    if not rules.can_review(user):
        raise PermissionDenied
    posted = request.method == "POST"
    form = forms.ReviewForm(request.POST if posted else kept_text(request), scheme=scheme)
    if posted and form.is_valid():
        decision, reason = form.cleaned_data["decision"], form.cleaned_data["reason"]
        try:
            if decision == forms.ACCEPT:
                reviewing.accept_scheme(scheme, by=user, version=form.cleaned_data["version"])
            elif decision == forms.SEND_BACK:
                reviewing.send_back_scheme(scheme, reason, by=user)
            elif decision == forms.REMOVE:
                reviewing.remove_scheme(scheme, reason, by=user)
            else:
                reviewing.put_back_scheme(scheme, by=user)
        except DomainError as error:
            # Shown as it is now, and decided of as such.
            scheme = Scheme.objects.for_detail().get(pk=scheme.pk)
            data = request.POST.copy()
            data["version"] = str(scheme.version)
            form.data = data
            refuse(form, error)
        else:
            forget_kept_text(request)
            messages.success(request, _("La décision est enregistrée ; l’auteur en est prévenu."))
            return redirect("schemes:proposals")
    return render(request, "schemes/review.html", {"scheme": scheme, "form": form})
