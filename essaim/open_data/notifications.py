"""Telling who answers for a webhook that nobody listens any more, for a token that it ends."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from essaim.common.keys import numbers_in
from essaim.following.actions import tell
from essaim.following.subjects import Shown, Subject
from essaim.following.subjects import register as register_subject
from essaim.following.verbs import Verb
from essaim.following.verbs import register as register_verb
from essaim.open_data.models import ApiToken, Subscription
from essaim.people.models import Membership, User

KIND, PAUSED = "webhook", "webhook_paused"
TOKEN, EXPIRES, ORPHANED = "api_token", "token_expires", "token_orphaned"


def _answering(each: Subscription | ApiToken) -> Iterable[User]:
    """Who made it, and the representatives of the organisation it was made for."""
    representing = Membership.objects.filter(
        organisation=each.organisation_id, role=Membership.Role.REPRESENTATIVE
    )
    people = User.objects.filter(
        Q(pk=each.user_id) | Q(pk__in=representing.values("user")), is_active=True
    )
    return people.distinct().order_by("pk")


def paused(subscription: Subscription) -> int:
    """Who answers for it; how many."""
    assert subscription.paused_at is not None
    once = f"paused:{subscription.paused_at.isoformat()}"
    return sum(
        tell(person, PAUSED, KIND, str(subscription.pk), once=once, waits=True) is not None
        for person in _answering(subscription)
    )


def token_expires(token: ApiToken) -> None:
    for person in _answering(token):
        tell(person, EXPIRES, TOKEN, str(token.pk), once="expires", waits=True)


def token_orphaned(token: ApiToken) -> None:
    """The other representatives: who made it is none any more."""
    for person in _answering(token):
        if person.pk != token.user_id:
            tell(person, ORPHANED, TOKEN, str(token.pk), once="orphaned", waits=True)


def _load(keys: Collection[str], user: Any) -> dict[str, Shown]:
    """The name of the server alone: an address may hold a secret."""
    found = Subscription.objects.visible_to(user).filter(pk__in=numbers_in(keys)).only("url")
    return {
        str(each.pk): Shown(
            each.server or _("une adresse illisible"),
            reverse("open_data:subscription", args=[each.pk]),
            lang="",
        )
        for each in found
    }


def _still(keys: Collection[str], user: Any) -> set[str]:
    found = Subscription.objects.filter(pk__in=numbers_in(keys), paused_at__isnull=False)
    return {str(pk) for pk in found.values_list("pk", flat=True)}


def _tokens(keys: Collection[str], user: Any) -> dict[str, Shown]:
    found = ApiToken.objects.visible_to(user).filter(pk__in=numbers_in(keys)).only("name")
    return {str(each.pk): Shown(each.name, reverse("open_data:keys")) for each in found}


def _until(key: str, user: Any) -> str:
    found = ApiToken.objects.visible_to(user).filter(pk__in=numbers_in([key])).first()
    if found is None:
        return ""
    return _("Il expire le %(day)s.") % {"day": date_format(timezone.localtime(found.expires_at))}


def _expiring(keys: Collection[str], user: Any) -> set[str]:
    found = ApiToken.objects.alive().filter(pk__in=numbers_in(keys))
    return {str(pk) for pk in found.values_list("pk", flat=True)}


def _orphans(keys: Collection[str], user: Any) -> set[str]:
    found = ApiToken.objects.alive().orphaned().filter(pk__in=numbers_in(keys))
    return {str(pk) for pk in found.values_list("pk", flat=True)}


def register_verbs() -> None:
    register_subject(Subject(TOKEN, gettext_lazy("jeton de l’API"), _tokens))
    register_verb(
        Verb(
            EXPIRES,
            gettext_lazy(
                "Le jeton « %(title)s » expire bientôt : créez-en un autre, et donnez-le au"
                " programme qui s’en sert"
            ),
            details=_until,
            still=_expiring,
            done=gettext_lazy("Le jeton « %(title)s » a expiré, ou est révoqué"),
        )
    )
    register_verb(
        Verb(
            ORPHANED,
            gettext_lazy(
                "Le jeton « %(title)s » n’ouvre plus rien : qui l’a créé ne représente plus votre"
                " organisation. Créez-en un autre, et révoquez-le"
            ),
            still=_orphans,
            done=gettext_lazy(
                "Le jeton « %(title)s », dont l’auteur ne représentait plus votre organisation,"
                " est réglé"
            ),
        )
    )
    register_subject(Subject(KIND, gettext_lazy("abonnement par webhook"), _load))
    register_verb(
        Verb(
            PAUSED,
            gettext_lazy(
                "Votre webhook vers %(title)s est suspendu : trop d’envois ont échoué. Réparez"
                " l’adresse, puis reprenez-le"
            ),
            still=_still,
            done=gettext_lazy("Votre webhook vers %(title)s a repris"),
        )
    )
