"""What this app holds about people: what they can see, and how long it is kept."""

from __future__ import annotations

import datetime as dt
from importlib import import_module
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from essaim.people import personal_data, retention
from essaim.people.actions import archives, deletion, invitations, membership_requests
from essaim.people.models import Consent, Membership, MembershipRequest, User


def register_keeping() -> None:
    personal_data.register(
        "account",
        account_data,
        label=_("Mon compte"),
        labels={
            "email": _("Adresse de connexion"),
            "name": _("Nom affiché"),
            "name_is_public": _("Nom montré à tout le monde"),
            "joined": _("Inscription"),
            "last_login": _("Dernière connexion"),
            "addresses": _("Adresses e-mail"),
            "organisations": _("Organisations"),
            "identities": _("Identités reliées"),
            "second_factors": _("Seconds facteurs"),
            "requests": _("Demandes pour rejoindre une organisation"),
            "sessions": _("Appareils connectés"),
            "consents": _("Accords donnés"),
        },
    )
    for rule in (
        retention.Rule(
            "unconfirmed_accounts",
            _("Comptes jamais confirmés"),
            _("L’adresse peut appartenir à quelqu’un qui n’a rien demandé."),
            deletion.delete_unconfirmed,
        ),
        retention.Rule(
            "inactive_accounts",
            _("Comptes inutilisés, vidés après un message qui prévient"),
            _("Un compte oublié ne sert plus ; les contributions restent, sans nom."),
            lambda days: deletion.empty_inactive(
                days, notice=settings.RETENTION["inactivity_notice"]
            ),
        ),
        retention.Rule(
            "membership_requests",
            _("Demandes pour rejoindre une organisation, une fois répondues"),
            _("Le temps d’une contestation."),
            membership_requests.forget_old,
        ),
        retention.Rule(
            "invitations",
            _("Adresses d’invitations restées sans réponse"),
            _("La personne n’a pas répondu : son adresse ne sert plus."),
            invitations.forget_expired,
        ),
        retention.Rule(
            "data_archives",
            _("Archives de données que des personnes ont demandées"),
            _("Le temps de les emporter ; une autre se prépare en un clic."),
            archives.forget_expired,
        ),
        retention.Rule(
            "sessions",
            _("Sessions terminées et compteurs de tentatives"),
            _("Le temps de comprendre un incident."),
            end_of_sessions,
        ),
        retention.Rule(
            "local_mail",
            _("Messages écrits dans un dossier, sur une machine d’essai"),
            _("Ils contiennent des codes de connexion."),
            old_local_mail,
        ),
    ):
        retention.register(rule)


def account_data(user: User) -> dict[str, Any]:
    return {
        "email": user.email,
        "name": user.name,
        "name_is_public": user.name_is_public,
        "joined": user.date_joined,
        "last_login": user.last_login,
        "addresses": EmailAddress.objects.filter(user=user).values("email", "verified", "primary"),
        "organisations": Membership.objects.filter(user=user).values(
            "organisation__name", "role", "functions", "since"
        ),
        "requests": MembershipRequest.objects.filter(user=user).values(
            "organisation__name", "message", "decision", "reason", "decided_at"
        ),
        "identities": SocialAccount.objects.filter(user=user).values(
            "provider", "date_joined", "extra_data"
        ),
        "second_factors": Authenticator.objects.filter(user=user).values(
            "type", "created_at", "last_used_at"
        ),
        "sessions": UserSession.objects.filter(user=user).values(
            "created_at", "last_seen_at", "ip", "user_agent"
        ),
        "consents": Consent.objects.filter(user=user).values(
            "text__kind", "text__version", "given_at", "withdrawn_at"
        ),
    }


def end_of_sessions(days: int) -> int:
    """Expired sessions, what was noted beside ended ones, and expired counters."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    limit = timezone.now() - dt.timedelta(days=days)
    count, _by_model = (
        UserSession.objects.filter(last_seen_at__lt=limit)
        .exclude(session_key__in=Session.objects.values("session_key"))
        .delete()
    )
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM essaim_cache WHERE expires < %s", [limit])
        return count + max(cursor.rowcount, 0)


def old_local_mail(days: int) -> int:
    limit = (timezone.now() - dt.timedelta(days=days)).timestamp()
    old = [
        path for path in Path(settings.MAIL_FOLDER).glob("*.log") if path.stat().st_mtime < limit
    ]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
