"""The path explained, the way in, and one's own files."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from essaim.common.acts import posted, refuse
from essaim.common.errors import DomainError
from essaim.common.kept import forget_kept_text, signed_in_or_kept
from essaim.innovators import rules
from essaim.innovators.actions import files
from essaim.innovators.forms.files import EnterForm
from essaim.innovators.models import InnovationFile, OpinionRequest
from essaim.innovators.steps import STEPS, next_act
from essaim.people.models import Organisation

PER_PAGE = 20


@require_safe
def path(request: HttpRequest) -> HttpResponse:
    """For everyone: what the path is, who does what, by when."""
    shortest, longest = settings.INNOVATOR_PATH["prototype_months"]
    steps = [{"step": step, "days": settings.INNOVATOR_PATH.get(step.delay)} for step in STEPS]
    return render(
        request,
        "innovators/path.html",
        {
            "steps": steps,
            "shortest": shortest,
            "longest": longest,
            "report_days": settings.INNOVATOR_PATH["report_days"],
            "prize_years": settings.INNOVATOR_PATH["prize_years"],
            "may_list": rules.can_list(request.user),
        },
    )


@signed_in_or_kept
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    organisations = Organisation.objects.filter(memberships__user=user).order_by("name")
    only = organisations[0] if len(organisations) == 1 else None
    form = EnterForm(posted(request), organisations=organisations, initial={"organisation": only})
    if request.method == "POST" and form.is_valid():
        try:
            file = files.enter(by=user, **form.cleaned_data)
        except DomainError as error:
            refuse(form, error)
        else:
            forget_kept_text(request)
            messages.success(
                request,
                _("Votre idée est déposée : un chargé de dossier vous proposera un entretien."),
            )
            return redirect(file)
    return render(request, "innovators/enter.html", {"form": form})


@signed_in_or_kept
@require_safe
def my_files(request: HttpRequest) -> HttpResponse:
    """One's files, and the opinions that wait for this person."""
    user: Any = request.user
    mine = InnovationFile.objects.filter(innovator=user).for_list()
    page = Paginator(mine, PER_PAGE).get_page(request.GET.get("page"))
    waiting = OpinionRequest.objects.visible_to(user).pending().for_list()
    return render(
        request,
        "innovators/my_files.html",
        {
            "page": page,
            "rows": [(file, next_act(file)) for file in page],
            "waiting": waiting,
        },
    )
