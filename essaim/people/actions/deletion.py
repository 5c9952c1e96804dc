"""Deleting an account: an empty shell stays, so that what others built on keeps standing."""

from __future__ import annotations

import datetime as dt
import uuid

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest, Lower
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.typography import quoted
from essaim.people import account_mail
from essaim.people.actions.archives import forget_archives
from essaim.people.actions.membership_requests import forget_person as forget_requests
from essaim.people.models import NOBODY, Consent, Invitation, Membership, Organisation, User
from essaim.people.signals import account_deleted

CHUNK = 500


def represented_alone(user: User) -> QuerySet[Organisation]:
    """Organisations with other members, of whom none but this person represents it."""
    own = Membership.objects.filter(user=user, role=Membership.Role.REPRESENTATIVE)
    others = Membership.objects.exclude(user=user).filter(user__is_active=True)
    return (
        Organisation.objects.filter(
            pk__in=own.values("organisation"),
        )
        .filter(
            pk__in=others.values("organisation"),
        )
        .exclude(
            pk__in=others.filter(role=Membership.Role.REPRESENTATIVE).values("organisation"),
        )
    )


@transaction.atomic
def delete_account(user: User, *, keep_name: bool, leave_unrepresented: bool = False) -> None:
    """Empty the account: nothing that identifies the person stays, except their name where they
    asked to be credited. Deleting it twice does nothing more.

    Raises DomainError where an organisation would be left without representative and the person
    has not accepted it (managers are then told), and for the last administrator.
    Side effects: signal ``account_deleted``; sessions end; messages on commit.
    """
    _administrators_one_at_a_time(user)
    locked = User.objects.select_for_update().get(pk=user.pk)
    if locked.deleted_at:
        return
    if locked.is_superuser and not _another_administrator(locked):
        raise DomainError(
            _("Vous êtes le seul administrateur : nommez-en un autre avant de partir.")
        )
    left = _left_without_representative(locked)
    if left and not leave_unrepresented:
        raise DomainError(
            _(
                "Vous êtes seul à représenter %(names)s : nommez d’abord un autre représentant,"
                " ou acceptez que les animateurs en cherchent un."
            )
            % {"names": ", ".join(quoted(organisation.name) for organisation in left)},
            field="leave_unrepresented",
        )
    forget_requests(locked)
    account_deleted.send(sender=User, user=locked, keep_name=keep_name)
    account_mail.account_deleted(locked.email)
    if left:
        account_mail.left_without_representative(left)
    _erase(locked, keep_name=keep_name)


def _administrators_one_at_a_time(user: User) -> None:
    """Two last administrators who leave at once: the second waits, then is refused."""
    if user.is_superuser:
        list(User.objects.select_for_update().filter(is_superuser=True).order_by("pk"))


def _another_administrator(user: User) -> bool:
    return User.objects.exclude(pk=user.pk).filter(is_superuser=True, is_active=True).exists()


def _left_without_representative(user: User) -> list[Organisation]:
    # Locked as when members change: a representative who leaves at the same time waits.
    list(
        Organisation.objects.select_for_update()
        .filter(memberships__user=user)
        .order_by("pk")
        .values_list("pk")
    )
    return list(represented_alone(user).order_by("name"))


def _erase(user: User, *, keep_name: bool) -> None:
    for session in UserSession.objects.filter(user=user):
        session.end()
    Invitation.objects.pending().filter(
        email__in=EmailAddress.objects.filter(user=user).values(address=Lower("email"))
    ).update(ended_as=Invitation.End.WITHDRAWN, ended_at=timezone.now(), email="")
    forget_archives(user)
    Membership.objects.filter(user=user).delete()
    EmailAddress.objects.filter(user=user).delete()
    SocialAccount.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    Consent.objects.filter(user=user).delete()
    user.groups.clear()
    user.user_permissions.clear()
    user.email = f"{uuid.uuid4().hex}@{NOBODY}"
    if not keep_name:
        user.name = ""
        user.name_is_public = False
    user.is_active = user.is_manager = user.is_staff = user.is_superuser = False
    user.last_login = user.inactivity_warned_at = None
    user.declined_siren = ""
    user.current_organisation = None
    user.deleted_at = timezone.now()
    # Also ends sessions that the list does not know: their key holds a part of the password.
    user.set_unusable_password()
    user.save()


# --- accounts that nobody uses -----------------------------------------------------------


def delete_unconfirmed(days: int) -> int:
    """Accounts whose address nobody confirmed, and who never signed in: erased altogether."""
    limit = timezone.now() - dt.timedelta(days=days)
    confirmed = EmailAddress.objects.filter(verified=True).values("user")
    old = User.objects.filter(
        date_joined__lt=limit, last_login__isnull=True, deleted_at__isnull=True, is_staff=False
    ).exclude(pk__in=confirmed).filter(
        # Made by an operator, with rights: not a sign-up.
        is_manager=False, memberships__isnull=True,
    )  # fmt: skip
    done = 0
    for user in old.iterator(CHUNK):
        user.delete()
        done += 1
    return done


def unused_since(limit: dt.datetime) -> QuerySet[User]:
    """Accounts neither signed in to nor visited since then; rights of management put aside."""
    seen = (
        UserSession.objects.filter(user=OuterRef("pk"))
        .order_by()
        .values("user")
        .annotate(last=Max("last_seen_at"))
        .values("last")
    )
    return (
        User.objects.filter(is_active=True, is_superuser=False, deleted_at__isnull=True)
        .annotate(
            used=Greatest(
                Coalesce("last_login", "date_joined"),
                Coalesce(Subquery(seen), "date_joined"),
            )
        )
        .filter(used__lt=limit)
    )


def empty_inactive(days: int, *, notice: int) -> int:
    """Warn those who have not come for ``days`` less ``notice``, empty those who were warned
    ``notice`` days ago and still have not come. Returns how many accounts were emptied."""
    now = timezone.now()
    warn_before = now - dt.timedelta(days=days - notice)
    # Who came back is no longer warned.
    User.objects.filter(inactivity_warned_at__isnull=False).exclude(
        pk__in=unused_since(warn_before).values("pk")
    ).update(inactivity_warned_at=None)
    for user in unused_since(warn_before).filter(inactivity_warned_at__isnull=True).iterator(CHUNK):
        _warn(user, notice)
    due = unused_since(now - dt.timedelta(days=days)).filter(
        inactivity_warned_at__lt=now - dt.timedelta(days=notice)
    )
    emptied = 0
    for user in due.iterator(CHUNK):
        delete_account(user, keep_name=False, leave_unrepresented=True)
        emptied += 1
    return emptied


@transaction.atomic
def _warn(user: User, notice: int) -> None:
    locked = User.objects.select_for_update().get(pk=user.pk)
    if locked.inactivity_warned_at is None:
        locked.inactivity_warned_at = timezone.now()
        locked.save(update_fields=["inactivity_warned_at"])
        account_mail.account_unused(locked, notice)
