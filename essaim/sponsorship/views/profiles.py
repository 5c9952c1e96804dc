"""One's profile as a sponsor, the employer's agreement, and what was given."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from essaim.common.acts import form_page, posted, press, take
from essaim.common.kept import signed_in_or_kept
from essaim.following.actions.reading import mark_subject_read
from essaim.people.models import Organisation
from essaim.sponsorship import rules
from essaim.sponsorship.actions import profiles
from essaim.sponsorship.attestation import attestation_pdf, given_by, time_text
from essaim.sponsorship.forms import (
    AgreementForm,
    DeclareForm,
    EndAgreementForm,
    LeaveForm,
    ProfileForm,
)
from essaim.sponsorship.models import Sponsor
from essaim.sponsorship.notifications import SPONSOR, shown

from .common import act

FIELDS = (
    *("employer", "territory", "knowledge", "languages", "presentation", "capacity"),
    *("legal_frame", "starts_on", "ends_on", "is_listed"),
)


def _mine(request: HttpRequest) -> Sponsor:
    user: Any = request.user
    found = Sponsor.objects.for_detail().with_load().filter(user=user).first()
    if found is None:
        raise Http404
    return found


@signed_in_or_kept
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Where the profile and its agreement stand, and what was given so far."""
    user: Any = request.user
    found = Sponsor.objects.for_detail().with_load().filter(user=user).first()
    context: dict[str, Any] = {
        "sponsor": found,
        "awaiting": Sponsor.objects.awaiting(user).for_list(),
    }
    if found is not None:
        given = given_by(found)
        context |= {"given": given, "time": time_text(given.minutes), "frame": _frame(found)}
        context["employed"] = found.is_employed
        mark_subject_read(user, SPONSOR, str(found.pk))
    return render(request, "sponsorship/mine.html", context)


def _frame(sponsor: Sponsor) -> str:
    return str(settings.SPONSORSHIP["legal_frames"][sponsor.legal_frame])


@signed_in_or_kept
@form_page
def edit(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    employers = Organisation.objects.filter(memberships__user=user).order_by("name")
    found = Sponsor.objects.for_detail().filter(user=user).first()
    initial: dict[str, Any] = {"languages": ["fr"], "capacity": 3, "is_listed": True}
    if found is not None:
        initial = {name: getattr(found, name) for name in FIELDS}
        initial |= {"territory": found.territory.label, "themes": found.themes.all()}
    elif len(employers) == 1:
        initial["employer"] = employers[0]
    form = ProfileForm(posted(request), employers=employers, initial=initial)
    return act(
        request,
        form,
        lambda given: profiles.save_profile(user, **given),
        title=_("Mon profil de parrain"),
        button=_("Enregistrer"),
        done=_saved,
        back=reverse("sponsorship:mine"),
        intro=""
        if employers
        else _(
            "Rejoignez d’abord une organisation : un parrain agit avec l’accord de son employeur."
        ),
    )


def _saved(sponsor: Sponsor) -> str:
    match sponsor.agreement:
        case Sponsor.Agreement.DRAFT | Sponsor.Agreement.DECLINED:
            return _("Votre profil est enregistré : demandez maintenant l’accord de l’employeur.")
        case Sponsor.Agreement.ASKED:
            return _("Votre profil est enregistré : votre employeur doit encore donner son accord.")
    return _("Votre profil est enregistré.")


@signed_in_or_kept
@form_page
def leave(request: HttpRequest) -> HttpResponse:
    found = _mine(request)
    form = LeaveForm(
        posted(request),
        initial={"away_from": found.away_from, "away_until": found.away_until},
    )
    return act(
        request,
        form,
        lambda given: profiles.set_leave(request.user, **given),
        title=_("Mes absences"),
        button=_("Enregistrer"),
        done=_("C’est enregistré : rien de nouveau ne vous sera adressé pendant ce temps."),
        back=reverse("sponsorship:mine"),
        intro=_(
            "Ce que vous avez déjà pris en charge reste à vous ; pour le rendre, ouvrez chaque demande."
        ),
    )


@signed_in_or_kept
@require_POST
def ask_agreement(request: HttpRequest) -> HttpResponse:
    _mine(request)
    return press(
        request,
        lambda: profiles.ask_agreement(request.user),
        done=_(
            "Les représentants de votre employeur sont prévenus : leur réponse vous sera signalée."
        ),
        back=reverse("sponsorship:mine"),
    )


@signed_in_or_kept
@form_page
def declare_agreement(request: HttpRequest) -> HttpResponse:
    _mine(request)
    return act(
        request,
        DeclareForm(posted(request)),
        lambda given: profiles.declare_agreement(request.user, **given),
        title=_("Déclarer un accord sur document"),
        button=_("Déclarer"),
        done=_("L’accord est déclaré ; il sera toujours présenté comme tel."),
        back=reverse("sponsorship:mine"),
        intro=_(
            "Quand votre employeur n’est pas sur la plateforme : note, convention, ordre de mission."
        ),
    )


@signed_in_or_kept
@form_page
def agreement(request: HttpRequest, pk: int) -> HttpResponse:
    """For a representative of the employer."""
    visible = Sponsor.objects.visible_to(request.user).for_detail()
    found = get_object_or_404(visible, pk=pk)
    if not rules.can_answer_agreement(request.user, found):
        raise PermissionDenied
    mark_subject_read(request.user, SPONSOR, str(found.pk))
    if found.agreement == Sponsor.Agreement.AGREED:
        return take(
            request,
            EndAgreementForm(posted(request)),
            lambda given: profiles.end_agreement(found, by=request.user, **given),
            done=_("L’accord prend fin aujourd’hui ; l’agent est prévenu."),
            back=reverse("sponsorship:mine"),
            template="sponsorship/agreed.html",
            sponsor=found,
            name=shown(found.user),
            frame=_frame(found),
        )

    def answer(given: dict[str, Any]) -> None:
        agreed = given.pop("answer") == "agreed"
        profiles.answer_agreement(found, by=request.user, agreed=agreed, **given)

    return act(
        request,
        AgreementForm(posted(request)),
        answer,
        title=_("Accord de l’employeur"),
        button=_("Répondre"),
        done=_("Votre réponse est enregistrée."),
        back=reverse("sponsorship:mine"),
        intro=_(
            "%(name)s demande à être parrain au nom de %(employer)s, du %(start)s au %(end)s, pour"
            " %(capacity)s demandes à la fois au plus. Cadre : %(frame)s (%(law)s)."
        )
        % {
            "name": shown(found.user),
            "employer": found.employer.name,
            "start": found.starts_on.strftime("%d/%m/%Y") if found.starts_on else "–",
            "end": found.ends_on.strftime("%d/%m/%Y") if found.ends_on else "–",
            "capacity": found.capacity,
            "frame": found.get_legal_frame_display(),
            "law": _frame(found),
        },
    )


@signed_in_or_kept
@require_safe
@never_cache
def attestation(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(attestation_pdf(_mine(request)), content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="attestation-parrain.pdf"'
    return response
