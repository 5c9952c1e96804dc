"""Partners asked by mail: the link, the answer; sending again and withdrawing, by the applicant."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from essaim.calls import rules
from essaim.calls.actions import partner_invitations as acting
from essaim.calls.forms.applying import AcceptPartnerForm, ReasonForm
from essaim.calls.models import Partner, PartnerInvitation
from essaim.calls.reading import applicant_name
from essaim.common.acts import form_page, posted, press, take
from essaim.common.kept import signed_in_or_kept
from essaim.people.rules import is_member

from .common import get_own


@never_cache
@require_safe
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Where the message leads: says which call and who asks, never whom nor what is written."""
    found = acting.invitation_of(token)
    if found is not None and rules.is_invited(request.user, found):
        return redirect("calls:answer_partner_invitation", token=token)
    return _shut(request, found)


def _shut(request: HttpRequest, found: PartnerInvitation | None) -> HttpResponse:
    """For who is not, or not yet, the person asked."""
    why = acting.flaw(found)
    status = 410 if why else 403 if request.user.is_authenticated else 200
    context = {
        "flaw": why,
        "invitation": found,
        "applicant": applicant_name(found.application) if found else "",
        "next": found and reverse("calls:partner_invitation", args=[acting.token_of(found)]),
    }
    return render(request, "calls/partner_link.html", context, status=status)


@never_cache
@signed_in_or_kept
@form_page
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """For the person asked alone: what the organisation is asked, its page made on the way."""
    found = acting.invitation_of(token)
    user: Any = request.user
    if found is None or not rules.is_invited(user, found):
        return _shut(request, found)
    if found.partner is not None:
        return redirect(_after(user, found.partner))
    page = acting.page_of(found)
    form = AcceptPartnerForm(posted(request), invitation=found, has_page=page is not None)
    return take(
        request, form, lambda data: acting.accept(found, by=user, **data),
        done=lambda made: _accepted_words(user, made), onward=lambda made: _after(user, made),
        back=reverse("calls:mine"), template="calls/partner_invitation.html", invitation=found,
        flaw=acting.flaw(found), application=found.application, call=found.application.call,
        page=page, applicant=applicant_name(found.application),
        judges=rules.runs_or_reads(user, found.application), token=token,
        joined=page is not None and is_member(user, page),
    )  # fmt: skip


def _accepted_words(user: Any, made: Partner) -> str:
    name = made.organisation.name
    if rules.can_answer_as_partner(user, made):
        return _("%(name)s est invitée : lisez la candidature, puis signez ou déclinez.") % {
            "name": name
        }
    if is_member(user, made.organisation):
        return _("%(name)s est invitée : son représentant signera.") % {"name": name}
    return _("%(name)s a déjà sa page ici : qui la représente signe. Pour le faire, demandez à la rejoindre.") % {"name": name}  # fmt: skip


def _after(user: Any, made: Partner) -> str:
    """To what is to be signed; to the organisation's door for who is not of it."""
    if is_member(user, made.organisation) or rules.can_write(user, made.application):
        return reverse("calls:partner", args=[made.application_id, made.pk])
    return reverse("people:join", args=[made.organisation.slug])


@never_cache
@signed_in_or_kept
@form_page
def decline(request: HttpRequest, token: str) -> HttpResponse:
    found = acting.invitation_of(token)
    if found is None or not rules.is_invited(request.user, found) or acting.flaw(found):
        return _shut(request, found)
    form = ReasonForm(posted(request))
    form.fields["reason"].required = False
    return take(
        request, form,
        lambda data: acting.decline(found, by=request.user, reason=data["reason"]),
        done=_("L’invitation est déclinée."), back=reverse("calls:mine"),
        template="calls/applying_act.html", application=None, call=found.application.call,
        title=_("Décliner l’invitation"), button=_("Décliner"), intro="",
        quoted=found.application.title,
    )  # fmt: skip


def _asked(request: HttpRequest, pk: int, number: int) -> PartnerInvitation:
    application = get_own(request, pk)
    if not rules.can_carry(request.user, application):
        raise PermissionDenied
    rows = PartnerInvitation.objects.filter(application=application)
    found: PartnerInvitation = get_object_or_404(rows, pk=number)
    return found


@signed_in_or_kept
@require_POST
def send_again(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    found = _asked(request, pk, number)
    return press(
        request, lambda: acting.send_again(found, by=request.user),
        done=_("Un nouveau lien part ; le précédent ne sert plus."),
        back=reverse("calls:team", args=[pk]),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def withdraw(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    found = _asked(request, pk, number)
    return press(
        request, lambda: acting.withdraw(found, by=request.user),
        done=_("L’invitation est retirée : son lien ne sert plus."),
        back=reverse("calls:team", args=[pk]),
    )  # fmt: skip
