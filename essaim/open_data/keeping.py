"""What this room holds about a person, how long, and what goes when they leave."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from essaim.open_data.actions.limits import forget_counters
from essaim.open_data.actions.tokens import forget_ended
from essaim.open_data.models import ApiToken, Event, Subscription
from essaim.people import personal_data, retention
from essaim.people.models import Organisation, User
from essaim.people.signals import account_deleted, organisations_merged


def register_keeping() -> None:
    personal_data.register(
        "open_data",
        held_about,
        label=_("Jetons et webhooks"),
        labels={"tokens": _("Jetons"), "subscriptions": _("Abonnements par webhook")},
    )
    retention.register(
        retention.Rule(
            "ended_tokens",
            _("Jetons révoqués ou expirés"),
            _("Le temps de comprendre un abus."),
            forget_ended,
        )
    )
    retention.register(
        retention.Rule(
            "webhook_deliveries",
            _("Événements envoyés à d’autres plateformes, et leur réception"),
            _("Le temps de les renvoyer."),
            forget_events,
        )
    )
    retention.register(
        retention.Rule(
            "request_counters",
            _("Compteurs de requêtes à l’API"),
            _("Ils limitent les requêtes d’une minute."),
            forget_counters,
        )
    )
    account_deleted.connect(on_account_deleted, dispatch_uid="open_data.account_deleted")
    organisations_merged.connect(on_organisations_merged, dispatch_uid="open_data.merged")


def held_about(user: User) -> dict[str, Any]:
    return {
        "tokens": ApiToken.objects.filter(user=user).values(
            "name", "scopes", "created_at", "expires_at", "last_used_at", "revoked_at"
        ),
        "subscriptions": Subscription.objects.filter(user=user).values(
            "url", "kinds", "created_at", "paused_at"
        ),
    }


def forget_events(days: int) -> int:
    limit = timezone.now() - dt.timedelta(days=days)
    return Event.objects.filter(at__lt=limit).delete()[0]


def on_account_deleted(sender: Any, user: User, **kwargs: Any) -> None:
    """What a person asked for ends with their account, in an organisation's name too: nobody else
    answers for it."""
    ApiToken.objects.filter(user=user).delete()
    Subscription.objects.filter(user=user).delete()


def on_organisations_merged(
    sender: Any, kept: Organisation, other: Organisation, by: Any, **kwargs: Any
) -> None:
    """Who represented the other does not represent what stays: keys do not change hands."""
    now = timezone.now()
    ApiToken.objects.filter(organisation=other, revoked_at=None).update(revoked_at=now)
    Subscription.objects.filter(organisation=other, paused_at=None).update(paused_at=now)
