"""What people are told about sponsors and requests, and in which words."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from essaim.common.keys import numbers_in
from essaim.following.subjects import Shown, Subject
from essaim.following.subjects import register as register_subject
from essaim.following.verbs import Verb
from essaim.following.verbs import register as register_verb
from essaim.sponsorship import notifications as told
from essaim.sponsorship.models import Coordinator, HelpRequest, Sponsor

GONE = _("Une demande d’aide n’attend plus rien de vous.")


def _requests(keys: Collection[str], user: Any) -> dict[str, Shown]:
    found = HelpRequest.objects.visible_to(user).filter(pk__in=numbers_in(keys))
    return {
        str(request.pk): Shown(request.title, request.get_absolute_url())
        for request in found.select_related("card")
    }


def _sponsors(keys: Collection[str], user: Any) -> dict[str, Shown]:
    found = Sponsor.objects.visible_to(user).filter(pk__in=numbers_in(keys)).select_related("user")
    own = reverse("sponsorship:mine")
    return {
        str(sponsor.pk): Shown(
            told.shown(sponsor.user),
            own
            if sponsor.user_id == user.pk
            else reverse("sponsorship:agreement", args=[sponsor.pk]),
            lang="",
        )
        for sponsor in found
    }


def _coordinators(keys: Collection[str], user: Any) -> dict[str, Shown]:
    found = Coordinator.objects.filter(pk__in=numbers_in(keys), user=user).select_related(
        "territory"
    )
    return {str(one.pk): Shown(one.territory.label, reverse("sponsorship:manage")) for one in found}


def _still(whose: str = "sponsor__user", **condition: Any) -> Any:
    def read(keys: Collection[str], user: Any) -> set[str]:
        found = HelpRequest.objects.filter(Q(**{whose: user}), pk__in=numbers_in(keys), **condition)
        return {str(pk) for pk in found.values_list("pk", flat=True)}

    return read


def _still_asked(keys: Collection[str], user: Any) -> set[str]:
    found = Sponsor.objects.awaiting(user).filter(pk__in=numbers_in(keys))
    return {str(pk) for pk in found.values_list("pk", flat=True)}


def register() -> None:
    register_subject(Subject(told.REQUEST, _("demande à un parrain"), _requests))
    register_subject(Subject(told.COORDINATOR, _("coordinateur de parrains"), _coordinators))
    register_subject(Subject(told.SPONSOR, _("parrain"), _sponsors))
    for verb in [
        Verb(
            told.PUT,
            _("Une demande d’aide vous est adressée : « %(title)s »"),
            unseen=GONE,
            still=_still(state=HelpRequest.State.WAITING),
            done=_("La demande « %(title)s » n’attend plus votre réponse"),
        ),
        Verb(told.TAKEN, _("Un parrain a pris en charge votre demande « %(title)s »")),
        Verb(
            told.ADVISED,
            _(
                "Un parrain vous a conseillé sur « %(title)s » : lisez-le, puis dites ce qu’il en a été"
            ),
        ),
        Verb(
            told.NOBODY,
            _(
                "Personne n’est encore disponible pour votre demande « %(title)s » :"
                " les animateurs la voient, et une recherche est refaite chaque matin"
            ),
        ),
        Verb(
            told.LATE,
            _("Votre conseil est attendu sur « %(title)s »"),
            unseen=GONE,
            still=_still(state=HelpRequest.State.TAKEN_UP, advised_on=None),
        ),
        Verb(
            told.CONCLUDE,
            _("Dites ce qu’il en a été du conseil reçu sur « %(title)s »"),
            unseen=GONE,
            still=_still("asker", state=HelpRequest.State.TAKEN_UP),
            done=_("Vous avez dit ce qu’il en a été de « %(title)s »"),
        ),
        Verb(told.ENDED, _("La demande « %(title)s » est close"), unseen=GONE),
        Verb(
            told.AGREEMENT_ASKED,
            _("%(title)s demande l’accord de votre organisation pour être parrain"),
            unseen=_("Une demande d’accord pour être parrain n’attend plus de réponse."),
            still=_still_asked,
        ),
        Verb(told.NAMED, _("Vous coordonnez les parrains de ce territoire : %(title)s")),
        Verb(
            told.AGREEMENT_ANSWERED,
            _("Votre employeur a répondu à votre demande pour être parrain"),
        ),
    ]:
        register_verb(verb)
