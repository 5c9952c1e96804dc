"""Accepting proposals from holders, or not."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from essaim.common.acts import form_page, posted
from essaim.common.kept import signed_in_or_kept
from essaim.introductions import rules
from essaim.introductions.actions import choices
from essaim.introductions.forms.introductions import OrganisationChoiceForm, PersonChoiceForm
from essaim.introductions.models import OrganisationChoice, PersonChoice
from essaim.people.models import Organisation

from .common import act


@signed_in_or_kept
@form_page
def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Organisation.objects.for_detail(), slug=slug)
    if not rules.can_choose(request.user, found):
        raise PermissionDenied
    known = OrganisationChoice.objects.filter(organisation=found).first()
    form = OrganisationChoiceForm(
        posted(request), organisation=found, initial={"answer": known.answer if known else ""}
    )
    return act(
        request,
        form,
        lambda given: choices.choose_for_organisation(found, by=request.user, **given),
        title=_("Propositions d’initiatives"),
        lead=found.name,
        intro=_(
            "Sans réponse, rien ne vous est proposé. Si vous acceptez, un porteur peut vous écrire"
            " sur la plateforme ; vous décidez, et la même initiative n’est pas proposée deux fois"
            " sans votre réponse. Aucune adresse n’est montrée."
        ),
        button=_("Enregistrer"),
        done=_("Votre choix est enregistré."),
        back=found.get_absolute_url(),
        crumbs=[(found.name, found.get_absolute_url())],
    )


@signed_in_or_kept
@form_page
def person(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    left = PersonChoice.objects.filter(user=user).exists()
    form = PersonChoiceForm(posted(request), initial={"wants": not left})
    return act(
        request,
        form,
        lambda given: choices.choose_for_person(user, wants=given["wants"]),
        title=_("Recevoir les propositions d’initiatives"),
        intro=_(
            "Quand une organisation que vous représentez accepte les propositions de porteurs, vous"
            " en êtes averti. Décochez pour ne plus l’être ; vos collègues le restent."
        ),
        button=_("Enregistrer"),
        done=_("Votre choix est enregistré."),
        back=reverse("introductions:mine"),
        crumbs=[(_("Mes mises en relation"), reverse("introductions:mine"))],
    )
