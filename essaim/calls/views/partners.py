"""Who applies along, and who writes too."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from essaim.calls import rules
from essaim.calls.actions import partner_invitations as by_mail
from essaim.calls.actions import partners as acting
from essaim.calls.forms.applying import ChangePartForm, EditorForm, PartnerForm, ReasonForm
from essaim.calls.models import Application, Editor, EditorInvitation, Partner, PartnerInvitation
from essaim.calls.reading import applicant_name, sections_of
from essaim.common.acts import form_page, posted, press, take
from essaim.common.kept import signed_in_or_kept

from .common import get_own


def _carried(request: HttpRequest, pk: int) -> Application:
    """For the applicant’s own side: those invited to write invite nobody."""
    found = get_own(request, pk)
    if not rules.can_carry(request.user, found):
        raise PermissionDenied
    return found


@signed_in_or_kept
@require_safe
def team(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_own(request, pk)
    carries = rules.can_carry(request.user, found)
    context = {
        "application": found,
        "call": found.call,
        "partners": list(found.partners.select_related("organisation", "territory", "signed_by")),
        "editors": list(found.editors.filter(left_at=None).select_related("user")),
        "by_mail": _by_mail(found) if carries else [],
        "invitations": list(EditorInvitation.objects.filter(application=found)) if carries else [],
        "carries": carries,
        "gone": Partner.GONE,
    }
    return render(request, "calls/team.html", context)


def _by_mail(application: Application) -> list[PartnerInvitation]:
    """Those that wait, and those that said no: the others are partners, or nothing."""
    rows = application.partner_invitations.select_related("territory")
    return list(rows.filter(ended_as__in=["", PartnerInvitation.End.DECLINED]))


@signed_in_or_kept
@form_page
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    found = _carried(request, pk)
    form = PartnerForm(posted(request), call=found.call)
    return take(
        request, form,
        lambda data: by_mail.ask_partner(found, by=request.user, **data), done=_asked_words,
        back=reverse("calls:team", args=[pk]), template="calls/applying_act.html",
        application=found, call=found.call, title=_("Inviter un partenaire ou un site"),
        button=_("Inviter"),
        intro=_("Ses membres liront le brouillon une fois invités ; son représentant signe, décline ou se retire."),
    )  # fmt: skip


def _asked_words(made: Partner | PartnerInvitation) -> str:
    if isinstance(made, PartnerInvitation):
        return _("Un lien part par courriel : qui représente %(name)s le suivra, lira et signera.") % {"name": made.name}  # fmt: skip
    return _("%(name)s est invitée : son représentant signera.") % {"name": made.organisation.name}


@signed_in_or_kept
@form_page
def change(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    found = _carried(request, pk)
    row = get_object_or_404(found.partners.exclude(state__in=Partner.GONE), pk=number)
    form = ChangePartForm(posted(request), partner=row)
    return take(
        request, form, lambda data: acting.change_part(row, by=request.user, **data),
        done=_("C’est enregistré ; s’il avait signé, ce partenaire signera de nouveau."),
        back=reverse("calls:team", args=[pk]), template="calls/applying_act.html",
        application=found, call=found.call, title=row.organisation.name, button=_("Enregistrer"),
        intro=_("Ce qui concerne un partenaire, il le signe."),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def invite_editor(request: HttpRequest, pk: int) -> HttpResponse:
    found = _carried(request, pk)
    form = EditorForm(posted(request))
    return take(
        request, form, lambda data: acting.invite_editor(found, data["email"], by=request.user),
        done=_("L’invitation part par courriel."),
        back=reverse("calls:team", args=[pk]), template="calls/applying_act.html",
        application=found, call=found.call, title=_("Inviter quelqu’un à écrire"),
        button=_("Envoyer l’invitation"),
        intro=_("Un collègue ou un partenaire qui écrira avec vous. Les membres de votre organisation écrivent déjà."),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def remove_editor(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    found = get_own(request, pk)
    row = get_object_or_404(Editor.objects.filter(application=found, left_at=None), pk=number)
    own = row.user_id == request.user.pk
    return press(
        request, lambda: acting.remove_editor(row, by=request.user),
        done=_("Cette personne n’écrit plus la candidature."),
        back=reverse("calls:mine") if own else reverse("calls:team", args=[pk]),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """The link of an invitation to write: says of what, to who may accept it."""
    invitation = acting.invitation_of(token)
    if request.method == "POST":
        made: list[Application] = []
        response = press(
            request, lambda: made.append(acting.accept_editing(token, by=request.user)),
            done=_("Vous écrivez maintenant cette candidature."), back=reverse("calls:mine"),
        )  # fmt: skip
        return redirect(made[0]) if made else response
    context = {"invitation": invitation}
    return render(request, "calls/accept_editing.html", context)


# --- the partner’s side -------------------------------------------------------------------------
def _asked(request: HttpRequest, pk: int, number: int) -> Partner:
    """For the members of the organisation that was asked, and for the side of the application."""
    rows = Partner.objects.filter(application=pk).select_related(
        "application__call", "application__organisation", "application__person", "organisation",
        "territory",
    )  # fmt: skip
    found = get_object_or_404(rows, pk=number)
    user: Any = request.user
    own = user.memberships.filter(organisation=found.organisation_id).exists()
    if not own and not rules.can_write(user, found.application):
        raise Http404
    return found


@signed_in_or_kept
@require_safe
def partner(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """What is signed: the part of this partner, and the application as it stands."""
    found = _asked(request, pk, number)
    living = found.state not in Partner.GONE
    application = Application.objects.for_detail().get(pk=pk)
    context = {
        "partner": found,
        "application": application,
        "call": application.call,
        "applicant": applicant_name(application),
        "sections": [
            section for section in sections_of(application) if not section.block.of_persons
        ]
        if living
        else [],
        "answers": rules.can_answer_as_partner(request.user, found),
        "carries": rules.can_carry(request.user, application),
        "living": living,
        "may_leave": acting.may_leave(application),
    }
    return render(request, "calls/partner.html", context)


@signed_in_or_kept
@require_POST
def sign(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    found = _asked(request, pk, number)
    if not rules.can_answer_as_partner(request.user, found):
        raise PermissionDenied
    return press(
        request, lambda: acting.sign(found, by=request.user), done=_("C’est signé : le candidat en est prévenu, il lui reste à déposer."),
        back=reverse("calls:partner", args=[pk, number]),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def decline(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    found = _asked(request, pk, number)
    if not rules.can_answer_as_partner(request.user, found):
        raise PermissionDenied
    form = ReasonForm(posted(request))
    form.fields["reason"].required = False
    return take(
        request, form,
        lambda data: acting.decline(found, by=request.user, reason=data["reason"]),
        done=_("L’invitation est déclinée."), back=reverse("calls:mine"),
        template="calls/applying_act.html", application=None, call=found.application.call,
        title=_("Décliner l’invitation"), button=_("Décliner"),
        intro=found.application.title,
    )  # fmt: skip


@signed_in_or_kept
@form_page
def leave(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """By the partner, or put aside by the applicant; what follows is said before."""
    found = _asked(request, pk, number)
    own = rules.can_answer_as_partner(request.user, found)
    if not own and not rules.can_carry(request.user, found.application):
        raise PermissionDenied
    form = ReasonForm(posted(request))
    intro = (
        _("La candidature est déposée : la version déposée nomme encore ce partenaire. Le candidat et le service qui instruit sont prévenus ; celui-ci peut demander de compléter.")
        if found.application.last_number
        else _("Le candidat relira ce qui concerne le consortium avant de déposer.")
    )  # fmt: skip
    return take(
        request, form, lambda data: acting.leave(found, by=request.user, reason=data["reason"]),
        done=_("Ce partenaire n’est plus de la candidature."),
        back=reverse("calls:mine") if own else reverse("calls:team", args=[pk]),
        template="calls/applying_act.html", application=None, call=found.application.call,
        title=_("Quitter la candidature") if own else _("Retirer ce partenaire"),
        button=_("Confirmer"), intro=intro,
    )  # fmt: skip
